#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/causes/causes_parts.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Outcome;
using measure::Phase;
using measure::Tally;

constexpr std::uint64_t worth_telling = 5;  // fewer late answers are no story

/// Of a class from the fault on; without a fault of the whole run.
Tally from_the_fault(const CausalSite& site, std::size_t request_class) {
  Tally sum;
  for (std::size_t p = 0; p < measure::phase_count; ++p)
    if (site.run.fault_start < 0 || static_cast<Phase>(p) != Phase::before)
      sum.merge(site.run.tally(static_cast<Phase>(p), request_class));
  return sum;
}

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

/// "16 threads": of one application.
std::string threads_of(const CausalSite& site, const std::string& app) {
  const std::string at = "/app/hosts/" + host_of(app);
  const std::string processes = site.setting(at + "/processes");
  if (processes.empty()) return "threads";
  if (site.setting(at + "/worker_class") == "sync") return processes + " processes";
  return fmt::format("threads ({} \u00d7 {})", processes, site.setting(at + "/threads"));
}

/// Tries at servers that ail, before HAProxy took another.
std::string redispatch_words(const CausalSite& site) {
  std::vector<std::string> silent, dead;
  for (const std::string& server : site.campaign.topology.servers)
    if (const Ailment* ailment = site.ails_server(server))
      (ailment->ail() == Ail::dead ? dead : silent).push_back(server);
  if (!silent.empty())
    return fmt::format("HAProxy first tried {}, which did not answer, for timeout connect ({})",
                       listed(silent), site.setting("/haproxy/timeout/connect"));
  if (!dead.empty())
    return fmt::format("{} refused them, and HAProxy waits 1 s before each further try",
                       listed(dead));
  return "";
}

/// When HAProxy first took a server out; infinity: never.
double taken_out(const CausalSite& site) {
  for (const Event& event : site.run.events)
    if (event.role() == measure::Role::detected && event.time >= site.run.fault_start)
      return event.time;
  return INFINITY;
}

/// Requests that lost no time by a try at a server that was down.
void add_sent_on(const CausalSite& site, std::vector<Cause>& chain) {
  std::uint64_t moved = 0;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i) {
    if (slow_answers(site, i).requests > 0) return;
    moved += from_the_fault(site, i).redispatched;
  }
  std::vector<std::string> dead;
  for (const std::string& server : site.campaign.topology.servers)
    if (const Ailment* ailment = site.ails_server(server); ailment && ailment->ail() == Ail::dead)
      dead.push_back(ailment->target);
  if (moved == 0 || dead.empty()) return;
  chain.push_back({site.run.fault_start, std::min(taken_out(site), site.ended()),
                   fmt::format("{} requests were refused by {}, and HAProxy sent them to another "
                               "server at once (redispatch)",
                               count_text(static_cast<double>(moved)), listed(dead))});
}

/// Without a fault the load itself is the cause.
void add_load(const CausalSite& site, std::vector<Cause>& chain) {
  if (!site.ailments.empty()) return;
  std::map<double, std::uint64_t> by_window;
  for (const measure::WindowRow& row : site.run.windows) by_window[row.start] += row.requests;
  if (by_window.empty()) return;
  std::uint64_t most = 0;
  for (const auto& [start, requests] : by_window) most = std::max(most, requests);
  constexpr std::ptrdiff_t first_windows = 10;
  const auto counted = std::min<std::ptrdiff_t>(first_windows, std::ssize(by_window));
  std::uint64_t usual = 0;
  for (auto one = by_window.begin(); one != std::next(by_window.begin(), counted); ++one)
    usual += one->second;
  const double mean = static_cast<double>(usual) / static_cast<double>(counted);
  if (static_cast<double>(most) < 2 * mean) return;
  double from = INFINITY, until = 0;
  for (const auto& [start, requests] : by_window)
    if (2 * requests > most) {
      from = std::min(from, start);
      until = std::max(until, start + site.run.window);
    }
  chain.push_back({from, until,
                   fmt::format("the load was up to {} requests a second, {:.0f} times that of the "
                               "first {} s",
                               count_text(std::round(static_cast<double>(most) / site.run.window)),
                               static_cast<double>(most) / mean,
                               static_cast<double>(counted) * site.run.window)});
}

/// Applications whose threads all wait for a silent database on behalf of other classes.
std::vector<std::string> starved(const CausalSite& site, std::size_t request_class) {
  std::vector<std::string> own, texts;
  for (const Need& need : site.needs(request_class)) add_once(own, need.app);
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    for (const Need& need : site.needs(i)) {
      if (need.ailment->ail() != Ail::silent) continue;
      if (std::find(own.begin(), own.end(), need.app) != own.end()) continue;
      add_once(texts, fmt::format("in {} all {} were held by {} requests waiting for {}", need.app,
                                  threads_of(site, need.app), site.campaign.plan.classes[i],
                                  need.database));
    }
  return texts;
}

