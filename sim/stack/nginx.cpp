#include "stack/nginx.hpp"

#include <cmath>

#include "base/append_new.hpp"
#include "stack/haproxy_options.hpp"

namespace spof::stack {
namespace {

/// Counts a connection for as long as it is in use.
class Counted {
 public:
  explicit Counted(int& count) : count_(count) { ++count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --count_; }

 private:
  int& count_;
};

}  // namespace

Nginx::Nginx(Context& context, engine::Machine& machine, const NginxOptions& options)
    : Component(context, "nginx", machine, options.worker_processes.value_or(machine.cores()),
                NginxOptions::port),
      options_(options),
      tls_(secured(options.tls, NginxOptions::port)),
      random_(stream("demand")),
      disk_(*this, machine.disk(), 4),
      connections_(static_cast<std::size_t>(options.worker_processes.value_or(machine.cores()))) {
  disk_.measured_as("disk");
  listener.backlog = options.backlog;
  listener.idle_timeout = options.keepalive_timeout;  // [NG-6]
}

void Nginx::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires) fresh_.upstreams.push_back({address_of(wire)});
}

void Nginx::started() {
  Component::started();
  if (tls_) tls_->restart(now());
  disk_.clear();
  groups_.assign(options_.zone ? 1 : connections_.size(), fresh_);
  connections_.assign(connections_.size(), 0);
  visitors_.clear();
}

/// The bucket as a request finds it; the first of an address finds none. What is refused does not
/// fill it. [NG-7]
std::optional<double> Nginx::limited(Visitor& visitor) const {
  if (options_.limit_conn && visitor.in_progress > *options_.limit_conn) return {};
  if (!options_.limit_req) return 0;
  const LimitReqOptions& limit = *options_.limit_req;
  const double since = now() - visitor.at;
  const double excess = visitor.at < 0 ? 0 : std::max(0., visitor.excess - limit.rate * since + 1);
  if (excess > limit.burst) return {};
  visitor.excess = excess;
  visitor.at = now();
  return limit.nodelay ? 0 : excess / limit.rate;
}

void Nginx::command(const std::string& verb, const std::string&, engine::Hold) {
  if (verb == "reload" || verb == "renew") ++reloads;
  if (verb != "renew" || !tls_) return;
  tls_->renew(now());
  if (is_alive()) tls_->restart(now());
}

/// Whichever worker wakes first accepts a connection, and keeps it: drawn evenly.
std::size_t Nginx::worker_of(net::ConnectionId connection) const {
  return Random(context_.seed ^ connection, "worker").below(connections_.size());
}

Task<> Nginx::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  exchange.served_by(co_await Self{});
  const Body request = exchange.request();
  if (request.verb == code(Verb::handshake))
    co_return co_await welcome(tls_ ? &*tls_ : nullptr, exchange);
  const bool is_check = request.verb == code(Verb::check);
  const RequestClass& wanted = class_of(request);
  const std::size_t worker = worker_of(exchange.connection());
  const Counted counted(connections_[worker]);
  // None of its worker's connections is free: it is closed at once. Idle ones make room. [NG-1]
  if (connections_[worker] > options_.worker_connections) co_return exchange.abort(Outcome::reset);
  if (is_struck())
    co_return exchange.answer(failure(request, errors.last().status, Cause::injected));
  if (request.verb == code(Verb::metrics)) {
    Body page = success(request, 200);
    const double active = listener.accepted;
    page.number = context_.luggage.leave(MetricsPage{{"nginx_connections_active", {}, active}});
    co_return exchange.answer(page);
  }
  // Who came through a balancer has its address, unless Nginx reads the header that it adds.
  const bool own_address = options_.real_ip || !(request.flags & net::passed_on);
  Visitor unlimited;
  Visitor& visitor = is_check || !(options_.limit_req || options_.limit_conn)
                         ? unlimited
                         : visitors_[own_address ? request.source : 0];
  const Counted visiting(visitor.in_progress);
  const std::optional<double> wait = limited(visitor);
  if (!is_check && !wait) co_return exchange.answer(failure(request, 503, Cause::request_limited));
  if (!is_check && *wait > 0) co_await sleep_for(*wait);
  co_await compute((is_check ? options_.page_cpu.draw(random_) : wanted.cpu.nginx.draw(random_)) +
                   (tls_ ? double(tls_->options().cpu.request) : 0));
  if (is_check && request.number == static_cast<std::uint64_t>(AnsweredBy::nginx))
    co_return exchange.answer(success(request, 200));
  if (!is_check && wanted.kind == RequestKind::static_file) {
    if (request.count != 0 && !has(machine().assets, request.count))
      co_return exchange.answer(failure(request, 404, Cause::asset_missing));
    if (random_.chance(wanted.from_disk) && machine().has_disk())
      co_await disk_.use(wanted.response * machine().disk_slowdown());
    co_return exchange.answer(success(request, wanted.response));
  }
  const Counted proxied(connections_[worker]);
  Body answer = co_await proxy(groups_[options_.zone ? 0 : worker], request);
  exchange.answer(answer);
}

