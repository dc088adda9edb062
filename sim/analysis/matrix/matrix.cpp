#include "analysis/matrix/matrix.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// What a fifth is to requests that fail, a half is to those that are slow; fewer slow answers than
/// this a run are nobody's trouble.
constexpr double least_gain = 0.2, least_slow_gain = 0.5, slow_trouble = 10;
/// Fewer failures than this share of the requests due during the failure are not worth a change.
constexpr double least_trouble = 0.005;
/// Seconds: dates that are nearer to each other are told as one.
constexpr double same_date = 1;

/// How much less there is after than before, seed by seed: the mean, and half its 95 % interval.
struct Gain {
  double mean = 0, half_width = 0, share = 0;
  bool proven(double least) const { return share >= least && mean > half_width; }
  bool loss() const { return mean < -half_width; }
};

Gain gain(std::vector<double> before, const std::vector<double>& after) {
  const double all = mean(before);
  for (std::size_t i = 0; i < before.size(); ++i) before[i] -= after[i];
  return {mean(before), half_width(before), all > 0 ? mean(before) / all : 0};
}

double failed(const Finding& finding) { return mean(failed_by_seed(finding)); }
double slow(const Finding& finding) { return mean(slow_by_seed(finding)); }

void rank_remedies(MatrixCase& one) {
  auto& all = one.remedies;
  const auto left = [](const RemedyFinding& remedy) {
    return std::pair(failed(remedy.after) + mean(remedy.after.lost), slow(remedy.after));
  };
  std::ranges::stable_sort(
      all, {}, [&](const RemedyFinding& remedy) { return std::pair(remedy.effort, left(remedy)); });
  if (all.size() < 2) return;
  const auto best = std::ranges::min_element(all, {}, left);
  const bool much_better = left(*best).first * 2 < left(all[0]).first;
  const std::size_t keep = static_cast<std::size_t>(best - all.begin());
  if (much_better && keep > 1) std::swap(all[1], all[keep]);
  all.erase(all.begin() + (much_better ? 2 : 1), all.end());
}

/// The grids without rows; what a part is follows from the kinds of its failures.
const std::array empty_grids{
    MatrixGrid{"Daemons", {"crash", "hang", "slow", "error"}, {}},
    MatrixGrid{"Hosts", {"power_off", "slow disk", "disk_full"}, {}},
    MatrixGrid{"Links", {"link_down", "latency", "loss", "bandwidth"}, {}},
    MatrixGrid{"Between hosts", {"partition"}, {}},
    MatrixGrid{"Security",
               {"firewall_rule", "certificate_expiry", "syn flood", "slowloris", "http flood"},
               {},
               false}};

std::vector<MatrixRow> rows_of(const Matrix& matrix, const std::vector<std::string>& kinds) {
  std::vector<MatrixRow> rows;  // the cases come worst first: so do the parts
  for (const MatrixCase& one : matrix.cases) {
    const auto kind = std::ranges::find(kinds, one.finding.kind);
    if (kind == kinds.end()) continue;
    auto row = std::ranges::find(rows, one.finding.target, &MatrixRow::target);
    if (row == rows.end())
      row = rows.insert(rows.end(),
                        {one.finding.target, std::vector<const Finding*>(kinds.size()), {}});
    row->findings[static_cast<std::size_t>(kind - kinds.begin())] = &one.finding;
    row->worst = std::max(row->worst, worst_fate(one.finding));
  }
  std::ranges::stable_sort(rows, std::greater{}, &MatrixRow::worst);
  return rows;
}

/// The worst that happens to a class in any of a part's failures.
struct Worst {
  std::string name;
  Fate fate = Fate::unmeasured;
  double availability = 1;
};
std::vector<Worst> worst_by_class(const MatrixRow& row) {
  std::vector<Worst> all;
  for (const Finding* finding : row.findings) {
    if (!finding) continue;
    all.resize(finding->classes.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const ClassFinding& one = finding->classes[i];
      all[i].name = one.name;
      all[i].fate = std::max(all[i].fate, one.fate());
      all[i].availability = std::min(all[i].availability, settled_availability(one));
    }
  }
  return all;
}

std::vector<std::string> names_with(const std::vector<Worst>& all, Fate fate, bool with_share) {
  std::vector<std::string> words;
  for (const Worst& one : all)
    if (one.fate == fate)
      words.push_back(with_share ? fmt::format("{} {}", one.name, share_text(one.availability))
                                 : one.name);
  return words;
}

