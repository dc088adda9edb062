#pragma once

#include "analysis/records/records.hpp"
#include "analysis/stacks/stacks.hpp"
#include "report/document.hpp"

namespace spof::report {

/// Several stacks side by side: what each step buys and costs, a year of each, every failure by the
/// role of the part that breaks; HTML has the picture of each.
Document stacks_page(const Stacks& stacks, Medium medium);
}  // namespace spof::report
