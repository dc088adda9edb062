#include "support/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <stdexcept>

#include "base/words.hpp"
#include "engine/kernel.hpp"
#include "plan/pool.hpp"
#include "scenario/document.hpp"
#include "world/checks/checks.hpp"
#include "world/run.hpp"

namespace spof::test {
namespace {

const char* const common = R"json({
  "title": "Busy", "platform": "two-server.xml", "duration": "28s",
  "classes": {
    "static": { "kind": "static", "mix": 30, "response": "40kB", "from_disk": 0.1, "cpu": { "haproxy": "0.2ms", "nginx": "exponential(0.2ms)" } },
    "page": { "kind": "page", "mix": 10, "cpu": { "app": "exponential(4ms)" }, "sleep": "exponential(10ms)" },
    "read": { "kind": "read", "mix": 30, "response": "3kB", "from_disk": 0.2, "cpu": { "app": "exponential(2ms)", "mysql": "exponential(1ms)" } },
    "write": { "kind": "write", "mix": 30, "cpu": { "app": "exponential(2ms)", "mysql": "exponential(1ms)", "apply": "0.4ms" } }
  },
  "clients": { "users": { "stop": "18s", "rate": "150/s", "timeout": "3s", "addresses": 50 } },
  "dns": { "ttl": "2s", "caches": 5, "timeout": "1s", "attempts": 1, "hosts": { "ns1": {} } },
  "haproxy": {
    "hosts": { "lb1": {} }, "redispatch": true, "retries": 2,
    "timeout": { "connect": "1s", "client": "4s", "server": "2s", "check": "300ms" },
    "default_server": { "maxconn": 8, "check": { "kind": "httpchk", "answered_by": "app", "inter": "500ms", "rise": 2, "fall": 2 } },
    "servers": { "server1": {}, "server2": {} }
  },
  "nginx": { "backlog": 8, "keepalive_timeout": "4s", "proxy_connect_timeout": "2s", "proxy_read_timeout": "2s", "hosts": { "server1": {}, "server2": {} } },
  "app": {
    "processes": 2, "threads": 3, "backlog": 8,
    "database": { "read_from": "any", "connect_timeout": "1s", "read_timeout": "1s" }, "hosts": { "server1": {}, "server2": {} }
  },
  "mysql": {
    "start_time": "100ms", "redo": "6.5MB", "connect_retry": "500ms", "net_timeout": "3s", "applier_workers": 2,
    "hosts": { "server1": {}, "server2": { "replica_of": "server1" } }
  }
})json";

const char* const deviations[variants] = {
    "{}",
    R"json({ "clients": { "users": { "keep_alive": true, "requests_per_connection": 20 } },
         "haproxy": { "balance": "leastconn", "service": { "restart": "always" },
           "default_server": { "on_marked_down": "shutdown-sessions", "observe": "layer7", "on_error": "mark-down" } },
         "app": { "worker_class": "sync", "processes": 4, "timeout": "1s", "boot_time": "200ms" } })json",
    R"json({ "clients": { "users": { "keep_alive": true, "retry": { "attempts": 1, "backoff": "100ms", "jitter": 1 } } },
         "haproxy": { "abortonclose": true, "balance": "source", "default_server": { "maxqueue": 20, "slowstart": "2s" } },
         "nginx": { "upstream": ["app@server1", "app@server2"], "fail_timeout": "2s" },
         "app": { "listen": "unix", "database": { "persistent": false, "read_from": "local" } },
         "mysql": { "flush_log_at_trx_commit": 2, "sync_binlog": 0, "max_connections": 40 } })json"};

plan::Payload bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

/// What every run must be, and what its end must have in common with that of a quiet one.
struct Report {
  std::string fingerprint, wrong, common;
};

void complain(std::string& wrong, bool is_so, const std::string& what) {
  if (is_so) wrong += " " + what;
}