/// Tries the upstreams in turn. [NG-3] [NG-4] [NG-5]
Task<Body> Nginx::proxy(Group& group, Body request) {
  Upstream* upstream = nullptr;
  Body answer = failure(request, 502, Cause::no_live_upstream);
  for (std::size_t tries = 0; tries < group.upstreams.size(); ++tries) {
    upstream = pick(group, upstream);
    if (!upstream) co_return failure(request, 502, Cause::no_live_upstream);
    bool may_try_next = false;
    answer = co_await ask_upstream(*upstream, request, &may_try_next);
    if (!may_try_next || !options_.proxy_next_upstream) break;
  }
  co_return answer;
}

Task<Body> Nginx::ask_upstream(Upstream& upstream, Body request, bool* may_try_next) {
  // HTTP/1.0 to the application: a new connection per request. [NG-2]
  net::Socket socket = co_await dial(upstream.address, options_.proxy_connect_timeout);
  if (!socket) {
    failed(upstream);
    *may_try_next = true;
    if (socket.outcome() == Outcome::timed_out)
      co_return failure(request, 504, Cause::upstream_timeout);
    co_return failure(request, 502, Cause::upstream_refused);
  }
  request.flags = static_cast<std::uint8_t>(request.flags & ~net::keep_open);
  net::Reply reply = co_await ask(socket, request, options_.proxy_read_timeout);
  if (reply.outcome == Outcome::ok) {
    if (upstream.accessed < upstream.checked) upstream.fails = 0;
    co_return reply.body;
  }
  failed(upstream);
  // A write that was sent is not sent again: it may have been executed. [NG-3]
  *may_try_next = request.verb == code(Verb::check) || class_of(request).kind != RequestKind::write;
  if (reply.outcome == Outcome::timed_out) co_return failure(request, 504, Cause::upstream_timeout);
  co_return failure(request, 502, Cause::upstream_closed);
}

/// Round robin. `max_fails` failures disable a server for `fail_timeout`; then one request tries
/// it, and its success makes it good again. A group of one is always tried. [NG-4] Whole seconds
/// are compared. [NG-10]
Nginx::Upstream* Nginx::pick(Group& group, const Upstream* avoid) const {
  if (group.upstreams.size() == 1) return &group.upstreams.front();
  for (std::size_t i = 0; i < group.upstreams.size(); ++i) {
    Upstream& upstream = group.upstreams[group.turn++ % group.upstreams.size()];
    const bool recent = std::floor(now()) - upstream.checked <= options_.fail_timeout;
    const bool disabled = options_.max_fails > 0 && upstream.fails >= options_.max_fails && recent;
    if (&upstream == avoid || disabled) continue;
    if (!recent) upstream.checked = std::floor(now());
    return &upstream;
  }
  return nullptr;
}

void Nginx::failed(Upstream& upstream) {
  ++upstream.fails;
  upstream.accessed = upstream.checked = std::floor(now());
}

std::unique_ptr<Component> NginxOptions::build(Context& context, engine::Machine& machine,
                                               const NginxOptions& options) {
  return std::make_unique<Nginx>(context, machine, options);
}

}  // namespace spof::stack
