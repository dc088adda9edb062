#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>

#include "analysis/causes/causes_site.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// When the process of a load balancer before the one of this event ended: that one's checks are
/// not continued.
double predecessor_ended(const CausalSite& site, const Event& down) {
  double ended = -1;
  for (const Ailment& one : site.ailments)
    if (effect_of(one.kind).ends_process && one.from <= down.time &&
        site.troubles(one, down.source, ""))
      ended = std::max(ended, one.from);
  for (const Event& event : site.run.events)
    if (event.what == What::reloaded && event.source == down.source && event.time <= down.time)
      ended = std::max<double>(ended, event.time);
  return ended;
}

/// " after 3 failed checks in 1.0 s (fastinter 500ms)": how many had failed in a row when a server
/// went DOWN, and what made the pause between them.
std::string row_of_checks(const CausalSite& site, const Event& down) {
  if (down.check.failure == measure::CheckFailure::errors) return "";
  const Event* first = &down;
  const double since = predecessor_ended(site, down);
  int row = 1;
  for (auto one = site.run.events.rbegin(); one != site.run.events.rend(); ++one) {
    if (one->time > down.time || one->source != down.source || one->target != down.target) continue;
    if (one->what == What::down || one->what == What::up || one->what == What::maint) {
      if (&*one == &down) continue;
      break;
    }
    if (one->time <= since) break;
    if (one->what != What::check_failed) continue;  // who is drained is checked as before
    if (one->figure != row) break;
    first = &*one;
    ++row;
  }
  const std::string inter = site.server_setting(down.target, "/check/inter");
  if (row == 1) return inter.empty() ? "" : " after 1 failed check";
  const std::string fast = site.server_setting(down.target, "/check/fastinter");
  return fmt::format(" after {} failed checks in {}, {}", row, time_text(down.time - first->time),
                     fast.empty() ? "inter " + inter : "fastinter " + fast);
}

/// What one server went through, as one load balancer saw it; or several, in the same state of
/// things.
struct Marks {
  std::vector<const Event*> down, up;
};

/// A new process of a load balancer believes every server UP, and takes it DOWN without an UP
/// before.
bool is_flapping(const Marks& marks) {
  for (std::size_t i = 1; i < marks.down.size(); ++i)
    if (std::ranges::none_of(marks.up, [&](const Event* up) {
          return up->time > marks.down[i - 1]->time && up->time < marks.down[i]->time;
        }))
      return false;
  return marks.down.size() > 1;
}

/// A check that was answered 503 as requests were, for there were too many.
bool is_limited(const CausalSite& site, const Event& down) {
  return down.check.failure == measure::CheckFailure::status && down.check.figure == 503 &&
         site.run.total().failed_by(measure::Cause::request_limited) > 0;
}

void add_flapping(const CausalSite& site, const Marks& marks, std::vector<Cause>& chain) {
  const Event& first = *marks.down.front();
  const Event& last = marks.up.empty() ? *marks.down.back() : *marks.up.back();
  const bool alike = std::ranges::all_of(
      marks.down, [&](const Event* one) { return in_brackets(*one) == in_brackets(first); });
  std::string text = fmt::format(
      "{} took {} DOWN{} and UP again when checks passed, {} times", first.source, first.target,
      alike ? row_of_checks(site, first) + in_brackets(first) : "", marks.down.size());
  const Span time{first.time, std::max(first.time, last.time)};
  if (is_limited(site, first))
    text += ", for Nginx counts them with everybody's requests (limit_req, limit_conn)";
  else if (const Names others = blind_spots(site, first.target, time); !others.empty())
    text += ", for they do not ask " + listed(others);
  chain.push_back({time.from, time.until, std::move(text)});
}

bool is_out(const CausalSite& site, const Event& down) {
  const Event* last = last_event(site.run.events, {-never, down.time}, [&](const Event& event) {
    return event.source == down.source && event.target == down.target &&
           (takes_out(event) || event.what == What::ready);
  });
  return last && takes_out(*last);
}

bool says_none_left(const CausalSite& site, const Event& down) {
  return std::ranges::any_of(site.run.events, [&](const Event& event) {
    return event.what == What::no_server && event.source == down.source && event.time == down.time;
  });
}

/// The load balancer that took a server DOWN has servers in several backends.
bool has_other_backend(const scenario::Topology& topology, const Event& down) {
  Names backends;
  for (const scenario::Edge& edge : topology.edges)
    if (edge.from == down.source && edge.wire.purpose == Purpose::server)
      append_new(backends, edge.written.substr(0, edge.written.rfind('/')));
  return backends.size() > 1;
}