void check_recovery(const Trial& trial, const measure::Result& result, std::string& wrong) {
  std::size_t late = 0, unfinished = 0;
  for (const measure::Sample& one : result.samples) {
    unfinished += one.outcome == measure::Outcome::unfinished;
    if (one.arrival < trial.well_from || one.outcome == measure::Outcome::ok) continue;
    if (late++ == 0)
      wrong += fmt::format(" first late failure at {:.3f}: {} {}", double(one.arrival),
                           word(one.outcome), word(one.cause));
  }
  complain(wrong, late > 0, fmt::format("late_failures={}", late));
  complain(wrong, unfinished > 0, fmt::format("unfinished={}", unfinished));
}

/// A replica that has what its restarted primary lost stops for good: such a run does not settle.
/// [DB-4]
bool is_forked(const measure::Result& result) {
  return std::any_of(result.events.begin(), result.events.end(), [](const measure::Event& event) {
    return event.what == measure::What::replication_broken && event.figure != 0;
  });
}

Report report_on(const Trial& trial) {
  const world::RunOutput output = world::run(trial.scenario, {trial.seed, true, true, true});
  const world::Leftovers& left = output.leftovers;
  Report report;
  report.fingerprint = fmt::format("{:016x}", output.result.fingerprint);
  world::Wrong wrong;
  if (trial.settles) {
    check_recovery(trial, output.result, report.wrong);
    world::check_connections(left, wrong);
  }
  for (const auto* lines : {&output.wrong, &wrong.lines()})
    for (const std::string& line : *lines) report.wrong += " " + line;
  if (!trial.settles) return report;
  if (is_forked(output.result)) return report;
  report.common =
      fmt::format("requests={} frames={} operations={} served={}", output.result.samples.size(),
                  left.frames, left.operations, left.served);
  for (const auto& one : left.daemons)
    report.common += fmt::format(" {}:{}{},{} jobs,{} waits,{} in backlog", one.name,
                                 one.is_alive ? "alive" : "dead", one.is_hung ? ",hung" : "",
                                 one.jobs, one.waits, one.backlog);
  return report;
}

std::string text_of(const Report& report) {
  return report.fingerprint + "\n" + report.wrong + "\n" + report.common;
}

/// All of them, in children; a failure is text, too.
std::vector<std::string> run_all(const std::vector<const Trial*>& trials) {
  std::vector<std::string> texts(trials.size());
  plan::Work work;
  work.count = trials.size();
  work.job = [&](std::size_t i) { return bytes_of(text_of(report_on(*trials[i]))); };
  work.deliver = [&](std::size_t i, plan::JobResult<plan::Payload> result) {
    texts[i] = result.value ? std::string(result.value->begin(), result.value->end())
                            : "DIED\n " + result.failure + "\n";
  };
  plan::run_jobs(work, plan::usable_processors());
  return texts;
}

std::string line_of(const std::string& text, int number) {
  std::size_t begin = 0;
  for (; number > 0; --number) begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::string quiet_key(const Trial& trial) {
  return fmt::format("{} {} {}", trial.scenario.name, trial.seed, double(trial.scenario.duration));
}

/// How a run in which nothing breaks ends, by scenario and seed.
std::map<std::string, std::string> quiet_ends(const std::vector<Trial>& trials) {
  std::map<std::string, Trial> quiet;
  for (const Trial& trial : trials)
    if (trial.settles && quiet.try_emplace(quiet_key(trial), trial).second)
      quiet[quiet_key(trial)].scenario.faults.clear();
  std::vector<const Trial*> list;
  for (const auto& [key, trial] : quiet) list.push_back(&trial);
  const std::vector<std::string> texts = run_all(list);
  std::map<std::string, std::string> ends;
  std::size_t i = 0;
  for (const auto& [key, trial] : quiet) ends[key] = line_of(texts[i++], 2);
  return ends;
}

/// How a request ended.
struct End {
  std::uint64_t id;
  double date;
  measure::Outcome outcome;
  measure::Cause cause;
};

plan::Payload bytes_of(const std::vector<End>& ends) {
  const auto* raw = reinterpret_cast<const std::uint8_t*>(ends.data());
  return {raw, raw + ends.size() * sizeof(End)};
}

std::vector<End> ends_of(const measure::Result& result) {
  std::vector<End> ends;
  for (const measure::Sample& one : result.samples)
    ends.push_back({one.id, one.end, one.outcome, one.cause});
  std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.id < b.id; });
  return ends;
}

