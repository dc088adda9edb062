#pragma once
#include <string>

#include "analysis/campaign.hpp"

namespace spof::cli {

/// The requests of the first run as HAProxy's `option httplog` writes them, behind a syslog prefix,
/// so that halog and the like read them. Dates count from 1970-01-01, the start of the run. The
/// client's port is the number of the request; byte and connection counts are not known: "-".
std::string trace_log(const report::Campaign& campaign);

}  // namespace spof::cli
