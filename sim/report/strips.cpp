#include "report/strips.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace spof::report {
namespace {

using measure::Event;
using measure::Role;

/// What a kind of fault makes of its target.
struct Effect {
  std::string_view kind;
  State state;
  bool ends_process;     ///< over when the component is ready again, not at the repair
  std::string_view why;  ///< "" for the kind itself
};
constexpr std::array effects{
    Effect{"crash", State::down, true, ""},
    Effect{"stop", State::down, true, "stopped"},
    Effect{"restart", State::down, true, ""},
    Effect{"power_off", State::down, true, "no power"},
    Effect{"hang", State::down, false, ""},
    Effect{"link_down", State::down, false, "cut"},
    Effect{"partition", State::down, false, ""},
    Effect{"slow", State::impaired, false, ""},
    Effect{"error", State::impaired, false, "answers with errors"},
    Effect{"latency", State::impaired, false, "added latency"},
    Effect{"loss", State::impaired, false, "packet loss"},
    Effect{"bandwidth", State::impaired, false, "lack of bandwidth"},
    Effect{"disk_full", State::impaired, false, "full disk"},
    Effect{"firewall_rule", State::impaired, false, "firewall rule"},
};

/// nullptr for kinds that leave their target as able as it was: maintenance, reload.
const Effect* effect_of(std::string_view kind) {
  const auto found =
      std::find_if(effects.begin(), effects.end(), [&](const Effect& e) { return e.kind == kind; });
  return found == effects.end() ? nullptr : &*found;
}

/// A fault that is there, or whose target has yet to come back.
struct Trouble {
  const Effect* effect;
  double planned_end;  ///< infinite: for good
  bool repaired = false;
};

/// What a load balancer knows of one server.
struct Belief {
  bool up = true;
  std::string word = "ready";  ///< "maint", "drain": an operator's command
  std::string detail;          ///< why it is DOWN
};

/// When a fault said "for 40.0 s" at its beginning, it ends then. Several on one target are told
/// apart by it, for their repairs do not say which they are.
double planned_end(const Event& event) {
  constexpr std::string_view before = "for ";
  std::string_view text = event.detail;
  double lasts = 0;
  if (text.substr(0, before.size()) != before) return HUGE_VAL;
  text.remove_prefix(before.size());
  const auto read = std::from_chars(text.data(), text.data() + text.size(), lasts);
  return read.ec == std::errc() ? event.time + lasts : HUGE_VAL;
}

std::string_view host_of(std::string_view component) {
  const std::size_t at = component.find('@');
  return at == std::string_view::npos ? "" : component.substr(at + 1);
}

bool is_view(const Event& event) {
  constexpr std::array<std::string_view, 6> words{"DOWN",  "UP",    "check_failed",
                                                  "maint", "drain", "ready"};
  return !event.target.empty() && event.target != event.source &&
         std::find(words.begin(), words.end(), event.event) != words.end();
}

bool is_replication(const Event& event) { return event.event.rfind("replication_", 0) == 0; }

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
    const bool struck = event.role == Role::fault || event.role == Role::repair;
    if (!event.target.empty() && (struck || event.target.find('@') != std::string::npos))
      add(event.target);
  }

  void watch(const Event& event) {
    if (event.role == Role::fault && !event.target.empty()) return strike(event);
    if (event.role == Role::repair && !event.target.empty()) return repair(event);
    if (event.role == Role::ready) return serves(event);
    if (is_view(event)) return believe(event);
    if (event.event == "reload" && event.source == event.target) return forget(event);
    if (!is_replication(event)) return;
    const bool runs = event.event == "replication_started";
    set(replication_name(event.source), event.time, runs ? State::up : State::down,
        runs ? "" : event.detail);
  }

  void strike(const Event& event) {
    if (const Effect* effect = effect_of(event.event))
      troubles_[event.target].push_back({effect, planned_end(event)});
    judge_all_on(event.target, event.time);
  }

  void repair(const Event& event) {
    auto& troubles = troubles_[event.target];
    const auto distance = [&](const Trouble& trouble) {
      return std::pair(trouble.repaired, std::fabs(trouble.planned_end - event.time));
    };
    const auto found = std::min_element(
        troubles.begin(), troubles.end(),
        [&](const Trouble& a, const Trouble& b) { return distance(a) < distance(b); });
    if (found == troubles.end() || found->repaired) return;
    if (found->effect->ends_process)
      found->repaired = true;
    else
      troubles.erase(found);
    judge_all_on(event.target, event.time);
  }

  /// A new process: whatever ended the old one is over, also for the host it runs on.
  void serves(const Event& event) {
    const std::string& name = event.target.empty() ? event.source : event.target;
    const std::string host(host_of(name));
    const auto over = [](const Trouble& trouble) { return trouble.effect->ends_process; };
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
    if (event.event == "check_failed") return;
    if (event.event == "UP" || (event.event == "ready" && belief.word == "maint")) belief.up = true;
    if (event.event == "DOWN") {
      belief.up = false;
      belief.detail = event.detail;
    } else if (event.event != "UP") {
      belief.word = event.event;
    }
    const std::string says = event.source + " says ";
    if (belief.word == "maint")
      set(view_name(event), event.time, State::impaired, says + "maintenance");
    else if (!belief.up)
      set(view_name(event), event.time, State::down, says + "DOWN: " + belief.detail);
    else if (belief.word == "drain")
      set(view_name(event), event.time, State::impaired, says + "drain");
    else
      set(view_name(event), event.time, State::up, "");
  }

  /// A target itself, and the daemons of a host.
  void judge_all_on(const std::string& target, double now) {
    judge(target, now);
    for (const auto& [name, spells] : spells_) {
      if (spells.empty() || name.find(' ') != std::string::npos || host_of(name) != target)
        continue;
      for (const Trouble& trouble : troubles_[target])
        if (trouble.effect->ends_process && !trouble.repaired) dark_.insert(name);
      judge(name, now);
    }
  }

  void judge(const std::string& name, double now) {
    State worst = State::up;
    std::string why;
    const auto weigh = [&](const Trouble& trouble, const std::string& whose) {
      const Effect& effect = *trouble.effect;
      const State state = trouble.repaired ? State::starting : effect.state;
      if (rank(state) <= rank(worst)) return;
      worst = state;
      why = effect.why.empty() ? effect.kind : effect.why;
      if (trouble.repaired) why = "starts after " + std::string(effect.kind);
      why += whose;
    };
    for (const Trouble& trouble : troubles_[name]) weigh(trouble, "");
    const std::string host(host_of(name));
    const bool database = name.rfind("mysql@", 0) == 0;
    if (!host.empty())
      for (const Trouble& trouble : troubles_[host])
        if (trouble.effect->ends_process ||
            trouble.effect->kind == std::string_view(database ? "disk_full" : ""))
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

  void set(const std::string& name, double now, State state, const std::string& why) {
    std::vector<Spell>& spells = spells_.try_emplace(name, std::vector<Spell>(1)).first->second;
    Spell& last = spells.back();
    if (last.state == state && last.why == why) return;
    last.until = now;
    spells.push_back({now, now, state, why});
  }

  double duration_;
  std::map<std::string, std::vector<Spell>> spells_;
  std::map<std::string, std::vector<Trouble>> troubles_;           // by target
  std::set<std::string> dark_;                                     // daemons that lost power
  std::map<std::pair<std::string, std::string>, Belief> beliefs_;  // by server and balancer
};

}  // namespace

std::vector<Strip> strips(const std::vector<Event>& events, double duration) {
  return Watcher(events, duration).finish();
}

}  // namespace spof::report
