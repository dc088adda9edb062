#include "world/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/append_new.hpp"
#include "scenario/topology.hpp"

namespace spof::world {
namespace {

constexpr double largest_uptime = 1e6;  // seconds, of the kernels; only its rest in a step matters

net::SynTimes syn_times(scenario::SynSchedule schedule) {
  return schedule == scenario::SynSchedule::linux_6_1 ? net::SynTimes::linux_6_1()
                                                      : net::SynTimes::linux_6_5();
}

}  // namespace

Site::Site(const scenario::Scenario& scenario, std::uint64_t seed, measure::Recorder& recorder,
           measure::Ledger& ledger)
    : scenario_(scenario),
      kernel_(scenario.platform_source()),
      network_(kernel_, syn_times(scenario.syn_schedule),
               net::KernelTimers(largest_uptime * Random(seed, "uptime").uniform())),
      context_{network_, recorder, ledger, scenario.classes, seed, scenario.waking} {
  context_.hands = this;
  platform().seed(seed);
  network_.discarded = [&ledger](const net::Body& request) {
    if (request.verb == stack::code(stack::Verb::query)) ledger.dropped(request.id);
  };
  if (scenario.platform_scale != 1) scale(scenario.platform_scale);
  build_components();
  build_clients();
  const scenario::Topology topology = scenario::topology_of(scenario);
  for (const Service& service : services_)
    service.daemon->wired(topology.wires_of(service.daemon->name()));
}

/// A machine that is faster by a factor does everything in so much less time.
void Site::scale(double by) {
  for (engine::Machine& machine : platform().machines()) machine.speed = by;
}

/// Who is asked is started before who asks.
void Site::build_components() {
  std::deque<Service> built;
  scenario_.each_section([&]<class Options>(const scenario::Section<Options>& section) {
    auto place = built.begin();
    for (const auto& [host, options] : section.hosts)
      place = std::next(built.insert(
          place, {Options::build(context_, machine(host), options), &options.service}));
  });
  std::move(built.begin(), built.end(), std::back_inserter(services_));
}

void Site::build_clients() {
  std::vector<std::string> names;
  for (const auto& [name, unused] : scenario_.classes) names.push_back(name);
  const auto populations = static_cast<std::uint8_t>(scenario_.clients.size());
  std::uint8_t index = 0;
  for (const auto& [name, options] : scenario_.clients) {
    std::vector<double> weights;
    for (const auto& [class_name, one] : scenario_.classes) {
      const auto own =
          std::find_if(options.mix.begin(), options.mix.end(),
                       [&, wanted = class_name](const auto& mix) { return mix.first == wanted; });
      weights.push_back(options.mix.empty() ? one.mix : own == options.mix.end() ? 0 : own->second);
    }
    auto arrivals = std::make_unique<stack::ArrivalProcess>(
        options, Random(context_.seed, name + "/arrivals"), weights, names, scenario_.duration);
    auto clients = std::make_unique<stack::Clients>(
        context_, machine(options.host), name, options, index++, populations, std::move(arrivals),
        scenario_.dns.hosts.empty() ? scenario_.dns.common : scenario_.dns.hosts.front().second);
    clients_.push_back(clients.get());
    services_.push_back({std::move(clients), nullptr});
  }
}

// ---- Life ---------------------------------------------------------------------------------------
std::vector<net::Daemon*> Site::daemons() {
  std::vector<net::Daemon*> all;
  for (const Service& service : services_) all.push_back(service.daemon.get());
  return all;
}

std::vector<std::pair<net::Daemon*, std::string>> Site::lines_to(const engine::Machine& machine) {
  std::vector<std::pair<net::Daemon*, std::string>> lines;
  for (const scenario::Edge& edge : scenario::topology_of(scenario_).edges)
    if (edge.wire.purpose == stack::Purpose::server && edge.wire.host == machine.name() &&
        !edge.wire.leads_to_database())
      lines.emplace_back(&daemon(edge.from), edge.wire.label);
  return lines;
}

void Site::boot() {
  for (net::Daemon* one : daemons()) one->boot();
}

engine::Machine& Site::machine(const std::string& host) {
  if (engine::Machine* found = platform().find_machine(host)) return *found;
  throw std::runtime_error(fmt::format("the platform has no host \"{}\"", host));
}

net::Daemon& Site::daemon(const std::string& name) {
  for (const Service& service : services_)
    if (service.daemon->name() == name) return *service.daemon;
  throw std::runtime_error(fmt::format("there is no daemon \"{}\"", name));
}

std::vector<net::Daemon*> Site::daemons_on(const engine::Machine& machine) {
  std::vector<net::Daemon*> found;
  for (const Service& service : services_)
    if (&service.daemon->machine() == &machine) found.push_back(service.daemon.get());
  return found;
}

Site::Service& Site::service_of(const net::Daemon& daemon) {
  return *std::find_if(services_.begin(), services_.end(),
                       [&](const Service& one) { return one.daemon.get() == &daemon; });
}

/// SIGKILL is an abnormal end: both `on-abnormal` and `always` start the daemon again, unless it
/// has been started too often. [HA-42] [DB-6]
void Site::crash(net::Daemon& daemon, fault::Hold by) {
  Service& service = service_of(daemon);
  service.down.add(by, Down::died);
  if (!daemon.is_alive()) return;  // it hits nobody, and who starts it already goes on
  daemon.withdraw_boot();
  daemon.kill();
  if (service.options && service.options->restart != stack::Restart::no) start_again(service, by);
}

/// An end with an exit code is none of those that `on-abnormal` is about. [DB-23]
void Site::failed(const std::string& name) {
  Service& service = service_of(daemon(name));
  service.daemon->stop_cleanly();
  const stack::Restart when = service.options ? service.options->restart : stack::Restart::no;
  const bool again = when == stack::Restart::always || when == stack::Restart::on_failure;
  if (again && !service.down.any()) start_again(service, 0);
}

void Site::start_again(Service& service, fault::Hold by) {
  net::Daemon& daemon = *service.daemon;
  const stack::ServiceOptions& options = *service.options;
  std::erase_if(service.starts,
                [&](double date) { return date < engine::now() - options.start_limit_interval; });
  if (static_cast<int>(service.starts.size()) >= options.start_limit_burst) {
    context_.recorder.event({.time = engine::now(),
                             .source = "systemd",
                             .what = measure::What::start_limit_hit,
                             .target = daemon.name()});
    return;
  }
  after(options.restart_sec, [this, &service, by] {
    service.down.drop(by);  // it is over; whoever stopped the daemon since keeps it down
    if (service.is_stopped()) return;
    service.starts.push_back(engine::now());
    if (!service.daemon->is_alive() && service.daemon->machine().is_on())
      context_.recorder.event({.time = engine::now(),
                               .source = "systemd",
                               .what = measure::What::started,
                               .target = service.daemon->name(),
                               .figure = service.options->restart_sec});
    start(service, &Service::is_stopped);
  });
}

void Site::kill_for_memory(net::Daemon& daemon, fault::Hold by) {
  context_.recorder.event({.time = engine::now(),
                           .source = "kernel",
                           .what = measure::What::out_of_memory,
                           .target = daemon.name()});
  crash(daemon, by);
}

void Site::stop(net::Daemon& daemon, fault::Hold by) {
  Service& service = service_of(daemon);
  service.down.add(by, Down::stopped);
  daemon.withdraw_boot();
  end_by_order(service);
}

/// As its unit says, or Debian's. [HA-49]
void Site::end_by_order(Service& service) {
  net::Daemon& daemon = *service.daemon;
  const stack::ServiceOptions* const unit = service.options;
  const bool is_mixed =
      unit && unit->kill_mode ? *unit->kill_mode == stack::KillMode::mixed : daemon.is_told_alone();
  daemon.stop({.holds_out = is_mixed ? daemon.holds_out() : 0,
               .timeout = unit ? double(unit->stop_timeout) : never});
}

void Site::when_ended(net::Daemon& daemon, std::function<void()> action) {
  constexpr double look_again = 0.01;
  if (!daemon.is_stopping()) return action();
  after(look_again, [this, &daemon, action = std::move(action)] { when_ended(daemon, action); });
}

void Site::let_go(net::Daemon& daemon, fault::Hold by) {
  Service& service = service_of(daemon);
  service.down.drop(by);
  if (!service.down.any()) start(service, &Service::is_held);
}

bool Site::start_anew(net::Daemon& daemon) {
  const bool ended = mender([&](const fault::Fault& fault) {
    return fault::target_of(fault) == daemon.name() && fault::ends_with_process(fault) &&
           !fault::ends_itself(fault);
  });
  start(service_of(daemon), &Service::is_stopped);
  return ended;
}

void Site::boot(engine::Machine& machine) {
  for (Service& service : services_) {
    if (&service.daemon->machine() != &machine) continue;
    service.down.clear();
    start(service, &Service::is_stopped);
  }
}

/// Its start takes a time; in vain if it `is_forbidden` by then.
void Site::start(Service& service, bool (Service::*is_forbidden)() const) {
  const auto begin = [&service, is_forbidden] {
    if ((service.*is_forbidden)()) return;
    service.down.clear();
    service.daemon->boot();
  };
  const Seconds start_time = service.options ? service.options->start_time : Seconds(0);
  if (start_time <= 0) return begin();
  after(start_time, begin);
}

// ---- Hands of people ----------------------------------------------------------------------------
bool Site::mend(const std::string& target) {
  return mender([&](const fault::Fault& fault) { return fault::has_struck(fault, target); });
}

/// The same code with the same files. Who does it does not wait for what holds it down, but in an
/// orderly stop nothing is started.
bool Site::restart(const std::string& name) {
  Service& service = service_of(daemon(name));
  const bool was_alive = service.daemon->is_alive();
  const bool hangs = service.daemon->is_hung();
  end_by_order(service);
  if (!hangs || !service.daemon->is_stopping()) return start_anew(*service.daemon) || !was_alive;
  when_ended(*service.daemon, [this, &service] { start_anew(*service.daemon); });
  return true;
}

/// Rules, full disks, releases and certificates are what they were. A host without power is
/// switched on.
bool Site::reboot(const std::string& host) {
  engine::Machine& one = machine(host);
  const bool was_on = one.is_on(), was_cut = one.no_power.any();
  if (!was_cut) one.power(false);
  const bool ended = mender([&](const fault::Fault& fault) {
    const std::string target = fault::target_of(fault);
    const bool is_here = target.substr(target.find('@') + 1) == host;
    return is_here &&
           (fault::ends_with_process(fault) || std::holds_alternative<fault::PowerOff>(fault));
  });
  if (was_cut) return ended;
  constexpr double boot_time = 30;
  after(boot_time, [this, &one, cuts = one.power_cuts()] {
    if (one.power_cuts() != cuts || one.no_power.any()) return;
    one.power(true);
    boot(one);
  });
  return ended || !was_on;
}

bool Site::renew(const std::string& name) {
  tell(name, "renew", "");
  return mender([&](const fault::Fault& fault) {
    return fault::target_of(fault) == name &&
           std::holds_alternative<fault::CertificateExpiry>(fault);
  });
}

bool Site::reconnect(const std::string& host) {
  const std::vector<std::string> cards = platform().cards_of(machine(host));
  return mender([&](const fault::Fault& fault) {
    if (const auto* partition = std::get_if<fault::Partition>(&fault))
      return has(partition->from, host) || has(partition->to, host);
    return has(cards, fault::target_of(fault));
  });
}

void Site::after(Seconds delay, std::function<void()> action) {
  kernel_.at(engine::now() + delay, std::move(action));
}

}  // namespace spof::world
