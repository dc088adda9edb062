#include "stack/db_manager.hpp"

#include <algorithm>

#include "stack/mysql_options.hpp"

namespace spof::stack {

std::unique_ptr<Component> DbManagerOptions::build(Context& context, engine::Machine& machine,
                                                   const DbManagerOptions& options) {
  return std::make_unique<DbManager>(context, machine, options);
}

DbManager::Habits DbManager::habits_of(const DbManagerOptions& options) {
  constexpr double hour = 3600;
  constexpr std::array<Habits, 5> tools{{{1, 1, 3, false, true, true, 0},
                                         {5, 2, 1, true, false, false, hour},
                                         {3, 3, 4, false, true, true, 8 * hour},
                                         {2, 3, 5, true, true, false, 0},
                                         {60, 10, 1, false, true, true, 0}}};
  Habits habits = tools[static_cast<std::size_t>(options.tool)];
  habits.poll_interval = options.poll_interval.value_or(habits.poll_interval);
  habits.timeout = options.timeout.value_or(habits.timeout);
  habits.misses = options.misses.value_or(habits.misses);
  habits.asks_replicas = options.asks_replicas.value_or(habits.asks_replicas);
  habits.drains = options.drains_relay_log.value_or(habits.drains);
  habits.acts = options.auto_failover.value_or(habits.acts);
  habits.block_period = options.block_period.value_or(Seconds(habits.block_period));
  return habits;
}

DbManager::DbManager(Context& context, engine::Machine& machine, const DbManagerOptions& options)
    : Component(context, DbManagerOptions::kind, machine, 1),
      options_(options),
      habits_(habits_of(options)),
      random_(stream("response")) {}

void DbManager::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires)
    if (wire.to.starts_with("mysql@"))
      databases_.push_back({wire.to, wire.host, address_of(wire)});
    else
      applications_.push_back(address_of(wire));
}

void DbManager::started() {
  Component::started();
  primary_.clear();
  acting_ = false;
  for (Seen& one : databases_) {
    one = {one.daemon, one.host, one.address};
    start(watch(one));
  }
}

/// Nobody connects to it.
Task<> DbManager::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  co_return;
}

/// Looks at one database again and again. A look begins an interval after the one before began, or
/// when that has ended.
Task<> DbManager::watch(Seen& one) {
  co_await sleep_for(habits_.poll_interval * stream(one.daemon.c_str()).uniform());
  for (;;) {
    const double began = now();
    Body question;
    question.verb = code(Verb::status);
    const net::Reply reply = co_await ask_database(one, question);
    one.answers = static_cast<bool>(reply);
    one.misses = one.answers ? 0 : one.misses + 1;
    if (one.answers) {
      one.is_replica = reply.body.count & 1;
      one.receives = reply.body.count & 2;
      if (!one.is_replica) primary_ = one.daemon;
    }
    if (!acting_ && is_dead()) start(fail_over());
    co_await sleep_until(std::max(now() + 1e-3, began + habits_.poll_interval));
  }
}

/// Enough failed looks, and where the tool asks the replicas none that still receives. [FO-2]
bool DbManager::is_dead() const {
  const auto dead = std::find_if(databases_.begin(), databases_.end(), [this](const Seen& one) {
    return one.daemon == primary_ && one.misses >= habits_.misses;
  });
  if (dead == databases_.end() || !habits_.acts || now() < acted_ + habits_.block_period)
    return false;
  const bool received = std::any_of(databases_.begin(), databases_.end(), [](const Seen& one) {
    return one.answers && one.is_replica && one.receives;
  });
  return !habits_.asks_replicas || !received;
}

DbManager::Seen* DbManager::primary() {
  for (Seen& one : databases_)
    if (one.daemon == primary_) return &one;
  return nullptr;
}

DbManager::Seen* DbManager::candidate() {
  for (Seen& one : databases_)
    if (one.answers && one.is_replica) return &one;
  return nullptr;
}

Task<net::Reply> DbManager::ask_database(const Seen& one, Body request) {
  const double deadline = now() + habits_.timeout;
  const auto left = [deadline] { return std::max(1e-6, deadline - now()); };
  net::Socket socket = co_await dial(one.address, left());
  if (!socket) co_return net::Reply{socket.outcome()};
  Body login;
  login.verb = code(Verb::login);
  login.bytes = 100;
  login.flags = net::keep_open;
  const net::Reply greeting = co_await ask(socket, login, left());
  if (!greeting) co_return greeting;
  request.bytes = 100;
  const bool waits = request.verb == code(Verb::order);  // a promotion takes as long as it takes
  const net::Reply reply = co_await ask(socket, request, waits ? 0 : left());
  co_return reply;
}

/// An application is told where its primary is: a file that it reads, an HTTP call.
Task<bool> DbManager::tell(net::Address whom, Body request) {
  net::Socket socket = co_await dial(whom, habits_.timeout);
  if (!socket) co_return false;
  request.bytes = 100;
  const net::Reply reply = co_await ask(socket, request, habits_.timeout);
  co_return static_cast<bool>(reply);
}

/// The old primary, the relay log, the other replicas, the applications. [DB-16] [FO-3]
Task<> DbManager::fail_over() {
  acting_ = true;
  say({.what = What::primary_dead, .target = primary_});
  if (options_.tool == FailoverTool::person)
    co_await sleep_for(options_.response_time.draw(random_));
  Seen* old = primary();
  Seen* next = candidate();
  if (!next || old->answers) {
    acting_ = false;  // nobody to promote, or it is back
    co_return;
  }
  acted_ = now();
  co_await fence();
  Body order;
  order.verb = code(Verb::order);
  order.number = code(habits_.drains ? Command::promote : Command::promote_at_once);
  const net::Reply promoted = co_await ask_database(*next, order);
  if (promoted) {
    primary_ = next->daemon;
    next->is_replica = false;
    order.source = network().fabric().ip(next->host);
    order.number = code(Command::change_source);
    for (Seen& other : databases_)
      if (&other != next && other.answers && other.is_replica) co_await ask_database(other, order);
    order.number = code(Command::write_to);
    for (const net::Address& application : applications_) co_await tell(application, order);
  }
  acting_ = false;
}

Task<> DbManager::fence() {
  Seen* old = primary();
  if (options_.fencing == Fencing::read_only) {
    Body order;
    order.verb = code(Verb::order);
    order.number = code(Command::read_only);
    co_await ask_database(*old, order);
  }
  if (options_.fencing == Fencing::power_off) {
    co_await sleep_for(options_.power_off_time);
    kernel().platform().find_machine(old->host)->power(false);
    say({.what = What::fenced, .target = old->host});
  }
}

}  // namespace spof::stack
