#include "net/daemon.hpp"

namespace spof::net {

// ---- Dial ---------------------------------------------------------------------------------------
Dial::Dial(Daemon& from, Daemon& to, double timeout)
    : Wait(from), from_(from), to_(to), timeout_(timeout) {}

bool Dial::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  open();
  bool at_once = false;
  pending_ = true;
  id_ = from_.network().connect(from_, to_, token_, &at_once, &outcome_);
  if (at_once) {
    close();
    return false;
  }
  limit(timeout_);
  return true;
}

void Dial::wake(const Message& answer) {
  outcome_ = answer.outcome;
  Wait::wake(answer);
}

Socket Dial::await_resume() {
  pending_ = false;
  if (outcome_ == Outcome::ok) return {&from_.network(), id_, outcome_};
  from_.network().close(id_, client_side);
  return {nullptr, 0, outcome_};
}

Dial::~Dial() {
  if (pending_) from_.network().close(id_, client_side);
}

// ---- Ask ----------------------------------------------------------------------------------------
Ask::Ask(Daemon& from, const Socket& socket, const Body& request, double timeout)
    : Wait(from),
      network_(from.network()),
      id_(socket.id()),
      request_(request),
      timeout_(timeout) {}

void Ask::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  open();
  limit(timeout_);
  network_.transmit(id_, client_side, request_, false);
  network_.read(id_, client_side, token_);
}

Ask::~Ask() { network_.forget_reader(id_, client_side); }

// ---- Exchange -----------------------------------------------------------------------------------
Exchange::Exchange(Daemon& daemon, const Message& message)
    : Wait(daemon), daemon_(daemon), id_(message.connection), request_(message.body) {
  daemon.network().taken(id_);
  open();
  daemon.network().read(id_, server_side, token_);
}

/// Of a dying process its kernel closes the connections, with a FIN or a reset as [TCP-11] says.
Exchange::~Exchange() {
  if (!over_ && !daemon_.is_dying()) abort();
}

void Exchange::answer(const Body& body) {
  over_ = true;
  const bool wanted = is_open();
  close();
  Network& network = daemon_.network();
  network.forget_reader(id_, server_side);
  if (wanted)
    network.transmit(id_, server_side, body, !(request_.flags & keep_open));
  else
    network.close(id_, server_side);
}

void Exchange::abort(Outcome how) {
  over_ = true;
  daemon_.network().forget_reader(id_, server_side);
  daemon_.network().close(id_, server_side, how);
}

void Exchange::wake(const Message&) {
  if (daemon_.drops_on_hangup() && job_) daemon_.cancel(job_);  // destroys this object
}

// ---- Daemon -------------------------------------------------------------------------------------
Daemon::Daemon(Network& network, std::string name, engine::Machine& machine, int threads)
    : Process(network.kernel(), std::move(name), machine),
      network_(network),
      threads_(*this, machine.cpu(), threads),
      luck_(1, "error/" + this->name()) {}

void Daemon::started() {
  stops_cleanly_ = false;
  threads_.clear();
  listener.accepted = 0;
  listener.waiting.clear();
  listener.open = true;
}

void Daemon::stop_cleanly() {
  if (!is_alive()) return;
  stops_cleanly_ = true;
  kill();
}

void Daemon::stop_gracefully(double patience) {
  if (!is_alive()) return;
  constexpr double look_again = 0.01;
  listener.open = false;
  stopping_ = true;
  if (jobs() == 0 || listener.accepted == 0 || patience <= 0) return Daemon::stop_cleanly();
  kernel().at(engine::now() + look_again, [this, patience, mine = epoch()] {
    if (epoch() == mine) stop_gracefully(patience - look_again);
  });
}

void Daemon::ended(bool silently) {
  network_.process_ended(*this, silently);
  listener.accepted = 0;
  listener.waiting.clear();
  stopping_ = false;
  if (std::exchange(boots_when_stopped_, false)) boot();
}

void Daemon::boot() {
  if (stopping_)
    boots_when_stopped_ = true;
  else
    Process::boot();
}

}  // namespace spof::net
