#include "report/compare_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "report/faults.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

std::vector<std::string> only_in(const std::vector<std::string>& list,
                                 const std::vector<std::string>& other) {
  std::vector<std::string> found;
  for (const std::string& name : list)
    if (std::find(other.begin(), other.end(), name) == other.end()) found.push_back(name);
  return found;
}

/// "crash of mysql@server1 at 40 s for 40 s"; "no fault"
std::string faults_text(const StoredReport& report) {
  std::vector<std::string> all;
  for (const FaultLine& fault : report.faults) {
    std::string text =
        fmt::format("{} at {:g} s", fault_words(fault.kind, fault.target), fault.at.value);
    text += fault.until < 0 ? ", never repaired"
                            : fmt::format(" for {:g} s", fault.until.value - fault.at.value);
    all.push_back(std::move(text));
  }
  constexpr std::size_t most = 3;
  if (all.size() > most) {
    const std::size_t more = all.size() - most + 1;
    all.resize(most - 1);
    all.push_back(fmt::format("{} more", more));
  }
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
      add(fmt::format("the faults differ: {} has {}; {} has {}", c_.label_a, faults_text(a_),
                      c_.label_b, faults_text(b_)));
    versions();
    for (const StoredReport* report : {&a_, &b_})
      if (!report->failed_jobs.empty())
        add(fmt::format("{}: {} of its runs failed and are missing", report->path,
                        report->failed_jobs.size()));
    return std::move(list_);
  }

 private:
  void add(std::string text) { list_.push_back(std::move(text)); }

  void runs() {
    const SeedPairing& pairing = c_.pairing;
    const std::string seeds = fmt::format("{} has {}, {} has {}", c_.label_a, seeds_text(a_.seeds),
                                          c_.label_b, seeds_text(b_.seeds));
    const std::size_t most = std::max(a_.seeds.size(), b_.seeds.size());
    if (!pairing.paired)
      add(
          fmt::format("the seeds differ ({}): runs are not compared seed by seed but all with all "
                      "(Welch), which proves less",
                      seeds));
    else if (pairing.places.size() < most)
      add(fmt::format("the seeds differ ({}): only the {} that both have {} compared", seeds,
                      pairing.places.size(), pairing.places.size() == 1 ? "is" : "are"));
    if (pairing.alone())
      add("one run has no interval, and proves no difference: run several seeds (-n)");
  }

  void time() {
    if (a_.duration != b_.duration)
      add(
          fmt::format("runs of {} take {:g} s, of {} {:g} s: counts of requests differ by that "
                      "alone",
                      c_.label_a, a_.duration, c_.label_b, b_.duration));
    if (setting(a_, "outage_gap") != setting(b_, "outage_gap"))
      add("outage_gap differs: outage and recovery do not mean the same");
    for (const StoredReport* report : {&a_, &b_})
      if (report->scenario.empty())
        add(fmt::format("{} does not hold its scenario: no differences of scenarios can be told",
                        report->path));
  }

  void classes() {
    for (const auto& [report, other, label] :
         {std::tuple{&a_, &b_, c_.label_a}, std::tuple{&b_, &a_, c_.label_b}})
      if (const auto names = only_in(report->classes, other->classes); !names.empty())
        add(
            fmt::format("only {} has the request class{} {}; figures about all classes differ by "
                        "that alone",
                        label, names.size() == 1 ? "" : "es", listed(names)));
  }

  void versions() {
    if (a_.version.empty() || b_.version.empty() || a_.version == b_.version) return;
    add(fmt::format("different versions of spof: {} for {}, {} for {}", a_.version, c_.label_a,
                    b_.version, c_.label_b));
  }

  const Contrast& c_;
  const StoredReport& a_;
  const StoredReport& b_;
  std::vector<std::string> list_;
};

}  // namespace

std::vector<std::string> warnings_of(const Contrast& contrast) { return Warnings(contrast).all(); }

std::string seeds_text(const std::vector<std::uint64_t>& seeds) {
  if (seeds.size() == 1) return fmt::format("seed {}", seeds.front());
  const bool in_a_row = std::adjacent_find(seeds.begin(), seeds.end(), [](auto one, auto next) {
                          return next != one + 1;
                        }) == seeds.end();
  if (in_a_row) return fmt::format("seeds {} to {}", seeds.front(), seeds.back());
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
