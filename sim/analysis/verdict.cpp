#include "analysis/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/causes/causes_site.hpp"
#include "analysis/faults.hpp"
#include "analysis/remarks.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

bool is_by_certificate(const Campaign& campaign) {
  return is_mostly(campaign, measure::Cause::certificate_expired);
}

Verdict without_fault(const Campaign& campaign, const std::vector<Harm>& all) {
  Harms failing, stalled;
  for (const Harm& harm : all) {
    if (harm.failed > 0) failing.push_back(&harm);
    if (harm.stood_still ? harm.failed == 0 : harm.crawled) stalled.push_back(&harm);
  }
  if (failing.empty() && stalled.empty())
    return {"healthy", "Healthy: no fault, and every request was answered."};
  const std::string no_room = no_room_for_most(campaign);
  const auto surges = surges_felt(campaign);
  const std::string why =
      !surges.empty() ? "under " + listed(surges) + (no_room.empty() ? "" : ", while " + no_room)
      : is_by_certificate(campaign) ? "since a certificate expired"
      : !no_room.empty()            ? "while " + no_room
                                    : "without a fault";
  const std::string stood = stalls_text(campaign, stalled);
  if (failing.empty())
    return {"stalled", fmt::format("Stalled {}: no request failed, but {}.", why, stood)};
  return {"failing", fmt::format("Failing {}: {}{}{}.", why, harms_text(campaign, failing),
                                 stalled.empty() ? "" : "; ", stood)};
}

/// What failed although nothing was broken yet, if that is more than a few: "" otherwise.
std::string failing_before(const Campaign& campaign) {
  std::vector<std::string> failing;
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
    const double share = failing_share_of(total(campaign, Phase::before, i));
    if (share >= failing_share)
      failing.push_back(fmt::format("{} of {}", share_text(share), campaign.plan.classes[i]));
  }
  return listed(failing);
}

/// The classes that are down, degraded, interrupted, lost requests in flight, stalled, untouched,
/// or were failing and still are.
struct Sorted {
  enum class Fares : std::uint8_t { down, degraded, interrupted };
  struct Harmed {
    const Harm* harm;
    Fares fares{};
  };
  std::vector<Harmed> harmed;  ///< those that are down first
  std::vector<std::string> in_flight, untouched, as_before;
  Harms stalled;
  bool crawled = false;  ///< a class is stalled by its p99
};

Sorted sorted(const std::vector<Harm>& all) {
  constexpr double a_quarter_more = 1.25, seconds_more = 5;
  Sorted made;
  for (const Harm& harm : all) {
    if (harm.as_before) {
      made.as_before.push_back(harm.name);
      continue;
    }
    if (harm.unserved || (harm.failed > 0 && !harm.in_flight)) {
      const bool down = harm.lasts && (harm.unserved || harm.worst_share >= down_share);
      made.harmed.push_back({&harm, down         ? Sorted::Fares::down
                                    : harm.lasts ? Sorted::Fares::degraded
                                                 : Sorted::Fares::interrupted});
      // Who waited, and had an answer in the end, waited much longer than requests failed.
      const bool longer =
          harm.gap > 2 * harm.outage ||
          (harm.gap > a_quarter_more * harm.outage && harm.gap > harm.outage + seconds_more) ||
          (harm.unserved && harm.worst_share < down_share);
      if (harm.failed > 0 && harm.stood_still && !is_told_by_gap(harm) && longer)
        made.stalled.push_back(&harm);
      continue;
    }
    const bool stalled = harm.stood_still || harm.crawled;
    if (stalled) made.stalled.push_back(&harm);
    if (stalled && !harm.stood_still) made.crawled = true;
    if (harm.in_flight)
      made.in_flight.push_back(fmt::format("{} {}", count_text(harm.failed), harm.name));
    const bool slower = is_slower(harm.p99_before, harm.p99_during);
    if (!stalled && !harm.in_flight && !slower && !harm.late) made.untouched.push_back(harm.name);
  }
  std::ranges::stable_sort(made.harmed, {}, &Sorted::Harmed::fares);
  return made;
}

bool is_of_certificate(const FaultLine& fault) {
  return fault.kind == "certificate_expiry" || fault.kind == "clock";
}

/// What struck, and what went on meanwhile: "crash of mysql@server1 under the flood of bots".
std::string happening(const Campaign& campaign, const std::vector<bool>& which = {},
                      const std::string& no_room = "") {
  const auto surges = which.empty() ? surges_felt(campaign) : surges_beside(campaign);
  return faults_words(campaign, which) + (surges.empty() ? "" : " under " + listed(surges)) +
         (is_by_certificate(campaign) && std::ranges::none_of(campaign.faults, is_of_certificate)
              ? " after a certificate had expired"
              : "") +
         (no_room.empty() ? "" : ", while " + no_room);
}

/// Which faults have much part in what these classes suffered.
std::vector<bool> blamed_for(const std::vector<Blame>& blames,
                             const std::vector<std::string>& names) {
  std::vector<bool> blamed;
  for (const Blame& one : blames)
    blamed.push_back(one.part == Part::much && std::ranges::any_of(names, [&](auto& name) {
                       return has(one.classes, name);
                     }));
  return blamed;
}

