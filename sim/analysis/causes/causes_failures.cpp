#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "analysis/causes/causes_parts.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Failure;
using measure::Outcome;
using measure::Phase;
using measure::Tally;
using Why = measure::Cause;

/// All failures of the first run, grouped.
class Failures {
 public:
  explicit Failures(const CausalSite& site) : site_(site) {}

  void add(std::vector<Cause>& chain) {
    for (std::size_t i = 0; i < site_.campaign.plan.classes.size(); ++i) gather(i);
    for (const FailureGroup& group : groups_) {
      const Span span = is_cut_off(group) ? at_the_fault() : span_of(group);
      std::string text = fmt::format("{} {}: {}", requests_text(group.classes), ended(group),
                                     reasons_text(site_, group));
      chain.push_back({.from = span.from,
                       .until = span.until,
                       .text = std::move(text),
                       .detail = group.requests * 100 <= all_});
    }
    add_retries(chain);
  }

 private:
  void gather(std::size_t request_class) {
    Tally sum;
    for (std::size_t p = 0; p < measure::phase_count; ++p)
      sum.merge(site_.run.tally(static_cast<Phase>(p), request_class));
    for (const Failure& failure : sum.failures) {
      const By by = by_whom(failure.cause);
      const auto apps = by == By::app ? apps_of(request_class) : std::vector<std::string>{};
      auto group = std::find_if(groups_.begin(), groups_.end(), [&](const FailureGroup& g) {
        return g.outcome == failure.outcome && g.by == by && g.apps == apps;
      });
      if (group == groups_.end())
        group = groups_.insert(group, FailureGroup{failure.outcome, by, 0, apps, {}, {}, {}});
      all_ += failure.requests;
      group->requests += failure.requests;
      group->causes[failure.cause] += failure.requests;
      if (group->indices.empty() || group->indices.back() != request_class) {
        group->indices.push_back(request_class);
        group->classes.emplace_back(site_.campaign.plan.classes[request_class], 0);
      }
      group->classes.back().second += failure.requests;
    }
  }

  /// What clients sent again is load of its own.
  void add_retries(std::vector<Cause>& chain) const {
    std::uint64_t retries = 0, requests = 0;
    double last = site_.run.fault_start;
    for (std::size_t i = 0; i < site_.campaign.plan.classes.size(); ++i) {
      last = std::max(last, failures_of(site_, i).until);
      for (const Phase phase : {Phase::during, Phase::after}) {
        retries += site_.run.tally(phase, i).client_retries;
        requests += site_.run.tally(phase, i).requests();
      }
    }
    if (retries == 0 || site_.run.fault_start < 0) return;
    chain.push_back({site_.run.fault_start, last,
                     fmt::format("clients sent {} requests again, on top of {} new ones",
                                 count_text(static_cast<double>(retries)),
                                 count_text(static_cast<double>(requests)))});
  }

  /// First and last arrival, as far as they are kept: those of the outages where a class failed in
  /// no other way, else those of the windows.
  Span span_of(const FailureGroup& group) const {
    Span span{INFINITY, -INFINITY};
    const auto reach = [&](double from, double until) {
      span.from = std::min(span.from, from);
      span.until = std::max(span.until, until);
    };
    for (const std::size_t i : group.indices) {
      const auto& outages = site_.run.stories[i].outages;
      const double first = outages.empty() ? 0 : outages.front().start.value;
      const double last = outages.empty() ? site_.run.duration.value : outages.back().end.value;
      for (const measure::WindowRow& row : site_.run.windows)
        if (row.request_class == i && row.outcome == group.outcome) {
          const double least = row.phase == Phase::before ? 0 : site_.run.fault_start.value;
          reach(std::max(least, std::clamp<double>(row.start, first, last)),
                std::max(least, std::clamp<double>(row.start + site_.run.window, first, last)));
        }
    }
    return span.from <= span.until ? span : Span{};
  }

  Span at_the_fault() const { return {site_.run.fault_start, site_.run.fault_start}; }

  /// What died answered no more those that were under way; later ones are refused.
  bool is_cut_off(const FailureGroup& group) const {
    if (site_.ailments.size() != 1 || site_.ailments.front().ail() != Ail::dead) return false;
    if (group.outcome == Outcome::reset || group.outcome == Outcome::closed) return true;
    return group.causes.size() == 1 && group.causes.begin()->first == Why::server_closed &&
           full_servers(site_).empty();
  }

  /// "were answered 500 by app@server1 and app@server2"
  std::string ended(const FailureGroup& group) const {
    const bool one = group.requests == 1;
    const char* was = one ? "was" : "were";
    if (group.outcome >= Outcome::http_400 && group.outcome <= Outcome::http_504)
      return fmt::format("{} answered {} by {}", was, outcome_name(group.outcome), who(group));
    switch (group.outcome) {
      case Outcome::refused:
        return fmt::format("{} refused", was);
      case Outcome::unreachable:
      case Outcome::connect_timeout:
        return "got no connection";
      case Outcome::reset:
      case Outcome::closed:
        return one ? "lost its connection" : "lost their connections";
      case Outcome::timeout:
        return fmt::format("{} given up by {}", was, one ? "its client" : "their clients");
      case Outcome::dns_failure:
        return "failed: the name did not resolve";
      default:
        return fmt::format("{} still waiting when the run ended", was);
    }
  }

  static const char* outcome_name(Outcome outcome) {
    return names(Outcome{})[static_cast<std::size_t>(outcome)];
  }

  /// The applications whose requests of a class need what ails.
  std::vector<std::string> apps_of(std::size_t request_class) const {
    std::vector<std::string> found;
    for (const Need& need : site_.needs(request_class)) append_new(found, need.app);
    return found;
  }

  std::string who(const FailureGroup& group) const {
    switch (group.by) {
      case By::haproxy:
        return "HAProxy";
      case By::nginx:
        return "Nginx";
      case By::app:
        return names_of(group.apps, "the application");
      default:
        return names_of(struck(measure::What::error), "a broken part");
    }
  }

  std::vector<std::string> struck(measure::What kind) const {
    std::vector<std::string> found;
    for (const Ailment& ailment : site_.ailments)
      if (ailment.kind == kind) append_new(found, ailment.target);
    return found;
  }

  const CausalSite& site_;
  std::vector<FailureGroup> groups_;
  std::uint64_t all_ = 0;  ///< failures
};

}  // namespace

std::string requests_text(const std::vector<std::pair<std::string, std::uint64_t>>& by_class) {
  std::vector<std::string> parts;
  std::uint64_t all = 0;
  for (const auto& [name, requests] : by_class) {
    parts.push_back(count_text(static_cast<double>(requests)) + " " + name);
    all += requests;
  }
  return listed(parts) + (all == 1 ? " request" : " requests");
}

void add_failures(const CausalSite& site, std::vector<Cause>& chain) { Failures(site).add(chain); }

}  // namespace spof::report