/// How an interruption ended: after it, where errors went on until then; or the last error's date,
/// where they ceased before and some came again, as when what had failed is back.
std::string end_words(const Finding& finding) {
  const std::vector<double>& dates = finding.last_errors;
  if (dates.empty()) return "only requests under way fail";
  const auto [first, last] = std::ranges::minmax(dates);
  const std::size_t runs = finding.classes.front().failed.size();
  const std::string why = finding.recovered_by.empty() ? "" : ", " + finding.recovered_by;
  const bool at_once = dates.size() == runs && last - first < same_date &&
                       std::fabs(mean(dates) - interruption(finding)) < same_date;
  if (!at_once)
    return fmt::format("the last error comes after {}{}{}",
                       last - first < same_date ? time_text(mean(dates))
                                                : time_text(first) + " to " + time_text(last),
                       in_runs(dates.size(), runs), last - first < same_date ? why : "");
  const std::string span = time_text(interruption(finding));
  // Well before the check fails, what came after the last error has found another server without
  // it.
  if (interruption(finding) + same_date < finding.detected && std::isfinite(finding.detected))
    return "requests from " + span + " on are answered";
  return "errors end after " + span + why;
}

}  // namespace

std::string classes_text(const std::vector<std::string>& some, std::size_t all) {
  return some.size() == all && all > 0 ? "everything" : listed(some);
}

bool helped(const Finding& before, const Finding& after) {
  const Gain failures = gain(failed_by_seed(before), failed_by_seed(after));
  const Gain losses = gain(before.lost, after.lost);
  if (losses.loss() && -losses.mean >= std::max(1.0, least_gain * mean(before.lost))) return false;
  if (failures.proven(least_gain)) return true;
  if (loses_writes(before) && losses.proven(least_gain) && !failures.loss()) return true;
  const Gain slowness = gain(slow_by_seed(before), slow_by_seed(after));
  return !failures.loss() && slow(before) >= slow_trouble && slowness.proven(least_slow_gain);
}

bool worth_a_remedy(const Finding& finding) {
  double due = 0;
  for (const ClassFinding& one : finding.classes) due += mean(one.requests);
  return due > 0 && (failed(finding) >= least_trouble * due || slow(finding) >= slow_trouble ||
                     loses_writes(finding));
}

void rank(Matrix& matrix) {
  std::ranges::stable_sort(matrix.cases, hurts_more, &MatrixCase::finding);
  std::ranges::stable_sort(matrix.pairs, hurts_more);
  for (MatrixCase& one : matrix.cases) rank_remedies(one);
}

std::vector<MatrixGrid> grids(const Matrix& matrix) {
  std::vector<MatrixGrid> all;
  for (MatrixGrid grid : empty_grids) {
    grid.rows = rows_of(matrix, grid.kinds);
    if (!grid.rows.empty()) all.push_back(std::move(grid));
  }
  return all;
}

std::string cell_text(const Finding* finding) {
  if (!finding) return "";
  switch (worst_fate(*finding)) {
    case Fate::unmeasured:
      return "-";
    case Fate::untouched:
      return loses_writes(*finding) ? count_text(finding->lost_writes) + " lost" : "ok";
    case Fate::slow:
      return "slow";
    case Fate::interrupted:
      if (fails_on(*finding)) return "fails on";
      return interruption(*finding) < 1 ? "< 1 s" : time_text(interruption(*finding));
    case Fate::degraded:
    case Fate::down:
      return share_text(settled_availability(*finding));
  }
  return "";
}

std::vector<std::string> down_for(const MatrixRow& row) {
  return names_with(worst_by_class(row), Fate::down, false);
}

std::string judgement(const MatrixRow& row) {
  const auto all = worst_by_class(row);
  const auto degraded = names_with(all, Fate::degraded, true);
  const std::string down = classes_text(down_for(row), all.size());
  if (!down.empty())
    return "YES: " + down + (degraded.empty() ? "" : "; " + listed(degraded) + " answered");
  if (!degraded.empty()) return "partly: " + listed(degraded) + " answered";
  switch (row.worst) {
    case Fate::unmeasured:
      return "not measured";
    case Fate::untouched:
      return "no";
    case Fate::slow:
      return "no, slow";
    default:
      return std::ranges::any_of(row.findings,
                                 [](const Finding* one) { return one && fails_on(*one); })
                 ? "no, but it fails on when that is back"
                 : "no, for a while";
  }
}

std::string harm_line(const Finding& finding) {
  std::vector<std::string> down, answered, interrupted, late, still;
  for (const ClassFinding& one : finding.classes) {
    const Fate fate = one.fate();
    if (fate == Fate::down) down.push_back(one.name);
    if (fate == Fate::degraded)
      answered.push_back(one.name + " " + share_text(settled_availability(one)));
    if (fate == Fate::interrupted) {
      const double outage = mean(one.outage);  // none where they failed one by one
      interrupted.push_back(
          fmt::format("{} {}", one.name,
                      outage > 0 ? time_text(outage)
                                 : "in " + count_text(mean(one.failed)) +
                                       (mean(one.failed) == 1 ? " request" : " requests")));
    }
    if (fate == Fate::slow && !is_slower(one.p99_before, one.p99_during))
      still.push_back(one.name);
    else if (fate == Fate::slow)
      late.push_back(fmt::format("{} {} instead of {}", one.name, time_text(one.p99_during),
                                 time_text(one.p99_before)));
  }
  std::vector<std::string> words;
  if (!down.empty()) words.push_back(listed(down) + " down");
  if (!answered.empty()) words.push_back(listed(answered) + " answered");
  if (!interrupted.empty()) words.push_back(listed(interrupted) + " interrupted");
  if (!late.empty()) words.push_back("p99 of " + listed(late));
  if (!still.empty())
    words.push_back(fmt::format("no answer to {} for over {:g} s", listed(still), stalled_least));
  if (words.empty())
    words.emplace_back(worst_fate(finding) == Fate::unmeasured ? "nobody asks for anything"
                                                               : "no user notices");
  if (const double lost = failed(finding); lost > 0)
    words.push_back(count_text(lost) + (lost == 1 ? " request fails" : " requests fail"));
  if (const double waited = slow(finding); waited >= 1)
    words.push_back(count_text(waited) + " answered later than 0.9 s");
  if (finding.lost_writes > 0)
    words.push_back(counted(finding.lost_writes, "acknowledged write") + " lost");
  if (finding.diverged_writes > 0)
    words.push_back(count_text(finding.diverged_writes) + " of them made beside the primary");
  return fmt::format("{}", fmt::join(words, "; "));
}

