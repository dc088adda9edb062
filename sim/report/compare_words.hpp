#pragma once
#include <string>
#include <vector>

#include "report/compare.hpp"

namespace spof::report {

/// What a comparison says, before any format gives it a shape.

/// How a comparison ends for the user of the stack: what colours it.
enum class ContrastTone { good, bad, mixed, neutral };

/// Facts under one label: "SCENARIO", "/haproxy/redispatch: false → true".
struct ContrastFact {
  std::string label;
  std::vector<std::string> lines;
  bool warning = false;
};

struct ChangeGroup {
  std::string title;  ///< "all classes", or a class
  std::vector<const MetricChange*> rows;
};

struct ContrastWords {
  std::vector<std::string> heading;  ///< whom is compared with whom, over which runs
  std::string sentence;              ///< the verdict
  ContrastTone tone = ContrastTone::neutral;
  std::vector<ContrastFact> facts;
  std::vector<ChangeGroup> groups;  ///< what is shown of the rows; the contrast must outlive it
  std::vector<std::string> notes;   ///< what is not shown, and how far to trust what is
};
ContrastWords told(const Contrast& contrast);

/// Whether all metrics that are compared are equal, run for run.
bool is_same(const Contrast& contrast);

/// How many of the comparisons of several scenarios ended how, in one sentence.
std::string summary_sentence(const Contrasts& contrasts);

/// The metrics that are proven to have become worse, after the correction for their number.
std::vector<const MetricChange*> proven_worse(const Contrast& contrast);

/// What a row says of one side: "40.9 s", "never in 2 of 5", "-".
std::string side_text(const MetricChange& row, bool second);
/// "-4.7 s ± 0.2 s", half the width of the 95 % interval behind; empty where there is nothing to
/// subtract.
std::string difference_text(const MetricChange& row);
/// "better", "worse (chance?)", "no difference proven" ...
std::string finding_text(const MetricChange& row);
ContrastTone tone_of(const MetricChange& row);

}  // namespace spof::report
