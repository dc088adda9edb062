#include "report/pages/compare/compare_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// Shares are subtracted in percentage points.
std::string unsigned_text(double value, Unit unit) {
  if (unit != Unit::share) return value_text(value, unit);
  const double points = value * 100;
  return fmt::format("{:.{}f} pp", points, points > 0 && points < 0.095 ? 4 : 2);
}

std::string signed_text(double value, Unit unit) {
  return (value < 0 ? "-" : value > 0 ? "+" : "") + unsigned_text(std::fabs(value), unit);
}

/// Half the width of the interval, in seconds where the difference is.
std::string width_text(const MetricChange& row) {
  const double width = row.gap.half_width;
  if (row.unit == Unit::seconds && std::fabs(row.gap.mean) >= 1 && width >= 0.05)
    return fmt::format("{:.1f} s", width);
  return unsigned_text(width, row.unit);
}

/// "failed 341 → 0.2"; "crash of mysql@server1: failed 341 → 0.2"
std::string change_text(const MetricChange& row) {
  MetricQuestion question = row.question;
  question.failure.clear();
  return (row.question.failure.empty() ? "" : row.question.failure + ": ") +
         fmt::format("{} {} \u2192 {}", question_text(question), side_text(row, false),
                     side_text(row, true));
}

/// The most important of these, one of each metric, or of each failure of a matrix.
std::string changes_text(std::vector<const MetricChange*> rows) {
  std::ranges::stable_sort(rows, {}, [](const MetricChange* row) { return rank_of(*row); });
  std::vector<std::string> all;
  std::vector<std::pair<std::string, std::string>> told;
  constexpr std::size_t most = 3;
  for (const MetricChange* row : rows) {
    if (all.size() == most) break;
    const std::pair about(row->question.metric, row->question.failure);
    if (has(told, about)) continue;
    told.push_back(about);
    all.push_back(change_text(*row));
  }
  return joined(all, ", ");
}

template <class Test>
std::vector<const MetricChange*> rows_that(const Contrast& contrast, const Test& test) {
  std::vector<const MetricChange*> found;
  for (const MetricChange& row : contrast.rows)
    if (test(row)) found.push_back(&row);
  return found;
}

/// What the difference of two single runs looks like.
bool looks(const MetricChange& row, bool better) {
  if (row.finding != ChangeFinding::no_interval || row.better == measure::Better::neither)
    return false;
  return ((row.gap.mean > 0) == (row.better == measure::Better::higher)) == better;
}

std::string words_of_one_run(const Contrast& contrast) {
  std::string text = "One run each proves nothing.";
  for (const bool better : {true, false})
    if (const auto rows =
            rows_that(contrast, [=](const MetricChange& row) { return looks(row, better); });
        !rows.empty())
      text += fmt::format(" {} in this one: {}.", better ? "Better" : "Worse", changes_text(rows));
  return text;
}

/// Whom it decides for, whether that is proven or not: what is lost, fails, or stands still.
bool decides(const MetricChange* row) {
  return row->question.failure.empty() && is_gravest(*row) && row->is_large();
}

/// "; if not by chance, worse: outage 40.9 s → 311 s"; empty: nothing that decides.
std::string grave_text(std::vector<const MetricChange*> rows, const char* how) {
  std::erase_if(rows, std::not_fn(decides));
  return rows.empty() ? "" : fmt::format("; if not by chance, {}: {}", how, changes_text(rows));
}

/// The same, or ", 3 worse if not by chance".
std::string maybe_text(const std::vector<const MetricChange*>& rows, const char* how) {
  const std::string grave = grave_text(rows, how);
  if (!grave.empty() || rows.empty()) return grave;
  return fmt::format(", {} {} if not by chance", rows.size(), how);
}

using Changes = std::vector<const MetricChange*>;

/// What is found of one direction: "better", proven or perhaps.
struct Direction {
  const char* how;
  Changes proven, likely;
  bool decides_likely() const { return std::ranges::any_of(likely, decides); }
};

/// Where only one direction is proven. What decides comes first, even if only the other one has it.
std::string one_sided(const std::string& b, const Direction& one, const Direction& other) {
  if (other.decides_likely() && std::ranges::none_of(one.proven, decides)) {
    Changes first = other.likely;
    std::erase_if(first, std::not_fn(decides));
    return fmt::format("{} is {}, if not by chance: {}; proven {}: {}.", b, other.how,
                       changes_text(first), one.how, changes_text(one.proven));
  }
  return fmt::format("{} is {}: {}; nothing is proven {}{}{}.", b, one.how,
                     changes_text(one.proven), other.how, maybe_text(other.likely, other.how),
                     grave_text(one.likely, (std::string(one.how) + ", too").c_str()));
}

