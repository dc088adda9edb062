#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "analysis/compare/compare.hpp"
#include "analysis/faults.hpp"
#include "base/append_new.hpp"
#include "base/words.hpp"

namespace spof::report {
namespace {

constexpr const char* spof_word = "single point of failure";

bool is_spof(const Breakage& one) { return one.verdict == spof_word; }

const Breakage* counterpart(const Breakage& one, const std::vector<Breakage>& others) {
  const auto found =
      std::ranges::find_if(others, [&](const Breakage& other) { return same_place(one, other); });
  return found == others.end() ? nullptr : &*found;
}

std::vector<Breakage> sorted(std::vector<Breakage> breaks) {
  std::ranges::sort(breaks);
  breaks.erase(std::unique(breaks.begin(), breaks.end(), same_place), breaks.end());
  return breaks;
}

const char* verdict_of(Fate fate) { return fate == Fate::down ? spof_word : word(fate); }

}  // namespace

SpofChanges spof_changes(const std::vector<Breakage>& first, const std::vector<Breakage>& second) {
  SpofChanges changes;
  for (const Breakage& one : sorted(first)) {
    if (!is_spof(one)) continue;
    const Breakage* const other = counterpart(one, second);
    (!other            ? changes.only_tested_first
     : is_spof(*other) ? changes.kept
                       : changes.lost)
        .push_back(other ? *other : one);
  }
  for (const Breakage& one : sorted(second)) {
    if (!is_spof(one)) continue;
    const Breakage* const other = counterpart(one, first);
    if (!other) changes.only_tested_second.push_back(one);
    if (other && !is_spof(*other)) changes.gained.push_back(one);
  }
  return changes;
}

std::vector<Breakage> breaks_of(const StoredReport& report) {
  std::vector<Breakage> breaks;
  if (report.matrix) {
    for (const StoredFate& fate : report.fates)
      if (!fate.pair && fate.fate != Fate::unmeasured)
        breaks.push_back({fate, verdict_of(fate.fate)});
    return sorted(std::move(breaks));
  }
  const auto& [word, text, targets, classes] = report.verdict;
  if (word == spof_word && targets.empty()) return {};  // a report of an older version: not told
  for (const FaultLine& fault : report.faults)
    for (const std::string& name : report.classes) {
      const bool is_meant = word != spof_word || (has(targets, fault.target) && has(classes, name));
      breaks.push_back({{fault.target, fault.kind, name}, is_meant ? word : ""});
    }
  return sorted(std::move(breaks));
}

std::vector<FateChange> fate_changes(const StoredReport& a, const StoredReport& b) {
  std::vector<FateChange> changes;
  for (const StoredFate& one : a.fates)
    for (const StoredFate& other : b.fates)
      if (same_place(one, other) && one.fate != other.fate) changes.push_back({one, other});
  // Failures that got worse for a class first, then those whose worst class fares worst.
  std::map<std::string, int> weights;
  for (const FateChange& change : changes) {
    const bool worse = change.b.fate > change.a.fate && change.a.fate != Fate::unmeasured;
    const int weight = static_cast<int>(std::max(change.a.fate, change.b.fate)) + (worse ? 100 : 0);
    int& known = weights[failure_text(change.a)];
    known = std::max(known, weight);
  }
  const auto weight_of = [&](const FateChange& change) { return weights[failure_text(change.a)]; };
  std::ranges::stable_sort(changes, std::greater{}, weight_of);
  return changes;
}

bool same_place(const ClassFailure& a, const ClassFailure& b) { return a == b; }

std::string failure_text(const ClassFailure& one) { return fault_words(one.kind, one.component); }

std::vector<std::string> failures_only_in(const StoredReport& in, const StoredReport& out) {
  std::set<std::string> known;
  for (const StoredFate& fate : out.fates) known.insert(failure_text(fate));
  std::vector<std::string> only;
  for (const StoredFate& fate : in.fates)
    if (known.insert(failure_text(fate)).second) only.push_back(failure_text(fate));
  return only;
}

}  // namespace spof::report
