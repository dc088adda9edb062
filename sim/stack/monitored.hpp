#pragma once
#include <string>

#include "stack/monitoring/series.hpp"
#include "stack/wire.hpp"

namespace spof::stack {

/// Whom an alert is about, as its labels say to who knows which exporter listens where:
/// "mysql@server1", the host "server1" of a node exporter or of HAProxy's `server`, or the name of
/// a probe; "" says nothing.
std::string part_of(const monitoring::Labels& labels);
/// `job` and `instance` of what a monitor asks over this wire; of a manager of alerts none.
monitoring::Labels labels_of_target(const Wire& wire);

}  // namespace spof::stack