std::string first_difference(const std::vector<End>& ours, const std::vector<End>& theirs,
                             double precision) {
  if (ours.size() != theirs.size())
    return fmt::format("{} requests, not {}", ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const End &a = ours[i], &b = theirs[i];
    if (a.id == b.id && a.outcome == b.outcome && a.cause == b.cause &&
        std::abs(a.date - b.date) <= precision)
      continue;
    return fmt::format("request {} ends at {:.9f} with {}, not at {:.9f} with {}", a.id, a.date,
                       word(a.outcome), b.date, word(b.outcome));
  }
  return "";
}

}  // namespace

scenario::Scenario busy_stack(int variant) {
  Mistakes mistakes;
  Document document = parse_document(common, "busy stack", mistakes);
  merge_document(document, parse_document(deviations[variant], "variant", mistakes));
  scenario::Scenario made;
  if (mistakes.empty()) read_into(document, made, mistakes);
  if (!mistakes.empty()) throw std::runtime_error(format_mistakes(document, mistakes));
  made.name = fmt::format("variant {}", variant);
  made.platform_file = SPOF_SOURCE_DIR "/platforms/two-server.xml";
  return made;
}

std::vector<double> dates_of_events(const scenario::Scenario& scenario, std::uint64_t seed) {
  std::vector<double> dates;
  plan::Work work;
  work.count = 1;
  work.job = [&](std::size_t) {
    const auto result = world::run(scenario, {seed, true}).result;
    plan::Payload bytes;
    for (const measure::Sample& one : result.samples)
      for (const double date : {double(one.arrival), double(one.end)}) {
        const auto* raw = reinterpret_cast<const std::uint8_t*>(&date);
        bytes.insert(bytes.end(), raw, raw + sizeof date);
      }
    return bytes;
  };
  work.deliver = [&](std::size_t, plan::JobResult<plan::Payload> result) {
    if (!result.value) throw std::runtime_error(result.failure);
    dates.resize(result.value->size() / sizeof(double));
    std::copy_n(result.value->data(), dates.size() * sizeof(double),
                reinterpret_cast<std::uint8_t*>(dates.data()));
  };
  plan::run_jobs(work, 1);
  return dates;
}

std::vector<fault::Fault> every_fault(const fault::Schedule& when) {
  std::vector<fault::Fault> all;
  const auto add = [&](auto fault, const char* target) {
    fault.target = target;
    fault.when = when;
    all.emplace_back(fault);
  };
  for (const char* daemon : {"dns@ns1", "haproxy@lb1", "nginx@server1", "nginx@server2",
                             "app@server1", "app@server2", "mysql@server1", "mysql@server2"}) {
    add(fault::Crash(), daemon);
    add(fault::Hang(), daemon);
    add(fault::Stop(), daemon);
    fault::RestartDaemon restart;
    restart.down_for = when.lasts.value_or(0.5);
    add(restart, daemon);
  }
  add(fault::Reload(), "haproxy@lb1");
  for (const char* host : {"ns1", "lb1", "server1", "server2"}) {
    fault::PowerOff off;
    off.boot_time = 0.3;
    add(off, host);
  }
  for (const char* link :
       {"lb1-nic", "server1-nic", "server2-nic", "internet", "ns1-nic", "clients-nic"})
    for (const auto direction :
         {engine::Direction::both, engine::Direction::to, engine::Direction::from}) {
      fault::LinkDown down;
      down.direction = direction;
      add(down, link);
    }
  for (const auto& [from, to] : {std::pair("server1", "server2"), std::pair("lb1", "server1"),
                                 std::pair("server2", "lb1"), std::pair("clients", "lb1")})
    for (const bool one_way : {false, true}) {
      fault::Partition cut;
      cut.from = {from};
      cut.to = {to};
      cut.one_way = one_way;
      cut.when = when;
      all.emplace_back(cut);
    }
  return all;
}

