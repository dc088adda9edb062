#include "report/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "analysis/verdict.hpp"

namespace spof::report {
namespace {

using measure::Phase;
using measure::Result;

double runs_of(const Campaign& campaign) {
  return static_cast<double>(std::max<std::size_t>(campaign.results.size(), 1));
}

struct Column {
  const char* name;
  double share;
  bool narrow;  // shown where there is little room, too
};
constexpr std::array quantile_columns{Column{"p50", 0.5, true}, Column{"p90", 0.9, false},
                                      Column{"p99", 0.99, true}, Column{"max", 1, false}};

std::vector<std::string> cells(const Campaign& campaign, const measure::Tally& tally, Room room) {
  const double runs = runs_of(campaign);
  const auto all = static_cast<double>(tally.requests());
  std::vector<std::string> row{count_text(all / runs),
                               share_text(static_cast<double>(tally.good()) / all),
                               count_text(static_cast<double>(tally.bad()) / runs)};
  for (const Column& column : quantile_columns)
    if (column.narrow || room != Room::narrow)
      row.push_back(latency_text(tally.ok.quantile(column.share), tally.ok.count()));
  return row;
}

/// One number per window; `add` is called for every row with the window's place.
template <class Add>
void each_row(const Campaign& campaign, const Result& run, std::size_t windows, const Add& add) {
  for (const measure::WindowRow& row : run.windows) {
    const auto place = static_cast<std::size_t>(row.start / run.window + 0.5);
    if (place < windows && row.request_class < campaign.plan.classes.size()) add(row, place);
  }
}

std::size_t windows_of(const Campaign& campaign) {
  if (campaign.results.empty()) return 0;
  const Result& run = campaign.results.front();
  return static_cast<std::size_t>(std::ceil(run.duration / run.window - 1e-9));
}

}  // namespace

Table phase_table(const Campaign& campaign, Room room) {
  Table table("llrrrrrrr");
  std::vector<std::string> heads{room == Room::page ? "phase" : "PHASE", "class", "requests", "ok",
                                 "failed"};
  for (const Column& column : quantile_columns)
    if (column.narrow || room != Room::narrow) heads.emplace_back(column.name);
  table.row(std::move(heads));
  for (std::size_t p = 0; p < measure::phase_count; ++p) {
    std::string phase = names(Phase{})[p];
    for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
      const auto tally = total(campaign, static_cast<Phase>(p), static_cast<int>(i));
      if (tally.requests() == 0) continue;
      std::vector<std::string> row{phase, campaign.plan.classes[i]};
      for (std::string& cell : cells(campaign, tally, room)) row.push_back(std::move(cell));
      table.row(std::move(row));
      if (room != Room::page) phase.clear();
    }
  }
  return table;
}

std::vector<std::pair<std::string, std::string>> failure_lines(const Campaign& campaign) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (std::size_t p = 0; p < measure::phase_count; ++p)
    for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
      const auto tally = total(campaign, static_cast<Phase>(p), static_cast<int>(i));
      if (tally.bad() == 0) continue;
      std::string causes;
      for (const std::string& cause : failures_by_cause(tally, 6, runs_of(campaign)))
        causes += (causes.empty() ? "" : ", ") + cause;
      lines.emplace_back(campaign.plan.classes[i] + " " + names(Phase{})[p], causes);
    }
  return lines;
}

std::string writes_line(const Campaign& campaign) {
  if (campaign.results.empty()) return "";
  const auto acknowledged = figure(campaign, "acknowledged_writes");
  const auto phantom = figure(campaign, "phantom_writes");
  const auto stale = figure(campaign, "stale_reads");
  const auto lag = figure(campaign, "max_lag");
  if (acknowledged.mean + phantom.mean + stale.mean <= 0 && lag.measured == 0) return "";
  std::string line =
      fmt::format("{} acknowledged, {} lost; {} failed but committed; {} stale reads",
                  count_text(acknowledged.mean), count_text(figure(campaign, "lost_writes").mean),
                  count_text(phantom.mean), count_text(stale.mean));
  if (lag.measured > 0)
    line += fmt::format("; replica behind by up to {} ({} transactions)", time_text(lag.mean),
                        count_text(figure(campaign, "max_behind").mean));
  return line;
}

std::vector<double> failed_over_time(const Campaign& campaign) {
  std::vector<double> sums(windows_of(campaign));
  for (const Result& run : campaign.results)
    each_row(campaign, run, sums.size(), [&](const measure::WindowRow& row, std::size_t place) {
      if (row.outcome != measure::Outcome::ok)
        sums[place] += static_cast<double>(row.requests) / runs_of(campaign);
    });
  return sums;
}

std::vector<double> p99_over_time(const Campaign& campaign) {
  const std::size_t windows = windows_of(campaign);
  std::vector<double> sums(windows), counts(windows);
  for (const Result& run : campaign.results) {
    std::vector<double> worst(windows, -1);
    each_row(campaign, run, windows, [&](const measure::WindowRow& row, std::size_t place) {
      if (row.outcome == measure::Outcome::ok)
        worst[place] = std::max(worst[place], static_cast<double>(row.p99) / 1e3);
    });
    for (std::size_t i = 0; i < windows; ++i)
      if (worst[i] >= 0) {
        sums[i] += worst[i];
        ++counts[i];
      }
  }
  for (std::size_t i = 0; i < windows; ++i)
    sums[i] = counts[i] > 0 ? sums[i] / counts[i] : std::numeric_limits<double>::quiet_NaN();
  return sums;
}

std::string runs_text(const Campaign& campaign) {
  if (campaign.results.empty()) return "no runs";
  const auto& first = campaign.results.front();
  const auto& last = campaign.results.back();
  if (campaign.results.size() == 1)
    return fmt::format("1 run \u00d7 {:g} s, seed {}", first.duration.value, first.seed);
  return fmt::format("{} runs \u00d7 {:g} s, seeds {} to {}", campaign.results.size(),
                     first.duration.value, first.seed, last.seed);
}

std::string expectations_text(const Campaign& campaign) {
  const auto judged_as = [&](measure::Judgement wanted) {
    return std::count_if(campaign.expectations.begin(), campaign.expectations.end(),
                         [=](const measure::Judged& judged) { return judged.judgement == wanted; });
  };
  const std::size_t all = campaign.expectations.size();
  const auto failed = judged_as(measure::Judgement::fail);
  const auto unknown = judged_as(measure::Judgement::unknown);
  if (all == 0) return "no expectations";
  if (failed > 0) return fmt::format("{} of {} expectations failed", failed, all);
  if (unknown > 0)
    return fmt::format("{} of {} expectations hold, {} unknown",
                       judged_as(measure::Judgement::pass), all, unknown);
  return all == 1 ? "the expectation holds" : fmt::format("all {} expectations hold", all);
}

}  // namespace spof::report
