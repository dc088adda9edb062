#include "analysis/strips.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/append_new.hpp"
#include "measure/chronicle.hpp"

namespace spof::report {
namespace {

using measure::Ail;
using measure::Event;
using measure::host_of;
using measure::Role;
using measure::section_of;
using measure::What;

/// A time in which a fault weighs on a component.
struct Weight {
  double from, until;
  State state;
  std::string why;
};

int rank(State state) {
  constexpr std::array ranks{0, 1, 3, 2};  // by State
  return ranks[static_cast<std::size_t>(state)];
}

/// What a load balancer knows of one server.
struct Belief {
  bool up = true;
  What command = What::ready;  ///< an operator's: maint, drain
  std::string why;             ///< it is DOWN
};

bool is_view(const Event& event) {
  constexpr std::array views{What::down,  What::up,    What::check_failed, What::maint,
                             What::drain, What::ready, What::disabled,     What::enabled};
  return !event.target.empty() && event.target != event.source && has(views, event.what);
}

bool is_replication(const Event& event) {
  return event.what == What::replication_started || event.what == What::replication_stopped ||
         event.what == What::replication_broken;
}

std::string view_name(const Event& event) { return event.target + " seen by " + event.source; }
std::string replication_name(const std::string& replica) { return "replication to " + replica; }

class Watcher {
 public:
  Watcher(const std::vector<Event>& events, double duration)
      : duration_(duration), events_(events) {
    for (const Event& event : events) meet(event);
    for (const auto& [name, of] : hearsay_) add(name);
    std::erase_if(events_, [&](const Event& event) { return event.time > duration; });
    const auto episodes = measure::episodes_of(events_);
    for (const Event& event : events_) watch(event);
    for (auto& [name, spells] : spells_)
      if (!hearsay_.contains(name)) spells = weighed(weights_of(name, episodes));
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
      const auto heard = hearsay_.find(name);
      const auto& [about, by] = heard == hearsay_.end() ? Hearsay{name, ""} : heard->second;
      strips.push_back({name, std::move(joined), about, by});
    }
    return strips;
  }

 private:
  std::vector<Spell>& add(const std::string& name) {
    return spells_.try_emplace(name, std::vector<Spell>(1)).first->second;
  }

  void meet(const Event& event) {
    if (is_view(event)) hearsay_[view_name(event)] = {event.target, event.source};
    if (is_replication(event))
      hearsay_[replication_name(event.source)] = {event.source, event.source};
    if (event.source.find('@') != std::string::npos) add(event.source);
    const bool struck = event.role() == Role::fault || event.role() == Role::repair;
    if (event.target.find(" and ") != std::string::npos) return;  // of each of them
    if (!event.target.empty() && (struck || event.target.find('@') != std::string::npos))
      add(event.target);
  }

  /// When a component, or the first daemon of a host, was a new process after some date.
  double revived(const std::string& name, double after) const {
    for (const Event& event : events_)
      if (event.role() == Role::ready && event.time > after &&
          (concerned(event) == name || host_of(concerned(event)) == name))
        return event.time;
    return duration_;
  }

  /// Its own faults first, then those of its host that it feels.
  std::vector<Weight> weights_of(const std::string& name,
                                 const std::vector<measure::Episode>& episodes) const {
    std::vector<Weight> weights;
    const std::string host = host_of(name);
    for (const std::string& whose : {name, host})
      for (const measure::Episode& one : episodes) {
        const measure::Effect& effect = measure::effect_of(one.kind);
        const bool own = whose == name;
        const bool among = own && one.kind == What::deploy && has(one.parts, name);
        const bool felt = own ? effect.is_felt
                              : effect.ends_process ||
                                    (section_of(name) == "mysql" && one.kind == What::disk_full);
        if (whose.empty() || (one.target != whose && !among) || !felt) continue;
        const std::string of = own ? "" : " of " + host;
        // A release comes to each in its turn; what leaks works until it is killed.
        const bool works = (among && one.target != name) || one.kind == What::memory_leak;
        const bool down = !works && (effect.ail == Ail::dead || effect.ail == Ail::silent);
        const double end = effect.ends_process ? revived(name, one.from) : one.repaired;
        weights.push_back({one.from, std::min(end, one.repaired),
                           down ? State::down : State::impaired, std::string(effect.why) + of});
        weights.push_back({one.repaired, end, State::starting,
                           std::string("starts after ") + word_of(one.kind) + of});
      }
    for (const Event& event : events_)
      if (event.what == What::out_of_memory && concerned(event) == name)
        weights.push_back({event.time, revived(name, event.time), State::down, "out of memory"});
    return weights;
  }

