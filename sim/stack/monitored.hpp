#pragma once
#include <string>

#include "stack/monitoring/series.hpp"

namespace spof::stack {

/// Whom an alert is about, as its labels say to who knows which exporter listens where:
/// "mysql@server1", the host "server1" of a node exporter or of HAProxy's `server`, or the name of
/// a probe; "" says nothing.
std::string part_of(const monitoring::Labels& labels);

}  // namespace spof::stack
