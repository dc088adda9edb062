#include "analysis/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "analysis/kinds.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/chronicle.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// The targets of one kind, each once, and how often the busiest was struck.
using Targets = std::vector<std::pair<std::string, std::size_t>>;

/// What breaks something, of those that are `told` of (none: all); of steps that wait, those that
/// had their turn in some run.
std::vector<const FaultLine*> struck_lines(const Campaign& campaign,
                                           const std::vector<bool>& told) {
  std::vector<const FaultLine*> lines;
  for (std::size_t i = 0; i < campaign.faults.size(); ++i) {
    const bool had_its_turn =
        !campaign.faults[i].waits || std::ranges::any_of(campaign.results, [&](const Result& run) {
          return strike_in(campaign, run, i).has_value();
        });
    const bool is_told = told.empty() || told[i];
    if (!campaign.faults[i].mends && had_its_turn && is_told) lines.push_back(&campaign.faults[i]);
  }
  return lines;
}

std::vector<std::pair<std::string, Targets>> by_kind(const Campaign& campaign,
                                                     const std::vector<bool>& told) {
  std::vector<std::pair<std::string, Targets>> made;
  for (const FaultLine* fault : struck_lines(campaign, told))
    ++value_at(value_at(made, fault->kind), struck_part(*fault, fault->target));
  return made;
}

/// `is_cut`: not all strikes are listed.
std::string words_of(const std::string& kind, const Targets& targets, bool is_cut) {
  std::vector<std::string> names;
  for (const auto& [target, strikes] : targets)
    names.push_back(
        spoken(target) +
        (strikes > 1 ? fmt::format(" ({}{} times)", is_cut ? "at least " : "", strikes) : ""));
  cut_to(names, 4);
  return fault_words(kind, listed(names));
}

/// The spread of dates: "41.4 s", or "40.3 s ... 41.9 s" where they differ.
std::string spread(const std::vector<double>& dates) {
  const auto [low, high] = std::ranges::minmax_element(dates);
  if (*high - *low < 0.001) return time_text(*low);
  return time_text(*low) + " \u2026 " + time_text(*high);
}

std::string repair_words(const FaultLine& fault, const std::vector<Episode>& strikes) {
  std::vector<double> dates, spans;
  for (const Episode& strike : strikes)
    if (std::isfinite(strike.repaired)) {
      dates.push_back(strike.repaired);
      spans.push_back(strike.repaired - strike.from);
    }
  if (dates.empty() && fault.until < 0) return "never repaired";
  if (dates.empty()) return "planned to be repaired at " + time_text(fault.until);
  const auto [low, high] = std::ranges::minmax_element(spans);
  return *high - *low < 0.001 ? "repaired after " + time_text(*low)
                              : "repaired at " + spread(dates);
}

}  // namespace

bool is_felt(const FaultLine& fault) {
  const auto kind = measure::what_of(fault.kind, Role::fault);
  return kind && effect_of(*kind).is_felt;
}

std::string spoken(const std::string& target) {
  if (target.find(" and ") != std::string::npos) return target;  // of several: a list in words
  return listed(parts_of(target, ","));
}

std::string fault_words(std::string_view kind, std::string_view target) {
  const KnownKind* words = known_kind(kind);
  return words ? fmt::format("{}{}", words->happening, target)
               : fmt::format("{} of {}", kind, target);
}

std::string in_number(std::string text, std::uint64_t count) {
  for (std::size_t at = 0; (at = text.find('{', at)) != std::string::npos; ++at) {
    const std::size_t bar = text.find('|', at), end = text.find('}', at);
    if (bar > end) continue;
    const std::string chosen =
        count == 1 ? text.substr(at + 1, bar - at - 1) : text.substr(bar + 1, end - bar - 1);
    text.replace(at, end + 1 - at, chosen);
  }
  return text;
}

std::string with_targets(std::string_view text, const std::vector<std::string>& targets) {
  std::string made = in_number(std::string(text), targets.size());
  if (const std::size_t at = made.find('%'); at != std::string::npos)
    made.replace(at, 1, listed(targets));
  return made;
}

std::string struck_words(std::string_view kind, const std::vector<std::string>& targets) {
  const KnownKind* words = known_kind(kind);
  if (!words) return fault_words(kind, listed(targets));
  const bool are_hosts =
      std::ranges::all_of(targets, [](const std::string& one) { return host_of(one).empty(); });
  return with_targets(are_hosts && !words->struck_host.empty() ? words->struck_host : words->struck,
                      targets);
}

