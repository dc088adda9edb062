#include "stack/nginx.hpp"

#include <cmath>

#include "base/append_new.hpp"
#include "stack/haproxy_options.hpp"

namespace spof::stack {
namespace {

const UpstreamOptions* parameters_of(const NginxOptions& options, const std::string& upstream) {
  for (const auto& [name, one] : options.upstream_servers)
    if (name == upstream) return &one;
  return nullptr;
}

/// The word for a status, if proxy_next_upstream names it. [NG-16]
std::optional<NextOn> named_by(const NginxOptions& options, int status) {
  for (const NextOn one : options.proxy_next_upstream)
    if (names(one)[static_cast<std::size_t>(one)] == "http_" + std::to_string(status)) return one;
  return std::nullopt;
}

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
      disk_(*this, machine.disk(), 4) {
  disk_.measured_as("disk");
  listener.backlog = options.backlog;
  listener.idle_timeout = options.keepalive_timeout;  // [NG-6]
  listener.header_timeout = options.client_header_timeout;
}

void Nginx::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires) {
    Upstream& one = fresh_.upstreams.emplace_back();
    one.name = wire.to;
    one.address = address_of(wire);
    if (const auto* line = parameters_of(options_, wire.to)) one.line = *line;
    one.effective = one.line.weight;
  }
}

void Nginx::started() {
  Component::started();
  if (tls_) tls_->restart(now());
  disk_.clear();
  start_workers();
  visitors_.clear();
}

void Nginx::start_workers() {
  workers_ = std::make_shared<Workers>();
  disabled_.clear();
  for (int i = 0; i < options_.worker_processes.value_or(machine().cores()); ++i) {
    workers_->waiting.push_back(workers_->all.size());
    workers_->all.push_back({.group = fresh_});
  }
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
  if (verb == "reload" || verb == "renew") {
    ++reloads;
    start_workers();
    network().close_idle(*this);  // of the old workers [NG-6]
  }
  if (!tls_ || (verb != "reload" && verb != "renew")) return;
  if (verb == "renew") tls_->renew(now());
  if (is_alive()) tls_->restart(now());  // [TLS-3]
}

/// Whoever accepts a connection keeps it. EPOLLEXCLUSIVE wakes the worker that has waited longest;
/// it goes to the end of the line with its first accepted connection and every sixteenth that
/// follows, or with each while less than an eighth of its own are free. Who has none to accept with
/// stays. [NG-11]
Nginx::Worker& Nginx::worker_of(net::ConnectionId connection) {
  const auto place = static_cast<std::uint32_t>(connection);
  const auto known = workers_->whose.find(place);
  if (known != workers_->whose.end() && known->second.first == connection)
    return workers_->all[known->second.second];
  const std::size_t index = workers_->waiting.front();
  workers_->whose[place] = {connection, index};
  Worker& worker = workers_->all[index];
  const int left = room() - worker.connections;
  if (left > 0 && (worker.accepted++ % 16 == 0 || left < options_.worker_connections / 8)) {
    workers_->waiting.pop_front();
    workers_->waiting.push_back(index);
  }
  return worker;
}

/// Requests whose header does not end take connections of all workers alike. [FW-6] Told once in a
/// while.
bool Nginx::is_full(const Worker& worker) {
  constexpr double a_while = 10;
  const int slow = listener.trickling / static_cast<int>(workers_->all.size());
  if (worker.connections + slow <= room()) return false;
  if (now() - said_full_ > a_while)
    say({.what = What::connections_taken,
         .target = name(),
         .figure = double(options_.worker_connections)});
  said_full_ = now();
  return true;
}

