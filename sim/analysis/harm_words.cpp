#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/verdict.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

constexpr double a_moment = 0.1;  // seconds: no share of what failed in it says anything

/// "{head}static and read{tail}39.9 s{rest}"; without names what is not said of several classes.
struct Phrase {
  std::string head = {}, tail = {}, rest = {};
  std::vector<std::string> names = {};
  double length = 0;  ///< seconds; of several classes the longest

  /// Says the same of another class, but for a twentieth of the time.
  bool takes(const Phrase& other) const {
    constexpr double alike = 0.05;
    return !names.empty() && !other.names.empty() && head == other.head && tail == other.tail &&
           rest == other.rest &&
           std::fabs(length - other.length) <= alike * std::max(length, other.length);
  }
  std::string text() const {
    return names.empty() ? head : head + listed(names) + tail + time_text(length) + rest;
  }
};

/// " (502 failed)", " (502 failed, 3 at other times)"
std::string in_and_beside(const Harm& harm) {
  const double beside = harm.failed - harm.failed_in_gap;
  if (beside < 0.1) return fmt::format(" ({} failed)", count_text(harm.failed));
  return harm.failed_in_gap < 0.1 ? fmt::format(" ({} failed at other times)", count_text(beside))
                                  : fmt::format(" ({} failed, {} at other times)",
                                                count_text(harm.failed_in_gap), count_text(beside));
}

Phrase stall(const Campaign& campaign, const Harm& harm) {
  if (harm.stood_still || harm.p99_during == 0)
    return {.tail = " stood still for ", .names = {harm.name}, .length = harm.gap};
  if (harm.p99_before == 0 || campaign.faults.empty())
    return {.head = "p99 of ", .tail = " is ", .names = {harm.name}, .length = harm.p99_during};
  return {.head = "p99 of ",
          .tail = fmt::format(" rose from {} to ", time_text(harm.p99_before)),
          .names = {harm.name},
          .length = harm.p99_during};
}

Phrase failures(const Campaign& campaign, const Harm& harm) {
  if (harm.failed == 0) return stall(campaign, harm);
  if (is_told_by_gap(harm)) {
    Phrase made = stall(campaign, harm);
    made.rest = in_and_beside(harm);
    return made;
  }
  if (harm.outage < a_moment)
    return {.head = counted(harm.failed, harm.name + " request") + " failed" +
                    (campaign.results.size() > 1 ? " a run" : "")};
  const std::string share = harm.worst_share == 1 ? "100 %" : share_text(harm.worst_share);
  std::string rest;
  if (harm.outages > 1)
    rest = fmt::format(" in all, in {} outages{}", count_text(harm.outages),
                       campaign.results.size() > 1 ? " a run" : "");
  return {.head = share + " of ",
          .tail = " requests failed for ",
          .rest = rest + in_runs(harm.runs, campaign.results.size()),
          .names = {harm.name},
          .length = harm.outage};
}

std::string told(const Campaign& campaign, const Harms& harms,
                 Phrase (*phrase)(const Campaign&, const Harm&)) {
  std::vector<Phrase> all;
  for (const Harm* harm : harms) {
    Phrase one = phrase(campaign, *harm);
    const auto same =
        std::ranges::find_if(all, [&](const Phrase& other) { return other.takes(one); });
    if (same == all.end()) {
      all.push_back(std::move(one));
      continue;
    }
    same->names.push_back(harm->name);
    same->length = std::max(same->length, one.length);
  }
  std::vector<std::string> texts;
  for (const Phrase& one : all) texts.push_back(one.text());
  return listed(texts);
}

}  // namespace

bool is_told_by_gap(const Harm& harm) {
  const double least = harm.worst_share >= down_share ? 2 * harm.outage : harm.outage;
  return harm.stood_still && (harm.outage < a_moment || (harm.unserved && harm.gap > least));
}

std::string stalls_text(const Campaign& campaign, const Harms& harms) {
  return told(campaign, harms, stall);
}

std::string harms_text(const Campaign& campaign, const Harms& harms) {
  return told(campaign, harms, failures);
}

}  // namespace spof::report
