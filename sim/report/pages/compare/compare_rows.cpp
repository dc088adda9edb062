#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <string_view>

#include "base/append_new.hpp"
#include "measure/words.hpp"
#include "report/pages/compare/compare_words.hpp"

namespace spof::report {
namespace {

/// What users of the stack feel, and whether it is looked at in the phase of the fault, where there
/// is one; from what hurts most to what hurts least.
struct Felt {
  std::string_view metric;
  bool during;
  bool only_changed = false;  ///< told of all classes, too, only where it changed
};
constexpr std::array felt{Felt{"lost_writes", false},    Felt{"failed", false},
                          Felt{"outage", false},         Felt{"availability", true},
                          Felt{"recovery", false},       Felt{"latency.p99", true},
                          Felt{"phantom_writes", false}, Felt{"duplicate_writes", false, true},
                          Felt{"latency.p50", true},     Felt{"stale_reads", false},
                          Felt{"detected", false}};

const Felt* felt_by(const MetricChange& row, bool any_fault) {
  const auto found = std::ranges::find(felt, row.question.metric, &Felt::metric);
  const bool is_it =
      found != felt.end() && row.question.phase == (found->during && any_fault ? "during" : "");
  return is_it ? &*found : nullptr;
}

/// Something to tell of a class.
bool changed(const MetricChange& row) {
  return row.finding != ChangeFinding::same && row.finding != ChangeFinding::unproven;
}

bool is_shown(const MetricChange& row, const Contrast& contrast, bool any_fault) {
  if (contrast.selected) return true;
  if (const Felt* one = felt_by(row, any_fault))
    return (row.question.request_class.empty() && !one->only_changed) || changed(row);
  // A row of the same metric and class may say it: `failed during` is said by `failed`.
  return row.proven() && std::ranges::none_of(contrast.rows, [&](const MetricChange& other) {
           return other.question.metric == row.question.metric &&
                  other.question.request_class == row.question.request_class &&
                  other.finding == row.finding && felt_by(other, any_fault);
         });
}

/// How many rows are not shown, by what was found of them.
std::string hidden_text(const Contrast& contrast, const std::vector<ChangeGroup>& shown) {
  constexpr std::array kinds{"the same",
                             "without a proven difference",
                             "better or worse if not by chance",
                             "that say the same of another phase",
                             "with smaller differences",
                             "without an interval or not measured"};
  std::set<const MetricChange*> seen;
  for (const ChangeGroup& group : shown) seen.insert(group.rows.begin(), group.rows.end());
  std::array<std::size_t, kinds.size()> count{};
  std::set<std::string> differing;  // metrics without a better side
  for (const MetricChange& row : contrast.rows) {
    if (seen.count(&row) > 0) continue;
    if (row.finding == ChangeFinding::differs)
      differing.insert(row.question.metric);
    else if (row.good_or_bad())
      ++count[contrast.a->matrix ? 4 : row.proven() ? 3 : 2];
    else
      ++count[row.finding == ChangeFinding::same       ? 0
              : row.finding == ChangeFinding::unproven ? 1
                                                       : 5];
  }
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (count[i] > 0) parts.push_back(fmt::format("{} {}", count[i], kinds[i]));
  std::string text;
  if (!parts.empty())
    text = fmt::format("Metrics not shown: {}. `--metric` and `--format json` show them.",
                       listed(parts));
  if (!differing.empty())
    text += fmt::format("{}Neither better nor worse, but different: {}.", text.empty() ? "" : " ",
                        fmt::join(differing, ", "));
  return text;
}

/// Latencies are of those that were answered: fewer answers may look faster.
bool survivors_only(const Contrast& contrast) {
  const auto any = [&](ChangeFinding finding, std::string_view prefix) {
    return std::ranges::any_of(contrast.rows, [&](const MetricChange& row) {
      return row.finding == finding && row.proven() && row.question.metric.starts_with(prefix) &&
             !row.question.metric.starts_with("failed.");
    });
  };
  return any(ChangeFinding::better, "latency.") && any(ChangeFinding::worse, "failed");
}

/// Proven differences first, then by their size.
auto weight_of(const MetricChange* row) {
  return std::pair(row->proven(), std::fabs(row->gap.mean));
}

/// Of a matrix: a group of rows for each metric.
std::vector<ChangeGroup> shown_failures(const Contrast& contrast) {
  constexpr std::size_t most = 12;
  std::vector<ChangeGroup> groups;
  for (const auto& [metric, title] :
       {std::pair("lost_writes", "Acknowledged writes lost"),
        std::pair("failed", "Failed requests"), std::pair("slow", "Answers after 0.9 s")}) {
    ChangeGroup group{title, {}};
    for (const MetricChange& row : contrast.rows)
      if (row.question.metric == metric &&
          (contrast.selected || (changed(row) && row.finding != ChangeFinding::not_measured)))
        group.rows.push_back(&row);
    std::ranges::stable_sort(group.rows, std::greater{}, weight_of);
    if (!contrast.selected && group.rows.size() > most) group.rows.resize(most);
    if (!group.rows.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

/// Some failure of a matrix fails fewer requests, and makes more of them slow.
bool later_instead(const Contrast& contrast) {
  const auto any = [&](const MetricChange& row) {
    return row.question.metric == "slow" && row.finding == ChangeFinding::worse &&
           std::ranges::any_of(contrast.rows, [&](const MetricChange& other) {
             return other.question.metric == "failed" && other.finding == ChangeFinding::better &&
                    other.question.failure == row.question.failure;
           });
  };
  return contrast.a->matrix && std::ranges::any_of(contrast.rows, any);
}

/// How single points of failure are told from chance, where a matrix has gained or lost some.
std::string spof_note(const Contrast& contrast) {
  if (!contrast.a->matrix || (contrast.spofs.gained.empty() && contrast.spofs.lost.empty()))
    return "";
  const std::string text = "A single point of failure: at most 10 % are answered once settled.";
  if (contrast.pairing.alone() || contrast.settled.empty()) return text;
  const auto differing = std::ranges::count_if(
      contrast.settled, [](const MetricChange& row) { return row.finding != ChangeFinding::same; });
  return text +
         fmt::format(
             " Gained or lost: that share differs at 95 %, also after Holm's correction for "
             "the {} way{} to fail, by class, that {} one in {} or {} and differ{} in some run; "
             "else \"it may be chance\".",
             differing, differing == 1 ? "" : "s", differing == 1 ? "is" : "are", contrast.label_a,
             contrast.label_b, differing == 1 ? "s" : "");
}

}  // namespace

std::string row_name(const MetricQuestion& question) {
  if (question.failure.empty())
    return question_text({question.metric, "", question.server, question.phase});
  return question.failure + (question.request_class.empty() ? "" : ", " + question.request_class);
}

std::vector<ChangeGroup> shown_rows(const Contrast& contrast) {
  if (contrast.a->matrix) return shown_failures(contrast);
  const bool any_fault = std::ranges::any_of(
      contrast.rows, [](const MetricChange& row) { return row.question.phase == "during"; });
  std::vector<ChangeGroup> groups{{"all classes", {}}};
  std::vector<std::string> classes = contrast.a->classes;
  for (const std::string& name : contrast.b->classes) append_new(classes, name);
  for (const std::string& name : classes) groups.push_back({name, {}});
  for (const MetricChange& row : contrast.rows) {
    if (!is_shown(row, contrast, any_fault)) continue;
    const auto place = std::ranges::find(classes, row.question.request_class);
    const bool none = row.question.request_class.empty() || place == classes.end();
    groups[none ? 0 : static_cast<std::size_t>(place - classes.begin()) + 1].rows.push_back(&row);
  }
  std::erase_if(groups, [](const ChangeGroup& group) { return group.rows.empty(); });
  return groups;
}

std::vector<std::string> notes_of(const Contrast& contrast, const std::vector<ChangeGroup>& shown) {
  std::vector<std::string> notes{
      hidden_text(contrast, shown),
      survivors_only(contrast) ? "Latency is of correct answers: where more requests fail it may "
                                 "fall for want of the slow ones."
                               : "",
      later_instead(contrast) ? "Where fewer requests fail and more are late, some that failed are "
                                "answered now, late."
                              : "",
      spof_note(contrast)};
  const auto tested = std::ranges::count_if(contrast.rows, [](const MetricChange& row) {
    return row.better != measure::Better::neither && row.gap.interval &&
           row.finding != ChangeFinding::same;
  });
  const auto chance = std::ranges::count_if(
      contrast.rows, [](const MetricChange& row) { return row.good_or_bad() && !row.proven(); });
  if (tested == 0 || contrast.only_seeds_differ) return notes;
  std::string text = fmt::format(
      "{} metrics were compared, {} of them with a better side differ in some run. At 95 % about "
      "{} of these would look better or worse by chance alone; \"better\" and \"worse\" hold also "
      "after Holm's correction for their number",
      contrast.rows.size(), tested, count_text(0.05 * static_cast<double>(tested)));
  text += chance > 0 ? ", those with (chance?) do not: more seeds (-n) would tell." : ".";
  notes.push_back(std::move(text));
  return notes;
}

std::size_t rank_of(const MetricChange& row) {
  const auto found = std::ranges::find(felt, row.question.metric, &Felt::metric);
  const auto metric = static_cast<std::size_t>(found - felt.begin());
  return (felt_by(row, true) ? 0 : 1000) + metric * 10 +
         (row.question.request_class.empty() ? 0 : 1);
}

bool is_gravest(const MetricChange& row) {
  constexpr std::size_t most = 3;  // of `felt`
  return rank_of(row) < 10 * most;
}

}  // namespace spof::report
