#include "analysis/utilisation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// Windows in a row that are, in seconds, before it is worth a word.
constexpr double full_for = 3;

/// Where they wait, and take nothing.
bool is_queue(std::string_view what) { return what.starts_with("queue"); }

/// Else there are several: threads, connections, slots.
bool is_one(std::string_view what) {
  constexpr std::array<std::string_view, 5> single{"cpu", "disk", "in", "out", "link"};
  return has(single, what);
}

/// When something was full for long in the first run; `until` not larger than `from`: never.
struct FullSpell {
  const Load* load = nullptr;
  double from = 0, until = 0;
};

FullSpell longest_full(const Result& run) {
  FullSpell longest;
  for (const Load& load : run.loads) {
    if (is_queue(load.what)) continue;
    FullSpell now;
    for (const Load::Window& one : load.windows) {
      if (one.full < full_share * load.length) continue;
      const double start = static_cast<double>(one.number) * load.length;
      if (now.load && start <= now.until + load.length / 2)
        now.until = start + load.length;
      else
        now = {&load, start, start + load.length};
      if (now.until - now.from > longest.until - longest.from) longest = now;
    }
  }
  return longest;
}

}  // namespace

bool finds_no_room(const Load& load) {
  return load.what == "tracked connections" || load.what == "half-open connections";
}

double LoadLine::most() const {
  double most = 0;
  for (const auto& phase : phases)
    if (phase) most = std::max(most, phase->taken);
  return most;
}

std::string LoadLine::words() const {
  static const std::map<std::string, std::string> named{{"cpu", "processor"},
                                                        {"computing", "computing threads"},
                                                        {"in", "incoming direction"},
                                                        {"out", "outgoing direction"},
                                                        {"link", "bandwidth"}};
  const auto found = named.find(what);
  return fmt::format("the {} of {}", found == named.end() ? what : found->second, part);
}

std::vector<LoadLine> loads(const Campaign& campaign) {
  std::map<std::pair<std::string, std::string>, LoadLine> lines;
  std::array<double, measure::phase_count> runs{};
  for (const Result& run : campaign.results)
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto [from, until] = run.span(static_cast<Phase>(i));
      if (until > from) ++runs[i];
    }
  for (const Result& run : campaign.results)
    for (const Load& load : run.loads) {
      LoadLine& line = lines[{load.part, load.what}];
      line.part = load.part;
      line.what = load.what;
      for (std::size_t i = 0; i < runs.size(); ++i) {
        if (runs[i] == 0) continue;
        Usage& sum = line.phases[i] ? *line.phases[i] : line.phases[i].emplace();
        const auto phase = static_cast<Phase>(i);
        const auto [from, until] = run.span(phase);
        if (until <= from) continue;
        const Usage one = run.usage(load, phase);
        sum.taken += one.taken / runs[i];
        sum.full += one.full / runs[i];
        sum.waiting += one.waiting / runs[i];
      }
    }
  std::vector<LoadLine> all;
  for (auto& [key, line] : lines) all.push_back(std::move(line));
  std::ranges::stable_sort(
      all, {}, [](const LoadLine& line) { return std::pair(is_queue(line.what), -line.most()); });
  return all;
}

std::string headroom(const Campaign& campaign) {
  const std::vector<LoadLine> all = loads(campaign);
  if (all.empty() || is_queue(all.front().what)) return "";
  const Result& first = campaign.results.front();
  const FullSpell full = longest_full(first);
  if (full.until - full.from >= full_for)
    return fmt::format(
        "In the run with seed {} {} {} full from {} {}: who comes then {}.", first.seed,
        LoadLine{full.load->part, full.load->what, {}}.words(),
        is_one(full.load->what) ? "is" : "are", time_text(full.from),
        full.until >= first.duration - full.load->length ? "on" : "to " + time_text(full.until),
        finds_no_room(*full.load) ? "is dropped" : "waits");
  const LoadLine& busiest = all.front();
  std::vector<std::string> shares;
  for (std::size_t i = 0; i < busiest.phases.size(); ++i)
    if (busiest.phases[i])
      shares.push_back(fmt::format("{:.0f} %", 100 * busiest.phases[i]->taken) +
                       (campaign.faults.empty() ? "" : fmt::format(" {}", names(Phase{})[i])));
  const std::string taken = fmt::format("{}, taken to {}{}", busiest.words(), listed(shares),
                                        campaign.faults.empty() ? "" : " the fault");
  const double most = busiest.most();
  if (most < 0.3) return fmt::format("Nothing is near its limit; the busiest: {}.", taken);
  return fmt::format("The busiest: {}; there is room for {:.1f} times the load at most.", taken,
                     std::max(1 / most, 1.0));
}

}  // namespace spof::report