fault::Fault any_fault(Random& random, const fault::Schedule& when, bool clients_too) {
  std::vector<fault::Fault> all = every_fault(when);
  if (clients_too) {
    fault::PowerOff off;
    off.target = "clients";
    off.when = when;
    all.emplace_back(off);
  }
  return all[random.below(all.size())];
}

std::string words(const fault::Fault& fault) {
  const fault::Schedule& when = fault::schedule_of(fault);
  std::string text =
      fmt::format("{} {} at {:.17g} for {:.17g}", fault::kind_of(fault), fault::target_of(fault),
                  double(*when.at), when.lasts ? double(*when.lasts) : -1.0);
  if (when.times > 1)
    text += fmt::format(" x{} every {:.3g}", when.times, double(when.every.value_or(0)));
  if (const auto* down = std::get_if<fault::LinkDown>(&fault))
    text += std::string(" ") + names(down->direction)[static_cast<std::size_t>(down->direction)];
  if (const auto* cut = std::get_if<fault::Partition>(&fault))
    text += cut->one_way ? " one way" : "";
  return text;
}

std::vector<std::string> troubles(const std::vector<Trial>& trials) {
  const auto quiet = quiet_ends(trials);
  std::vector<const Trial*> twice;
  for (const Trial& trial : trials) twice.insert(twice.end(), 2, &trial);
  const std::vector<std::string> texts = run_all(twice);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const std::string& text = texts[2 * i];
    std::string wrong = line_of(text, 1);
    if (text.starts_with("DIED")) wrong = text;
    if (text != texts[2 * i + 1]) wrong += " NOT THE SAME TWICE: " + texts[2 * i + 1];
    const std::string common = line_of(text, 2);
    if (!common.empty() && wrong.empty() && common != quiet.at(quiet_key(trials[i])))
      wrong += "\n  left:  " + common + "\n  quiet: " + quiet.at(quiet_key(trials[i]));
    if (!wrong.empty())
      found.push_back(fmt::format("{}, seed {}: {}:{}", trials[i].scenario.name, trials[i].seed,
                                  trials[i].name, wrong));
  }
  return found;
}

std::vector<std::string> differences(const std::vector<Trial>& trials, double precision) {
  std::vector<std::string> found;
  std::vector<std::vector<End>> ends(2 * trials.size());
  plan::Work work;
  work.count = ends.size();
  work.job = [&](std::size_t i) {
    engine::Kernel::solve_all = i % 2 == 1;
    return bytes_of(ends_of(world::run(trials[i / 2].scenario, {trials[i / 2].seed, true}).result));
  };
  work.deliver = [&](std::size_t i, plan::JobResult<plan::Payload> result) {
    if (!result.value) throw std::runtime_error(trials[i / 2].name + ": " + result.failure);
    ends[i].resize(result.value->size() / sizeof(End));
    if (!ends[i].empty()) std::memcpy(ends[i].data(), result.value->data(), result.value->size());
  };
  plan::run_jobs(work, plan::usable_processors());
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const std::string difference = first_difference(ends[2 * i], ends[2 * i + 1], precision);
    if (!difference.empty()) found.push_back(trials[i].name + ": " + difference);
  }
  return found;
}

int sweep_factor() {
  const char* text = std::getenv("SPOF_SWEEP");
  return text ? std::max(1, std::atoi(text)) : 1;
}

}  // namespace spof::test
