#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "report/compare_words.hpp"

namespace spof::report {

/// The rows worth a line: what users of the stack feel, of all classes together; of each class, and
/// of everything else, what changed. All of them when the user asked for certain metrics. Groups
/// without a row are left out.
std::vector<ChangeGroup> shown_rows(const Contrast& contrast);

/// What is not shown, and how far to trust the findings.
std::vector<std::string> notes_of(const Contrast& contrast, const std::vector<ChangeGroup>& shown);

/// The smaller, the earlier it is named among several changes.
std::size_t rank_of(const MetricChange& row);

}  // namespace spof::report
