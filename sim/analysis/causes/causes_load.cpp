#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>

#include "analysis/causes/causes_waits.hpp"
#include "analysis/utilisation.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// In some window of a span there was at least so much of something.
bool reached(const Load& load, const Span& span, double least, double Load::Window::*what) {
  return std::ranges::any_of(load.windows, [&](const Load::Window& one) {
    const double start = static_cast<double>(one.number) * load.length;
    return one.*what >= least && start + load.length > span.from && start < span.until;
  });
}

/// No place was free all the time of some window of a span; where nobody waits, at any time.
bool was_full(const Load& load, const Span& span) {
  const double least = finds_no_room(load) ? 1e-9 : full_share * load.length;
  return reached(load, span, least, &Load::Window::full);
}

/// Whether requests of a class may come into a queue: "queue", or "queue of" a backend.
bool is_queue_of(const Wait& wait, const Load& load) {
  constexpr std::string_view queue = "queue", of = " of ";
  if (!load.what.starts_with(queue)) return false;
  const std::string backend =
      load.what.substr(std::min(load.what.size(), (queue.size() + of.size())));
  const auto kind = wait.site.kind(wait.request_class);
  return std::ranges::any_of(wait.site.campaign.topology.edges, [&](const scenario::Edge& edge) {
    return edge.from == load.part && edge.wire.purpose == Purpose::server &&
           (!kind || scenario::carries(edge.wire, *kind)) &&
           (backend.empty() || edge.written.find("/" + backend + "/") != std::string::npos);
  });
}

/// What firewalls of who is on the way of these classes have stopped by their own rules.
Names stopping_rules(const CausalSite& site, const std::vector<std::size_t>& classes) {
  Names found;
  for (const Event& event : site.run.events)
    for (const std::string& door : site.campaign.topology.ends(Purpose::door))
      if (event.what == What::stopped && host_of(event.source) == host_of(door) &&
          std::ranges::any_of(classes, [&](std::size_t i) { return site.is_on_way(i, door); }))
        append_new(found, fmt::format("{} stopped them ({})", event.source, event.version));
  return found;
}

/// Cards of hosts at either end of wires of a purpose that slowed them down.
Names slow_links(const CausalSite& site, Purpose over, const Span& span) {
  Names found;
  for (const Ailment& one : site.ailments)
    for (const scenario::Edge& edge : site.campaign.topology.edges)
      for (const std::string& to : site.campaign.topology.behind(edge.wire)) {
        const std::string near = host_of(edge.from), far = host_of(to);
        const bool between = near != far && (has(one.parts, near) || has(one.parts, far));
        if (edge.wire.purpose == over && one.ail() == Ail::slow && between &&
            one.span().meets(span))
          append_new(found, one.target + slowness(one.kind));
      }
  return found;
}

/// Load balancers on the way of a class that had no connection free for who came in a span.
std::string no_connection_words(const CausalSite& site, std::size_t request_class,
                                const Span& span) {
  Names full;
  for (const Load& load : site.run.loads)
    if (section_of(load.part) == "haproxy" && load.what == "connections" && was_full(load, span) &&
        site.is_on_way(request_class, load.part))
      append_new(full, load.part);
  if (full.empty()) return "";
  return listed(full) + site.filled(" had no connection free, {maxconn=haproxy/maxconn}");
}

/// Links on the way of a class that carried all they could in a span.
std::string busy_links(const CausalSite& site, std::size_t request_class, const Span& span) {
  constexpr std::array directions{"link", "in", "out"};
  Names links;
  for (const Load& load : site.run.loads) {
    const bool is_link = has(directions, load.what);
    const double all = full_share * load.length;
    if (!is_link || !reached(load, span, all, &Load::Window::busy)) continue;
    const auto card = std::ranges::find_if(site.campaign.topology.nodes, [&](const auto& node) {
      return load.part.starts_with(node.host + "-");
    });
    if (card == site.campaign.topology.nodes.end() || !card->listens() ||
        site.is_on_way(request_class, card->name))
      append_new(links, load.part);
  }
  return links.empty() ? "" : listed(links) + " carried all it could";
}

