#pragma once
#include <cstdint>

namespace spof::cli {

/// What the fastest simulator of such a stack could do: a heap of events and four queues, written
/// by hand for this one path (load balancer, web server, application, database, and back), without
/// daemons that die, connections, time-outs of anybody, or a network that is shared. Returns
/// requests per second of processor time.
double raw_loop_speed(double rate, std::uint64_t requests);

}  // namespace spof::cli
