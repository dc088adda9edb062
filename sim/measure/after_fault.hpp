#pragma once
#include <vector>

#include "measure/result.hpp"

namespace spof::measure {

// Seconds from a run's first fault until something. Not a number: there was no fault, or no such
// thing to measure; infinity: it did not happen.

/// How long the longest outage went on from the fault on; 0: there was none.
double outage(const Result& run, const ClassStory& story);
/// Until the end of the last outage that began before the repair. What begins when that which
/// failed is back, as when an address goes back to its first owner, is no part of it.
double recovery_time(const Result& run, const ClassStory& story);
/// Until the last request that failed.
double recovery(const Result& run, const ClassStory& story);
/// Until some component's own checks noticed.
double detected(const Result& run);
/// Whether a load balancer says of a server what may have been so all along: only itself was
/// struck, or reloaded, and its new process takes every server for UP until its first check.
bool learns_again(const std::vector<Event>& events, const Event& event);
/// The first event by which some component's own checks noticed; nullptr: none did.
const Event* first_notice(const Result& run);
/// The first after the last repair by which they noticed that it is over: of what they had noticed
/// first, or else of anything; nullptr: none did.
const Event* first_restored(const Result& run);
/// From the last repair until some component's own checks noticed.
double restored(const Result& run);
/// Whether one of this kind is felt by a daemon, or takes servers out of use by command.
bool may_end_service(What kind);
/// When somebody or the scenario repaired what had made requests fail: the last repair of what
/// may end a service, if they went on failing up to it, as far as clients knew, and no longer than
/// until what it struck worked again. `end`: arrival of the last that failed; `seen`: when its
/// client knew. Infinity: no repair ended it.
double repair_that_ended(const Result& run, double end, double seen);
/// Whether it is an alert that a person has got. A mailbox that nobody reads gets some, too.
bool calls_somebody(const Event& event);
/// Of monitoring and people: until the first event of a kind; of `notified`: that calls somebody.
double told(const Result& run, What what);
/// The same, seconds from another date.
double told_since(const Result& run, What what, double since);

}  // namespace spof::measure