/// Who works slowly behind those that a proxy waits for.
Names slow_behind(const CausalSite& site, const std::vector<std::size_t>& classes,
                  const Span& span) {
  Names texts;
  for (const std::size_t i : classes)
    for (const Purpose over : {Purpose::server, Purpose::upstream, Purpose::read, Purpose::write})
      for (const Obstacle& one : those_of(site.met(i, over), Ail::slow))
        if (one.ailment->span().meets(span))
          append_new(texts, one.ailment->target + slowness(one.ailment->kind));
  return texts;
}

}  // namespace

std::string slowness(What kind) {
  return kind == What::latency     ? " added latency"
         : kind == What::loss      ? " lost packets"
         : kind == What::bandwidth ? " lacked bandwidth"
                                   : " worked slowly";
}

std::string busy_words(const Wait& wait) {
  return busy_links(wait.site, wait.request_class, wait.span);
}

std::string full_words(const Wait& wait) {
  Names queues, texts;
  for (const Load& load : wait.site.run.loads)
    if (section_of(load.part) == "haproxy" && is_queue_of(wait, load) &&
        was_full(load, wait.span) && wait.site.is_on_way(wait.request_class, load.part))
      append_new(queues, load.part);
  if (const std::string full = no_connection_words(wait.site, wait.request_class, wait.span);
      !full.empty())
    texts.push_back(full + ", and who came then waited to be accepted");
  if (!queues.empty())
    texts.push_back(listed(queues) + " had no slot of a server free, and they waited in its queue");
  return joined(texts, "; ");
}

std::string held_text(const std::string& holder, const std::string& whose,
                      const std::string& whom) {
  return fmt::format("in {} all threads were held by {} requests waiting for {}", holder, whose,
                     whom);
}

std::string held_words(const Wait& wait) {
  const CausalSite& site = wait.site;
  const auto is_slow = [&](const Purpose over) { return !wait.met(over, Ail::slow).empty(); };
  if (is_slow(Purpose::read) || is_slow(Purpose::write)) return "";
  Names texts;
  for (const Load& load : site.run.loads) {
    if (section_of(load.part) != "app" || load.what != "threads" || !was_full(load, wait.span) ||
        !site.is_on_way(wait.request_class, load.part))
      continue;
    for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
      for (const Obstacle& one : those_of(site.met(i, Purpose::read), Ail::slow))
        if (one.from == load.part && one.ailment->span().meets(wait.span))
          append_new(texts, held_text(load.part, site.campaign.plan.classes[i], one.to) +
                                ", which" + slowness(one.ailment->kind));
  }
  return joined(texts, "; ");
}

std::string no_room_words(const CausalSite& site, const std::vector<std::size_t>& classes,
                          const Span& span) {
  const auto is_met = [&](const std::string& daemon) {
    return std::ranges::any_of(classes, [&](std::size_t i) { return site.is_on_way(i, daemon); });
  };
  Names tables, doors;
  for (const Load& load : site.run.loads) {
    if (!finds_no_room(load) || !was_full(load, span)) continue;
    const bool is_table = section_of(load.part) == "firewall";
    const bool concerns =
        std::ranges::any_of(site.campaign.topology.nodes, [&](const scenario::Node& node) {
          return is_met(node.name) &&
                 (is_table ? host_of(node.name) == host_of(load.part) : node.name == load.part);
        });
    if (concerns) append_new(is_table ? tables : doors, load.part);
  }
  Names texts;
  if (!tables.empty())
    texts.push_back("the table of connections of " + listed(tables) + " was full");
  if (!doors.empty())
    texts.push_back(listed(doors) +
                    " had no room for their SYNs among those of a flood (tcp_syncookies is off)");
  return listed(texts);
}