/// What follows for requests. Of a load balancer among others it says nothing of theirs.
std::string consequence(const CausalSite& site, const Marks& removal) {
  const Event& first = *removal.down.front();
  const auto& topology = site.campaign.topology;
  const bool by_all = removal.down.size() == topology.names({"haproxy"}).size() &&
                      !has_other_backend(topology, first);
  const bool database = std::ranges::any_of(topology.edges, [&](const scenario::Edge& edge) {
    return edge.wire.leads_to_database() && edge.wire.label == first.target;
  });
  if (says_none_left(site, first))
    return database ? ": no database was left, connections were closed at once"
           : by_all ? ": no server was left, all requests got 503"
                    : ": no server was left to it, what came there got 503";
  return is_out(site, first) || is_by_standby(site, first) ? ""
         : by_all ? ": requests went elsewhere from here on"
                  : ": its requests went elsewhere from here on";
}

/// Whether two load balancers took a server DOWN for the same reason: nothing was struck, repaired
/// or told to them in between.
bool is_same(const CausalSite& site, const Event& one, const Event& other) {
  if (one.source == other.source || one.target != other.target ||
      in_brackets(one) != in_brackets(other) || is_out(site, one) != is_out(site, other) ||
      says_none_left(site, one) != says_none_left(site, other))
    return false;
  return std::ranges::none_of(site.run.events, [&](const Event& event) {
    return event.time >= one.time && event.time <= other.time &&
           (event.role() == Role::fault || event.role() == Role::repair ||
            event.role() == Role::ready || event.what == What::ready);
  });
}

std::string sources(const std::vector<const Event*>& events) {
  Names names;
  for (const Event* event : events) append_new(names, event->source);
  std::ranges::sort(names);
  return listed(names);
}

void add_removal(const CausalSite& site, const Marks& removal, std::vector<Cause>& chain) {
  const Event& first = *removal.down.front();
  std::string row = row_of_checks(site, first);
  for (const Event* other : removal.down)
    if (row != row_of_checks(site, *other)) row.clear();
  chain.push_back({first.time, removal.down.back()->time,
                   fmt::format("{} took {} DOWN{}{}{}", sources(removal.down), first.target, row,
                               in_brackets(first), consequence(site, removal))});
  if (removal.up.empty()) return;
  const Event& up = *removal.up.front();
  chain.push_back({.from = up.time,
                   .until = removal.up.back()->time,
                   .text = fmt::format("{} took {} UP again{}", sources(removal.up), up.target,
                                       in_brackets(up)),
                   .detail = true});
}

/// The UP that ended this; nullptr: none.
const Event* followed_by(const Marks& marks, const Event& down) {
  for (const Event* up : marks.up) {
    if (up->time <= down.time) continue;
    const bool again = std::ranges::any_of(marks.down, [&](const Event* one) {
      return one->time > down.time && one->time < up->time;
    });
    return again ? nullptr : up;
  }
  return nullptr;
}

/// A server that was DOWN before anything was struck, as a database that was no primary then.
void add_first_up(const Marks& marks, std::vector<Cause>& chain) {
  if (marks.up.empty()) return;
  const Event& up = *marks.up.front();
  if (!marks.down.empty() && marks.down.front()->time < up.time) return;
  chain.push_back(
      at(up.time, fmt::format("{} took {} UP{}", up.source, up.target, in_brackets(up))));
}

/// What all load balancers did to one server.
void add_down(const CausalSite& site, const std::map<std::string, Marks>& by_balancer,
              std::vector<Cause>& chain) {
  constexpr std::size_t most = 6;
  std::vector<const Event*> downs;
  for (const auto& [unused, marks] : by_balancer) add_first_up(marks, chain);
  for (const auto& [unused, marks] : by_balancer)
    if (is_flapping(marks))
      add_flapping(site, marks, chain);
    else
      downs.insert(downs.end(), marks.down.begin(), marks.down.end());
  std::ranges::stable_sort(downs, {}, &Event::time);
  std::vector<Marks> removals;
  for (const Event* down : downs) {
    auto same = std::ranges::find_if(removals, [&](const Marks& one) {
      return is_same(site, *one.down.front(), *down) && one.down.back()->source != down->source;
    });
    if (same == removals.end()) same = removals.insert(same, Marks{});
    same->down.push_back(down);
    if (const Event* up = followed_by(by_balancer.at(down->source), *down)) same->up.push_back(up);
  }
  for (Marks& one : removals) {
    std::ranges::sort(one.up, {}, &Event::time);
    if (&one - removals.data() < std::ptrdiff_t{most}) add_removal(site, one, chain);
  }
}

}  // namespace

void add_servers(const CausalSite& site, std::vector<Cause>& chain) {
  std::map<std::string, std::map<std::string, Marks>> servers;
  for (const Event& event : site.run.events) {
    if (event.time < std::max<double>(site.run.fault_start, 0)) continue;
    if (event.what == What::down) servers[event.target][event.source].down.push_back(&event);
    if (event.what == What::up) servers[event.target][event.source].up.push_back(&event);
  }
  for (const auto& [unused, all] : servers) add_down(site, all, chain);
}

}  // namespace spof::report
