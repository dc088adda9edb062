// Random options within their bounds, random faults, repaired or not: no crash, the same twice,
// every request ends once. SPOF_SWEEP=20 tries 20 times as many.
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/sweep.hpp"

using namespace spof;
using test::Trial;

namespace {

template <class T>
T one_of(Random& random, std::initializer_list<T> choices) {
  return choices.begin()[random.below(choices.size())];
}
template <class Enum>
Enum any(Random& random) {
  return static_cast<Enum>(random.below(names(Enum()).size()));
}

void vary_clients(Random& random, stack::ClientsOptions& clients) {
  clients.arrivals = one_of(
      random, {stack::Arrivals::poisson, stack::Arrivals::constant, stack::Arrivals::closed});
  clients.rate = 20 + 300 * random.uniform();
  clients.users = static_cast<int>(1 + random.below(60));
  clients.think_time = Distribution::exponential(0.05 + random.uniform());
  clients.keep_alive = random.chance(0.5);
  clients.requests_per_connection = one_of(random, {1, 2, 10, 100});
  clients.timeout = one_of(random, {0.05, 0.5, 3.0, 6.0});
  if (random.chance(0.3)) clients.connect_timeout = one_of(random, {0.01, 0.2, 1.5});
  if (random.chance(0.3)) clients.attempt_delay = 0.25;
  clients.retry.attempts = one_of(random, {0, 0, 1, 3});
  clients.retry.backoff = one_of(random, {0.0, 0.1});
  clients.retry.max_backoff = 1;
  if (random.chance(0.3)) clients.cpu = Distribution::exponential(0.001);
}

void vary_haproxy(Random& random, stack::HaproxyOptions& haproxy) {
  stack::ServerTimeouts& timeout = haproxy.BackendOptions::timeout;
  haproxy.nbthread = one_of(random, {1, 2, 4});
  haproxy.maxconn = one_of(random, {1, 5, 50, 4000});
  haproxy.balance = any<stack::Balance>(random);
  haproxy.hash_type = any<stack::HashType>(random);
  haproxy.retries = one_of(random, {0, 1, 3});
  haproxy.redispatch = random.chance(0.6);
  haproxy.abortonclose = random.chance(0.5);
  timeout.connect = one_of(random, {0.01, 0.3, 2.0});
  timeout.server = one_of(random, {0.02, 1.0, 5.0});
  haproxy.FrontendOptions::timeout.client = one_of(random, {0.1, 1.0, 5.0});
  if (random.chance(0.4)) timeout.queue = one_of(random, {0.005, 0.5});
  if (random.chance(0.4)) timeout.check = one_of(random, {0.005, 0.2});
  for (auto& [name, server] : haproxy.servers) {
    server.weight = one_of(random, {0, 1, 1, 10, 256});
    server.backup = random.chance(0.2);
    server.maxconn = one_of(random, {0, 1, 3, 20});
    server.maxqueue = one_of(random, {0, 1, 10});
    server.slowstart = one_of(random, {0.0, 0.0, 3.0});
    server.check.kind = any<stack::CheckKind>(random);
    server.check.answered_by = any<stack::AnsweredBy>(random);
    server.check.inter = one_of(random, {0.05, 0.5, 2.0});
    if (random.chance(0.4)) server.check.fastinter = 0.1;
    server.check.rise = one_of(random, {1, 2});
    server.check.fall = one_of(random, {1, 3});
    server.observe = any<stack::Observe>(random);
    server.error_limit = one_of(random, {1, 10});
    server.on_error = any<stack::OnError>(random);
    server.on_marked_down = any<stack::OnMarkedDown>(random);
  }
}

void vary_servers(Random& random, scenario::Scenario& scenario) {
  for (auto& [host, nginx] : scenario.nginx.hosts) {
    nginx.worker_processes = one_of(random, {1, 4});
    nginx.worker_connections = one_of(random, {4, 30, 768});
    nginx.backlog = one_of(random, {1, 10, 511});
    nginx.proxy_connect_timeout = one_of(random, {0.05, 2.0});
    nginx.proxy_read_timeout = one_of(random, {0.01, 2.0});
    nginx.keepalive_timeout = one_of(random, {0.0, 0.05, 3.0});
    nginx.max_fails = one_of(random, {0, 1, 3});
    if (random.chance(0.5)) nginx.upstream = {"app@server1", "app@server2"};
  }
  for (auto& [host, app] : scenario.app.hosts) {
    app.worker_class = any<stack::WorkerClass>(random);
    app.processes = one_of(random, {1, 2, 4});
    app.threads = one_of(random, {1, 4});
    app.worker_connections = one_of(random, {1, 5, 1000});
    app.backlog = one_of(random, {1, 10, 2048});
    app.listen = any<stack::Listen>(random);
    app.timeout = one_of(random, {0.05, 1.0, 30.0});
    app.boot_time = one_of(random, {0.0, 0.3});
    app.database.read_from = any<stack::ReadFrom>(random);
    app.database.persistent = random.chance(0.6);
    app.database.connect_timeout = one_of(random, {0.02, 1.0});
    if (random.chance(0.6)) app.database.read_timeout = one_of(random, {0.005, 1.0});
    app.service.restart = any<stack::Restart>(random);
  }
  for (auto& [host, mysql] : scenario.mysql.hosts) {
    mysql.max_connections = one_of(random, {1, 5, 151});
    mysql.backlog = one_of(random, {1, 80});
    mysql.threads = one_of(random, {1, 16});
    mysql.flush_log_at_trx_commit = static_cast<int>(random.below(3));
    mysql.sync_binlog = static_cast<int>(random.below(2));
    mysql.flush_time = one_of(random, {0.0, 0.18e-3, 0.01});
    mysql.connect_retry = one_of(random, {0.05, 1.0});
    mysql.net_timeout = one_of(random, {0.1, 3.0});
    mysql.applier_workers = one_of(random, {1, 4});
    mysql.delay = one_of(random, {0.0, 0.0, 1.0});
  }
}

/// Faults of the kinds that the sweep of deaths leaves out.
template <class Fault>
Fault on(const char* target, const fault::Schedule& when) {
  Fault fault;
  fault.target = target;
  fault.when = when;
  return fault;
}
fault::Fault grey_fault(Random& random, const fault::Schedule& when) {
  const char* link = one_of(random, {"lb1-nic", "server1-nic", "server2-nic", "internet"});
  const char* host = one_of(random, {"server1", "server2"});
  switch (random.below(6)) {
    case 0: {
      auto loss = on<fault::Loss>(link, when);
      loss.share = one_of(random, {0.01, 0.3, 1.0});
      return loss;
    }
    case 1: {
      auto slow = on<fault::Slow>(host, when);
      slow.resource = any<fault::Resource>(random);
      return slow;
    }
    case 2:
      return on<fault::Latency>(link, when);
    case 3:
      return on<fault::NarrowLink>(link, when);
    case 4:
      return on<fault::DiskFull>(host, when);
    default: {
      auto error =
          on<fault::Error>(one_of(random, {"app@server1", "nginx@server2", "mysql@server1"}), when);
      error.share = random.uniform();
      return error;
    }
  }
}

std::vector<fault::Fault> any_faults(Random& random) {
  std::vector<fault::Fault> faults;
  for (std::uint64_t left = random.below(6); left > 0; --left) {
    fault::Schedule when;
    when.at = random.chance(0.2) ? 1.0 : 6 * random.uniform();
    if (random.chance(0.8)) when.lasts = random.chance(0.2) ? 0.0 : 3 * random.uniform();
    if (when.lasts && random.chance(0.3)) {
      when.times = static_cast<int>(1 + random.below(8));
      when.every = 0.01 + random.uniform();
    }
    faults.push_back(random.chance(0.3) ? grey_fault(random, when)
                                        : test::any_fault(random, when, true));
  }
  return faults;
}

Trial random_trial(std::uint64_t number) {
  Random random(number, "random scenarios");
  scenario::Scenario scenario = test::busy_stack(static_cast<int>(random.below(test::variants)));
  scenario.duration = 6;
  scenario.syn_schedule = any<scenario::SynSchedule>(random);
  for (auto& [name, one] : scenario.classes) {
    one.response = one_of(random, {1.0, 1000.0, 1e5, 2e6});
    one.request = one_of(random, {100.0, 5000.0});
  }
  for (auto& [name, clients] : scenario.clients) vary_clients(random, clients);
  for (auto& [name, haproxy] : scenario.haproxy.hosts) vary_haproxy(random, haproxy);
  vary_servers(random, scenario);
  scenario.faults = any_faults(random);
  scenario.waking.extra = one_of(random, {0.0, 2.0});
  for (auto& [name, haproxy] : scenario.haproxy.hosts) haproxy.closing = one_of(random, {0.0, 0.3});
  Trial trial{scenario, number, "random scenario", false, 0};
  for (const fault::Fault& one : scenario.faults) trial.name += "; " + test::words(one);
  return trial;
}

/// What costs always the same comes to its end at the date of others like it; which of them SimGrid
/// ends first is its own affair.
Trial without_ties(Trial trial) {
  const auto vary = [](Distribution& one) {
    if (one.law == Distribution::Law::constant && one.first > 0)
      one = Distribution::exponential(one.first);
  };
  for (auto& [name, one] : trial.scenario.classes)
    for (Distribution* cost : {&one.cpu.haproxy, &one.cpu.nginx, &one.cpu.app, &one.cpu.mysql,
                               &one.cpu.apply, &one.sleep})
      vary(*cost);
  for (auto& [name, one] : trial.scenario.clients)
    if (one.arrivals == stack::Arrivals::constant) one.arrivals = stack::Arrivals::poisson;
  for (auto& [name, one] : trial.scenario.nginx.hosts) vary(one.page_cpu);
  for (auto& [name, one] : trial.scenario.app.hosts) vary(one.page_cpu);
  for (auto& [name, one] : trial.scenario.mysql.hosts) vary(one.ping_cpu);
  for (auto& [name, one] : trial.scenario.dns.hosts) vary(one.cpu);
  return trial;
}

}  // namespace

TEST_CASE("random scenarios neither crash nor differ nor lose a request") {
  std::vector<Trial> trials;
  for (int number = 0; number < 100 * test::sweep_factor(); ++number)
    trials.push_back(random_trial(static_cast<std::uint64_t>(number)));
  for (const std::string& one : test::troubles(trials)) FAIL_CHECK(one);
  CHECK(!trials.empty());
}

/// SimGrid lets a flow whose first byte is still under way begin when a latency changes.
bool changes_latency(const Trial& trial) {
  return trial.name.find("; latency ") != trial.name.npos;
}

// What happens at one date, like an answer and a time-out, has an order that SimGrid knows alone:
// a few go other ways from there.
TEST_CASE("random scenarios end as they do when SimGrid solves what is alone, too") {
  std::vector<Trial> trials;
  for (int number = 0; number < 100 * test::sweep_factor(); ++number) {
    const Trial trial = without_ties(random_trial(static_cast<std::uint64_t>(number)));
    if (!changes_latency(trial)) trials.push_back(trial);
  }
  const std::vector<std::string> found = test::differences(trials, 1e-5);
  for (const std::string& one : found) UNSCOPED_INFO(one);
  CHECK(found.size() <= trials.size() / 20);
}
