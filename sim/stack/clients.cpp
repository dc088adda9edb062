#include "stack/clients.hpp"

#include <algorithm>
#include <cmath>

namespace spof::stack {
namespace {

/// What an answer said belongs to the try that it answered, not to one after it.
void forget_answer(measure::Sample& sample) {
  sample.cause = Cause::none;
  sample.server = -1;
  sample.retries = 0;
  sample.redispatched = sample.stale = false;
}

/// A try of a request that its client will send again.
measure::Sample failed_try(measure::Sample sample, measure::Outcome outcome, double began) {
  sample.outcome = outcome;
  sample.arrival = began;
  sample.end = now();
  return sample;
}

/// Awaitable: says nothing, and waits for whatever comes, the end of the connection for one.
class Silence : public engine::Wait {
 public:
  Silence(net::Daemon& who, const net::Socket& socket, double patience)
      : Wait(who), network_(who.network()), id_(socket.id()), patience_(patience) {}
  ~Silence() override { network_.forget_reader(id_, net::client_side); }
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    open();
    limit(patience_);
    network_.read(id_, net::client_side, token_);
  }
  void await_resume() const {}

 private:
  net::Network& network_;
  net::ConnectionId id_;
  double patience_;
};

}  // namespace

/// A request in the books: settled exactly once, as unfinished if its coroutine is destroyed: the
/// run has ended, or their host has lost its power.
class Clients::Ticket {
 public:
  Ticket(Clients& clients, measure::Sample& sample) : clients_(clients), sample_(sample) {
    ++clients_.in_flight_;
    sample_.outcome = measure::Outcome::unfinished;
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() {
    --clients_.in_flight_;
    if (clients_.books_closed_) return;
    if (sample_.outcome == measure::Outcome::unfinished) forget_answer(sample_);
    sample_.end = now();
    clients_.context_.recorder.request(sample_);
    if (sample_.outcome != measure::Outcome::ok && !clients_.options_.attacks())
      for (const auto& suffer : clients_.context_.suffers) suffer();
  }

 private:
  Clients& clients_;
  measure::Sample& sample_;
};

/// A write in the ledger, from the client's side: given up if its coroutine is destroyed.
class Clients::Wish {
 public:
  Wish(measure::Ledger& ledger, std::uint64_t id) : ledger_(ledger), id_(id) {
    if (id_) ledger_.asked(id_);
  }
  Wish(const Wish&) = delete;
  Wish& operator=(const Wish&) = delete;
  ~Wish() {
    if (id_) ledger_.finished(id_, good, engine::now());
  }
  bool good = false;

 private:
  measure::Ledger& ledger_;
  std::uint64_t id_;
};

Clients::Clients(Context& context, engine::Machine& machine, const std::string& name,
                 const ClientsOptions& options, std::uint8_t index, std::uint8_t populations,
                 std::unique_ptr<ArrivalProcess> arrivals, const DnsOptions& dns)
    : Component(context, name, machine, std::max(1, machine.cores())),
      options_(options),
      dns_(dns),
      index_(index),
      populations_(populations),
      arrivals_(std::move(arrivals)),
      random_(stream("demand")),
      source_(stream("source")),
      think_(stream("think")),
      assets_(stream("assets")) {}

/// Behind each name server the addresses that it answers with.
void Clients::wired(const std::vector<Wire>& wires) {
  std::vector<Resolver::Record> records;
  for (const Wire& wire : wires) {
    if (wire.purpose == Purpose::own) continue;  // they are led there
    const bool lookup = wire.purpose == Purpose::name;
    if (lookup || records.empty()) records.push_back({lookup ? address_of(wire) : net::Address()});
    if (!lookup) records.back().addresses.push_back(address_of(wire));
  }
  resolver_ = std::make_unique<Resolver>(*this, dns_, std::move(records), stream("caches"));
}

std::size_t Clients::kept_connections() const {
  std::size_t all = 0;
  for (const auto& [user, kept] : idle_) all += kept.size();
  return all;
}

void Clients::started() {
  Component::started();
  idle_.clear();
  sessions_.clear();
  redirected_.clear();
  resolver_->restart();
  if (options_.arrivals != Arrivals::closed) return start(open_loop());
  for (int number = 0; number < options_.users; ++number)
    start(user(static_cast<std::uint32_t>(number)));
}

void Clients::close_books() {
  kill(true);  // its coroutines settle their tickets, at this date
  kernel().at(now(), [this] { books_closed_ = true; });
}

/// Nobody connects to clients.
Task<> Clients::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  co_return;
}

Task<> Clients::open_loop() {
  const double begun = now();
  for (;;) {
    const double date = arrivals_->next();
    if (!std::isfinite(date)) co_return;
    if (date < begun) continue;  // while their own host was off nobody came
    co_await sleep_until(date);
    const auto source =
        static_cast<std::uint32_t>(source_.below(static_cast<std::uint64_t>(options_.addresses)));
    if (options_.attack == Attack::syn_flood)
      start(send_syn(source));
    else
      start(visit(arrivals_->next_class(), date, source));
  }
}

