#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "analysis/faults.hpp"
#include "analysis/kinds.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// Equal events of one source about one target, with no other of these between them.
struct Folded {
  const Event* first;
  const Event* last;
  std::size_t times = 1;
};

using Ends = std::pair<std::string, std::string>;
Ends key_of(const Event& event) { return {event.source, event.target}; }

/// Folds equal events in a row, but never across a fault or a repair: what is before it has another
/// cause than what is after. What is said at the start of the run is its state, not news.
std::vector<Folded> folded(const std::vector<Event>& events) {
  std::vector<Folded> rows;
  std::map<Ends, std::size_t> open;  // the last row of each source and target
  for (const Event& event : events) {
    if (event.role() == Role::info && event.time <= 0) continue;
    const auto found = open.find(key_of(event));
    if (found != open.end() && rows[found->second].last->what == event.what) {
      rows[found->second].last = &event;
      ++rows[found->second].times;
      continue;
    }
    if (event.role() == Role::fault || event.role() == Role::repair) open.clear();
    open[key_of(event)] = rows.size();
    rows.push_back({&event, &event});
  }
  return rows;
}

std::string event_text(const Event& event) {
  switch (event.role()) {
    case Role::fault:
    case Role::repair:
      return fmt::format("**{}**: {}{}", word(event.role()), subject(event), in_brackets(event));
    case Role::detected:
      return fmt::format("**{} notices**: {}{}", event.source, subject(event), in_brackets(event));
    case Role::restored:
      return fmt::format("**{}**: {} is {} again{}", event.source,
                         event.target.empty() ? "it" : event.target, word_of(event.what),
                         in_brackets(event));
    case Role::ready:
      return fmt::format("{} {}{}", concerned(event), ready_words(event), in_brackets(event));
    case Role::info:
      break;
  }
  return fmt::format("{}: {}{}", event.source, subject(event), in_brackets(event));
}

std::string row_text(const Folded& row) {
  if (row.times == 1) return event_text(*row.first);
  const std::string why = sentence(*row.last);
  const char* last = sentence(*row.first) == why ? "" : "the last: ";
  return fmt::format("{}: {} {} times from {:.3f} s to {:.3f} s{}", row.first->source,
                     subject(*row.first), row.times, row.first->time.value, row.last->time.value,
                     why.empty() ? "" : fmt::format(" ({}{})", last, why));
}

/// What a source says about a target again and again.
std::string rest_text(const Ends& key, const std::vector<Folded>& rows) {
  std::vector<std::pair<std::string, std::size_t>> times;  // by event, in order of appearance
  double last = 0;
  std::string state;
  for (const Folded& row : rows) {
    last = std::max<double>(last, row.last->time);
    value_at(times, word_of(row.first->what)) += row.times;
    if (row.first->role() != Role::info)
      state = ", in the end " + std::string(word_of(row.last->what));
  }
  std::vector<std::string> counts;
  for (const auto& [event, number] : times) counts.push_back(event + " " + counted(number, "time"));
  return fmt::format("{}{}{} goes on so: {} more until {:.3f} s{}", key.first,
                     key.second.empty() ? "" : ": ", key.second, listed(counts), last, state);
}

/// Where a source says more than `most_rows` about one target, all but the first `kept_rows` are
/// one line.
void add_events(const Result& run, std::vector<Moment>& moments) {
  constexpr std::size_t most_rows = 8, kept_rows = 5;
  const auto rows = folded(run.events);
  std::map<Ends, std::size_t> all, seen;
  std::map<Ends, std::vector<Folded>> rests;
  for (const Folded& row : rows) ++all[key_of(*row.first)];
  for (const Folded& row : rows) {
    const Ends key = key_of(*row.first);
    if (all[key] > most_rows && seen[key]++ >= kept_rows)
      rests[key].push_back(row);
    else
      moments.push_back({row.first->time, row_text(row)});
  }
  for (const auto& [key, rest] : rests)
    moments.push_back({rest.front().first->time, rest_text(key, rest)});
}

/// Outages as they were seen, in order; those that overlap are one.
std::vector<Outage> as_seen(std::vector<Outage> outages) {
  std::ranges::sort(outages, {}, &Outage::first_seen);
  std::vector<Outage> made;
  for (const Outage& outage : outages) {
    if (made.empty() || made.back().last_seen < outage.first_seen) {
      made.push_back(outage);
      continue;
    }
    made.back().last_seen = std::max(made.back().last_seen, outage.last_seen);
    made.back().failures += outage.failures;
  }
  return made;
}

/// The lines of one class: its first outages with both ends, one line for all further ones.
void add_outages(const std::string& name, const std::string& why, double fault_start,
                 const std::vector<Outage>& outages, std::vector<Moment>& moments) {
  constexpr std::size_t most = 4;
  for (std::size_t i = 0; i < outages.size(); ++i) {
    const Outage& outage = outages[i];
    const double waited = outage.first_seen - outage.first_sent;
    std::string when = waited < 1 ? "" : " after " + time_text(waited);
    if (outage.first_sent < fault_start && outage.first_seen >= fault_start)
      when += ", under way when the fault struck";
    const std::string causes = i == 0 ? fmt::format(" (in the whole run: {})", why) : "";
    if (i + 1 == most && outages.size() > most) {
      std::uint64_t failures = 0;
      for (std::size_t k = i; k < outages.size(); ++k) failures += outages[k].failures;
      moments.push_back({outage.first_seen,
                         fmt::format("{} requests fail again, and so {} times until {:.3f} s, {} "
                                     "in all",
                                     name, outages.size() - i, outages.back().last_seen.value,
                                     count_text(failures))});
      return;
    }
    const std::string begin =
        outage.failures == 1 ? fmt::format("one {} request fails{}", name, i == 0 ? "" : " again")
        : i == 0             ? fmt::format("first {} request fails", name)
                             : fmt::format("{} requests fail again", name);
    moments.push_back({outage.first_seen, begin + when + causes});
    if (outage.failures > 1)
      moments.push_back(
          {outage.last_seen,
           fmt::format("last {} request fails, {} in {}", name, count_text(outage.failures),
                       time_text(outage.last_seen - outage.first_seen))});
  }
}

}  // namespace

std::string Moment::plain() const {
  std::string plain = text;
  for (std::size_t at; (at = plain.find("**")) != std::string::npos;) plain.erase(at, 2);
  return plain;
}

std::vector<Moment> timeline(const Campaign& campaign) {
  std::vector<Moment> moments;
  if (campaign.results.empty()) return moments;
  const Result& run = campaign.results.front();
  add_events(run, moments);
  for (std::size_t i = 0; i < run.stories.size(); ++i) {
    const Tally tally = run.total({}, i);
    add_outages(campaign.plan.classes[i], listed(failures_by_cause(tally, 3, 1)), run.fault_start,
                as_seen(run.stories[i].outages), moments);
  }
  std::ranges::stable_sort(moments, {}, &Moment::time);
  return moments;
}

}  // namespace spof::report