std::string mechanism_line(const Finding& finding) {
  const bool redispatched = finding.redispatched >= 1;
  if (finding.detected_by.empty() && !redispatched && worst_fate(finding) == Fate::untouched)
    return slow(finding) >= 1 ? "no check notices; every request is answered all the same"
                              : "no check notices; every request is answered in time all the same";
  std::string line =
      finding.detected_by.empty()
          ? "nobody notices"
          : fmt::format("noticed after {} by {}", time_text(finding.detected), finding.detected_by);
  if (redispatched)
    line += "; " + counted(finding.redispatched, "request") + " redispatched to another server";
  if (failed(finding) == 0) return line;
  if (!std::isfinite(finding.recovered)) return line + "; errors to the end";
  if (worst_fate(finding) >= Fate::degraded) {
    line += "; nothing ends it before the repair";
    const double longer = finding.recovered - finding.lasted;
    return longer < same_date
               ? line
               : line + fmt::format(", and errors go on for {} after it", time_text(longer));
  }
  return line + "; " + end_words(finding);
}

bool saves_writes(const RemedyFinding& remedy) {
  const Gain losses = gain(remedy.before.lost, remedy.after.lost);
  return !loses_writes(remedy.before) || losses.share >= least_gain;
}

std::string remedy_line(const MatrixCase& one) {
  if (one.remedies.empty())
    return one.tried == 0 ? "none was tried"
                          : "nothing that was tried helped (" + counted(one.tried, "change") + ")";
  std::vector<std::string> words;
  for (const RemedyFinding& remedy : one.remedies) {
    std::vector<std::string> changes;
    const auto change = [&](const char* what, double (*count)(const Finding&), double least) {
      const double before = count(remedy.before), after = count(remedy.after);
      if (std::max(before, after) >= least)
        changes.push_back(fmt::format("{} {} → {}", count_text(before), what, count_text(after)));
    };
    change("failed", failed, 0.5);
    change(
        "lost", [](const Finding& one) { return mean(one.lost); }, 1);
    change("slow", slow, slow_trouble);
    words.push_back(fmt::format("{}: {}", remedy.name, fmt::join(changes, ", ")));
  }
  return words.size() == 1 ? words[0] : fmt::format("{}; more: {}", words[0], words[1]);
}

std::vector<std::string> unasked(const Matrix& matrix) {
  std::vector<std::string> names;
  for (const ClassFinding& one : matrix.control.classes)
    if (one.fate() == Fate::unmeasured) names.push_back(one.name);
  return names;
}

std::size_t count(const Matrix& matrix, Fate fate) {
  return static_cast<std::size_t>(std::ranges::count(
      matrix.cases, fate, [](const MatrixCase& one) { return worst_fate(one.finding); }));
}

std::string machine_of_card(const Matrix& matrix, const std::string& card) {
  std::string found;
  for (const auto& [host, own] : matrix.cards)
    if (own == card) {
      if (!found.empty()) return "";
      found = host;
    }
  return found;
}

bool is_gone(std::string_view kind) {
  return kind == "crash" || kind == "power_off" || kind == "link_down";
}

std::vector<const Finding*> lost_redundancy(const Matrix& matrix) {
  std::map<std::string, std::vector<std::string>> alone;
  for (const MatrixCase& one : matrix.cases)
    if (is_gone(one.finding.kind)) alone[one.finding.target] = classes_down(one.finding);
  const auto stands = [&](const std::string& part, const std::string& request_class) {
    const auto known = alone.find(part);  // with --only perhaps not broken alone
    return known != alone.end() && !has(known->second, request_class);
  };
  std::vector<const Finding*> found;
  for (const Finding& pair : matrix.pairs) {
    const auto down = classes_down(pair);
    if (std::ranges::any_of(down, [&](const std::string& name) {
          return std::ranges::all_of(pair.parts,
                                     [&](const std::string& part) { return stands(part, name); });
        }))
      found.push_back(&pair);
  }
  return found;
}

}  // namespace spof::report