/// A request that takes no time, of users who do not think, still costs them some system calls:
/// without them they would ask a dead server on their own host for ever at one date.
Task<> Clients::user(std::uint32_t number) {
  constexpr double shortest_round = 10e-6;
  co_await sleep_until(options_.start + options_.think_time.draw(think_) * think_.uniform());
  while (now() < arrivals_->end()) {
    const double next = now() + shortest_round;
    if (options_.attack != Attack::none)
      co_await hold(number);
    else
      co_await visit(arrivals_->next_class(), now(), number);
    co_await sleep_for(std::max(options_.think_time.draw(think_), next - now()));
  }
}

/// A connection of somebody who wants no answer: kept as long as the server keeps it, or until
/// the attack is over; or as long as a log-in takes.
Task<> Clients::hold(std::uint32_t number) {
  Body request;
  request.source = address_of_source(number);
  measure::Outcome failed{};
  const double patience = std::min<double>(options_.timeout, arrivals_->end() - now());
  if (patience <= 0) co_return;
  measure::Sample unused;
  net::Socket socket = co_await connect(unused, request.source, now() + patience, &failed);
  if (!socket || now() >= arrivals_->end()) co_return;
  if (options_.attack == Attack::brute_force) co_return co_await guess(socket, request);
  network().trickle(socket.id());
  co_await Silence(*this, socket, arrivals_->end() - now());
}

/// A greeting, a wrong password, an error. [DB-20]
Task<> Clients::guess(net::Socket& socket, Body request) {
  request.verb = code(Verb::login);
  request.bytes = 100;
  request.flags = net::keep_open;
  for (int round = 0; round < 2; ++round) {
    const net::Reply reply = co_await ask(socket, request, options_.timeout);
    if (!reply) co_return;
  }
}

Task<> Clients::send_syn(std::uint32_t source) {
  const Resolver::Answer answer = co_await resolve(source);
  if (!answer.record) co_return;
  const auto& addresses = answer.record->addresses;  // one alone where the name is not asked for
  network().send_bare_syn(machine(), addresses[answer.first % addresses.size()],
                          address_of_source(source));
}

/// One request, with all the retries of its client.
Task<> Clients::visit(std::uint8_t request_class, double arrival, std::uint32_t source) {
  measure::Sample sample;
  sample.population = index_;
  sample.request_class = request_class;
  sample.arrival = arrival;
  const Ticket ticket(*this, sample);
  Kept& idle = idle_[options_.arrivals == Arrivals::closed ? source : 0];
  co_await compute(options_.cpu.draw(random_));
  for (int retry = 0;; ++retry) {
    Body request;
    request.id = ++last_id_ * populations_ + index_;
    if (retry == 0) sample.id = request.id;
    request.request_class = request_class;
    request.source = address_of_source(source);
    if (const auto cookie = cookies_.find(request.source); cookie != cookies_.end())
      request.server = cookie->second;
    if (const double share = class_of(request).of_release; share > 0 && assets_.chance(share))
      request.count = last_release_;
    request.bytes = class_of(request).request + (sessions_.empty() ? 0 : sealed_request);
    sample.tries = static_cast<std::uint8_t>(std::min(255, retry + 1));
    const double began = now();
    const measure::Outcome outcome = co_await attempt(sample, request, idle);
    if (outcome == measure::Outcome::ok || retry >= options_.retry.attempts) {
      sample.outcome = outcome;
      co_return;
    }
    context_.recorder.sent_again(failed_try(sample, outcome, began));
    co_await sleep_for(pause_before(retry));
  }
}

double Clients::pause_before(int retry) {
  const RetryOptions& options = options_.retry;
  const double pause =
      std::min<double>(options.max_backoff, options.backoff * std::pow(options.factor, retry));
  return pause * (1 - options.jitter * random_.uniform());
}

/// One try: name, connection, answer. The cause is what the answer says, if there is one.
Task<measure::Outcome> Clients::attempt(measure::Sample& sample, Body request, Kept& idle) {
  const bool writes = class_of(request).kind == RequestKind::write;
  Wish wish(context_.ledger, writes ? request.id : 0);
  const double deadline = now() + options_.timeout;
  measure::Outcome outcome = measure::Outcome::dns_failure;
  forget_answer(sample);
  const auto led = redirected_.find(request.source);
  std::uint16_t port = led == redirected_.end() ? 0 : led->second;
  for (bool fresh = false;; fresh = true) {
    bool reused = false;
    int carried = 0;
    net::Socket socket;
    while (options_.keep_alive && !fresh && !idle.empty() && !reused) {
      socket = std::move(idle.back().first);
      carried = idle.back().second;
      idle.pop_back();
      reused = socket.is_usable();
    }
    if (!reused) socket = co_await connect(sample, request.source, deadline, &outcome, port);
    if (!socket) break;
    request.flags = static_cast<std::uint8_t>(
        (carried > 0 ? net::not_first : 0) |
        (options_.keep_alive && carried + 1 < options_.requests_per_connection ? net::keep_open
                                                                               : 0));
    net::Reply reply = co_await ask(socket, request, std::max(1e-9, deadline - now()));
    outcome = outcome_of(reply);
    const bool broken = reply.outcome == Outcome::reset || reply.outcome == Outcome::closed;
    const bool repeats = options_.resend_writes || class_of(request).kind != RequestKind::write;
    if (reused && broken && options_.resend && repeats && !reply.begun) continue;  // [DNS-10]
    if (reply.outcome == Outcome::ok && reply.body.status == 301 && port == 0) {
      port = redirected_[request.source] = static_cast<std::uint16_t>(reply.body.number);
      continue;
    }
    if (reply.outcome == Outcome::ok) {
      sample.cause = static_cast<Cause>(reply.body.cause);
      if (reply.body.count != 0) last_release_ = reply.body.count;
      sample.server = reply.body.server;
      sample.retries = reply.body.retries;
      if (reply.body.flags & net::sets_cookie && options_.cookies && !options_.attacks())
        cookies_[request.source] = reply.body.server;
      sample.redispatched = reply.body.flags & net::redispatched;
      sample.stale = reply.body.flags & net::stale_read;
      if (request.flags & net::keep_open && !(reply.body.flags & net::cut_off))
        idle.emplace_back(std::move(socket), carried + 1);
    }
    break;
  }
  wish.good = outcome == measure::Outcome::ok;
  co_return outcome;
}

