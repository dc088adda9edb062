#pragma once
#include "base/mistakes.hpp"
#include "engine/platform_source.hpp"

namespace spof::engine {

/// Loads the platform file into SimGrid's engine, and builds the hosts that are added to it. A host
/// that cannot be is a mistake at /hosts/NAME and is left out. Throws, or ends the process, as
/// SimGrid does when the file cannot be read. The platform is not sealed yet.
void load_platform(const PlatformSource& source, Mistakes& mistakes);

}  // namespace spof::engine