  /// The worst at each date.
  std::vector<Spell> weighed(const std::vector<Weight>& weights) const {
    std::set<double> dates{0};
    for (const Weight& one : weights)
      for (const double date : {one.from, one.until})
        if (date < duration_) dates.insert(date);
    std::vector<Spell> spells;
    for (const double date : dates) {
      Spell worst{date, date};
      for (const Weight& one : weights)
        if (one.from <= date && date < one.until && rank(one.state) > rank(worst.state))
          worst = {date, date, one.state, one.why};
      if (!spells.empty()) spells.back().until = date;
      spells.push_back(std::move(worst));
    }
    return spells;
  }

  void watch(const Event& event) {
    if (is_view(event)) return believe(event);
    // Who takes the writes itself has nobody to get them from.
    if (event.what == What::promoted && hearsay_.contains(replication_name(event.source)))
      set(replication_name(event.source), event.time, State::up, "");
    if (event.role() == Role::ready || event.what == What::reloaded) return forget(event);
    if (!is_replication(event)) return;
    const bool runs = event.what == What::replication_started;
    set(replication_name(event.source), event.time, runs ? State::up : State::down,
        runs ? "" : sentence(event));
  }

  /// A new process of a load balancer believes every server UP.
  void forget(const Event& event) {
    for (auto& [name, belief] : beliefs_) {
      if (hearsay_.at(name).second != event.source) continue;
      belief = {};
      set(name, event.time, State::up, "");
    }
  }

  void believe(const Event& event) {
    const std::string name = view_name(event);
    Belief& belief = beliefs_[name];
    if (event.what == What::check_failed) return;
    if (event.role() == Role::restored ||
        (event.what == What::ready && belief.command == What::maint))
      belief.up = true;
    if (event.role() == Role::detected) {
      belief.up = false;
      belief.why = sentence(event);
    } else if (event.role() != Role::restored) {
      belief.command = event.what;
    }
    if (belief.command == What::maint)
      set(name, event.time, State::impaired, "maintenance", event.source);
    else if (!belief.up)
      set(name, event.time, State::down, "DOWN: " + belief.why, event.source);
    else if (belief.command == What::drain)
      set(name, event.time, State::impaired, "drain", event.source);
    else
      set(name, event.time, State::up, "");
  }

  void set(const std::string& name, double now, State state, const std::string& why,
           const std::string& by = "") {
    std::vector<Spell>& spells = add(name);
    Spell& last = spells.back();
    if (last.state == state && last.why == why) return;
    last.until = now;
    spells.push_back({now, now, state, why, by});
  }

  double duration_;
  std::vector<Event> events_;
  using Hearsay = std::pair<std::string, std::string>;  // about whom, by whom
  std::map<std::string, Hearsay> hearsay_;  // strips of what somebody believes, or says of itself
  std::map<std::string, std::vector<Spell>> spells_;
  std::map<std::string, Belief> beliefs_;  // of load balancers, by strip
};

}  // namespace

std::string Spell::words() const { return by.empty() ? why : by + " says " + why; }

std::vector<Strip> strips(const std::vector<Event>& events, double duration) {
  return Watcher(events, duration).finish();
}

}  // namespace spof::report
