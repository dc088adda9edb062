#pragma once
#include <string>
#include <vector>

#include "base/mistakes.hpp"
#include "scenario/topology.hpp"

namespace spof::scenario {

/// Who speaks TLS can, and an eavesdropper sits on links that there are.
void check_tls(const Scenario& scenario, const std::vector<std::string>& links, Mistakes& mistakes);
/// Whether one of a daemon's ports does.
bool speaks_tls(const Scenario& scenario, const std::string& daemon);
/// Warns of certificates that end within the run, and of doors without TLS that passwords cross.
void warn_of_tls(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);

}  // namespace spof::scenario
