#include "net/socket.hpp"

#include "net/daemon.hpp"

namespace spof::net {

// ---- Dial ---------------------------------------------------------------------------------------
Dial::Dial(Daemon& from, Address to, double timeout, std::uint32_t source)
    : Wait(from), from_(from), to_(to), timeout_(timeout), source_(source) {}

bool Dial::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  open();
  pending_ = true;
  const Network::Attempt attempt = from_.network().connect(from_, to_, token_, source_);
  id_ = attempt.id;
  outcome_ = attempt.outcome.value_or(Outcome::ok);
  if (attempt.outcome)
    close();
  else
    limit(timeout_);
  return !attempt.outcome;
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
Ask::Ask(Daemon& from, const Socket& socket, const Body& request, double timeout, Hearing how)
    : Wait(from),
      network_(from.network()),
      id_(socket.id()),
      request_(request),
      timeout_(timeout),
      how_(how) {}

void Ask::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  deadline_ = engine::now() + timeout_;
  if (!how_.again) network_.transmit(id_, client_side, request_, false);
  wait_on(timeout_);
}

void Ask::wait_on(double patience) {
  open();
  limit(patience);
  network_.read(id_, client_side, token_);
}

void Ask::wake(const Message& answer) {
  const bool is_part = answer.outcome == Outcome::ok && answer.body.flags & more;
  const double last = network_.last_byte(id_, client_side);
  double left = 0;
  if (is_part && !how_.by_parts) left = how_.between_reads ? timeout_ : deadline_ - engine::now();
  if (answer.outcome == Outcome::timed_out && how_.between_reads)
    left = std::max(last, network_.last_byte(id_, server_side)) + timeout_ - engine::now();
  const bool begun = reply_.begun || is_part || last > 0;
  reply_ = {answer.outcome, answer.body, begun};
  reply_.body.bytes += taken_;
  if (is_part) taken_ = reply_.body.bytes;
  if (left >= 1e-9) return wait_on(left);
  if (is_part && !how_.by_parts) reply_.outcome = Outcome::timed_out;  // it is not all
  reply_.begun = begun && reply_.outcome != Outcome::ok;
  engine::Wait::wake(answer);
}

Ask::~Ask() { network_.forget_reader(id_, client_side); }

// ---- Part ---------------------------------------------------------------------------------------
Part::Part(Daemon& from, const Exchange& exchange, const Body& part, double timeout)
    : Wait(from),
      network_(from.network()),
      id_(exchange.connection()),
      part_(part),
      timeout_(timeout) {
  part_.flags |= more;
}

bool Part::await_suspend(std::coroutine_handle<> waiter) {
  if (!network_.is_usable(id_, server_side)) return false;
  waiter_ = waiter;
  wait_on(timeout_);  // on one machine it arrives at once
  network_.transmit(id_, server_side, part_, false);
  return true;
}

void Part::wait_on(double patience) {
  open();
  limit(patience);
  network_.await_reader(id_, server_side, token_);
}

/// The time-out is for silence: what still moves is waited for.
void Part::wake(const Message& answer) {
  outcome_ = answer.outcome;
  const double left = network_.last_byte(id_, client_side) + timeout_ - engine::now();
  if (outcome_ != Outcome::timed_out || left < 1e-9) return Wait::wake(answer);
  wait_on(left);
}

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
  Network& network = daemon_.network();
  const bool wanted = is_open() && network.is_usable(id_, server_side);  // he may have left before
  close();
  network.forget_reader(id_, server_side);
  if (wanted)
    network.transmit(id_, server_side, body, !(request_.flags & keep_open) || body.flags & cut_off);
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

}  // namespace spof::net
