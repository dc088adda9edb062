#include <fmt/format.h>

#include <algorithm>

#include "analysis/database_failover.hpp"
#include "analysis/verdict.hpp"
#include "measure/words.hpp"
#include "report/pages/run_page.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Result;
using measure::Unit;
using measure::value_text;

/// "0 acknowledged, 0 lost; 2 failed but committed; 0 reads from a replica that lacked some write;
/// replica behind by up to 1.2 s (15 transactions)"; empty where there are no writes, no replicas
/// and no such reads.
std::string writes_line(const Campaign& campaign) {
  const auto acknowledged = figure(campaign, "acknowledged_writes");
  const auto phantom = figure(campaign, "phantom_writes");
  const auto stale = figure(campaign, "stale_reads");
  const auto lag = figure(campaign, "max_lag");
  if (acknowledged.mean + phantom.mean + stale.mean <= 0 && lag.measured == 0) return "";
  std::string line = fmt::format(
      "{} acknowledged, {} lost; {} failed but committed; {} reads from a replica that "
      "lacked some write",
      count_text(acknowledged.mean), count_text(figure(campaign, "lost_writes").mean),
      count_text(phantom.mean), count_text(stale.mean));
  if (lag.measured > 0)
    line += fmt::format("; replica behind by up to {} ({} transactions)", time_text(lag.mean),
                        count_text(figure(campaign, "max_behind").mean));
  return line;
}

/// "RPO: 606 writes, 3.2 s; 577 of them diverged, written beside the new primary; 12 reads saw what
/// was lost". Empty where nothing is lost.
std::string rpo_line(const Campaign& campaign) {
  const auto mean = [&](const char* metric) { return figure(campaign, metric).mean; };
  const double lost = mean("lost_writes"), diverged = mean("diverged_writes"),
               reads = mean("reads_of_lost_writes"), age = mean("rpo");
  if (lost + reads <= 0) return "";
  std::string line = fmt::format(
      "RPO: {} write{}, {}", count_text(lost), lost == 1 ? "" : "s",
      age < 7200 ? value_text(age, Unit::seconds) : fmt::format("{:.1f} h", age / 3600));
  if (diverged > 0)
    line += fmt::format("; {} of them diverged: an old primary took them beside the new one",
                        count_text(diverged));
  if (reads > 0) line += fmt::format("; {} reads saw what was lost", count_text(reads));
  return line;
}

/// "at the end of the run with seed 1 mysql@server2 is the primary; mysql@server1 lacks 1 213 of
/// its transactions, and 594 acknowledged writes are on it alone". Empty where the first primary is
/// it still and nobody lacks anything.
std::string holdings_line(const Campaign& campaign) {
  const Result& run = campaign.results.front();
  std::string primary, others;
  bool news = run.writes.lost > 0;
  for (const Event& event : run.events)
    news = news || event.what == measure::What::promoted || event.what == measure::What::restored;
  for (const measure::Holding& one : run.holdings) {
    if (one.is_primary) {
      primary = one.database;
      continue;
    }
    others += fmt::format("; {} lacks {} of its transactions", one.database,
                          one.lacks == 0 ? "none" : count_text(static_cast<double>(one.lacks)));
    if (const double alone = only_on(run, one.database); alone > 0)
      others += fmt::format(", and {} acknowledged writes were made on {} alone", count_text(alone),
                            one.database);
  }
  if (!news || primary.empty() || run.holdings.size() < 2) return "";
  return fmt::format("at the end of the run with seed {} {} is the primary{}", run.seed, primary,
                     others);
}

}  // namespace

Facts run_writes(const Campaign& campaign) {
  Facts facts{"Writes", {}};
  if (campaign.results.empty()) return facts;
  for (std::string line : {writes_line(campaign), rpo_line(campaign), holdings_line(campaign)})
    if (!line.empty()) facts.lines.push_back(std::move(line));
  return facts;
}

Blocks run_failover(const Campaign& campaign) {
  const auto phases = failover_phases(campaign);
  if (phases.empty()) return {};
  Table table{"lrrrrt", {"step", "best", "mean", "worst", "share", "what decides it"}};
  table.stacked = true;
  for (const FailoverPhase& one : phases) {
    std::vector<Cell> row{one.step};
    for (const double time : {one.best, one.mean, one.worst})
      row.emplace_back(value_text(time, Unit::seconds));
    row.emplace_back(value_text(one.share, Unit::share));
    row.emplace_back(one.option.empty() ? "" : "`" + one.option + "`");
    table.row(std::move(row));
  }
  const std::size_t runs = failovers(campaign);
  return {Section{
      "RTO of the database, step by step",
      {std::move(table),
       Paragraph{fmt::format(
                     "From the fault until the manager is done and no write fails any more, {}; a "
                     "step begins where the one before ends. The metrics `rto` and `outage` know "
                     "failed requests only: they end with the last of these, and a write that "
                     "waits and is answered late is in neither, but in `longest_gap`.",
                     runs == campaign.results.size()
                         ? "all runs"
                         : fmt::format("{} of {} runs", runs, campaign.results.size())),
                 true}}}};
}

}  // namespace spof::report
