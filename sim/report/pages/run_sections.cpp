#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/database_failover.hpp"
#include "analysis/detection.hpp"
#include "analysis/remarks.hpp"
#include "analysis/utilisation.hpp"
#include "analysis/verdict.hpp"
#include "measure/words.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

using measure::Overheard;
using measure::value_text;

/// What it was told, or where it looked instead.
std::string words(const Discovery& one) { return one.saw.empty() ? one.blind_to : one.saw; }

std::string when(const Discovery& one, std::size_t runs) {
  if (!std::isfinite(one.after)) return "never";
  return "+" + time_text(one.after) + in_runs(one.runs, runs) +
         (one.late ? ", after the repair" : "");
}

/// "alerts a run: 2 of what was broken, 1 after its repair, 0 needless"
std::string alerts_line(const Campaign& campaign) {
  const AlertCounts counts = alerts(campaign);
  if (counts.useful + counts.late + counts.needless <= 0) return "";
  return fmt::format(
      "alerts a run: {} {}, {} after its repair, {} needless", count_text(counts.useful),
      campaign.faults.empty() ? "before or while requests failed" : "while something was broken",
      count_text(counts.late), count_text(counts.needless));
}

/// The same row of all runs, as a mean.
struct Exposed {
  std::string link, what;
  double requests = 0, passwords = 0, cookies = 0, queries = 0, readable = 0, sealed = 0;
  void add(const Overheard& one, double runs) {
    requests += static_cast<double>(one.requests) / runs;
    passwords += static_cast<double>(one.passwords) / runs;
    cookies += static_cast<double>(one.cookies) / runs;
    queries += static_cast<double>(one.queries) / runs;
    readable += one.readable / runs;
    sealed += one.sealed / runs;
  }
};

/// By link and class, or `whole` links; where nothing passed there is no row.
std::vector<Exposed> exposed(const Campaign& campaign, bool whole) {
  std::vector<Exposed> rows;
  const auto& classes = campaign.plan.classes;
  for (const Result& run : campaign.results)
    for (const Overheard& one : run.overheard) {
      const std::string what = whole                                ? ""
                               : one.request_class < classes.size() ? classes[one.request_class]
                                                                    : "checks, log-ins, copies";
      auto row = std::find_if(rows.begin(), rows.end(), [&](const Exposed& other) {
        return other.link == one.link && other.what == what;
      });
      if (row == rows.end()) row = rows.insert(rows.end(), {one.link, what});
      row->add(one, static_cast<double>(campaign.results.size()));
    }
  std::erase_if(rows, [](const Exposed& row) { return row.readable + row.sealed == 0; });
  return rows;
}

std::string megabytes(double bytes) { return fmt::format("{:.3g} MB", bytes / 1e6); }

Facts overheard_lines(const Campaign& campaign) {
  Facts facts{"Overheard", {}};
  for (const Exposed& row : exposed(campaign, true))
    facts.lines.push_back(fmt::format(
        "on {}: {} requests, {} passwords, {} cookies, {} queries; {} in "
        "clear, {} encrypted",
        row.link, count_text(row.requests), count_text(row.passwords), count_text(row.cookies),
        count_text(row.queries), megabytes(row.readable), megabytes(row.sealed)));
  return facts;
}

Section overheard_table(const Campaign& campaign) {
  Table table{
      "llrrrrrr",
      {"link", "class", "requests", "passwords", "cookies", "queries", "in clear", "encrypted"}};
  for (const Exposed& row : exposed(campaign, false)) {
    const auto bad = [](double count) {
      return Cell{count_text(count), count > 0 ? Tone::bad : Tone::plain};
    };
    table.row({row.link, row.what, count_text(row.requests), bad(row.passwords), bad(row.cookies),
               bad(row.queries), megabytes(row.readable), megabytes(row.sealed)});
  }
  return {"What could be overheard",
          {std::move(table), Paragraph{"Read by whoever listens on the link, mean of a run: a "
                                       "request counts on every link that it passes in clear.",
                                       true}}};
}

