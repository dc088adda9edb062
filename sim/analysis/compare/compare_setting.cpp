#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "analysis/compare/compare.hpp"
#include "analysis/faults.hpp"
#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// They say what is run, not what the stack is; the heading of a comparison tells them.
bool is_left_out(const std::string& pointer) {
  return has(std::array{"/title", "/description", "/expect", "/runs", "/seed", "/$schema"},
             pointer);
}

using Changes = std::vector<ScenarioChange>;

void compare_values(const Json& a, const Json& b, const std::string& pointer, Changes& changes);

void compare_members(const Json& a, const Json& b, const std::string& pointer, Changes& changes) {
  for (auto one = a.begin(); one != a.end(); ++one) {
    const std::string at = child_pointer(pointer, one.key());
    if (is_left_out(at)) continue;
    const auto other = b.find(one.key());
    if (other == b.end())
      changes.push_back({at, json_text(*one), "", 0});
    else
      compare_values(*one, *other, at, changes);
  }
  for (auto one = b.begin(); one != b.end(); ++one) {
    const std::string at = child_pointer(pointer, one.key());
    if (!a.contains(one.key()) && !is_left_out(at)) changes.push_back({at, "", json_text(*one), 0});
  }
}

void compare_values(const Json& a, const Json& b, const std::string& pointer, Changes& changes) {
  if (a == b) return;
  if (a.is_object() && b.is_object()) return compare_members(a, b, pointer, changes);
  if (!a.is_array() || !b.is_array()) {
    changes.push_back({pointer, json_text(a), json_text(b), 0});
    return;
  }
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const std::string at = child_pointer(pointer, std::to_string(i));
    if (i < a.size() && i < b.size())
      compare_values(a[i], b[i], at, changes);
    else
      changes.push_back(
          {at, i < a.size() ? json_text(a[i]) : "", i < b.size() ? json_text(b[i]) : "", 0});
  }
}

/// Where a value may come from: a daemon's host takes what its kind says, a frontend or backend
/// what its section says, a server what default_server says. Empty: from nowhere.
std::string origin_of(const std::string& pointer) {
  const auto names = pointer_names(pointer);
  const auto joined = [&](std::size_t skip_from, std::size_t skip, const char* instead) {
    std::string made;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (i == skip_from && *instead != '\0') made = child_pointer(made, instead);
      if (i < skip_from || i >= skip_from + skip) made = child_pointer(made, names[i]);
    }
    return made;
  };
  for (const char* derived : {"hosts", "frontends", "backends"})
    if (names.size() > 3 && names[1] == derived) return joined(1, 2, "");
  for (std::size_t i = 1; i + 2 < names.size(); ++i)
    if (names[i] == "servers") return joined(i, 2, "default_server");
  return "";
}

std::vector<std::string> only_in(const std::vector<std::string>& list,
                                 const std::vector<std::string>& other) {
  std::vector<std::string> found;
  for (const std::string& name : list)
    if (!has(other, name)) found.push_back(name);
  return found;
}

/// "crash of mysql@server1 at 40 s for 40 s"; "no fault"
std::string faults_text(const StoredReport& report) {
  std::vector<std::string> all;
  for (const FaultLine& fault : report.faults) {
    std::string text =
        fmt::format("{} at {:g} s", fault_words(fault.kind, fault.target), fault.at.value);
    text += fault.until < 0 ? ", not repaired by the scenario"
                            : fmt::format(" for {:g} s", fault.until.value - fault.at.value);
    all.push_back(std::move(text));
  }
  cut_to(all, 3);
  return all.empty() ? "no fault" : listed(all);
}

/// What decides which phase and which outage a request belongs to.
std::string setting(const StoredReport& report, const char* name) {
  return report.scenario.contains(name) ? report.scenario[name].dump() : "";
}

class Warnings {
 public:
  explicit Warnings(const Contrast& contrast) : c_(contrast), a_(*contrast.a), b_(*contrast.b) {}

  std::vector<std::string> all() {
    runs();
    time();
    classes();
    if (faults_text(a_) != faults_text(b_))
      add("the faults differ: {} has {}; {} has {}", c_.label_a, faults_text(a_), c_.label_b,
          faults_text(b_));
    versions();
    settled();
    failures();
    for (const StoredReport* report : {&a_, &b_})
      if (!report->failed_jobs.empty())
        add("{}: {} of its runs failed and are missing", report->path, report->failed_jobs.size());
    return std::move(list_);
  }

 private:
  template <class... Values>
  void add(fmt::format_string<Values...> text, Values&&... values) {
    list_.push_back(fmt::format(text, std::forward<Values>(values)...));
  }

