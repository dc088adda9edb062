#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/campaign.hpp"
#include "analysis/strips.hpp"

namespace spof::report {

/// Dates in hundredths of a second from the run's begin: what reads milliseconds from text as a
/// binary fraction may be one short.
using Date = std::int64_t;
/// The first date at which what was true at that time is seen.
Date date_of(double time);

/// When every run begins, so that the same run has the same bytes: 2026-01-01T00:00:00Z.
constexpr std::int64_t run_begins = 1'767'225'600;

using Labels = std::vector<std::pair<std::string, std::string>>;
/// A series by its labels, with a value for the end of each step; the first is that of the begin.
using Sampled = std::map<Labels, std::vector<double>>;
/// A series by its labels: from a date on it has this value, before the first none.
using Changing = std::map<Labels, std::map<Date, double>>;

/// Writes the series of the first seed's run as OpenMetrics text, sample by sample, in steps of one
/// window or, where it has very many, of several.
class MetricsSheet {
 public:
  explicit MetricsSheet(const Campaign& all);

  const Campaign& campaign;
  const measure::Result& run;
  double step = 1;  ///< seconds
  /// What components are able to do and what others believe of them; of what no event tells, all is
  /// well.
  std::vector<Strip> strips;

  /// The value of the step in which this time is, of a series that begins with `initial`.
  double& at(std::vector<double>& series, double time, double initial = 0) const;
  /// What follows are samples of this family.
  void begin(const std::string& name, const std::string& type, const std::string& unit,
             const std::string& help);
  void add(const Sampled& all);
  /// Samples at each step, and on the dates of the changes.
  void add(const Changing& all);
  std::string finish();

 private:
  std::string head_of(const Labels& labels) const;
  void sample(const std::string& head, Date date, double value);
  void add_quiet(const std::string& name, const std::string& about, const std::string& by);
  std::vector<Date> dates_;
  std::string name_, out_;
};

}  // namespace spof::report
