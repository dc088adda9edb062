#include <algorithm>
#include <cmath>

#include "stack/haproxy/haproxy.hpp"

namespace spof::stack {

using measure::CheckFailure;

/// At a start or a reload every server is UP, with credit for one failed check, and the checks
/// begin anew. [HA-19] [HA-40]
void Haproxy::forget_health() {
  ++generation_;
  for (Server& server : servers_) {
    server.up = true;
    server.admin = Server::Admin::ready;
    server.commands.clear();
    server.health = server.options.check.rise;
    server.up_since = -1;
    server.consecutive_errors = 0;
  }
  start_checks();
  balancer_.changed();
}

/// Checks are staggered at the start: number k of N after k/N of its own gap, or of the smallest
/// gap from one second on if that is larger. [HA-20]
void Haproxy::start_checks() {
  double smallest = INFINITY;
  int checked = 0, before = 0;
  for (const Server& one : servers_) {
    if (one.options.check.kind == CheckKind::none) continue;
    ++checked;
    if (gap(one) >= 1) smallest = std::min(smallest, gap(one));
  }
  const bool fresh = options_.fresh_start || epoch() > 1 || generation_ > 1;
  for (Server& server : servers_) {
    if (server.options.check.kind == CheckKind::none) continue;
    const double spread = std::isinf(smallest) ? gap(server) : std::max(gap(server), smallest);
    const double after_start = spread * before++ / checked;
    const double after = fresh ? after_start : std::fmod(after_start + spread * phase_, spread);
    start(check(server, after, generation_));
  }
}

/// Health checks of one server, until the next reload. The interval is a gap: the next check starts
/// so long after the one before has ended. [HA-14]
Task<> Haproxy::check(Server& server, double first_after, std::uint32_t generation) {
  if (first_after > 0) co_await engine::Nap(*this, server.check_nap, first_after);
  while (generation == generation_) {
    if (server.admin != Server::Admin::maint) {
      const measure::CheckResult result = co_await run_check(server);
      if (generation != generation_ || server.admin == Server::Admin::maint) {
        // the answer of a check that was under way counts no more
      } else if (result.failure == CheckFailure::none) {
        passed(server);
      } else {
        failed_check(server, result);
      }
    }
    co_await engine::Nap(*this, server.check_nap, gap(server));
  }
}

/// What is wrong, if anything. Budgets: [HA-16]
Task<measure::CheckResult> Haproxy::run_check(Server& server) {
  const CheckOptions& options = server.options.check;
  const double began = now();
  const auto& limit = options_.timeout.check;
  const double connect_budget =
      limit ? std::min<double>(options.inter, options_.timeout.connect) : double(options.inter);
  net::Socket socket = co_await dial(server.address, connect_budget);
  measure::CheckResult result;
  if (!socket) {
    const bool silence =
        socket.outcome() == Outcome::timed_out || socket.outcome() == Outcome::unreachable;
    result.failure = silence ? CheckFailure::no_connection : CheckFailure::refused;
    co_return result;
  }
  if (options.kind == CheckKind::tcp) co_return result;
  Body request;
  request.verb = code(Verb::check);
  request.number = static_cast<std::uint64_t>(options.answered_by);
  request.bytes = 100;
  const double left = limit ? double(*limit) : options.inter - (now() - began);
  net::Reply reply = co_await ask(socket, request, std::max(left, 1e-6));
  result.figure = reply.body.status;
  if (reply.outcome != Outcome::ok)
    result.failure =
        reply.outcome == Outcome::timed_out ? CheckFailure::no_answer : CheckFailure::closed;
  else if (reply.body.status >= 400)
    result.failure = CheckFailure::status;
  co_return result;
}

/// [HA-15]
double Haproxy::gap(const Server& server) const {
  const CheckOptions& options = server.options.check;
  if (server.up && server.health == server.full_health()) return options.inter;
  if (!server.up && server.health == 0) return options.downinter.value_or(options.inter);
  return options.fastinter.value_or(options.inter);
}

/// One success restores full credit; `rise` of them in a row bring it UP. [HA-18]
void Haproxy::passed(Server& server) {
  server.consecutive_errors = 0;
  if (server.up) {
    server.health = server.full_health();
  } else if (++server.health >= server.options.check.rise) {
    mark_up(server);
  }
}

/// Each failure costs credit; without any it goes DOWN. A failure during its rise starts that anew.
void Haproxy::failed_check(Server& server, measure::CheckResult why) {
  ++server.failed_checks;
  const CheckOptions& options = server.options.check;
  if (!server.up) {
    server.health = 0;
  } else if (server.health > options.rise) {
    --server.health;
    say({.what = What::check_failed,
         .target = server.name,
         .check = why,
         .figure = static_cast<double>(server.health - options.rise + 1)});
  } else {
    mark_down(server, why);
  }
}

void Haproxy::mark_up(Server& server) {
  server.up = true;
  server.health = server.full_health();
  server.up_since = now();
  balancer_.changed();
  say({.what = What::up,
       .target = server.name,
       .figure = static_cast<double>(server.options.check.rise)});
  serve_queues(server);
}

void Haproxy::mark_down(Server& server, measure::CheckResult why) {
  server.up = false;
  server.health = 0;
  balancer_.changed();
  say({.what = What::down, .target = server.name, .check = why});
  if (balancer_.eligible().empty()) say({.what = What::no_server});
  redistribute(server);
  if (server.options.on_marked_down != OnMarkedDown::shutdown_sessions) return;
  const auto sessions = std::exchange(server.sessions, {});
  server.shut.assign(sessions.begin(), sessions.end());
  for (const net::ConnectionId id : server.shut) network().abort(id, net::client_side);
}

void Haproxy::command(const std::string& verb, const std::string& server_name, engine::Hold by) {
  if (verb == "reload" && is_alive()) {
    say({.what = What::reloaded, .target = name()});
    forget_health();
    return;
  }
  const auto found = std::find_if(servers_.begin(), servers_.end(),
                                  [&](const Server& one) { return one.name == server_name; });
  if (found == servers_.end() || !is_alive()) return;
  Server& server = *found;
  const auto before = server.admin;
  if (verb == "ready")
    server.commands.drop(by);
  else
    server.commands.add(by, verb == "maint" ? Server::Admin::maint : Server::Admin::drain);
  server.admin = server.commands.any() ? server.commands.last() : Server::Admin::ready;
  if (server.admin == Server::Admin::ready && before == Server::Admin::maint) {
    server.up = true;  // and one failed check brings it DOWN again [HA-19]
    server.health = server.options.check.rise;
    server.up_since = now();
  }
  balancer_.changed();
  say({.what = server.admin == Server::Admin::maint   ? What::maint
               : server.admin == Server::Admin::drain ? What::drain
                                                      : What::ready,
       .target = server.name});
  serve_queues(server);
}

/// Errors of traffic count, too, where `observe` says so. [HA-22]
void Haproxy::observe(Server& server, Traffic what) {
  const ServerOptions& options = server.options;
  if (options.observe == Observe::none || options.check.kind == CheckKind::none) return;
  const bool layer7 = options.observe == Observe::layer7;
  if (what == (layer7 ? Traffic::answered : Traffic::connected)) server.consecutive_errors = 0;
  const bool error = what == Traffic::no_connection || (layer7 && what == Traffic::bad_answer);
  if (!error) return;
  if (++server.consecutive_errors < options.error_limit || !server.up) return;
  server.consecutive_errors = 0;
  const measure::CheckResult why{CheckFailure::errors, options.error_limit};
  if (options.on_error == OnError::mark_down) return mark_down(server, why);
  if (options.on_error == OnError::fail_check) failed_check(server, why);
  if (options.on_error == OnError::sudden_death && server.up) {
    server.health = options.check.rise;  // one more failure and it is DOWN
  }
  if (options.check.fastinter && server.check_nap.process) {
    // The next check comes after fastinter, if that is sooner.
    const Token nap = server.check_nap;
    kernel().at(now() + *options.check.fastinter, [nap] {
      if (nap.process->find(nap)) nap.process->accept(nap);
    });
  }
}

}  // namespace spof::stack