/// "; the crash of nginx@server2 harmed nobody": what broke beside it.
std::string the_harmless(const Campaign& campaign, const std::vector<Blame>& blames) {
  const auto part_of = [&](const FaultLine& fault) {  // it may have struck several times
    Part most = Part::none;
    for (std::size_t i = 0; i < blames.size(); ++i)
      if (campaign.faults[i].kind == fault.kind && campaign.faults[i].target == fault.target)
        most = std::max(most, blames[i].part);
    return most;
  };
  std::string text;
  for (const auto& [part, words] : {std::pair{Part::late, " made requests late"},
                                    std::pair{Part::little, " made next to nobody fail"},
                                    std::pair{Part::delays, " may have delayed the repair"},
                                    std::pair{Part::none, " harmed nobody"}}) {
    std::vector<bool> which;
    for (const FaultLine& fault : campaign.faults)
      which.push_back(is_felt(fault) && part_of(fault) == part);
    if (std::ranges::count(which, true) > 0)
      text += "; the " + faults_words(campaign, which) + words;
  }
  return text;
}

/// "; static was not affected; read failed as before."
std::string the_others(const Sorted& classes) {
  std::string text;
  if (!classes.untouched.empty())
    text += fmt::format("; {} {} not affected", listed(classes.untouched),
                        classes.untouched.size() == 1 ? "was" : "were");
  if (!classes.as_before.empty())
    text += fmt::format("; {} failed as before", listed(classes.as_before));
  return text + ".";
}

/// Whether those to blame broke something, and commanded nothing, and what was struck is on the way
/// of all these classes.
bool may_have_broken(const Campaign& campaign, const std::vector<bool>& blamed,
                     const std::vector<std::string>& classes) {
  bool broke = std::ranges::any_of(campaign.faults, is_felt);
  for (std::size_t i = 0; i < blamed.size(); ++i)
    broke = broke && (!blamed[i] || campaign.faults[i].mends || is_felt(campaign.faults[i]));
  const CausalSite site(campaign);
  const std::vector<std::string> ailing = site.ailing();
  const auto meets = [&](const std::string& name) {
    const auto at = std::ranges::find(campaign.plan.classes, name) - campaign.plan.classes.begin();
    return std::ranges::any_of(ailing, [&](const std::string& daemon) {
      return site.is_on_way(static_cast<std::size_t>(at), daemon);
    });
  };
  return broke && (ailing.empty() || std::ranges::all_of(classes, meets));
}

/// What failed although no fault was in its way.
Verdict without_blame(const Campaign& campaign, const std::vector<Harm>& all,
                      const std::vector<Blame>& blames) {
  Verdict made = without_fault(campaign, all);
  made.text.pop_back();
  made.text += the_harmless(campaign, blames) + ".";
  return made;
}

/// Classes that the same parts have harmed.
struct HarmedAlike {
  std::vector<bool> blamed;        ///< faults
  std::vector<std::string> parts;  ///< that they broke
  std::vector<std::string> down;
  Harms harms;
};

/// By parts; first those that the class blames which fares worst. Where a class blames none: all.
std::vector<HarmedAlike> by_parts(const Campaign& campaign, const Sorted& classes,
                                  const std::vector<Blame>& blames) {
  std::vector<HarmedAlike> groups;
  for (const Sorted::Harmed& one : classes.harmed) {
    auto blamed = blamed_for(blames, {one.harm->name});
    if (!has(blamed, true)) blamed = blamed_for(blames, campaign.plan.classes);
    auto parts = broken_parts(campaign, blamed);
    auto group = std::ranges::find(groups, parts, &HarmedAlike::parts);
    if (group == groups.end())
      group = groups.insert(group, {std::move(blamed), std::move(parts), {}, {}});
    if (one.fares == Sorted::Fares::down) group->down.push_back(one.harm->name);
    group->harms.push_back(one.harm);
  }
  return groups;
}