Facts tls_lines(const Campaign& campaign) {
  Facts facts{"TLS", {}};
  if (campaign.results.empty()) return facts;
  const auto& first = campaign.results.front().handshakes;
  for (std::size_t i = 0; i < first.size(); ++i) {
    double full = 0, resumed = 0;
    for (const Result& run : campaign.results) {
      full += static_cast<double>(run.handshakes[i].full);
      resumed += static_cast<double>(run.handshakes[i].resumed);
    }
    const auto runs = static_cast<double>(campaign.results.size());
    facts.lines.push_back(fmt::format("{}: {} full handshakes a run, {} resumed", first[i].daemon,
                                      count_text(full / runs), count_text(resumed / runs)));
  }
  return facts;
}

/// "0 acknowledged, 0 lost; 2 failed but committed; 0 reads from a replica that lacked some write;
/// replica behind by up to 1.2 s (15 transactions)"; empty where there are no writes, no replicas
/// and no such reads.
std::string writes_line(const Campaign& campaign) {
  const auto acknowledged = figure(campaign, "acknowledged_writes");
  const auto phantom = figure(campaign, "phantom_writes");
  const auto stale = figure(campaign, "stale_reads");
  const auto lag = figure(campaign, "max_lag");
  if (acknowledged.mean + phantom.mean + stale.mean <= 0 && lag.measured == 0) return "";
  std::string line =
      fmt::format("{} acknowledged, {} lost; {} {} but committed", count_text(acknowledged.mean),
                  count_text(figure(campaign, "lost_writes").mean), count_text(phantom.mean),
                  figure(campaign, "client_retries").mean > 0 ? "tries failed" : "failed");
  if (const double twice = figure(campaign, "duplicate_writes").mean; twice > 0)
    line += fmt::format(", {} committed twice", count_text(twice));
  if (lag.measured > 0 || stale.mean > 0)
    line +=
        fmt::format("; {} reads from a database that lacked some write", count_text(stale.mean));
  const double behind = figure(campaign, "max_behind").mean;
  if (lag.measured > 0)
    line += fmt::format("; replica behind by up to {} ({})", time_text(lag.mean),
                        counted(behind, "transaction"));
  return line;
}

