#include "world/run.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "scenario/strikes.hpp"
#include "stack/firewall.hpp"
#include "stack/mysql.hpp"
#include "world/checks/checks.hpp"
#include "world/eavesdropper.hpp"
#include "world/site.hpp"
#include "world/strikes.hpp"

namespace spof::world {
namespace {

/// True replication lag: the age of the oldest transaction of the primary that a replica lacks.
void sample_lag(Site& site, measure::Recorder& recorder, const measure::Histories& histories,
                double until) {
  for (const stack::Mysql* database : site.all<stack::Mysql>()) {
    if (!database->is_replica()) continue;
    const auto behind = histories.behind(database->log().number());
    recorder.lag(engine::now(), database->name(),
                 behind.since < 0 ? 0 : engine::now() - behind.since,
                 static_cast<double>(behind.transactions));
  }
  if (engine::now() + 1 <= until)
    site.kernel().at(engine::now() + 1,
                     [&, until] { sample_lag(site, recorder, histories, until); });
}

/// Of what the primary has at the end, how much each database lacks.
std::vector<measure::Holding> holdings_of(Site& site, const measure::Histories& histories) {
  std::vector<measure::Holding> found;
  for (const stack::Mysql* database : site.all<stack::Mysql>()) {
    const std::size_t log = database->log().number();
    found.push_back({database->name(), histories.leads(log), histories.behind(log).transactions});
  }
  return found;
}

std::vector<measure::Handshakes> handshakes_of(Site& site) {
  std::vector<measure::Handshakes> found;
  for (const stack::Component* one : site.all<stack::Component>())
    for (const stack::TlsListener* tls : one->tls_listeners()) {
      if (found.empty() || found.back().daemon != one->name()) found.push_back({one->name(), 0, 0});
      found.back().full += tls->full;
      found.back().resumed += tls->resumed;
    }
  return found;
}

/// What an operator finds who compares the logs at the end.
void tell_abandoned(measure::Recorder& recorder, const measure::Histories& histories) {
  for (const auto& one : histories.abandoned())
    if (one.acknowledged > 0)
      recorder.event({.time = engine::now(),
                      .source = "ledger",
                      .what = measure::What::writes_left_behind,
                      .target = one.writer,
                      .figure = static_cast<double>(one.acknowledged),
                      .setting = static_cast<int>(one.after)});
}

/// What was taken of everything that can be full, up to the end of the run. A link is full and no
/// more, also where messages that wait for nobody (those of one segment) were more than it carries.
std::vector<measure::Load> loads_of(engine::Kernel& kernel, double end) {
  std::vector<measure::Load> loads;
  for (engine::Gauge& gauge : kernel.gauges()) {
    const std::string& name = gauge.name();
    const std::size_t cut = name.find('/');
    const auto& windows = gauge.finish(engine::now());
    measure::Load load{name.substr(0, cut), name.substr(cut + 1), gauge.length(), {}};
    for (const engine::Gauge::Window& one : windows)
      if (one.number >= 0 && static_cast<double>(one.number) * gauge.length() < end)
        load.windows.push_back({static_cast<std::uint64_t>(one.number),
                                std::min(one.busy, gauge.length()), one.full, one.waiting});
    if (!load.windows.empty()) loads.push_back(std::move(load));
  }
  std::sort(loads.begin(), loads.end(), [](const measure::Load& a, const measure::Load& b) {
    return std::tie(a.part, a.what) < std::tie(b.part, b.what);
  });
  return loads;
}

/// Arrivals end with the run. The stack is watched so much longer, for it may still notice what
/// broke or came back; then until nothing is in progress, but for at most a day.
constexpr double watched = 60, longest_wait = 86400;

bool is_open(const Site& site, const measure::Ledger& ledger) {
  return ledger.in_doubt() > 0 ||
         std::any_of(site.clients().begin(), site.clients().end(),
                     [](const auto& clients) { return clients->in_progress() > 0; });
}

Cost cost_of(Site& site) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  Cost cost;
  cost.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  cost.peak_memory_mb = static_cast<double>(usage.ru_maxrss) / 1024;
  cost.activities = site.kernel().activities().solved;
  cost.timers = site.kernel().packets;
  return cost;
}

void check_all(const scenario::Scenario& scenario, const measure::Plan& plan,
               const measure::Result& result, const measure::Ledger& ledger, Site& site,
               Wrong& wrong) {
  check_requests(result, wrong);
  check_time(result, wrong);
  check_writes(scenario, result, ledger.histories, wrong);
  check_figures(plan, result, wrong);
  check_shares(plan, result, wrong);
  check_people(result, wrong);
  check_leftovers(count_leftovers(site, ledger), wrong);
}

}  // namespace

RunOutput run(const scenario::Scenario& scenario, const RunOptions& options) {
  const std::vector<scenario::Strike> strikes = scenario::strikes_of(scenario, options.seed);
  measure::Plan plan = scenario::plan_of(scenario, strikes);
  plan.keep_requests = options.keep_requests;
  measure::Recorder recorder(plan);
  measure::Ledger ledger;
  // Never destroyed: SimGrid's signals keep pointers into it, and the process ends with the run.
  engine::Gauge::shortest = plan.window;
  Site& site = *new Site(scenario, options.seed, recorder, ledger);
  std::optional<Eavesdropper> eavesdropper;
  if (scenario.eavesdropper) eavesdropper.emplace(site, scenario);
  std::set<std::pair<std::string, std::string>> dialled;
  if (options.audit)
    site.network().dialled = [&dialled, &site](const net::Daemon& client, net::Address server) {
      dialled.emplace(client.name(),
                      fmt::format("{}:{}", site.network().fabric().name(server.ip), server.port));
    };
  site.boot();
  Strikes acts(site, recorder, strikes, scenario.duration);
  Wrong wrong;
  if (options.check) {
    watch_servers(site, wrong);
    watch_pages(site, wrong);
    watch_addresses(site, scenario, wrong);
    site.kernel().at(0, [&] { watch_replicas(site, ledger.histories, scenario.duration, wrong); });
  }
  site.kernel().at(0, [&] { sample_lag(site, recorder, ledger.histories, scenario.duration); });
  const double horizon = scenario.duration + std::min<double>(plan.patience, longest_wait);
  Leftovers leftovers;
  for (int i = 0; options.audit && i < 5; ++i)
    site.kernel().at(horizon - 0.37 * (i + 1),
                     [&] { keep_least(leftovers, count_leftovers(site, ledger)); });
  double end = options.audit ? horizon : std::min<double>(horizon, scenario.duration + watched);
  site.kernel().run_until(end);
  while (end < horizon && is_open(site, ledger))
    site.kernel().run_until(end = std::min(end + 1, horizon));
  site.kernel().at(end, [&site] {
    for (stack::Clients* clients : site.clients()) clients->close_books();
  });
  site.kernel().run_until(end + 1e-3);
  recorder.writes(ledger.writes());
  acts.tell_not_done();
  tell_abandoned(recorder, ledger.histories);
  for (stack::Firewall* one : site.all<stack::Firewall>()) one->tell_stopped();
  RunOutput output{recorder.finish(), cost_of(site), std::move(leftovers), std::move(dialled)};
  output.result.seed = options.seed;
  output.result.holdings = holdings_of(site, ledger.histories);
  output.result.handshakes = handshakes_of(site);
  if (eavesdropper) output.result.overheard = eavesdropper->heard();
  output.result.loads = loads_of(site.kernel(), scenario.duration);
  if (options.check) check_all(scenario, plan, output.result, ledger, site, wrong);
  output.wrong = wrong.lines();
  return output;
}

}  // namespace spof::world
