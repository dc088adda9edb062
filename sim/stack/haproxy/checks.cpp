#include <algorithm>
#include <cmath>

#include "stack/haproxy/haproxy.hpp"

namespace spof::stack {

using measure::CheckFailure;

/// The checks begin anew. They are staggered over all backends: number k of N starts after k/N of
/// its own gap, or of the smallest gap from one second on if that is larger. [HA-20] Unless it has
/// just started it has checked for long: every server is good, but a replica that is asked whether
/// it takes writes, and it is anywhere between two checks, which are `inter` apart.
void Haproxy::forget_health() {
  ++generation_;
  connecting_.clear();
  for (Backend& backend : backends_) backend.forget_health();
  double smallest = INFINITY;
  int checked = 0, before = 0;
  for (Backend& backend : backends_)
    for (const Server& one : backend.servers) {
      if (one.options.checks().kind == CheckKind::none) continue;
      ++checked;
      if (const double gap = backend.gap(one); gap >= 1) smallest = std::min(smallest, gap);
    }
  const bool fresh = options_.fresh_start || epoch() > 1 || generation_ > 1;
  for (Backend& backend : backends_)
    for (Server& one : backend.servers) {
      if (one.options.checks().kind == CheckKind::none) continue;
      const double gap = backend.gap(one);
      const double spread = std::isinf(smallest) ? gap : std::max(gap, smallest);
      double first_after = spread * before++ / checked;
      if (!fresh) {
        one.up = !one.to_replica || one.options.checks().answered_by != AnsweredBy::primary;
        one.health = one.up ? one.full_health() : 0;
        first_after = std::fmod(first_after + one.options.checks().inter * phase_,
                                one.options.checks().inter);
      }
      start(backend.check(one, first_after, generation_));
    }
}

/// At a start or a reload every server is UP, with credit for one failed check, and has no session
/// that a check watches: those of the old process run on without. [HA-19] [HA-40]
void Backend::forget_health() {
  for (Server& server : servers) {
    server.sessions.clear();
    server.up = true;
    server.admin = Server::Admin::ready;
    server.weights.clear();
    server.options.weight = server.written_weight;
    server.health = server.options.checks().rise;
    server.up_since = -1;
    server.consecutive_errors = 0;
  }
  balancer.changed();
}

/// Health checks of one server, until the next reload. The interval is a gap: the next check starts
/// so long after the one before has ended. [HA-14]
Task<> Backend::check(Server& server, double first_after, std::uint32_t generation) {
  server.next_check = now() + first_after;
  if (first_after > 0) co_await engine::Nap(haproxy_, server.check_nap, first_after);
  while (generation == haproxy_.generation_) {
    if (server.admin != Server::Admin::maint) {
      const measure::CheckResult result = co_await run_check(server);
      if (generation != haproxy_.generation_ || server.admin == Server::Admin::maint) {
        // the answer of a check that was under way counts no more
      } else if (result.failure == CheckFailure::none) {
        passed(server);
      } else {
        failed_check(server, result);
      }
    }
    const double pause = gap(server);
    server.next_check = now() + pause;
    co_await engine::Nap(haproxy_, server.check_nap, pause);
  }
}

/// When another server of the process is checked next. [HA-17]
double Backend::next_check_beside(const Server& server) const {
  double next = never;
  for (const Backend& backend : haproxy_.backends_)
    for (const Server& one : backend.servers)
      if (&one != &server && one.next_check > now()) next = std::min(next, one.next_check);
  return next;
}

/// What is wrong, if anything. Budgets: [HA-16], with `timeout check` noticed late: [HA-17], words:
/// [HA-44]
Task<measure::CheckResult> Backend::run_check(Server& server) {
  const CheckOptions& how = server.options.checks();
  const double began = now();
  const auto& limit = options.timeout.check;
  const double connect_budget =
      limit ? std::min<double>(how.inter, options.timeout.connect) : double(how.inter);
  bool shaking = false;
  net::Socket socket = co_await haproxy_.reach(server, connect_budget, &shaking);
  measure::CheckResult result;
  if (!socket) {
    const bool silent = socket.outcome() == Outcome::timed_out;
    result.failure = shaking  ? silent ? CheckFailure::no_handshake : CheckFailure::handshake
                     : silent ? CheckFailure::no_connection
                     : socket.outcome() == Outcome::unreachable ? CheckFailure::no_route
                                                                : CheckFailure::refused;
    co_return result;
  }
  if (how.kind == CheckKind::tcp) co_return result;
  Body request;
  request.verb = code(Verb::check);
  request.number = static_cast<std::uint64_t>(how.answered_by);
  request.bytes = 100;
  double left = connect_budget - (now() - began);
  if (limit) left = std::max<double>(*limit, std::min(left, next_check_beside(server) - now()));
  net::Reply reply = co_await haproxy_.ask(socket, request, std::max(left, 1e-6));
  result.figure = reply.body.status;
  if (reply.outcome != Outcome::ok)
    result.failure = reply.outcome == Outcome::timed_out ? CheckFailure::no_answer
                     : reply.outcome == Outcome::reset   ? CheckFailure::reset
                                                         : CheckFailure::closed;
  else if (reply.body.status >= 400)
    result.failure = CheckFailure::status;
  co_return result;
}

/// [HA-15]
double Backend::gap(const Server& server) const {
  const CheckOptions& how = server.options.checks();
  if (server.up && server.health == server.full_health()) return how.inter;
  if (!server.up && server.health == 0) return how.downinter.value_or(how.inter);
  return how.fastinter.value_or(how.inter);
}

/// One success restores full credit; `rise` of them in a row bring it UP. [HA-18]
void Backend::passed(Server& server) {
  server.consecutive_errors = 0;
  if (server.up) {
    server.health = server.full_health();
  } else if (++server.health >= server.options.checks().rise) {
    mark_up(server);
  }
}

/// Each failure costs credit; without any it goes DOWN. A failure during its rise starts that anew.
void Backend::failed_check(Server& server, measure::CheckResult why) {
  ++server.failed_checks;
  const CheckOptions& how = server.options.checks();
  if (!server.up) {
    server.health = 0;
  } else if (server.health > how.rise) {
    --server.health;
    haproxy_.say({.what = What::check_failed,
                  .target = server.name,
                  .check = why,
                  .figure = static_cast<double>(server.health - how.rise + 1)});
  } else {
    mark_down(server, why);
  }
}

void Backend::mark_up(Server& server) {
  server.up = true;
  server.health = server.full_health();
  server.up_since = now();
  balancer.changed();
  haproxy_.say({.what = What::up,
                .target = server.name,
                .figure = static_cast<double>(server.options.checks().rise)});
  serve_queues(server);
}

void Backend::mark_down(Server& server, measure::CheckResult why) {
  server.up = false;
  server.health = 0;
  balancer.changed();
  haproxy_.say({.what = What::down, .target = server.name, .check = why});
  if (balancer.eligible().empty())
    haproxy_.say({.what = What::no_server, .target = name, .setting = options.mode == Mode::tcp});
  redistribute(server);
  shut_sessions(server);
}

/// `on-marked-down shutdown-sessions`: whoever waits for its answer, and who still connects.
void Backend::shut_sessions(Server& server) {
  if (server.options.on_marked_down != OnMarkedDown::shutdown_sessions) return;
  const auto sessions = std::exchange(server.sessions, {});
  server.shut.insert(server.shut.end(), sessions.begin(), sessions.end());
  for (const net::ConnectionId id : sessions) haproxy_.network().abort(id, net::client_side);
  haproxy_.cut_connecting(server);
}

/// Their connections are closed without an answer, and no other server is tried. [HA-46]
void Haproxy::cut_connecting(const Server& server) {
  const auto is_there = [&](const Session* one) { return one->server == &server; };
  for (;;) {
    const auto found = std::ranges::find_if(connecting_, is_there);
    if (found == connecting_.end()) return;
    Session& one = **found;
    const Body nothing = end(one, 0, Cause::marked_down, "D-");
    if (one.backend->options.mode == Mode::http && one.request.id && context_.recorder.wants_log())
      log(one, nothing);
    cancel(one.job);  // and it is in the list no more
  }
}

void Haproxy::command(const std::string& verb, const std::string& object, engine::Hold by) {
  if (!is_alive()) return;
  const std::size_t cut = object.find(' ');
  if (verb == "renew")
    for (Frontend& frontend : frontends_)
      if (frontend.tls) frontend.tls->renew(now());
  if (verb == "configure") {
    object.empty() ? written_.drop(by) : written_.add(by, object);
    return;
  }
  if (verb == "reload" || verb == "renew") {
    ++reloads;
    configure();
    say({.what = What::reloaded, .target = name()});
    renew_tls();
    network().close_idle(*this);  // of the old process [HA-40]
    return forget_health();
  }
  for (Backend& backend : backends_)
    for (Server& server : backend.servers)
      if (server.name != object.substr(0, cut))
        continue;
      else if (verb == "weight")
        backend.weigh(server, cut == object.npos ? -1 : std::stoi(object.substr(cut)), by);
      else
        backend.command(verb, server);
}

/// `set server ... weight`; negative: no more. 0: as drain, but nothing of its state says so.
void Backend::weigh(Server& server, int weight, engine::Hold by) {
  weight < 0 ? server.weights.drop(by) : server.weights.add(by, weight);
  server.options.weight = server.weights.any() ? server.weights.last() : server.written_weight;
  balancer.changed();
  serve_queues(server);
}

/// `set server ... state`: the last counts, whoever gave it and for what; the same again is
/// nothing. [HA-19] One that was UP loses its queue, and in maintenance its sessions. [HA-45]
void Backend::command(const std::string& verb, Server& server) {
  const auto wanted = verb == "maint"   ? Server::Admin::maint
                      : verb == "drain" ? Server::Admin::drain
                                        : Server::Admin::ready;
  const auto before = std::exchange(server.admin, wanted);
  if (before == wanted) return;
  if (server.admin == Server::Admin::ready && before == Server::Admin::maint) {
    server.up = true;  // and one failed check brings it DOWN again [HA-19]
    server.health = server.options.checks().rise;
    server.up_since = now();
  }
  balancer.changed();
  haproxy_.say({.what = server.admin == Server::Admin::maint   ? What::maint
                        : server.admin == Server::Admin::drain ? What::drain
                                                               : What::ready,
                .target = server.name});
  if (server.up && server.admin != Server::Admin::ready) redistribute(server);
  if (server.up && server.admin == Server::Admin::maint) {
    server.idle.clear();
    shut_sessions(server);
  }
  serve_queues(server);
}

/// Errors of traffic count, too, where `observe` says so. [HA-22]
void Backend::observe(Server& server, Traffic what) {
  const ServerOptions& line = server.options;
  if (line.observe == Observe::none || line.checks().kind == CheckKind::none) return;
  const bool layer7 = line.observe == Observe::layer7 && options.mode == Mode::http;
  if (what == (layer7 ? Traffic::answered : Traffic::connected)) server.consecutive_errors = 0;
  const bool error = what == Traffic::no_connection || (layer7 && what == Traffic::bad_answer);
  if (!error) return;
  if (++server.consecutive_errors < line.error_limit || !server.up) return;
  server.consecutive_errors = 0;
  const measure::CheckResult why{CheckFailure::errors, line.error_limit};
  if (line.on_error == OnError::mark_down) return mark_down(server, why);
  if (line.on_error == OnError::sudden_death)  // one more failure than this and it is DOWN
    server.health = std::min(server.health, line.checks().rise + 1);
  if (line.on_error != OnError::fastinter) failed_check(server, why);
  if (line.checks().fastinter && server.check_nap.process) {
    // The next check comes after fastinter, if that is sooner.
    const Token nap = server.check_nap;
    haproxy_.kernel().at(now() + *line.checks().fastinter, [nap] {
      if (nap.process->find(nap)) nap.process->accept(nap);
    });
  }
}

}  // namespace spof::stack