  void runs() {
    const SeedPairing& pairing = c_.pairing;
    const std::string seeds = fmt::format("{} has {}, {} has {}", c_.label_a, seeds_text(a_.seeds),
                                          c_.label_b, seeds_text(b_.seeds));
    const std::size_t most = std::max(a_.seeds.size(), b_.seeds.size());
    if (!pairing.paired)
      add("the seeds differ ({}): runs are not compared seed by seed but all with all "
          "(Welch), which proves less",
          seeds);
    else if (pairing.places.size() < most)
      add("the seeds differ ({}): only the {} compared", seeds,
          pairing.places.size() == 1 ? "one that both have is"
                                     : fmt::format("{} that both have are", pairing.places.size()));
    if (pairing.alone())
      add("one run has no interval, and proves no difference: run several seeds (-n)");
  }

  void time() {
    if (a_.duration != b_.duration)
      add("runs of {} take {:g} s, of {} {:g} s: counts of requests differ by that alone",
          c_.label_a, a_.duration, c_.label_b, b_.duration);
    if (setting(a_, "outage_gap") != setting(b_, "outage_gap"))
      add("outage_gap differs: outage and recovery do not mean the same");
    for (const StoredReport* report : {&a_, &b_})
      if (report->scenario.empty())
        add("{} does not hold its scenario: no differences of scenarios can be told", report->path);
  }

  /// Without a value for each run nothing tells a single point of failure from chance.
  void settled() {
    const SpofChanges& spofs = c_.spofs;
    if (!a_.matrix || (spofs.gained.empty() && spofs.lost.empty())) return;
    for (const StoredReport* report : {&a_, &b_})
      if (std::ranges::any_of(report->fates,
                              [](const StoredFate& fate) { return fate.settled.empty(); }))
        add("{} is of an earlier version and has no settled_by_seed: whether a single "
            "point of failure is gained or lost by chance is not known; make it anew",
            report->path);
  }

  void classes() {
    for (const auto& [report, other, label] :
         {std::tuple{&a_, &b_, c_.label_a}, std::tuple{&b_, &a_, c_.label_b}})
      if (const auto names = only_in(report->classes, other->classes); !names.empty())
        add("only {} has the request class{} {}; figures about all classes differ by that alone",
            label, names.size() == 1 ? "" : "es", listed(names));
  }

  void versions() {
    if (a_.version.empty() || b_.version.empty() || a_.version == b_.version) return;
    add("different versions of spof: {} for {}, {} for {}", a_.version, c_.label_a, b_.version,
        c_.label_b);
  }

  void failures() {
    for (const auto& [report, other, label] :
         {std::tuple{&a_, &b_, c_.label_a}, std::tuple{&b_, &a_, c_.label_b}}) {
      auto names = failures_only_in(*report, *other);
      if (names.empty()) continue;
      const std::size_t count = names.size();
      cut_to(names, 4);
      add("only {} has the failure{} {}; not compared, but counted in its year", label,
          count == 1 ? "" : "s", listed(names));
    }
  }

  const Contrast& c_;
  const StoredReport& a_;
  const StoredReport& b_;
  std::vector<std::string> list_;
};

}  // namespace

std::vector<ScenarioChange> scenario_changes(const Json& a, const Json& b) {
  Changes all, told;
  if (!a.is_object() || !b.is_object() || a.empty() || b.empty()) return told;
  compare_values(a, b, "", all);
  for (const ScenarioChange& change : all) {
    ScenarioChange* source = nullptr;
    for (std::string at = origin_of(change.pointer); !at.empty(); at = origin_of(at))
      for (ScenarioChange& other : told)
        if (other.pointer == at && other.a == change.a && other.b == change.b) source = &other;
    if (source)
      ++source->copies;
    else
      told.push_back(change);
  }
  return told;
}

std::vector<std::string> warnings_of(const Contrast& contrast) { return Warnings(contrast).all(); }

std::string seeds_text(const std::vector<std::uint64_t>& seeds) {
  const bool in_a_row = std::ranges::adjacent_find(seeds, [](auto one, auto next) {
                          return next != one + 1;
                        }) == seeds.end();
  if (in_a_row) return seed_range(seeds.front(), seeds.back());
  std::vector<std::string> all;
  for (const std::uint64_t seed : seeds) all.push_back(std::to_string(seed));
  constexpr std::size_t most = 8;
  if (all.size() > most) {
    all.resize(most);
    all.emplace_back("others");
  }
  return "seeds " + listed(all);
}

}  // namespace spof::report