Verdict with_failures(const Campaign& campaign, const Sorted& classes,
                      const std::vector<Blame>& blames) {
  std::vector<HarmedAlike> groups = by_parts(campaign, classes, blames);
  const HarmedAlike& worst = groups.front();
  const std::string no_room = no_room_for_most(campaign);
  const std::string what = happening(campaign, worst.blamed, no_room);
  // A surge takes down what no fault has much part in.
  const auto surges = surges_felt(campaign);
  const bool by_surge =
      !surges.empty() && std::ranges::any_of(classes.harmed, [&](const Sorted::Harmed& one) {
        return !has(blamed_for(blames, {one.harm->name}), true);
      });
  const Sorted::Fares fares = classes.harmed.front().fares;
  Verdict made;
  if (by_surge) {
    made = {"failing",
            fmt::format("Failing under {}, and the {}: ", listed(surges),
                        faults_words(campaign, blamed_for(blames, campaign.plan.classes)))};
  } else if (fares == Sorted::Fares::down && worst.parts.size() == 1 && no_room.empty() &&
             !has(surges, std::string(by_chance_name)) &&
             may_have_broken(campaign, worst.blamed, worst.down)) {
    made = {.word = "single point of failure",
            .text = fmt::format("{} is a single point of failure for {}: ", worst.parts[0],
                                listed(worst.down)),
            .classes = worst.down};
    for (std::size_t i = 0; i < worst.blamed.size(); ++i)
      if (worst.blamed[i]) append_new(made.targets, campaign.faults[i].target);
  } else if (fares == Sorted::Fares::down) {
    made = {"down", fmt::format("Taken down by the {}: ", what)};
  } else if (fares == Sorted::Fares::degraded) {
    made = {"degraded", fmt::format("Degraded by the {}: ", what)};
  } else {
    made = {"interrupted", fmt::format("Interrupted by the {}: ", what)};
  }
  for (const HarmedAlike& group : groups) {
    if (&group != &worst)
      made.text += by_surge ? ", " : "; by the " + faults_words(campaign, group.blamed) + ": ";
    made.text += harms_text(campaign, group.harms);
  }
  if (!classes.stalled.empty()) made.text += "; " + stalls_text(campaign, classes.stalled);
  if (!classes.in_flight.empty())
    made.text += fmt::format("; requests in flight that failed: {}", listed(classes.in_flight));
  std::vector<Blame> told = blames;  // who made only others late
  for (std::size_t i = 0; i < told.size(); ++i)
    if (told[i].part == Part::much &&
        std::ranges::none_of(groups, [&](const HarmedAlike& one) { return bool(one.blamed[i]); }))
      told[i].part = Part::late;
  made.text += the_harmless(campaign, told) + the_others(classes);
  return made;
}

/// No request failed, or none but those that were under way when the fault struck.
Verdict without_failures(const Campaign& campaign, const Sorted& classes,
                         const std::vector<Blame>& blames) {
  const std::string failed =
      classes.in_flight.empty()
          ? classes.as_before.empty() ? "no request failed" : "no more requests failed than before"
          : fmt::format("only requests in flight failed ({}{})", listed(classes.in_flight),
                        campaign.results.size() > 1 ? " a run" : "");
  if (classes.stalled.empty())
    return {"survived",
            fmt::format("Survived the {}{}: {}.", happening(campaign),
                        figure(campaign, "lost_writes").mean > 0 ? ", but not without loss" : "",
                        failed)};
  std::vector<std::string> stalled;
  for (const Harm* one : classes.stalled) stalled.push_back(one->name);
  auto blamed = blamed_for(blames, stalled);
  if (!has(blamed, true)) blamed.assign(blamed.size(), true);
  return {"stalled", fmt::format("Stalled by the {}: {}, but {}{}{}", happening(campaign, blamed),
                                 failed, stalls_text(campaign, classes.stalled),
                                 the_harmless(campaign, blames), the_others(classes))};
}

}  // namespace

Tally total(const Campaign& campaign, std::optional<Phase> phase,
            std::optional<std::size_t> request_class) {
  Tally sum;
  for (const Result& run : campaign.results) sum.merge(run.total(phase, request_class));
  return sum;
}

Tally from_the_fault(const Result& run, std::size_t request_class) {
  if (run.fault_start < 0) return run.total({}, request_class);
  Tally sum = run.tally(Phase::during, request_class);
  sum.merge(run.tally(Phase::after, request_class));
  return sum;
}

Estimate figure(const Campaign& campaign, const char* metric, int request_class) {
  return measure::estimate({.metric = measure::find_metric(metric), .request_class = request_class},
                           campaign.results);
}

Verdict verdict(const Campaign& campaign) {
  if (campaign.results.empty()) return {"no result", "No run ended: there is no result."};
  const auto all = harms(campaign);
  if (campaign.faults.empty()) {
    Verdict made = without_fault(campaign, all);
    made.text += losses(campaign, made.word != "healthy");
    return made;
  }
  const std::string before = failing_before(campaign);
  const Sorted classes = sorted(all);
  const bool any = !classes.harmed.empty();
  const bool harmed = any || !classes.stalled.empty();
  const auto blamed = blames(campaign);
  const bool nobody = std::ranges::count(blamed, Part::much, &Blame::part) == 0;
  const bool by_surge = nobody && !classes.stalled.empty() && !surges_felt(campaign).empty();
  Verdict made = by_surge || (any && nobody) ? without_blame(campaign, all, blamed)
                 : !any                      ? without_failures(campaign, classes, blamed)
                                             : with_failures(campaign, classes, blamed);
  if (!before.empty())
    made = {"failing",
            fmt::format("Failing before the {}: {} requests failed while nothing was "
                        "broken{}. {}",
                        faults_words(campaign), before,
                        harmed ? ", so what follows is not its doing alone" : "", made.text)};
  made.text += remarks(campaign, blamed, harmed, classes.crawled);
  return made;
}

}  // namespace spof::report
