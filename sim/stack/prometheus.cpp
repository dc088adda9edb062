#include "stack/prometheus.hpp"

#include <algorithm>
#include <cmath>

#include "stack/alertmanager_options.hpp"
#include "stack/exporter_options.hpp"
#include "stack/monitored.hpp"
#include "stack/mysql_options.hpp"
#include "stack/nginx_options.hpp"

namespace spof::stack {

using monitoring::Millis;

namespace {

const char* const probe_label = "probe/";

}  // namespace

std::string part_of(const monitoring::Labels& labels) {
  if (!labels.get("server").empty()) return labels.get("server");
  const std::string& instance = labels.get("instance");
  const std::size_t colon = instance.rfind(':');
  const std::string host = instance.substr(0, colon);
  const std::string port = colon == std::string::npos ? "" : instance.substr(colon + 1);
  const auto is = [&](std::uint16_t known) { return port == std::to_string(known); };
  if (is(HaproxyOptions::metrics_port)) return std::string(HaproxyOptions::kind) + "@" + host;
  if (is(ExporterOptions::mysqld_port)) return std::string(MysqlOptions::kind) + "@" + host;
  if (is(ExporterOptions::nginx_port)) return std::string(NginxOptions::kind) + "@" + host;
  return is(ExporterOptions::port) ? host : instance;
}

monitoring::Labels labels_of_target(const Wire& wire) {
  if (wire.port == AlertmanagerOptions::port) return {};
  if (wire.label.starts_with(probe_label))
    return {{"job", "probe"}, {"instance", wire.label.substr(std::string(probe_label).size())}};
  const std::size_t at = wire.label.find('@');
  return {{"job", at == std::string::npos ? "node" : wire.label.substr(0, at)},
          {"instance", wire.host + ":" + std::to_string(wire.port)}};
}

std::unique_ptr<Component> PrometheusOptions::build(Context& context, engine::Machine& machine,
                                                    const PrometheusOptions& options) {
  return std::make_unique<Prometheus>(context, machine, options);
}

/// Its rules were read and found good when the scenario was checked.
Prometheus::Prometheus(Context& context, engine::Machine& machine, const PrometheusOptions& options)
    : Component(context, PrometheusOptions::kind, machine, 1, PrometheusOptions::port),
      options_(options) {
  if (options.rules.empty()) return;
  Mistakes mistakes;
  rules_ = monitoring::read_rules(options.rules_file.empty() ? options.rules : options.rules_file,
                                  mistakes);
  store_.keep(rules_.reach());
}

void Prometheus::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires) {
    const monitoring::Labels labels = labels_of_target(wire);
    if (labels.empty()) {
      managers_.push_back(address_of(wire));
      continue;
    }
    Target& target = targets_.emplace_back();
    target.job = labels.get("job");
    target.instance = labels.get("instance");
    target.address = address_of(wire);
    for (const auto& [own, probe] : options_.probes)
      if (wire.label == probe_label + own) target.probe = &probe;
  }
}

void Prometheus::started() {
  Component::started();
  since_.clear();
  groups_.clear();
  for (Target& target : targets_) {
    target.kept = {};
    target.present.clear();  // what it has not seen itself it marks as stale no more [MON-6]
    start(scrape_forever(target));
  }
  for (const monitoring::RuleGroup& group : rules_.groups)
    start(evaluate_forever(
        groups_.emplace_back(group, monitoring::to_millis(options_.evaluation_interval))));
}

/// Which alerts fire now, for somebody before a screen.
Task<> Prometheus::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  std::vector<monitoring::Labels> firing;
  for (const monitoring::GroupRunner& group : groups_)
    for (std::size_t rule = 0; rule < group.group().rules.size(); ++rule)
      for (const auto& [labels, alert] : group.alerts(rule))
        if (alert.state == monitoring::AlertState::firing) firing.push_back(alert.labels);
  Body page = success(exchange.request(), 2000);
  page.number = context_.luggage.leave(std::move(firing));
  exchange.answer(page);
  co_return;
}