bool uses_application(const CausalSite& site, std::size_t request_class) {
  const std::string kind = site.kind_of_class(request_class);
  return kind == "page" || kind == "read" || kind == "write";
}

/// What is slow on the way of a class's requests.
std::vector<std::string> slow_parts(const CausalSite& site, std::size_t request_class) {
  std::vector<std::string> found;
  for (const Ailment& ailment : site.ailments) {
    const std::string part = section_of(ailment.target);
    const bool database = part == "mysql" && site.needs(request_class).empty();
    const bool beyond = (part == "app" && !uses_application(site, request_class)) || database;
    if (ailment.ail() == Ail::slow && !beyond) add_once(found, ailment.target);
  }
  return found;
}

}  // namespace

Span slow_answers(const CausalSite& site, std::size_t request_class) {
  Span span{INFINITY, -INFINITY, from_the_fault(site, request_class).slow_ok};
  const double limit = measure::slow_limit * 1e6;
  const double start = std::max<double>(site.run.fault_start, 0);
  for (const measure::WindowRow& row : site.run.windows) {
    const double end = row.start + site.run.window;
    if (row.request_class != request_class || row.outcome != Outcome::ok || end <= start ||
        static_cast<double>(row.max) <= limit)
      continue;
    span.from = std::min(span.from, std::max<double>(row.start, start));
    span.until = std::max(span.until, end);
  }
  if (span.requests < worth_telling || span.from > span.until) return {};
  span.until = std::min<double>(span.until, site.run.duration);
  return span;
}

double slowest_answer(const CausalSite& site, std::size_t request_class) {
  return static_cast<double>(from_the_fault(site, request_class).ok.max()) / 1e6;
}

Span failures_of(const CausalSite& site, std::size_t request_class) {
  Span span{INFINITY, -INFINITY, 0};
  for (const measure::Outage& outage : site.run.stories[request_class].outages) {
    if (site.run.fault_start >= 0 && outage.end < site.run.fault_start) continue;
    span.from = std::min<double>(span.from, outage.start);
    span.until = std::max<double>(span.until, outage.end);
    span.requests += outage.failures;
  }
  return span.requests == 0 ? Span{} : span;
}

std::string wait_words(const CausalSite& site, std::size_t request_class) {
  const Tally tally = from_the_fault(site, request_class);
  std::vector<std::string> reasons;
  if (tally.redispatched > 0 && slow_answers(site, request_class).from < taken_out(site))
    if (const std::string words = redispatch_words(site); !words.empty()) reasons.push_back(words);
  std::vector<std::string> waiting, databases;
  for (const Need& need : site.needs(request_class)) {
    if (need.ailment->ail() != Ail::silent) continue;
    add_once(waiting, need.app);
    add_once(databases, need.database);
  }
  if (!waiting.empty())
    reasons.push_back(
        fmt::format("{} waited for {}, which did not answer", listed(waiting), listed(databases)));
  // By elimination: they need no silent database, or not even those that need none were answered.
  const bool nobody_answered = site.run.stories[request_class].longest_gap > measure::slow_limit;
  if (uses_application(site, request_class) && (waiting.empty() || nobody_answered))
    for (const std::string& text : starved(site, request_class)) reasons.push_back(text);
  if (const auto slow = slow_parts(site, request_class); !slow.empty())
    reasons.push_back(listed(slow) + " worked slowly");
  if (const auto dns = site.ailing("dns"); !dns.empty())
    reasons.push_back("their clients asked for the name again until " + listed(dns) + " answered");
  return reasons.empty() ? "more came than could be served, and queued"
                         : fmt::format("{}", fmt::join(reasons, "; "));
}

void add_waits(const CausalSite& site, std::vector<Cause>& chain) {
  add_load(site, chain);
  add_sent_on(site, chain);
  struct Wait {
    std::string why;
    Span span;
    double slowest = 0;
    std::vector<std::pair<std::string, std::uint64_t>> classes;
  };
  std::vector<Wait> waits;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i) {
    const Span span = slow_answers(site, i);
    if (span.requests == 0) continue;
    const std::string why = wait_words(site, i);
    auto wait =
        std::find_if(waits.begin(), waits.end(), [&](const Wait& w) { return w.why == why; });
    if (wait == waits.end()) wait = waits.insert(wait, {why, span, 0, {}});
    wait->span.from = std::min(wait->span.from, span.from);
    wait->span.until = std::max(wait->span.until, span.until);
    wait->slowest = std::max(wait->slowest, slowest_answer(site, i));
    wait->classes.emplace_back(site.campaign.plan.classes[i], span.requests);
  }
  for (const Wait& wait : waits)
    chain.push_back({wait.span.from, wait.span.until,
                     fmt::format("{} were answered late, up to {}: {}", requests_text(wait.classes),
                                 time_text(wait.slowest), wait.why)});
}

}  // namespace spof::report
