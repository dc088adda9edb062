#include "stack/nginx.hpp"

#include <algorithm>

#include "stack/haproxy_options.hpp"

namespace spof::stack {
namespace {

/// Counts a connection for as long as it lives.
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
    : Component(context, "nginx", machine, options.worker_processes, NginxOptions::port),
      options_(options),
      random_(stream("demand")),
      disk_(*this, machine.disk(), 4) {
  listener.backlog = options.backlog;
  listener.idle_timeout = options.keepalive_timeout;  // [NG-6]
}

void Nginx::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires) upstreams_.push_back({address_of(wire)});
}

void Nginx::started() {
  Component::started();
  disk_.clear();
  for (Upstream& upstream : upstreams_) upstream = {upstream.address};
  proxied_ = 0;
}

Task<> Nginx::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  exchange.served_by(co_await Self{});
  const Body request = exchange.request();
  const bool is_check = request.verb == code(Verb::check);
  const RequestClass& wanted = class_of(request);
  // None of the connections is free: the accepted one is closed at once. [NG-1]
  if (listener.accepted + proxied_ > options_.worker_processes * options_.worker_connections)
    co_return exchange.abort();
  if (is_struck())
    co_return exchange.answer(failure(request, errors.last().status, Cause::injected));
  co_await compute(is_check ? options_.page_cpu.draw(random_) : wanted.cpu.nginx.draw(random_));
  if (is_check && request.number == static_cast<std::uint64_t>(AnsweredBy::nginx))
    co_return exchange.answer(success(request, 200));
  if (!is_check && wanted.kind == RequestKind::static_file) {
    if (random_.chance(wanted.from_disk) && machine().has_disk())
      co_await disk_.use(wanted.response * machine().disk_slowdown());
    co_return exchange.answer(success(request, wanted.response));
  }
  Body answer = co_await proxy(request);
  exchange.answer(answer);
}

/// Tries the upstreams in turn. [NG-3] [NG-4] [NG-5]
Task<Body> Nginx::proxy(Body request) {
  const Counted counted(proxied_);
  Upstream* upstream = nullptr;
  Body answer = failure(request, 502, Cause::no_live_upstream);
  for (std::size_t tries = 0; tries < upstreams_.size(); ++tries) {
    upstream = pick(upstream);
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
/// it, and its success makes it good again. A group of one is always tried. [NG-4]
Nginx::Upstream* Nginx::pick(const Upstream* avoid) {
  if (upstreams_.size() == 1) return &upstreams_.front();
  for (std::size_t i = 0; i < upstreams_.size(); ++i) {
    Upstream& upstream = upstreams_[turn_++ % upstreams_.size()];
    const bool recent = now() - upstream.checked <= options_.fail_timeout;
    const bool disabled = options_.max_fails > 0 && upstream.fails >= options_.max_fails && recent;
    if (&upstream == avoid || disabled) continue;
    if (!recent) upstream.checked = now();
    return &upstream;
  }
  return nullptr;
}

void Nginx::failed(Upstream& upstream) {
  ++upstream.fails;
  upstream.accessed = upstream.checked = now();
}

std::unique_ptr<Component> NginxOptions::build(Context& context, engine::Machine& machine,
                                               const NginxOptions& options) {
  return std::make_unique<Nginx>(context, machine, options);
}

}  // namespace spof::stack
