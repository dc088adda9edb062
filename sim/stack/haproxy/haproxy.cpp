#include "stack/haproxy/haproxy.hpp"

#include <algorithm>
#include <cstring>

namespace spof::stack {

Haproxy::Haproxy(Context& context, engine::Machine& machine, const HaproxyOptions& options)
    : Component(context, "haproxy", machine, options.nbthread,
                static_cast<std::uint16_t>(options.all_frontends().front().second->bind)),
      options_(options),
      random_(stream("demand")) {
  most_accepted = options.maxconn;
  Named<Backend*> named;
  for (const auto& [name, backend] : options.all_backends())
    named.emplace_back(name, &backends_.emplace_back(*this, name, *backend));
  for (const auto& [name, given] : options.all_frontends()) {
    Frontend& frontend = frontends_.emplace_back(*given, context.classes, named);
    const auto port = static_cast<std::uint16_t>(given->bind);
    frontend.tls = secured(given->tls, port);
    const bool first = frontends_.size() == 1;
    frontend.limit(
        first ? listener
              : listen(port, [this, &frontend](
                                 const Message& message) { return serve_at(frontend, message); }),
        options.maxconn);
  }
  const bool taken = network().fabric().host(machine).listener(HaproxyOptions::metrics_port);
  if (!taken)
    frontends_.front().expect_requests(
        listen(HaproxyOptions::metrics_port,
               [this](const Message& message) { return serve_metrics(message); }));
}

/// The wires lead to the server lines of all backends, in the order of the options. Through a
/// frontend in mode tcp clients speak what its servers speak.
void Haproxy::wired(const std::vector<Wire>& wires) {
  auto wire = wires.begin();
  for (Backend& backend : backends_)
    for (Server& server : backend.servers) {
      server.name = wire->label;
      server.index = static_cast<std::int16_t>(wire->index);
      server.to_replica = wire->to_replica;
      server.address = address_of(*wire++);
    }
  for (const Frontend& frontend : frontends_) {
    if (frontend.options.mode != Mode::tcp) continue;
    for (const Server& server : frontend.backend_for({}).servers)
      if (const TlsOptions* tls = tls_at(server.address)) {
        const auto port = static_cast<std::uint16_t>(frontend.options.bind);
        context_.secure.emplace_back(net::Address{address().ip, port}, tls);
        break;
      }
  }
}

std::size_t Haproxy::in_progress() const {
  int served = 0;
  for (const Backend& backend : backends_)
    for (const Server& server : backend.servers)
      if (backend.options.mode == Mode::http) served += server.served;
  return static_cast<std::size_t>(served);
}

std::size_t Haproxy::kept_connections() const {
  std::size_t kept = tunnels_.size();
  for (const Backend& backend : backends_)
    for (const Server& server : backend.servers) kept += server.idle.size();
  return kept;
}

/// A fresh process believes every server UP, with a credit of one failed check. [HA-19]
void Haproxy::started() {
  Component::started();
  renew_tls();
  configure();
  for (Backend& backend : backends_) backend.restart();
  phase_ = stream("phase").uniform();
  forget_health();
}

/// A new process reads its file; its stick tables are empty. [HA-41]
void Haproxy::configure() {
  for (Frontend& frontend : frontends_) {
    frontend.configure(written_.any() ? written_.last() : "");
    frontend.restart();
  }
}

std::vector<const Server*> Haproxy::lines(const std::string& server) const {
  std::vector<const Server*> found;
  for (const Backend& backend : backends_)
    for (const Server& one : backend.servers)
      if (one.name == server) found.push_back(&one);
  return found;
}

/// A new process: no session is known, and the certificates are those on the disk. [TLS-3]
void Haproxy::renew_tls() {
  for (Frontend& frontend : frontends_)
    if (frontend.tls) frontend.tls->restart(now());
  for (Backend& backend : backends_)
    for (Server& server : backend.servers) server.tls_session = 0;
}

std::vector<const TlsListener*> Haproxy::tls_listeners() const {
  std::vector<const TlsListener*> found;
  for (const Frontend& frontend : frontends_)
    if (frontend.tls) found.push_back(&*frontend.tls);
  return found;
}

Haproxy::Session Haproxy::session_of(Frontend& frontend, const Body& first) {
  Session session;
  session.request = first;
  session.request.flags |= net::passed_on;
  session.backend = &frontend.backend_for(first);
  session.tied_to = session.backend->named_by(first);
  session.request.server = -1;
  session.accepted = now();
  session.retries_left = session.backend->options.retries;
  return session;
}

Task<> Haproxy::serve_http(Frontend& frontend, const Message& message) {
  net::Exchange client(*this, message);
  TlsListener* tls = frontend.tls ? &*frontend.tls : nullptr;
  if (client.request().verb == code(Verb::handshake)) co_return co_await welcome(tls, client);
  const engine::Jobs::Handle job = co_await Self{};
  Session session = session_of(frontend, client.request());
  session.client = &client;
  session.patience = frontend.options.timeout.client;
  session.job = job;
  if (options_.abortonclose && session.backend->options.abortonclose) client.served_by(job);
  const double cpu = class_of(session.request).cpu.haproxy.draw(random_);
  co_await compute(cpu * (1 - options_.closing) + (tls ? double(tls->options().cpu.request) : 0));
  if (is_struck())
    co_return client.answer(failure(session.request, errors.last().status, Cause::injected));
  if (session.request.verb == code(Verb::ping))
    co_return client.answer(success(session.request, 100));
  if (frontend.options.redirect_scheme_https) {
    Body elsewhere = success(session.request, 220);
    elsewhere.status = 301;
    elsewhere.number = static_cast<std::uint64_t>(*frontend.options.redirect_scheme_https);
    co_return client.answer(elsewhere);
  }
  if (frontend.denies(session.request, now()))
    co_return client.answer(
        failure(session.request, frontend.options.stick_table.deny_status, Cause::rate_limited));
  Body answer = co_await forward(session);
  frontend.responses.add(answer.status);
  // A later request of a connection is not told, nor logged: the browser is expected to try again.
  // [HA-30]
  const bool silent =
      (session.request.flags & net::not_first) && answer.status >= 500 && answer.server < 0 &&
      (answer.cause == code(Cause::server_closed) || answer.cause == code(Cause::marked_down) ||
       answer.cause == code(Cause::connect_timeout));
  if (silent) co_return client.abort();
  if (session.request.id && context_.recorder.wants_log()) log(session, answer);
  if (tls) answer.bytes += sealed_answer;
  client.answer(answer);
  if (!(session.request.flags & net::keep_open)) co_await compute(cpu * options_.closing);
}

Body Haproxy::end(Session& session, int status, Cause cause, const char* termination) {
  std::memcpy(session.termination, termination, 3);
  Body answer = failure(session.request, status, cause);
  return answer;
}

/// From the choice of a server to its answer, with all retries.
Task<Body> Haproxy::forward(Session& session) {
  Backend::Slot slot(*session.backend, *this);
  Body answer;
  const Server* avoid = nullptr;
  for (bool again = true; again;) {
    Cause failed = Cause::none;
    const bool connected = co_await reach_server(session, avoid, slot, &failed);
    if (connected)
      answer = co_await exchange(session);
    else
      answer = end(session, 503, failed, termination_of(failed));
    again = connected && is_tried_again(session, answer) && session.retries_left-- > 0;
    if (again) std::memcpy(session.termination, "--", 3);
    if (again && class_of(session.request).kind == RequestKind::write)
      context_.ledger.sent_again(session.request.id);
    if (again && may_redispatch(session)) avoid = leave(session, slot);
  }
  answer.retries = static_cast<std::uint8_t>(session.backend->options.retries -
                                             std::max(0, session.retries_left));
  if (session.redispatched) answer.flags |= net::redispatched;
  co_return answer;
}

const char* Haproxy::termination_of(Cause failed) {
  switch (failed) {
    case Cause::queue_timeout:
      return "sQ";
    case Cause::queue_full:
      return "SQ";
    case Cause::connect_timeout:
      return "sC";
    default:
      return "SC";
  }
}

/// `retry-on`: a request that was sent is sent once more, whatever its method, unless a part of its
/// answer has come. [HA-34]
bool Haproxy::is_tried_again(const Session& session, const Body& answer) {
  if (answer.flags & net::cut_off) return false;
  const RetryOnOptions& on = session.backend->options.retry_on;
  if (answer.cause == code(Cause::server_closed) || answer.cause == code(Cause::marked_down))
    return on.empty_response;
  if (answer.cause == code(Cause::server_timeout)) return on.response_timeout;
  return (answer.status == 500 && on.is_500) || (answer.status == 502 && on.is_502) ||
         (answer.status == 503 && on.is_503) || (answer.status == 504 && on.is_504);
}

/// Connects to a server, tries again as often as `retries` allows. False: see `failed`.
Task<bool> Haproxy::reach_server(Session& session, const Server* avoid, Backend::Slot& slot,
                                 Cause* failed) {
  Backend& backend = *session.backend;
  for (;;) {
    if (!session.server) {
      const bool found = co_await assign(session, avoid, slot, failed);
      if (!found) co_return false;
    }
    session.assigned = now();
    session.connected = -1;  // it may have been before, where `retry_on` tries again
    {
      const Connecting held(*this, session);
      session.socket = co_await connect(session, failed);
    }
    if (session.socket) {
      backend.observe(*session.server, Backend::Traffic::connected);
      session.connected = now();
      co_return true;
    }
    backend.observe(*session.server, Backend::Traffic::no_connection);
    if (!backend.options.retry_on.conn_failure || session.retries_left-- == 0) co_return false;
    // An error (not a timeout) is followed by a turn-around, unless the next attempt goes to
    // another server and there is one. [HA-26] [HA-27]
    const bool elsewhere = may_redispatch(session);
    const bool pause =
        *failed == Cause::connect_error && (!elsewhere || backend.balancer.active() <= 1);
    if (pause) co_await sleep_for(std::min<double>(1, backend.options.timeout.connect));
    if (elsewhere) avoid = leave(session, slot);
  }
}

/// Finds a server, waiting in a queue if need be. False: there is none, see `failed`.
Task<bool> Haproxy::assign(Session& session, const Server* avoid, Backend::Slot& slot,
                           Cause* failed) {
  Backend& backend = *session.backend;
  for (;;) {
    Server* server = session.tied_to;
    bool full = server && server->is_full();
    if (!server) server = backend.balancer.pick(session.request.source, avoid, &full);
    if (server && !full) {
      if (assigned) assigned(*server);
      slot.enter(*server);
      session.redispatched = session.redispatched || (avoid && server != avoid);
      session.server = server;
      co_return true;
    }
    if (backend.balancer.eligible().empty()) {
      *failed = Cause::no_server;
      co_return false;
    }
    if (server && server->options.maxqueue > 0 &&
        static_cast<int>(server->queue.size()) >= server->options.maxqueue) {
      if (backend.options.redispatch && std::exchange(session.tied_to, nullptr)) continue;
      *failed = Cause::queue_full;
      co_return false;
    }
    const ServerTimeouts& timeout = backend.options.timeout;
    Backend::InQueue queued(backend, *this, server ? server->queue : backend.queue,
                            timeout.queue.value_or(timeout.connect));
    Server* granted = co_await queued;
    if (granted) {
      slot.enter(*granted, true);
      session.redispatched = session.redispatched || (avoid && granted != avoid);
      session.server = granted;
      co_return true;
    }
    session.tied_to = nullptr;
    if (!queued.has_timed_out()) continue;  // its server went DOWN: look again
    *failed = Cause::queue_timeout;
    co_return false;
  }
}

const Server* Haproxy::leave(Session& session, Backend::Slot& slot) {
  slot.leave();
  session.tied_to = nullptr;
  return std::exchange(session.server, nullptr);
}

/// A retry may go to another server: at once when neither the algorithm nor a cookie cares which,
/// else as the last resort; always when the server is not UP any more. [HA-25] [HA-27]
bool Haproxy::may_redispatch(const Session& session) const {
  Backend& backend = *session.backend;
  if (!backend.options.redispatch) return false;
  if (!session.server->is_running() || session.retries_left == 0) return true;
  return !session.tied_to && backend.balancer.is_indifferent() && backend.balancer.active() > 1;
}

/// http-reuse safe: the first request of a client's connection gets a connection of its own, a
/// later one may use any idle one. [HA-38]
Task<net::Socket> Haproxy::connect(Session& session, Cause* failed) {
  if (session.request.flags & net::not_first)
    if (net::Socket idle = session.server->idle.take()) co_return idle;
  net::Socket socket = co_await reach(*session.server, session.backend->options.timeout.connect);
  if (!socket)
    *failed =
        socket.outcome() == Outcome::timed_out ? Cause::connect_timeout : Cause::connect_error;
  co_return socket;
}

/// A connection to a server, with its handshake where it speaks TLS: `timeout connect` is for both.
/// `shaking`: it came to the handshake.
Task<net::Socket> Haproxy::reach(Server& server, double patience, bool* shaking) {
  const double deadline = now() + patience;
  net::Socket socket = co_await dial(server.address, patience);
  const TlsOptions* tls = socket ? tls_at(server.address) : nullptr;
  if (!tls) co_return socket;
  if (shaking) *shaking = true;
  const Handshake shaken =
      co_await shake_hands(socket, *tls, {&server.tls_session, 0, server.options.verify, deadline});
  if (!shaken) co_return net::Socket(nullptr, 0, shaken.cause ? Outcome::refused : shaken.outcome);
  co_await compute(tls->cpu.client);
  co_return socket;
}

void Haproxy::keep(Session& session, net::Socket&& socket) {
  Server& server = *session.server;
  server.idle.keep(std::move(socket), server.served, options_.nbthread);
  if (server.idle.size() > 0 && !std::exchange(server.idle.purging, true)) start(purge(server));
}

Task<> Haproxy::purge(Server& server) {
  while (server.idle.size() > 0) {
    co_await sleep_for(IdleConnections::purge_delay);
    server.idle.purge(server.served);
  }
  server.idle.purging = false;
}

std::unique_ptr<Component> HaproxyOptions::build(Context& context, engine::Machine& machine,
                                                 const HaproxyOptions& options) {
  return std::make_unique<Haproxy>(context, machine, options);
}

}  // namespace spof::stack
