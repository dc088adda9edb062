#include "report/causes.hpp"

namespace spof::report {
std::vector<Cause> causes(const Campaign&) { return {}; }
}  // namespace spof::report