// ---- Scraping -----------------------------------------------------------------------------------
Millis Prometheus::Clock::next() const {
  const Millis after = monitoring::to_millis(now()) - offset;
  return offset + (after / interval + (after >= 0 ? 1 : 0)) * interval;
}

/// A hash in reality, of the target and the server or of the rules file and the group: the same
/// over restarts. [MON-2]
Prometheus::Clock Prometheus::clock(const std::string& what, double interval) const {
  const Millis length = monitoring::to_millis(interval);
  const double place = Random(context_.seed, what).uniform();
  return {length, static_cast<Millis>(place * static_cast<double>(length))};
}

Task<> Prometheus::scrape_forever(Target& target) {
  const Clock dates =
      clock(name() + "/" + target.job + "/" + target.instance, options_.scrape_interval);
  for (Millis date = dates.next();;) {
    co_await sleep_until(monitoring::to_seconds(date));
    co_await scrape(target, date);
    // One that took all of its interval is followed by the next at once. [MON-6]
    date = monitoring::to_millis(now()) == date + dates.interval ? date + dates.interval
                                                                 : dates.next();
  }
}

/// Its samples are of the date when it began. What the target had and has no more is marked stale,
/// all of it when it does not answer. [MON-3] [MON-6]
Task<> Prometheus::scrape(Target& target, Millis date) {
  MetricsPage page;
  bool up = true;
  if (target.probe)
    page = co_await probe(target, options_.timeout() - 0.5);
  else
    up = co_await ask_page(target, options_.timeout(), &page);
  page.push_back({"up", {}, up ? 1. : 0.});
  std::vector<monitoring::Series*> present;
  for (const Metric& one : page) {
    monitoring::Labels labels{
        {monitoring::metric_name, one.name}, {"job", target.job}, {"instance", target.instance}};
    for (const auto& [label, value] : one.labels) labels.set(label, value);
    present.push_back(&store_.series(labels));
    store_.append(*present.back(), date, one.value);
  }
  for (monitoring::Series* one : target.present)
    if (std::find(present.begin(), present.end(), one) == present.end())
      store_.mark_stale(*one, date);
  target.present = std::move(present);
}

/// Over the connection of the last time, if it stands; closed meanwhile, over another one. [MON-12]
Task<bool> Prometheus::ask_page(Target& target, double patience, MetricsPage* page) {
  const double deadline = now() + patience;
  Body request;
  request.verb = code(Verb::metrics);
  request.flags = net::keep_open;
  request.bytes = 300;
  request.number = static_cast<std::uint64_t>(std::llround(patience * 1e6));
  net::Socket socket = std::move(target.kept);
  net::Reply reply;
  if (socket.is_usable()) reply = co_await ask(socket, request, patience);
  if (reply.outcome == Outcome::closed || reply.outcome == Outcome::reset) {
    socket = co_await dial(target.address, std::max(1e-6, deadline - now()));
    if (!socket) co_return false;
    reply = co_await ask(socket, request, std::max(1e-6, deadline - now()));
  }
  if (!reply || reply.body.status >= 400) co_return false;
  target.kept = std::move(socket);
  auto found = context_.luggage.take<MetricsPage>(reply.body.number);
  if (!found) co_return false;
  *page = std::move(*found);
  co_return true;
}

/// One packet, which nobody sends again. [MON-13]
bool Prometheus::comes_through(const engine::Machine& from, const engine::Machine& to) {
  engine::Platform& platform = kernel().platform();
  if (!platform.can_reach(from, to)) return false;
  const double loss = &from == &to ? 0 : platform.path(from, to).loss;
  return loss <= 0 || !platform.drops(loss);
}

