#pragma once
#include <string>
#include <vector>

#include "analysis/records/stored_report.hpp"

namespace spof::report {

/// The metrics that the user asked for with `--metric`; none: all of them.
class Selection {
 public:
  Selection() = default;
  /// Each text is a metric, "outage", or what an expectation may say before its condition,
  /// "latency.p99(read) during fault". Without a class it stands for every class, without a phase
  /// for every phase. What is wrong is added to `mistakes`, one line each.
  Selection(const std::vector<std::string>& texts, const std::vector<std::string>& classes,
            const std::vector<std::string>& servers, std::vector<std::string>& mistakes);

  bool all() const { return wanted_.empty(); }
  bool takes(const MetricQuestion& question) const;

 private:
  std::vector<MetricQuestion> wanted_;  ///< an empty member stands for any
};

}  // namespace spof::report
