#include "analysis/strips.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "measure/chronicle.hpp"

namespace spof::report {
namespace {

using measure::Ail;
using measure::Effect;
using measure::effect_of;
using measure::Event;
using measure::host_of;
using measure::Role;
using measure::section_of;
using measure::What;

/// A fault that is there, or whose target has yet to come back.
struct Trouble {
  What kind;
  std::uint32_t strike;
  bool repaired = false;

  const Effect& effect() const { return effect_of(kind); }
  State state() const {
    if (repaired) return State::starting;
    const Ail ail = effect().ail;
    return ail == Ail::dead || ail == Ail::silent ? State::down : State::impaired;
  }
};

/// What a load balancer knows of one server.
struct Belief {
  bool up = true;
  What command = What::ready;  ///< an operator's: maint, drain
  std::string why;             ///< it is DOWN
};

bool is_view(const Event& event) {
  constexpr std::array views{What::down,  What::up,    What::check_failed,
                             What::maint, What::drain, What::ready};
  return !event.target.empty() && event.target != event.source &&
         std::find(views.begin(), views.end(), event.what) != views.end();
}

bool is_replication(const Event& event) {
  return event.what == What::replication_started || event.what == What::replication_stopped ||
         event.what == What::replication_broken;
}

std::string view_name(const Event& event) { return event.target + " seen by " + event.source; }
std::string replication_name(const std::string& replica) { return "replication to " + replica; }

class Watcher {
 public:
  Watcher(const std::vector<Event>& events, double duration) : duration_(duration) {
    for (const Event& event : events) meet(event);
    for (const Event& event : events)
      if (event.time <= duration) watch(event);
  }

  std::vector<Strip> finish() {
    std::vector<Strip> strips;
    for (auto& [name, spells] : spells_) {
      spells.back().until = std::max(duration_, spells.back().from);
      std::erase_if(spells, [](const Spell& s) { return s.until <= s.from; });
      std::vector<Spell> joined;
      for (Spell& spell : spells) {
        const bool same =
            !joined.empty() && joined.back().state == spell.state && joined.back().why == spell.why;
        if (same)
          joined.back().until = spell.until;
        else
          joined.push_back(std::move(spell));
      }
      strips.push_back({name, std::move(joined)});
    }
    return strips;
  }

 private:
  void add(const std::string& name) { spells_.try_emplace(name, std::vector<Spell>(1)); }

  void meet(const Event& event) {
    if (is_view(event)) add(view_name(event));
    if (is_replication(event)) add(replication_name(event.source));
    if (event.source.find('@') != std::string::npos) add(event.source);
    const bool struck = event.role() == Role::fault || event.role() == Role::repair;
    if (!event.target.empty() && (struck || event.target.find('@') != std::string::npos))
      add(event.target);
  }

  void watch(const Event& event) {
    if (event.role() == Role::fault && !event.target.empty()) return strike(event);
    if (event.role() == Role::repair && !event.target.empty()) return repair(event);
    if (event.role() == Role::ready) return serves(event);
    if (is_view(event)) return believe(event);
    if (event.what == What::reloaded) return forget(event);
    if (!is_replication(event)) return;
    const bool runs = event.what == What::replication_started;
    set(replication_name(event.source), event.time, runs ? State::up : State::down,
        runs ? "" : sentence(event));
  }

  void strike(const Event& event) {
    if (effect_of(event.what).is_felt)
      troubles_[event.target].push_back({event.what, event.strike});
    judge_all_on(event.target, event.time);
  }

  void repair(const Event& event) {
    auto& troubles = troubles_[event.target];
    const auto found = std::find_if(troubles.begin(), troubles.end(), [&](const Trouble& trouble) {
      return trouble.strike == event.strike && !trouble.repaired;
    });
    if (found == troubles.end()) return;
    if (found->effect().ends_process)
      found->repaired = true;
    else
      troubles.erase(found);
    judge_all_on(event.target, event.time);
  }

