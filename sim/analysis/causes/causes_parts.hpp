#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/causes/causes.hpp"
#include "analysis/causes/causes_site.hpp"

namespace spof::report {

/// Requests of a class, by scheduled arrival.
struct Span {
  double from = 0;
  double until = 0;
  std::uint64_t requests = 0;
};

/// Correct answers that came too late to be normal; `requests` 0: none.
Span slow_answers(const CausalSite& site, std::size_t request_class);
/// All failures of a class that reach beyond the fault.
Span failures_of(const CausalSite& site, std::size_t request_class);
/// A class from the fault on; without a fault in the whole run.
Tally from_the_fault(const CausalSite& site, std::size_t request_class);

/// Who answered what, when, and why.
void add_failures(const CausalSite& site, std::vector<Cause>& chain);
/// Who waited for whom.
void add_waits(const CausalSite& site, std::vector<Cause>& chain);
/// Faults, repairs, and who serves again.
void add_faults(const CausalSite& site, std::vector<Cause>& chain);
/// What HAProxy's checks saw or, if anybody was `harmed`, why they saw nothing.
void add_checks(const CausalSite& site, bool harmed, std::vector<Cause>& chain);
/// What a manager of the databases saw and did, what semi-synchronous replication and old primaries
/// did.
void add_manager(const CausalSite& site, std::vector<Cause>& chain);
/// Whom monitoring or customers called, when somebody came, and what he did.
void add_people(const CausalSite& site, std::vector<Cause>& chain);
/// When an operator was first told of something, from a date on; nullptr: nobody told him.
const Event* first_told(const Result& run, double since);
/// Replication, stale reads, writes lost or committed in spite of a failure.
void add_data(const CausalSite& site, std::vector<Cause>& chain);
/// The steps of the worst outage, or of the worst wait; the longest is named.
void add_dominant(const CausalSite& site, std::vector<Cause>& chain);

/// "608 write and 705 read requests"; a count of one is singular.
std::string requests_text(const std::vector<std::pair<std::string, std::uint64_t>>& by_class);

}  // namespace spof::report
