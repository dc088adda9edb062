#pragma once
#include <string>
#include <vector>

#include "analysis/strips.hpp"
#include "report/document.hpp"
#include "report/plot/plot_data.hpp"

namespace spof::report {

// What is drawn of results, for the page of a run and for pictures made from CSV files alike. One
// result is drawn in full; of several the same things are drawn over each other, a colour for each.

/// Latency by class and requests per second by outcome.
ChartGroup time_charts(const Windows& windows);

/// What happened in some runs: their events, by time.
using Runs = std::vector<const std::vector<measure::Event>*>;
/// The faults of all runs, each once, those of a kind that come and go together as one: the mean of
/// their dates over the runs. A fault that nothing repairs lasts until `end`. Where the runs
/// disagree about their number, those of the first. Of many only the first has a label.
std::vector<ChartBand> bands(const Runs& runs, double end);
/// The first time that each thing was noticed or back, by time: means over the runs that have it,
/// if that is half of them at least. `most` of them at most: what was noticed comes first.
std::vector<ChartMark> marks(const Runs& runs, std::size_t most);
/// Who noticed a run's failures, and when: one strip, or none where nothing was broken.
std::vector<Strip> strips_of_notice(const std::vector<measure::Event>& events, double end);
/// The same, and what each component was able to do in a run.
std::vector<Strip> strips_of(const std::vector<measure::Event>& events, double end);

/// How clients fared, window by window, in the mean of all runs: down where at least nine in ten of
/// their requests fail, impaired where one in a hundred does. What is broken and stays so need not
/// be what they feel.
Strip strip_of_clients(const Windows& windows);

/// What is drawn of a result in CSV files: each picture takes some of it.
struct PlottedResult {
  std::string name;
  Windows windows = {};
  std::vector<ChartBand> bands = {};
  std::vector<ChartMark> marks = {};
  std::vector<QuantileCurve> curves = {};
  std::vector<Strip> strips = {};  ///< of its first run
  std::string seed = {};           ///< of that; may be empty
  double end = 0;                  ///< of the strips
};
/// Latency and requests over time, with what was broken and who noticed.
ChartGroup timeline_plot(const std::vector<PlottedResult>& plots);
/// Latency of correct answers by quantile, on an axis that gives each further nine the same room.
ChartGroup quantiles_plot(const std::vector<PlottedResult>& plots);
/// The strips alone.
ChartGroup states_plot(const std::vector<PlottedResult>& plots);

}  // namespace spof::report
