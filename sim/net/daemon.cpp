#include "net/daemon.hpp"

namespace spof::net {

Daemon::Daemon(Network& network, std::string name, engine::Machine& machine, int threads,
               std::uint16_t port)
    : Process(network.kernel(), std::move(name), machine),
      network_(network),
      threads_(*this, machine.cpu(), threads),
      luck_(1, "error/" + this->name()) {
  threads_.measured_as("computing");
  listener.daemon = this;
  listener.port = port;
  if (port > 0) connections_ = &kernel().gauge(this->name() + "/connections");
  Host& host = network.fabric().host(machine);
  host.add(*this);
  if (port > 0) host.bind(listener);
}

Listener& Daemon::listen(std::uint16_t port, std::function<Task<>(const Message&)> serve) {
  Listener& other = others_.emplace_back();
  other.daemon = this;
  other.port = port;
  other.number = static_cast<std::uint16_t>(others_.size());
  other.serve = std::move(serve);
  network_.fabric().host(machine()).bind(other);
  return other;
}

/// Of all limits the one that is nearest.
void Daemon::measure_connections() {
  constexpr int endless = std::numeric_limits<int>::max();
  if (!connections_ || std::min(listener.limit, most_accepted) == endless) return;
  std::size_t waiting = 0;
  double taken = double(accepted) / std::max(most_accepted, 1);
  each_listener([&](const Listener& one) {
    waiting += one.waiting.size();
    taken = std::max(taken, double(one.accepted) / std::max(one.limit, 1));
  });
  connections_->set(taken, 1, waiting);
}

void Daemon::read_datagrams(std::uint16_t port) {
  network_.fabric().host(machine()).bind_datagrams(port, *this);
}

void Daemon::requested(const Message& request) {
  if (request.kind == Message::datagram) return heard(request);
  start(request.listener == 0 ? serve(request) : others_[request.listener - 1U].serve(request));
}

void Daemon::started() {
  network_.fabric().host(machine()).has_changed();
  stops_cleanly_ = false;
  threads_.clear();
  accepted = 0;
  each_listener([](Listener& one) {
    one.accepted = one.trickling = 0;
    one.waiting.clear();
    one.open = true;
  });
}

void Daemon::resumed() {
  const bool stops = std::exchange(stop_pends_, false);
  if (stops)
    kernel().at(engine::now(), [this, mine = epoch()] {
      if (epoch() == mine) stop_cleanly();
    });
  each_listener([this, stops](Listener& one) {
    if (stops) return network_.stop_listening(one);
    if (!one.silent_armed) network_.end_silent(one);
    network_.accept_waiting(one);
  });
}

void Daemon::stop_cleanly() {
  if (!is_alive()) return;
  stops_cleanly_ = true;
  kill();
}

void Daemon::stop(Stop how) {
  const bool holds_out = is_hung() && how.holds_out > 0;
  if (holds_out) {
    stopping_ = stop_pends_ = true;
  } else {
    stop_cleanly();  // before it accepts who came meanwhile
    go_on();
  }
  const double left = holds_out ? std::min(how.holds_out, how.timeout) : how.timeout;
  if (!is_alive() || left == never) return;
  kernel().at(engine::now() + left, [this, mine = epoch()] {
    if (epoch() == mine) Daemon::stop_cleanly();
  });
}

void Daemon::stop_gracefully(Goodbye how) {
  if (!is_alive()) return;
  constexpr double look_again = 0.01;
  if (how.listens <= 0) each_listener([this](Listener& one) { network_.stop_listening(one); });
  stopping_ = true;
  if (!listener.open) network_.close_idle(*this);
  const bool is_idle = jobs() == 0 || listener.accepted == 0;
  if ((is_idle && how.least <= 0) || how.patience <= 0) return Daemon::stop_cleanly();
  const bool listens = how.listens > 0 && listener.open;
  // Who holds his socket to the very end begins to end when nothing is left to do.
  const bool ends = !listens || (is_idle && how.listens >= how.patience);
  how.patience -= look_again;
  (ends ? how.least : how.listens) -= look_again;
  kernel().at(engine::now() + look_again, [this, how, mine = epoch()] {
    if (epoch() == mine) stop_gracefully(how);
  });
}

void Daemon::ended(bool silently) {
  network_.process_ended(*this, silently);
  accepted = 0;
  each_listener([](Listener& one) {
    one.accepted = one.trickling = 0;
    one.waiting.clear();
  });
  kernel().clear_gauges(name());
  stopping_ = stop_pends_ = false;
  network_.fabric().host(machine()).has_changed();
  if (std::exchange(boots_when_stopped_, false)) boot();
}

void Daemon::boot() {
  if (stopping_)
    boots_when_stopped_ = true;
  else
    Process::boot();
}

}  // namespace spof::net