Task<Resolver::Answer> Clients::resolve(std::uint32_t source) {
  Resolver::Answer answer;
  if (!resolver_->is_cached(source, &answer))
    answer = co_await resolver_->look_up(source, options_.timeout);
  co_return answer;
}

/// The addresses in the order of the answer, each after the one before has failed, or after
/// attempt_delay. [DNS-8] [DNS-9]
Task<net::Socket> Clients::connect(measure::Sample& sample, std::uint32_t source, double deadline,
                                   measure::Outcome* failed, std::uint16_t port) {
  const Resolver::Answer answer = co_await resolve(source);
  *failed = measure::Outcome::dns_failure;
  if (!answer.record) co_return net::Socket();
  const auto& addresses = answer.record->addresses;
  const auto at = [&](std::size_t i) { return (answer.first + i) % addresses.size(); };
  const auto is_named = [&](std::size_t i) { return (answer.named >> at(i) & 1) != 0; };
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (!is_named(i)) continue;
    double patience =
        std::min<double>(deadline - now(), options_.connect_timeout.value_or(options_.timeout));
    bool last = true;
    for (std::size_t next = i + 1; next < addresses.size(); ++next) last = last && !is_named(next);
    if (!last && options_.attempt_delay)
      patience = std::min<double>(patience, *options_.attempt_delay);
    if (patience <= 0) break;
    net::Address door = addresses[at(i)];
    if (port) door.port = port;
    net::Socket socket = co_await dial(door, patience, source);
    if (socket) {
      const bool good = co_await secure(sample, socket, door, source, deadline, failed);
      if (!good) break;  // another address would show the same certificate
      co_return socket;
    }
    *failed = socket.outcome() == Outcome::timed_out ? measure::Outcome::connect_timeout
              : socket.outcome() == Outcome::refused ? measure::Outcome::refused
                                                     : measure::Outcome::unreachable;
  }
  co_return net::Socket();
}

/// Where TLS is spoken, the handshake; each user remembers a session with each door. The time it
/// takes on their own computers they spend side by side.
Task<bool> Clients::secure(measure::Sample& sample, const net::Socket& socket, net::Address door,
                           std::uint32_t source, double deadline, measure::Outcome* failed) {
  const TlsOptions* tls = tls_at(door);
  if (!tls) co_return true;
  const std::uint64_t user =
      (std::uint64_t(source) << 32) ^ (std::uint64_t(door.ip) << 16) ^ door.port;
  const Handshake shaken = co_await shake_hands(
      socket, *tls, {&sessions_[user], source, options_.verify, deadline, true});
  if (shaken) {
    co_await sleep_for(tls->cpu.client);
    co_return true;
  }
  *failed = shaken.cause ? measure::Outcome::certificate : outcome_of({shaken.outcome});
  sample.cause = static_cast<Cause>(shaken.cause);
  co_return false;
}

measure::Outcome Clients::outcome_of(const net::Reply& reply) {
  using measure::Outcome;
  switch (reply.outcome) {
    case engine::Outcome::timed_out:
    case engine::Outcome::unreachable:
      return Outcome::timeout;
    case engine::Outcome::reset:
      return Outcome::reset;
    case engine::Outcome::ok:
      break;
    default:
      return Outcome::closed;
  }
  if (reply.body.flags & net::cut_off) return Outcome::closed;
  switch (reply.body.status) {
    case 400:
      return Outcome::http_400;
    case 403:
      return Outcome::http_403;
    case 404:
      return Outcome::http_404;
    case 408:
      return Outcome::http_408;
    case 413:
      return Outcome::http_413;
    case 429:
      return Outcome::http_429;
    case 502:
      return Outcome::http_502;
    case 503:
      return Outcome::http_503;
    case 504:
      return Outcome::http_504;
    default:
      return reply.body.status >= 400 ? Outcome::http_500 : Outcome::ok;
  }
}

}  // namespace spof::stack
