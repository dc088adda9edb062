#include "stack/db_manager.hpp"

#include <algorithm>
#include <cmath>

#include "stack/app_options.hpp"
#include "stack/mysql_options.hpp"

namespace spof::stack {

std::unique_ptr<Component> DbManagerOptions::build(Context& context, engine::Machine& machine,
                                                   const DbManagerOptions& options) {
  return std::make_unique<DbManager>(context, machine, options);
}

FailoverHabits DbManagerOptions::habits() const {
  constexpr double hour = 3600;
  constexpr std::array<FailoverHabits, 5> tools{{{1, 1, 3, 0, true, true, 0},
                                                 {5, 2, 1, INFINITY, false, false, hour},
                                                 {3, 3, 4, 0, true, true, 8 * hour},
                                                 {2, 3, 5, 10, true, false, 0},
                                                 {60, 10, 1, 0, true, true, 0}}};
  FailoverHabits habits = tools[static_cast<std::size_t>(tool)];
  habits.poll_interval = poll_interval.value_or(habits.poll_interval);
  habits.timeout = timeout.value_or(habits.timeout);
  habits.misses = misses.value_or(habits.misses);
  habits.trusts_replicas = trusts_replicas.value_or(habits.trusts_replicas);
  habits.drains = drains_relay_log.value_or(habits.drains);
  habits.acts = auto_failover.value_or(habits.acts);
  habits.block_period = block_period.value_or(habits.block_period);
  return habits;
}

DbManager::DbManager(Context& context, engine::Machine& machine, const DbManagerOptions& options)
    : Component(context, DbManagerOptions::kind, machine, 1),
      options_(options),
      habits_(options.habits()),
      random_(stream("response")) {}

void DbManager::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires)
    if (wire.port == DbManagerOptions::ssh)
      continue;
    else if (wire.to.starts_with("mysql@"))
      databases_.push_back({wire.to, wire.host, address_of(wire)});
    else
      applications_.push_back(address_of(wire));
  if (options_.virtual_address.empty() || databases_.empty()) return;
  virtual_ = network().fabric().ip(options_.virtual_address);
  network().fabric().settle(virtual_, machine_of(databases_.front()), 1);
}

void DbManager::started() {
  Component::started();
  acting_ = false;  // whom it takes for the primary it still knows [FO-6]
  for (Seen& one : databases_) {
    one = {one.daemon, one.host, one.address};
    // A run does not begin with its first start: it has looked before, and all was well.
    if (epoch() == 1) {
      one.answers = true;
      one.is_replica = one.receives = &one != &databases_.front();
      if (!one.is_replica) primary_ = one.daemon;
    }
    start(watch(one));
  }
}

/// Nobody connects to it.
Task<> DbManager::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  co_return;
}

void DbManager::command(const std::string& verb, const std::string& object, engine::Hold) {
  Seen* next = find(object);
  if (!is_alive() || is_hung() || acting_)
    return say({.what = What::command_refused, .target = name()});
  if (verb == "switch_over" && next && primary()) start(switch_over(*next));
}

DbManager::Seen* DbManager::find(const std::string& daemon) {
  for (Seen& one : databases_)
    if (one.daemon == daemon) return &one;
  return nullptr;
}

/// The replica that has received most.
DbManager::Seen* DbManager::candidate() {
  Seen* best = nullptr;
  for (Seen& one : databases_)
    if (one.answers && one.is_replica && (!best || one.received > best->received)) best = &one;
  return best;
}

// ---- What it sees -------------------------------------------------------------------------------
/// A look begins an interval after the one before began, or when that has ended.
Task<> DbManager::watch(Seen& one) {
  co_await sleep_for(habits_.poll_interval * stream(one.daemon.c_str()).uniform());
  for (;;) {
    const double began = now();
    co_await look(one);
    judge(one);
    co_await sleep_until(std::max(now() + 1e-3, began + habits_.poll_interval));
  }
}

Task<> DbManager::look(Seen& one) {
  Body question;
  question.verb = code(Verb::status);
  const net::Reply reply = co_await ask_database(one, question);
  one.answers = static_cast<bool>(reply);
  one.misses = one.answers ? 0 : one.misses + 1;
  if (!one.answers || reply.body.status >= 500) co_return;
  one.was_replica = one.is_replica;
  one.is_replica = reply.body.count & DatabaseStatus::replica;
  one.receives = reply.body.count & DatabaseStatus::receives;
  one.read_only = reply.body.count & DatabaseStatus::read_only;
  one.heard = now() - reply.body.source / 1e3;
  one.received = reply.body.number;
}