Task<> Nginx::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  exchange.served_by(co_await Self{});
  const Body request = exchange.request();
  if (request.verb == code(Verb::handshake))
    co_return co_await welcome(tls_ ? &*tls_ : nullptr, exchange);
  const bool is_check = request.verb == code(Verb::check);
  const RequestClass& wanted = class_of(request);
  const std::shared_ptr<Workers> workers = workers_;
  Worker& worker = worker_of(exchange.connection());
  const Counted counted(worker.connections);
  // None of its worker's connections is free: it is closed at once. Idle ones make room. [NG-1]
  if (is_full(worker)) co_return exchange.abort(Outcome::reset);
  if (is_struck())
    co_return exchange.answer(failure(request, errors.last().status, Cause::injected));
  if (request.verb == code(Verb::metrics)) {
    Body page = success(request, 200);
    const double active = listener.accepted;
    page.number = context_.luggage.leave(MetricsPage{{"nginx_connections_active", {}, active}});
    co_return exchange.answer(page);
  }
  const double most = options_.client_max_body_size;
  if (!is_check && most > 0 && wanted.request > most)
    co_return exchange.answer(failure(request, 413, Cause::body_too_large));  // [NG-13]
  // Who came through a balancer has its address, unless Nginx reads the header that it adds.
  const bool own_address = options_.real_ip || !(request.flags & net::passed_on);
  // A check shares that address; a page that `return` answers comes before all limits. [NG-7]
  const bool is_page = is_check && request.number == static_cast<std::uint64_t>(AnsweredBy::nginx);
  Visitor unlimited;
  Visitor& visitor = is_page || !(options_.limit_req || options_.limit_conn)
                         ? unlimited
                         : visitors_[own_address ? request.source : 0];
  const Counted visiting(visitor.in_progress);
  const std::optional<double> wait = limited(visitor);
  if (!is_page && !wait) co_return exchange.answer(failure(request, 503, Cause::request_limited));
  if (!is_page && *wait > 0) co_await sleep_for(*wait);
  co_await compute((is_check ? options_.page_cpu.draw(random_) : wanted.cpu.nginx.draw(random_)) +
                   (tls_ ? double(tls_->options().cpu.request) : 0));
  if (is_page) co_return exchange.answer(success(request, 200));
  if (!is_check && wanted.kind == RequestKind::static_file) {
    if (request.count != 0 && !has(machine().assets, request.count))
      co_return exchange.answer(failure(request, 404, Cause::asset_missing));
    if (random_.chance(wanted.from_disk) && machine().has_disk())
      co_await disk_.use(wanted.response * machine().disk_slowdown());
    co_return co_await respond(exchange, success(request, wanted.response), options_.send_timeout);
  }
  constexpr double body_buffer = 16384;  // client_body_buffer_size [NG-15]
  if (!is_check && wanted.request > body_buffer && machine().is_disk_full())
    co_return exchange.answer(failure(request, 500, Cause::no_temp_file));
  Group& group = options_.zone ? workers->all.front().group : worker.group;
  const Body answer = co_await proxy(worker, group, request);
  co_await respond(exchange, answer, options_.send_timeout);
}

/// Tries the upstreams in turn. [NG-3] [NG-4] [NG-5]
Task<Body> Nginx::proxy(Worker& worker, Group& group, Body request) {
  const double begun = now(), patience = options_.proxy_next_upstream_timeout;
  const auto most = static_cast<std::size_t>(options_.proxy_next_upstream_tries);
  Tries tried;
  for (;;) {
    Upstream* const upstream = pick(group, tried);
    if (!upstream) co_return failure(request, 502, Cause::no_live_upstream);
    tried.push_back(upstream);
    bool again = false;
    const Body answer = co_await ask_upstream(worker, *upstream, request, &again);
    const bool over = tried.size() == group.upstreams.size() || tried.size() == most ||
                      (patience > 0 && now() - begun >= patience);
    if (!again || over) co_return answer;
    if (request.verb != code(Verb::check) && class_of(request).kind == RequestKind::write)
      context_.ledger.sent_again(request.id);
  }
}

bool Nginx::tries_next_on(Outcome failure) const {
  const NextOn named = failure == Outcome::timed_out ? NextOn::timeout : NextOn::error;
  return has(options_.proxy_next_upstream, named);
}

/// A write that was sent is not sent again: it may have been executed. [NG-3]
bool Nginx::may_send_again(const Body& request) const {
  return has(options_.proxy_next_upstream, NextOn::non_idempotent) ||
         request.verb == code(Verb::check) || class_of(request).kind != RequestKind::write;
}