std::string unanswered_words(const CausalSite& site, Purpose over,
                             const std::vector<std::size_t>& classes, const Span& span) {
  const bool at_door = over == Purpose::door;
  Names texts;
  for (const std::size_t i : classes) {
    append_new(texts, busy_links(site, i, span));
    if (!at_door) continue;
    append_new(texts, no_connection_words(site, i, span));
    append_new(texts, moves(site, i, span));
  }
  append_new(texts, slow_links(site, over, span));
  for (const Ailment& one : site.ailments)
    if (site.is_nobodys(one) && one.beyond.empty() && one.span().meets(span)) {
      if (one.ail() == Ail::silent) append_new(texts, one.target + " was cut");
      if (one.ail() == Ail::slow) append_new(texts, one.target + slowness(one.kind));
    }
  append_new(texts, no_room_words(site, classes, span));
  if (at_door) append_new(texts, silent_step_words(site, span));
  std::erase(texts, "");
  if (texts.empty() && at_door) texts = stopping_rules(site, classes);
  if (texts.empty() && !at_door) texts = slow_behind(site, classes, span);
  return listed(texts);
}

std::string crowd_words(const Wait& wait) {
  const std::string words = no_room_words(wait.site, {wait.request_class}, wait.span);
  return words.empty() ? "" : words + ", and TCP sends again at growing intervals";
}

std::string spent_words(const Wait& wait) {
  if (!wait.beyond_files()) return "";
  Names spent;
  for (const Event& event : wait.site.run.events)
    if (event.what == What::worker_killed && event.setting == 1 && wait.span.holds(event.time))
      append_new(spent, event.source);
  return spent.empty() ? "" : "all workers of " + listed(spent) + " had served max_requests";
}

std::string queue_words(const Wait& wait) {
  if (std::ranges::none_of(wait.site.run.loads, [&](const auto& one) {
        return !finds_no_room(one) && was_full(one, wait.span);
      }))
    return "";
  double last = -never;  // date on which somebody may have begun to wait for another reason
  for (const Purpose over :
       {Purpose::name, Purpose::door, Purpose::server, Purpose::upstream, Purpose::read})
    for (const Obstacle& one : wait.site.met(over))
      last = std::max(last, costs_until(wait.site, one));
  for (const Ailment& one : wait.site.ailments)
    if (wait.site.is_nobodys(one) && one.beyond.empty()) last = std::max(last, one.until);
  for (const Event& event : wait.site.run.events)
    if (moves_address(event)) last = std::max<double>(last, event.time);
  for (const SilentStep& step : silent_steps(wait.site)) last = std::max(last, step.until);
  const double cleared = std::max(last + wait.slowest(), wait.span.from - wait.site.run.window);
  const auto& rows = wait.site.run.windows;
  const bool queued = std::ranges::any_of(rows, [&](const WindowRow& row) {
    return row.request_class == wait.request_class && row.outcome == Outcome::ok &&
           row.start >= cleared && static_cast<double>(row.p90) > measure::slow_limit * 1e6;
  });
  return queued ? "more came than could be served, and queued" : "";
}

void add_load(const CausalSite& site, std::vector<Cause>& chain) {
  constexpr double first_windows = 10;
  const double window = site.run.window;
  std::map<double, double> load;
  for (const WindowRow& row : site.run.windows)
    load[row.start] += static_cast<double>(row.requests);
  double most = 0, usual = 0, counted = 0, from = INFINITY, until = 0;
  for (const auto& [start, requests] : load) {
    most = std::max(most, requests);
    if (counted >= first_windows) continue;
    usual += requests;
    ++counted;
  }
  // Of few requests a window has twice as many by chance.
  const double normal = counted > 0 ? usual / counted : 0;
  const bool by_chance = most < normal + 5 * std::sqrt(normal);
  if (!site.ailments.empty() || load.empty() || most < 2 * normal || by_chance) return;
  for (const auto& [start, requests] : load)
    if (2 * requests > most) {
      from = std::min(from, start);
      until = start + window;
    }
  chain.push_back(
      {from, until,
       fmt::format("the load was up to {} requests a second, {:.0f} times that of the "
                   "first {} s",
                   count_text(std::round(most / window)), most / normal, counted * window)});
}

}  // namespace spof::report