void DbManager::judge(Seen& one) {
  const Seen* known = primary();
  if (one.answers && !one.is_replica) {
    if (may_be_primary(one, known))
      primary_ = one.daemon;
    else if (known->answers && !std::exchange(one.told, true))
      start(take_back(one));
    else if (!one.read_only && takes_whoever_writes(*known))
      return start(adopt(one));
  }
  if (one.is_replica || !one.answers) one.told = false;
  if (known && known->answers) was_in_vain_ = false;
  if (acting_ || !known || known->answers) return;
  if (known == &one && one.misses == 1)
    say({.what = What::primary_silent,
         .target = primary_,
         .figure = static_cast<double>(habits_.misses - 1)});
  if (known->misses < habits_.misses || is_vouched_for()) return;
  if (!habits_.acts) return;
  if (now() < acted_ + habits_.block_period) return;
  if (was_in_vain_ && !candidate()) return;
  start(fail_over());
}

/// The known one is none any more, or somebody else promoted this one while it is silent.
bool DbManager::may_be_primary(const Seen& one, const Seen* known) {
  return !known || known == &one || known->is_replica || (!known->answers && one.was_replica);
}

/// MaxScale does when its primary is dead: the one before it, which is back. [FO-7]
bool DbManager::takes_whoever_writes(const Seen& known) const {
  return options_.tool == FailoverTool::maxscale && habits_.acts && !acting_ &&
         known.misses >= habits_.misses;
}

Task<> DbManager::adopt(Seen& one) {
  acting_ = true;
  const bool promoted = co_await promote(one);
  if (promoted) co_await repoint(one, nullptr);
}

/// Somebody else still hears of the primary. [FO-2]
bool DbManager::is_vouched_for() const {
  return std::any_of(databases_.begin(), databases_.end(), [this](const Seen& one) {
    return one.answers && one.is_replica && one.receives &&
           now() - one.heard < habits_.trusts_replicas;
  });
}

// ---- Whom it talks to ---------------------------------------------------------------------------
Task<net::Reply> DbManager::ask_database(const Seen& one, Body request) {
  const double deadline = now() + habits_.timeout;
  const auto left = [deadline] { return std::max(1e-6, deadline - now()); };
  net::Socket socket = co_await dial(one.address, left());
  if (!socket) co_return net::Reply{socket.outcome()};
  Body login;
  login.verb = code(Verb::login);
  login.bytes = 100;
  login.flags = net::keep_open;
  login.count = 1;  // whoever may promote has the right to the connection that is kept free [DB-7]
  const net::Reply greeting = co_await ask(socket, login, left());
  if (!greeting || greeting.body.status >= 500) co_return greeting;
  request.bytes = 100;
  const bool waits = request.verb == code(Verb::order);  // a promotion takes as long as it takes
  const net::Reply reply =
      co_await ask(socket, request, waits ? double(options_.failover_timeout) : left());
  co_return reply;
}

/// Whether it was obeyed.
Task<bool> DbManager::order(const Seen& one, Command command, std::uint32_t about) {
  Body request;
  request.verb = code(Verb::order);
  request.number = code(command);
  request.source = about;
  const net::Reply reply = co_await ask_database(one, request);
  co_return reply&& reply.body.status < 400;
}

/// Over ssh, whether its database runs or not: its kernel answers, here by refusing a connection.
Task<bool> DbManager::reaches(const Seen& one) {
  net::Socket socket = co_await dial({one.address.ip, DbManagerOptions::ssh}, habits_.timeout);
  co_return socket.outcome() == Outcome::refused;
}

// ---- What it does -------------------------------------------------------------------------------
void DbManager::give_up(const std::string& why) {
  acting_ = false;
  say({.what = What::failover_given_up, .target = primary_, .version = why});
}