void say(const Contrast& contrast, ContrastWords& told) {
  const std::string& b = contrast.label_b;
  const auto all = [&](ChangeFinding finding, const char* how) {
    const auto rows = [&](bool proven) {
      return rows_that(contrast, [=](const MetricChange& row) {
        return row.finding == finding && row.proven() == proven;
      });
    };
    return Direction{how, rows(true), rows(false)};
  };
  Direction better = all(ChangeFinding::better, "better"),
            worse = all(ChangeFinding::worse, "worse");
  const Changes small = better.proven.empty() ? worse.proven : better.proven;
  for (Direction* one : {&better, &worse})
    std::erase_if(one->proven, std::not_fn(&MetricChange::is_large));
  const std::string but = grave_text(better.likely, "better") + grave_text(worse.likely, "worse");
  if (better.proven.empty() && worse.proven.empty() && !small.empty()) {
    told.sentence = fmt::format("{} hardly differs: {}{}.", b, changes_text(small), but);
  } else if (better.proven.empty() && worse.proven.empty()) {
    told.sentence =
        fmt::format("{} is neither proven better nor worse{}{}.", b,
                    maybe_text(better.likely, "better"), maybe_text(worse.likely, "worse"));
  } else if (worse.proven.empty()) {
    told.tone = worse.decides_likely() ? Tone::warn : Tone::good;
    told.sentence = one_sided(b, better, worse);
  } else if (better.proven.empty()) {
    told.tone = better.decides_likely() ? Tone::warn : Tone::bad;
    told.sentence = one_sided(b, worse, better);
  } else {
    told.tone = Tone::warn;
    told.sentence =
        fmt::format("{} is better in some ways and worse in others. Better: {}. Worse: {}{}.", b,
                    changes_text(better.proven), changes_text(worse.proven), but);
  }
}

void verdict(const Contrast& contrast, ContrastWords& told) {
  const bool events = !contrast.a->matrix && contrast.a->fingerprint == contrast.b->fingerprint;
  if (contrast.rows.empty()) {
    told.sentence = "Neither report has a metric of these.";
  } else if (is_same(contrast)) {
    const std::size_t n = contrast.rows.size();
    told.sentence =
        n == 1 ? fmt::format("{} is the same as A: the metric is equal", contrast.label_b)
               : fmt::format("{} is the same as A: all {} metrics are equal", contrast.label_b, n);
    told.sentence += contrast.pairing.runs_a == 1 ? " in the one run" : " in every run";
    told.sentence += events ? ", and so is the course of events." : ".";
  } else if (contrast.only_seeds_differ) {
    told.sentence = "The scenarios are the same: only the seeds differ, so what differs is chance.";
  } else if (contrast.pairing.alone()) {
    told.sentence = words_of_one_run(contrast);
  } else {
    say(contrast, told);
  }
}

}  // namespace

bool is_same(const Contrast& contrast) {
  return contrast.fates.empty() && std::ranges::all_of(contrast.rows, [](const MetricChange& row) {
           return row.finding == ChangeFinding::same;
         });
}

ContrastWords told(const Contrast& contrast) {
  ContrastWords made;
  verdict(contrast, made);
  if (contrast.a->matrix) begin_with_spofs(contrast, made);
  return made;
}

std::string summary_sentence(const Contrasts& contrasts) {
  std::array<std::size_t, 4> count{};
  std::size_t same = 0;
  for (const Contrast& contrast : contrasts.list) {
    if (is_same(contrast)) ++same;
    ++count[static_cast<std::size_t>(told(contrast).tone)];
  }
  const auto of = [&](Tone tone) { return count[static_cast<std::size_t>(tone)]; };
  return fmt::format(
      "{}: {} better, {} worse, {} both, {} without a proven difference, {} the same.",
      counted(contrasts.list.size(), "comparison"), of(Tone::good), of(Tone::bad), of(Tone::warn),
      of(Tone::plain) - same, same);
}

std::vector<const MetricChange*> proven_worse(const Contrast& contrast) {
  return rows_that(contrast, [](const MetricChange& row) {
    return row.finding == ChangeFinding::worse && row.proven() &&
           (row.unit != Unit::seconds || row.is_large());
  });
}

std::string side_text(const MetricChange& row, bool second) {
  const double value = second ? row.b : row.a;
  const std::size_t times = second ? row.never_b : row.never_a;
  const std::size_t runs = second ? row.used_b : row.used_a;
  if (times > 0 && times < runs) return fmt::format("never in {} of {}", times, runs);
  return value_text(value, row.unit);
}

std::string difference_text(const MetricChange& row) {
  if (row.finding == ChangeFinding::same || row.finding == ChangeFinding::not_measured) return "";
  if (row.by_never) return "";
  std::string text = signed_text(row.gap.mean, row.unit);
  if (row.gap.interval && row.gap.half_width > 0) text += " \u00b1 " + width_text(row);
  return text;
}

std::string finding_text(const MetricChange& row) {
  if (row.finding == ChangeFinding::not_measured)
    return std::isnan(row.a)   ? "not measured before"
           : std::isnan(row.b) ? "not measured any more"
                               : "no run in common";
  constexpr std::array texts{"same",       "better", "worse", "differs", "no difference proven",
                             "no interval"};
  const char* const doubt = row.good_or_bad() && !row.proven() ? " (chance?)" : "";
  return texts[static_cast<std::size_t>(row.finding)] + std::string(doubt);
}

Tone tone_of(const MetricChange& row) {
  if (!row.proven()) return row.good_or_bad() ? Tone::warn : Tone::plain;
  return row.finding == ChangeFinding::better ? Tone::good : Tone::bad;
}

}  // namespace spof::report
