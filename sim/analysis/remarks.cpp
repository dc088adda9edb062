#include "analysis/remarks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/database_failover.hpp"
#include "analysis/detection.hpp"
#include "analysis/faults.hpp"
#include "base/statistics.hpp"
#include "measure/chronicle.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// Whom a service manager started again, in the first run; empty: nobody.
std::string started_again(const Campaign& campaign) {
  for (const Episode& one : episodes_of(campaign.results.front().events))
    if (one.came_back()) return one.target;
  return "";
}

std::string unnoticed(const Campaign& campaign, const std::vector<Blame>& blames) {
  if (const auto told = call(campaign, begun(campaign, blames)))
    return fmt::format(" No check of the stack noticed; {} called after {}{}.", told->who,
                       time_text(told->after), told->runs);
  if (const auto told = call(campaign))
    return fmt::format(" No check of the stack noticed; {} had called before.", told->who);
  if (const std::string started = started_again(campaign); !started.empty())
    return fmt::format(" No check of the stack noticed; systemd started {} again.", started);
  for (const Result& run : campaign.results)
    if (const Event* look = looked_in_vain(run))
      return fmt::format(" Nobody acted on it, though {} got no answer from {}.", look->source,
                         look->target);
  return alerts_nobody(campaign) ? " No check of the stack noticed; an alert reached nobody."
                                 : " Nobody noticed.";
}

}  // namespace

bool is_mostly(const Campaign& campaign, measure::Cause cause) {
  const Tally all = total(campaign);
  return 2 * all.failed_by(cause) > all.bad();
}

std::string age_text(double seconds) {
  return seconds < 7200 ? time_text(seconds) : fmt::format("{:.1f} h", seconds / 3600);
}

std::string losses(const Campaign& campaign, bool harmed) {
  constexpr double long_lag = 10;
  const char* const average = campaign.results.size() > 1 ? " On average " : " ";
  const auto mean_of = [&](const char* metric) { return figure(campaign, metric).mean; };
  std::string out;
  const auto tell = [&](const char* metric, const char* words, const std::string& more = "") {
    if (const double count = mean_of(metric); count > 0)
      out += fmt::format("{}{} {}{}.", average, count_text(count),
                         in_number(words, count == 1 ? 1 : 2), more);
  };
  const double lag = mean_of("max_lag"), age = mean_of("rpo");
  tell("lost_writes", "acknowledged {write was|writes were} lost",
       age > campaign.results.front().duration
           ? ", with them all of the last " + age_text(age) + " (RPO)"
           : "");
  tell("phantom_writes",
       mean_of("client_retries") > 0
           ? "{try at a write was|tries at a write were} committed that the client had given up"
           : "{write|writes} failed for the client but {was|were} committed");
  tell("duplicate_writes",
       "{write was|writes were} committed twice, for {it was|they were} sent again on the way");
  if (!harmed && lag >= long_lag)
    tell("stale_reads", "{read was|reads were} answered by a replica",
         " up to " + time_text(lag) + " behind");
  std::vector<std::string> heard;
  for (const auto& [metric, what] :
       {std::pair{"overheard_passwords", " passwords"}, std::pair{"overheard_cookies", " cookies"}})
    if (mean_of(metric) > 0) heard.push_back(count_text(mean_of(metric)) + what);
  if (!heard.empty()) out += average + listed(heard) + " were overheard.";
  return out;
}

std::string remarks(const Campaign& campaign, const std::vector<Blame>& blames, bool harmed,
                    bool p99_is_said) {
  std::string out;
  const Tally before = total(campaign, Phase::before), during = total(campaign, Phase::during);
  const double normal = double(before.ok.quantile(0.99)), p99 = double(during.ok.quantile(0.99));
  constexpr std::uint64_t enough = 500;  // answers, or their hundredth is a matter of a few
  const bool slow = during.ok.count() < enough ? false
                    : normal > 0               ? is_slower(normal, p99)
                                               : p99 > stalled_least * 1e6;
  const auto detected = figure(campaign, "detected");
  if ((harmed || slow) && detected.measured > 0 && detected.never == detected.measured)
    out += unnoticed(campaign, blames);
  const auto recovery = figure(campaign, "recovery");
  if (recovery.never > 0) {
    std::vector<double> since;  // all worked again, in the runs that fail to the end
    bool repaired = false;
    for (std::size_t i = 0; i < recovery.values.size(); ++i) {
      const Result& run = campaign.results[i];
      if (!std::isinf(recovery.values[i])) continue;
      repaired = repaired || run.fault_end < run.duration;
      if (run.over < run.duration) since.push_back(run.duration - run.over);
    }
    if (repaired)
      out += fmt::format(" In {} of {} runs requests still failed at the end, {}.", recovery.never,
                         campaign.results.size(),
                         since.size() == recovery.never
                             ? time_text(mean(since)) + " after all that was struck worked again"
                             : "when not all that was struck served again");
  }
  constexpr std::uint64_t few = 10;  // a run: which of them was why is no matter
  const bool many = total(campaign).bad() >= few * campaign.results.size();
  if (many && is_mostly(campaign, measure::Cause::db_read_only))
    out += " Most of what failed was refused by a database that was up, and read-only.";
  const bool deploys = std::ranges::any_of(
      campaign.results.front().events, [](const Event& one) { return one.what == What::deploy; });
  if (many && !deploys && is_mostly(campaign, measure::Cause::bad_release))
    out += " Most of what failed met a release with a bug.";
  out += losses(campaign, harmed) + failover_remarks(campaign) + unfinished_words(campaign);
  if (slow && normal > 0 && !p99_is_said)
    out += fmt::format(" Correct answers became slow: p99 {} instead of {}.", time_text(p99 / 1e6),
                       time_text(normal / 1e6));
  return out;
}

}  // namespace spof::report