/// The blackbox exporter, which gives up 0.5 s before whoever asks it. [MON-3] A ping passes packet
/// filters.
Task<MetricsPage> Prometheus::probe(const Target& target, double patience) {
  const double began = now(), deadline = began + std::max(0.01, patience);
  bool good = false;
  MetricsPage page;
  if (target.probe->prober == Prober::icmp) {
    engine::Machine* there =
        kernel().platform().find_machine(network().fabric().name(target.address.ip));
    good = there && comes_through(machine(), *there) && comes_through(*there, machine());
    if (!good) co_await sleep_until(deadline);
  } else if (target.probe->prober == Prober::tcp) {
    const net::Socket socket = co_await dial(target.address, deadline - began);
    good = static_cast<bool>(socket);
  } else {
    const double status = co_await get_page(target, deadline, &page);
    good = status >= 200 && status < 300;
    page.push_back({"probe_http_status_code", {}, status});
  }
  page.push_back({"probe_success", {}, good ? 1. : 0.});
  page.push_back({"probe_duration_seconds", {}, now() - began});
  co_return page;
}

/// It goes where it is sent, and verifies a certificate, as clients do; of that it tells in `page`
/// if there was an answer. The status of the last answer; 0: none came. [MON-11]
Task<double> Prometheus::get_page(const Target& target, double deadline, MetricsPage* page) {
  constexpr int most_redirects = 10;
  Body request;
  request.verb = code(Verb::check);
  request.number = static_cast<std::uint64_t>(target.probe->page);
  request.bytes = 100;
  for (std::size_t i = 0; i < context_.classes.size(); ++i)
    if (context_.classes[i].first == target.probe->request_class)
      request.request_class = static_cast<std::uint8_t>(i);
  net::Address there = target.address;
  for (int redirects = 0;; ++redirects) {
    const auto left = [&] { return std::max(1e-6, deadline - now()); };
    const net::Socket socket = co_await dial(there, left());
    if (!socket) co_return 0;
    double expires = 0;
    if (const TlsOptions* tls = tls_at(there)) {
      const Handshake shaken = co_await shake_hands(socket, *tls, {nullptr, 0, true, deadline});
      if (!shaken) co_return 0;
      expires = shaken.expires;
    }
    const net::Reply reply = co_await ask(socket, request, left());
    if (reply.outcome != Outcome::ok) co_return 0;
    if (reply.body.status != 301 || redirects == most_redirects) {
      if (expires > 0) page->push_back({"probe_ssl_earliest_cert_expiry", {}, expires});
      co_return reply.body.status;
    }
    there.port = static_cast<std::uint16_t>(reply.body.number);
  }
}

// ---- Rules --------------------------------------------------------------------------------------
Task<> Prometheus::evaluate_forever(monitoring::GroupRunner& group) {
  const Clock dates = clock("rules/" + options_.rules + "/" + group.group().name,
                            monitoring::to_seconds(group.interval()));
  for (;;) {
    const Millis date = dates.next();
    co_await sleep_until(monitoring::to_seconds(date));
    const monitoring::Evaluated made = group.evaluate(store_, date);
    for (const monitoring::Transition& change : made.transitions) tell(change);
    if (made.to_send.empty()) continue;
    for (const net::Address& manager : managers_) start(send(manager, made.to_send));
  }
}

void Prometheus::tell(const monitoring::Transition& change) {
  using monitoring::AlertState;
  const bool fired = change.from == AlertState::firing;
  const auto began = since_.find(change.labels);
  const double lasted = began == since_.end() ? 0 : now() - began->second;
  since_[change.labels] = now();
  if (change.to == AlertState::inactive) since_.erase(change.labels);
  if (change.to == AlertState::inactive && !fired) return;  // it was pending, and is well
  say({.what = change.to == AlertState::pending  ? What::alert_pending
               : change.to == AlertState::firing ? What::alert_firing
                                                 : What::alert_resolved,
       .target = part_of(change.labels),
       .figure = lasted,
       .version = change.rule->alert});
}

/// What does not arrive is sent again when its time comes, by the rule's group.
Task<> Prometheus::send(net::Address manager, std::vector<monitoring::Alert> alerts) {
  constexpr double patience = 10;
  const double deadline = now() + patience;
  net::Socket socket = co_await dial(manager, patience);
  if (!socket) co_return;
  Body request;
  request.verb = code(Verb::alerts);
  request.bytes = 500 * static_cast<double>(alerts.size());
  request.number = context_.luggage.leave(std::move(alerts));
  co_await ask(socket, request, std::max(1e-6, deadline - now()));
}

}  // namespace spof::stack