/// The old primary, the relay log, the other replicas, the applications. [DB-16] [FO-3]
Task<> DbManager::fail_over() {
  acting_ = true;
  Seen* old = primary();
  say({.what = What::primary_dead, .target = primary_, .figure = static_cast<double>(old->misses)});
  if (options_.tool == FailoverTool::person) {
    const double called = now(), until = called + options_.response_time.draw(random_);
    while (now() < until && !old->answers)
      co_await sleep_until(std::min(until, now() + habits_.poll_interval));
    say({.what = What::person_acts, .target = primary_, .figure = now() - called});
  }
  if (old->answers) co_return give_up("it answers again");
  was_in_vain_ = !candidate();
  if (was_in_vain_) co_return give_up("no replica answers");
  acted_ = now();
  co_await fence(*old);
  Seen* next = candidate();
  if (!next) co_return give_up("no replica answers");
  const bool promoted = co_await promote(*next);
  if (promoted) co_await repoint(*next, nullptr);
}

Task<bool> DbManager::promote(Seen& next) {
  const bool done =
      co_await order(next, habits_.drains ? Command::promote : Command::promote_at_once);
  if (!done) {
    give_up(next.daemon + " was not promoted");
    co_return false;
  }
  primary_ = next.daemon;
  next.is_replica = false;
  next.answers = true;
  next.misses = 0;
  co_return true;
}

Task<bool> DbManager::fence(const Seen& old) {
  bool done = false;
  switch (options_.fencing) {
    case Fencing::none:
      co_return false;
    case Fencing::read_only:
      done = co_await order(old, Command::read_only);
      break;
    case Fencing::address:
      done = co_await reaches(old);
      if (done) network().fabric().host(machine_of(old)).release(virtual_);
      break;
    case Fencing::power_off:
      co_await sleep_for(options_.power_off_time);
      machine_of(old).power(false);
      done = true;
  }
  say({.what = done ? What::fenced : What::not_fenced,
       .target = old.daemon,
       .version = names(options_.fencing)[static_cast<std::size_t>(options_.fencing)]});
  co_return done;
}

/// The other replicas, then whoever writes. `old`: one that answers, and is a replica from now on.
Task<> DbManager::repoint(const Seen& next, const Seen* old) {
  for (const Seen& other : databases_)
    if (&other != &next && other.answers && (other.is_replica || &other == old))
      co_await order(other, Command::change_source, next.address.ip);
  if (options_.repoint == Repoint::address) co_await order(next, Command::take_address, virtual_);
  if (options_.repoint == Repoint::dns)
    for (const net::Address& application : applications_)
      context_.records[application.ip] = next.address;
  if (options_.repoint < Repoint::dns)
    for (const net::Address& application : applications_) co_await tell(application, next);
  acting_ = false;
  say({.what = What::failed_over,
       .target = next.daemon,
       .version = options_.repoint == Repoint::none ? "none" : ""});
}

Task<> DbManager::tell(const net::Address& application, const Seen& next) {
  net::Socket socket = co_await dial(application, habits_.timeout);
  if (!socket) co_return;
  Body told;
  told.verb = code(Verb::order);
  told.number = code(Command::write_to) + static_cast<std::uint64_t>(options_.repoint);
  told.source = next.address.ip;
  told.bytes = 100;
  co_await ask(socket, told, habits_.timeout);
}

/// Nothing is written while the replica fetches and applies the rest.
Task<> DbManager::switch_over(Seen& next) {
  acting_ = true;
  Seen* old = primary();
  const bool stopped = co_await order(*old, Command::read_only);
  if (!stopped) co_return give_up("it does not answer");
  const double until = now() + options_.failover_timeout;
  do {
    co_await look(*old);
    co_await look(next);
  } while (next.answers && next.received < old->received && now() < until);
  if (next.received < old->received) {
    co_await order(*old, Command::read_write);
    co_return give_up(next.daemon + " does not catch up");
  }
  if (options_.repoint == Repoint::address)
    network().fabric().host(machine_of(*old)).release(virtual_);
  const bool promoted = co_await promote(next);
  if (promoted) co_await repoint(next, old);
}

/// A second primary: the one that it failed over from is back, or was never dead. [DB-17]
Task<> DbManager::take_back(Seen& one) {
  say({.what = What::second_primary, .target = one.daemon, .version = primary_});
  if (options_.rejoin == Rejoin::none) co_return;
  const bool rebuilds = options_.rejoin == Rejoin::rebuild;
  co_await order(one, rebuilds ? Command::rebuild : Command::change_source, primary()->address.ip);
}

}  // namespace spof::stack