  /// A new process: whatever ended the old one is over, also for the host it runs on.
  void serves(const Event& event) {
    const std::string& name = concerned(event);
    const std::string host = host_of(name);
    const auto over = [](const Trouble& trouble) { return trouble.effect().ends_process; };
    std::erase_if(troubles_[name], over);
    dark_.erase(name);
    if (!host.empty() && std::erase_if(troubles_[host], over) > 0) judge(host, event.time);
    judge(name, event.time);
    forget(event);
  }

  /// A new process of a load balancer believes every server UP.
  void forget(const Event& event) {
    for (auto& [key, belief] : beliefs_) {
      if (key.second != event.source) continue;
      belief = {};
      set(key.first + " seen by " + key.second, event.time, State::up, "");
    }
  }

  void believe(const Event& event) {
    Belief& belief = beliefs_[{event.target, event.source}];
    if (event.what == What::check_failed) return;
    if (event.what == What::up || (event.what == What::ready && belief.command == What::maint))
      belief.up = true;
    if (event.what == What::down) {
      belief.up = false;
      belief.why = sentence(event);
    } else if (event.what != What::up) {
      belief.command = event.what;
    }
    const std::string name = view_name(event);
    if (belief.command == What::maint)
      set(name, event.time, State::impaired, "maintenance", event.source);
    else if (!belief.up)
      set(name, event.time, State::down, "DOWN: " + belief.why, event.source);
    else if (belief.command == What::drain)
      set(name, event.time, State::impaired, "drain", event.source);
    else
      set(name, event.time, State::up, "");
  }

  /// A target itself, and the daemons of a host.
  void judge_all_on(const std::string& target, double now) {
    judge(target, now);
    for (const auto& [name, spells] : spells_) {
      if (spells.empty() || name.find(' ') != std::string::npos || host_of(name) != target)
        continue;
      for (const Trouble& trouble : troubles_[target])
        if (trouble.effect().ends_process && !trouble.repaired) dark_.insert(name);
      judge(name, now);
    }
  }

  void judge(const std::string& name, double now) {
    State worst = State::up;
    std::string why;
    const auto weigh = [&](const Trouble& trouble, const std::string& whose) {
      if (rank(trouble.state()) <= rank(worst)) return;
      worst = trouble.state();
      why = trouble.repaired ? std::string("starts after ") + word_of(trouble.kind)
                             : std::string(trouble.effect().why);
      why += whose;
    };
    for (const Trouble& trouble : troubles_[name]) weigh(trouble, "");
    const std::string host = host_of(name);
    const bool database = section_of(name) == "mysql";
    if (!host.empty())
      for (const Trouble& trouble : troubles_[host])
        if (trouble.effect().ends_process || (database && trouble.kind == What::disk_full))
          weigh(trouble, " of " + host);
    // The host may be back, by the word of a faster daemon.
    if (worst == State::up && dark_.count(name) > 0) {
      worst = State::starting;
      why = "starts after power_off of " + host;
    }
    set(name, now, worst, why);
  }

  static int rank(State state) {
    constexpr std::array ranks{0, 1, 3, 2};  // by State
    return ranks[static_cast<std::size_t>(state)];
  }

  void set(const std::string& name, double now, State state, const std::string& why,
           const std::string& by = "") {
    std::vector<Spell>& spells = spells_.try_emplace(name, std::vector<Spell>(1)).first->second;
    Spell& last = spells.back();
    if (last.state == state && last.why == why) return;
    last.until = now;
    spells.push_back({now, now, state, why, by});
  }

  double duration_;
  std::map<std::string, std::vector<Spell>> spells_;
  std::map<std::string, std::vector<Trouble>> troubles_;           // by target
  std::set<std::string> dark_;                                     // daemons that lost power
  std::map<std::pair<std::string, std::string>, Belief> beliefs_;  // by server and balancer
};

}  // namespace

std::string Spell::words() const { return by.empty() ? why : by + " says " + why; }

std::vector<Strip> strips(const std::vector<Event>& events, double duration) {
  return Watcher(events, duration).finish();
}

}  // namespace spof::report
