#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "measure/event.hpp"

namespace spof::measure {

/// What ails a daemon to those that want something from it.
enum class Ail : std::uint8_t {
  dead,    ///< its process is gone, its host refuses connections
  silent,  ///< nothing comes back: hung, without power, cut off
  slow,    ///< it answers, later
  other,   ///< a full disk, wrong answers, an operator's command
};

/// What a kind of fault makes of its target.
struct Effect {
  What kind;
  Ail ail = Ail::other;
  bool ends_process = false;  ///< over when what it struck serves again, not at the repair
  bool is_felt = true;        ///< false: the target is as able as it was
  std::string_view why = {};  ///< of a component that is down or impaired: "cut"
};
const Effect& effect_of(What kind);
/// It takes all that runs on a host away, until that has booted.
constexpr bool is_of_host(What kind) { return kind == What::power_off || kind == What::reboot; }

/// One strike of a fault in a run, and what became of it.
struct Episode {
  What kind = What::crash;
  std::string target;        ///< as in Event
  std::uint32_t strike = 0;  ///< as in Event
  /// As in Event; of a release that was taken back: those that had it.
  std::vector<std::string> parts, beyond;
  double from = 0;
  double repaired = never;  ///< when the fault was taken away
  /// When its service manager started what had crashed; never: it did not, or not before the
  /// repair.
  double restarted = never;
  /// When what it struck works again: a process, or the last one of a host, when it says so; all
  /// else with the repair.
  double until = never;
  /// The scenario says when it is repaired; of a release also: that somebody takes it back.
  bool by_clock = false;
  std::string by = {};                    ///< who did it, where it is no fault: a fencing manager
  std::vector<std::string> awaited = {};  ///< daemons that have yet to serve again
  std::vector<std::string> faulty = {};   ///< applications that run its release, which has a bug
  FilterRule rule = {};                   ///< as in Event

  /// Whether it is about this daemon, its host or its card; a partition is about no one alone.
  bool strikes(const std::string& daemon) const;
  /// To those whom it concerns: of a rule that drops, whoever sends what it drops. [FW-1]
  Ail ail() const { return rule.drops ? Ail::silent : effect_of(kind).ail; }
  /// Whether it is a partition with these hosts on its two sides.
  bool separates(const std::string& one, const std::string& other) const;
  Span span() const { return {from, until}; }
  /// Works again, and no repair is to come: what a service manager starts is over then, unless the
  /// scenario's clock says how long it lasts. A release with a bug is in force until it is rolled
  /// back, or another one takes its place.
  bool is_over() const {
    return until < never && faulty.empty() && (repaired < never || !by_clock);
  }
  /// Whether it ran again without the repair, which then started nothing.
  bool came_back() const { return kind == What::crash && std::min(until, restarted) < repaired; }
  /// When it ran again without the repair, or else the repair.
  double ended() const { return came_back() ? std::min(until, repaired) : repaired; }
};

/// Pairs what is told of a run while it goes on: a strike, its repair, its end.
class Chronicle {
 public:
  void hear(const Event& event);
  /// In order of their strikes.
  const std::vector<Episode>& episodes() const { return episodes_; }
  /// Faults that have not been taken away.
  std::size_t in_force() const { return in_force_; }
  double last_repair() const { return last_repair_; }  ///< -1: none yet
  /// Strikes that are not over, and the last date on which one was; -1: none yet.
  std::size_t going_on() const { return going_on_; }
  double last_end() const { return last_end_; }

 private:
  void strike(const Event& event, const std::string& by);
  void fence(const Event& event);
  void end_transactions(const Episode& death);
  bool is_dead(const std::string& daemon) const;
  void count(const Episode& episode, bool was_over, double now);
  void repair(const Event& event);
  void restart(const Event& event);
  void serve(const Event& event);
  std::vector<Episode> episodes_;
  std::vector<std::size_t> open_;  ///< those that lack a date
  std::size_t in_force_ = 0, going_on_ = 0;
  double last_repair_ = -1, last_end_ = -1;
};

/// Those of a run that is over. Events in order of time.
std::vector<Episode> episodes_of(const std::vector<Event>& events);
/// When what was repaired at a date served again: the last of it; at least that date.
double works_again(const std::vector<Episode>& episodes, double repair);
/// After what a replica applied nothing any more, up to a date: its log and its source's part, or a
/// row of its own is in the way; nullptr: nothing of the kind.
const Event* broken_since(const std::vector<Event>& events, const std::string& replica,
                          double date);

/// "mysql" and "server1" of "mysql@server1"; of a name without "@" nothing.
std::string section_of(const std::string& daemon);
std::string host_of(const std::string& daemon);

}  // namespace spof::measure
