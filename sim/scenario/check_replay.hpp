#pragma once
#include <string>
#include <vector>

#include "base/mistakes.hpp"
#include "stack/clients_options.hpp"

namespace spof::scenario {

/// Where a population replays a file: that it is there, and every line of it, for a run has no way
/// to say what is wrong with one.
void check_replay(const std::string& pointer, const stack::ClientsOptions& options,
                  const std::vector<std::string>& classes, Mistakes& mistakes);

}  // namespace spof::scenario