/// "RPO: 606 writes, 3.2 s; 577 of them diverged, written beside the new primary; 12 reads saw what
/// was lost". Empty where nothing is lost.
std::string rpo_line(const Campaign& campaign) {
  const auto mean = [&](const char* metric) { return figure(campaign, metric).mean; };
  const double lost = mean("lost_writes"), diverged = mean("diverged_writes"),
               reads = mean("reads_of_lost_writes"), age = mean("rpo");
  if (lost + reads <= 0) return "";
  if (lost <= 0)
    return fmt::format(
        "RPO: 0 writes; {} reads saw writes that had failed for their clients and are gone",
        count_text(reads));
  std::string line = fmt::format("RPO: {}, {}", counted(lost, "write"), age_text(age));
  if (diverged > 0)
    line += fmt::format("; {} of them diverged: {}", count_text(diverged),
                        promotes(campaign) ? "an old primary took them beside the new one"
                                           : "a replica took them beside its primary");
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
    news = news || event.what == What::promoted || event.what == What::restored;
  for (const Holding& one : run.holdings) {
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

Section run_utilisation(const Campaign& campaign) {
  constexpr std::size_t few = 4, most = 12;
  constexpr double least = 0.02, full_least = 0.005, waiting_least = 0.05;
  Table table{"ll", {"part", "of"}};
  const auto all = loads(campaign);
  const auto is_there = [&](std::size_t phase) {
    return std::ranges::any_of(
        all, [=](const LoadLine& line) { return line.phases[phase].has_value(); });
  };
  for (std::size_t p = 0; p < measure::phase_count; ++p)
    if (is_there(p)) table.column('r', phase_name(campaign, p));
  for (const LoadLine& line : all) {
    if (table.rows.size() == most || (line.most() < least && table.rows.size() >= few)) continue;
    std::vector<Cell> row{line.part, line.what};
    for (std::size_t p = 0; p < measure::phase_count; ++p) {
      if (!is_there(p)) continue;
      const Usage usage = line.phases[p].value_or(Usage{});
      std::string text = fmt::format("{:.0f} %", 100 * usage.taken);
      if (usage.full > full_least) text += fmt::format(", full {:.0f} %", 100 * usage.full);
      if (usage.waiting > waiting_least) text += fmt::format(", {:.1f} wait", usage.waiting);
      row.emplace_back(text, usage.full > 0.5 ? Tone::bad : Tone::plain);
    }
    table.row(std::move(row));
  }
  return {"How busy",
          {Paragraph{headroom(campaign)}, std::move(table),
           Paragraph{"Taken, of all places, in the mean over time; full: share of the time without "
                     "a free one; how many waited. `--format utilisation` has every window.",
                     true}}};
}

std::vector<std::string> firewall_lines(const Campaign& campaign) {
  std::map<std::pair<std::string, std::string>, double> stopped;
  for (const Result& run : campaign.results)
    for (const Event& event : run.events)
      if (event.what == What::stopped) stopped[{event.source, event.version}] += event.figure;
  std::vector<std::string> lines;
  for (const auto& [by, count] : stopped)
    lines.push_back(fmt::format("{} stopped {} attempts to connect a run: {}", by.first,
                                count_text(count / static_cast<double>(campaign.results.size())),
                                by.second));
  return lines;
}

Blocks run_detection(const Campaign& campaign, Medium medium) {
  if (!campaign.plan.is_watched || campaign.results.empty()) return {};
  const auto all = discoveries(campaign);
  const std::size_t runs = campaign.results.size();
  const std::string counted = alerts_line(campaign);
  if (all.empty() && counted.empty()) return {};
  if (medium == Medium::screen) {
    Facts facts{"Noticed", {}};
    const bool several = !all.empty() && all.front().failure != all.back().failure;
    std::string told;
    for (const Discovery& one : all) {
      if (several && one.failure != told) facts.lines.push_back(one.failure + ":");
      told = one.failure;
      facts.lines.push_back(fmt::format("{}{} {}{}", several ? "  " : "", one.who, when(one, runs),
                                        words(one).empty() ? "" : ": " + words(one)));
    }
    facts.lines.push_back(counted);
    return {std::move(facts)};
  }
  Table table{"llrl", {"failure", "who", "noticed", "what they saw, or where they look"}};
  for (const Discovery& one : all)
    table.row({one.failure, "`" + one.who + "`", when(one, runs), words(one)});
  Section section{"Who noticed", {}};
  if (!all.empty()) section.blocks.emplace_back(std::move(table));
  section.blocks.emplace_back(
      Paragraph{"After the failure, mean of the runs. Nobody knows more than its own checks, "
                "scrapes or calls have told it." +
                    (counted.empty() ? "" : " " + counted + "."),
                true});
  return {std::move(section)};
}

Blocks run_exposure(const Campaign& campaign, Medium medium) {
  const Facts heard = overheard_lines(campaign);
  if (medium == Medium::screen || heard.lines.empty()) return {tls_lines(campaign), heard};
  return {tls_lines(campaign), overheard_table(campaign)};
}

Facts run_writes(const Campaign& campaign) {
  if (campaign.results.empty()) return {};
  return {"Writes", {writes_line(campaign), rpo_line(campaign), holdings_line(campaign)}};
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
       Paragraph{
           fmt::format(
               "From the fault until the manager is done and no write fails any more, {}; a step "
               "begins where the one before ends. The metrics `rto` and `outage` know failed "
               "requests only: they end with the last of these, and a write that waits and is "
               "answered late is in neither, but in `longest_gap`.{}",
               runs == campaign.results.size()
                   ? "all runs"
                   : fmt::format("{} of {} runs", runs, campaign.results.size()),
               failed_again(campaign)),
           true}}}};
}

}  // namespace spof::report