Task<Body> Nginx::ask_upstream(Worker& worker, Upstream& upstream, Body request, bool* again) {
  // Its worker has no connection left for it: nobody's failure, nobody else is tried. [NG-1]
  const Counted counted(worker.connections);
  if (is_full(worker)) co_return failure(request, 500, Cause::worker_connections);
  const Tried tried(*this, upstream);
  // HTTP/1.0 to the application: a new connection per request. [NG-2]
  net::Socket socket = co_await dial(upstream.address, options_.proxy_connect_timeout);
  if (!socket) {
    failed(upstream);
    *again = tries_next_on(socket.outcome());
    if (socket.outcome() == Outcome::timed_out)
      co_return failure(request, 504, Cause::upstream_timeout);
    co_return failure(request, 502, Cause::upstream_refused);
  }
  request.flags = static_cast<std::uint8_t>(request.flags & ~net::keep_open);
  const net::Reply reply = co_await ask(socket, request, options_.proxy_read_timeout,
                                        {.between_reads = true});  // [NG-2]
  if (reply.outcome == Outcome::ok) {
    if (const auto named = named_by(options_, reply.body.status)) {
      if (*named != NextOn::http_403 && *named != NextOn::http_404) failed(upstream);
      *again = may_send_again(request);
    }
    co_return reply.body;
  }
  if (reply.begun)  // no failure of the upstream [NG-14]
    co_return cut_off(
        request, reply.outcome == Outcome::timed_out ? Cause::answer_stalled : Cause::answer_cut);
  failed(upstream);
  *again = tries_next_on(reply.outcome) && may_send_again(request);
  if (reply.outcome == Outcome::timed_out) co_return failure(request, 504, Cause::upstream_timeout);
  co_return failure(request, 502, Cause::upstream_closed);
}

/// Smooth round robin by weight. `max_fails` failures disable a server for `fail_timeout`; then one
/// request tries it, and its success makes it good again. A group of one is always tried. [NG-4]
/// Whole seconds are compared. [NG-10]
Nginx::Upstream* Nginx::pick(Group& group, const Tries& tried) const {
  if (group.upstreams.size() == 1) return &group.upstreams.front();
  const double second = std::floor(now());
  for (const bool backup : {false, true}) {
    Upstream* best = nullptr;
    int total = 0;
    for (Upstream& one : group.upstreams) {
      const bool recent = second - one.checked <= fail_timeout(one);
      if (one.line.backup != backup || one.line.down || has(tried, &one) ||
          (are_too_many(one, one.fails) && recent))
        continue;
      one.current += one.effective;
      total += one.effective;
      one.effective = std::min(one.effective + 1, one.line.weight);
      if (!best || one.current > best->current) best = &one;
    }
    if (!best) continue;
    best->current -= total;
    if (second - best->checked > fail_timeout(*best)) best->checked = second;
    return best;
  }
  return nullptr;
}

/// Told is the first of its workers that passes an upstream over, and the last that does no more.
void Nginx::failed(Upstream& upstream) {
  const int most = max_fails(upstream);
  upstream.accessed = upstream.checked = std::floor(now());
  if (most > 0) upstream.effective = std::max(0, upstream.effective - upstream.line.weight / most);
  const bool was_disabled = are_too_many(upstream, upstream.fails++);
  if (was_disabled || !are_too_many(upstream, upstream.fails)) return;
  if (++disabled_[upstream.name] == 1)
    say({.what = What::disabled,
         .target = upstream.name,
         .figure = static_cast<double>(most),
         .setting = static_cast<int>(fail_timeout(upstream))});
}

void Nginx::made_whole(Upstream& upstream) {
  const bool was_disabled = are_too_many(upstream, std::exchange(upstream.fails, 0));
  if (was_disabled && disabled_[upstream.name] > 0 && --disabled_[upstream.name] == 0)
    say({.what = What::enabled, .target = upstream.name});
}

std::unique_ptr<Component> NginxOptions::build(Context& context, engine::Machine& machine,
                                               const NginxOptions& options) {
  return std::make_unique<Nginx>(context, machine, options);
}

}  // namespace spof::stack