std::string repaired_words(std::string_view kind, const std::vector<std::string>& targets) {
  const KnownKind* words = known_kind(kind);
  return words ? with_targets(words->repaired, targets)
               : fmt::format("the {} ended", fault_words(kind, listed(targets)));
}

std::string faults_words(const Campaign& campaign, const std::vector<bool>& told) {
  std::vector<std::string> parts;
  const bool is_cut = campaign.plan.strikes > campaign.faults.size();
  for (const auto& [kind, targets] : by_kind(campaign, told))
    parts.push_back((parts.empty() ? "" : "the ") + words_of(kind, targets, is_cut));
  return parts.empty() ? "fault" : listed(parts);
}

std::string struck_part(const FaultLine& fault, const std::string& target) {
  return fault.server.empty() ? target : fmt::format("{} of {}", fault.server, target);
}

std::vector<std::string> broken_parts(const Campaign& campaign, const std::vector<bool>& told) {
  std::vector<std::string> parts;
  for (const FaultLine* fault : struck_lines(campaign, told)) {
    const KnownKind* words = known_kind(fault->kind);
    append_new(parts, std::string(words ? words->part : "") + spoken(fault->target));
  }
  return parts;
}

std::string unfinished_words(const Campaign& campaign) {
  std::vector<std::string> steps;
  std::size_t runs = 0;
  for (const Result& run : campaign.results) {
    std::vector<std::string> own;
    for (const Event& event : run.events)
      if (event.what == What::not_done)
        own.push_back(fmt::format("\"{}\" ({})", event.target, event.version));
    runs += own.empty() ? 0 : 1;
    if (steps.empty()) steps = std::move(own);
  }
  if (steps.empty()) return "";
  cut_to(steps, 4);
  return fmt::format(" The plan was not finished{}: {}.", in_runs(runs, campaign.results.size()),
                     listed(steps));
}

bool is_told_to_nobody(const Event& event) {
  return event.what == What::failed_over && event.version == "none";
}

std::string ready_words(const Event& event, bool then) {
  switch (event.what) {
    case What::promoted:
      return then ? "became the primary" : "is the primary";
    case What::failed_over:
      if (is_told_to_nobody(event))
        return then ? "was the primary, and its manager told nobody"
                    : "is the primary, and its manager tells nobody";
      return then ? "was the primary for all from here on" : "is the primary for all";
    case What::rebuilt:
      return then ? "was rebuilt" : "is rebuilt";
    case What::deployed:
      return then ? "had another release" : "has another release";
    case What::restored:
      return then ? "was restored" : "is restored";
    default:
      return then ? "served again" : "serves again";
  }
}

std::optional<Episode> strike_in(const Campaign& campaign, const Result& run, std::size_t index) {
  for (const Episode& episode : episodes_of(run.events))
    if (episode.strike == campaign.faults[index].strike) return episode;
  return std::nullopt;
}

std::string schedule_words(const Campaign& campaign, std::size_t index) {
  const FaultLine& fault = campaign.faults[index];
  std::vector<Episode> strikes;
  std::vector<double> dates;
  for (const Result& run : campaign.results)
    if (auto strike = strike_in(campaign, run, index)) {
      if (strike->repaired >= run.duration) strike->repaired = never;
      strikes.push_back(*strike);
      dates.push_back(strike->from);
    }
  const std::string repair = repair_words(fault, strikes);
  const bool as_planned =
      std::ranges::all_of(dates, [&](double date) { return std::fabs(date - fault.at) < 0.001; });
  if (fault.waits && dates.empty()) return "not done";
  if (as_planned || fault.waits)
    return fmt::format("at {}, {}", fault.waits ? spread(dates) : time_text(fault.at), repair);
  const std::string runs =
      dates.size() > 1 ? fmt::format(" (mean {})", time_text(mean(dates))) : "";
  return fmt::format("planned at {}, with jitter at {}{}, {}", time_text(fault.at), spread(dates),
                     runs, repair);
}

std::string strike_words(const Campaign& campaign) {
  std::vector<double> dates;
  for (const Result& run : campaign.results) {
    const auto first = strike_in(campaign, run, 0);  // by chance something else may break before it
    if (first || run.fault_start >= 0) dates.push_back(first ? first->from : run.fault_start.value);
  }
  if (dates.empty()) return "";
  const std::string range = spread(dates), middle = time_text(mean(dates));
  const std::string date = range == middle ? middle : middle + " (" + range + ")";
  const bool go_on = std::ranges::any_of(campaign.faults, [&](const FaultLine& fault) {
    return !fault.mends && fault.at - campaign.faults.front().at > 0.1;
  });
  return go_on ? "from " + date + " on" : "at " + date;
}

}  // namespace spof::report
