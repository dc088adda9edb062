#pragma once
#include <string>
#include <vector>

#include "analysis/compare/compare.hpp"
#include "report/document.hpp"

namespace spof::report {

/// What a comparison says, before any format gives it a shape.

struct ChangeGroup {
  std::string title;  ///< "all classes", or a class
  std::vector<const MetricChange*> rows;
};

/// The verdict.
struct ContrastWords {
  std::string sentence;
  Tone tone = Tone::plain;  ///< better, worse, both (warn), or no difference that is proven
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
Tone tone_of(const MetricChange& row);

/// A row's name below its group's title, which says the class, or the metric of a failure.
std::string row_name(const MetricQuestion& question);

/// Single points of failure gained, lost and kept.
Facts spof_facts(const Contrast& contrast);
/// Of matrices: what a year costs, and whose fate changed.
Blocks matrix_facts(const Contrast& contrast);
/// Of matrices: the sentence and the tone begin with the single points of failure.
void begin_with_spofs(const Contrast& contrast, ContrastWords& told);

/// The rows worth a line: what users of the stack feel, of all classes together; of each class, and
/// of everything else, what changed. Of matrices the failures that differ, the largest differences
/// first. All of them when the user asked for certain metrics. Groups without a row are left out.
/// The contrast must outlive them.
std::vector<ChangeGroup> shown_rows(const Contrast& contrast);

/// What is not shown, and how far to trust the findings; some may be empty.
std::vector<std::string> notes_of(const Contrast& contrast, const std::vector<ChangeGroup>& shown);

/// The smaller, the earlier it is named among several changes.
std::size_t rank_of(const MetricChange& row);
/// Lost writes, failures, outages: told first, proven or not.
bool is_gravest(const MetricChange& row);

/// What was compared, its verdict, what differs; HTML has every metric in a fold.
Document compare_page(const Contrasts& contrasts, Medium medium);
/// Every metric of every comparison, for programs. `"format": 1`; numbers as in report.json.
std::string compare_json(const Contrasts& contrasts);

}  // namespace spof::report
