#pragma once
#include <string>
#include <vector>

#include "stack/component.hpp"
#include "stack/keepalived_options.hpp"

namespace spof::stack {

class Keepalived;

/// What a VRRP packet says.
struct Advert {
  int version = 2, virtual_router_id = 0, priority = 0;
  int centiseconds = 0;         ///< its sender's advert_int
  std::uint64_t addresses = 0;  ///< which, as one number
  std::uint32_t from = 0;       ///< its sender's own address
  bool unicast = false;
  Body body() const;
  static Advert of(const Body& body);
};

/// Something that an instance tracks: a script, a process, its network card.
struct Tracked {
  std::string what;  ///< "vrrp_script chk", "track_process haproxy", "link"
  int weight = 0;
  bool is_script = false;
  bool good = true;
  bool known = true;  ///< false: a script that has not ended yet, since the start
};

/// The state machine of one `vrrp_instance`, as Keepalived 2.2.7 has it. It learns of others only
/// by their adverts. [VR-1] to [VR-11]
class VrrpInstance {
 public:
  VrrpInstance(Keepalived& daemon, const KeepalivedOptions& all,
               const VrrpInstanceOptions& options);
  VrrpInstance(const VrrpInstance&) = delete;
  VrrpInstance& operator=(const VrrpInstance&) = delete;

  const VrrpInstanceOptions& options() const { return options_; }
  /// After so long without adverts it takes its addresses; infinite: it is no backup now.
  double patience() const;
  /// A start of the daemon; `for_long`: it has been running since before the run, and has its
  /// addresses if they are its own now.
  void restart(bool for_long, double phase);
  void track(const std::string& what, int weight, bool is_script = false);
  /// Once it knows all that it tracks: of all who may have its addresses the highest priority has
  /// them when the run begins.
  void settle();
  /// What it tracks is good, or bad, from now on.
  void tell(const std::string& what, bool good);
  void hear(const Advert& advert);
  /// SIGTERM: a master says that it goes, and takes its addresses along. [VR-4]
  void stop();

 private:
  enum class State : std::uint8_t { starting, fault, backup, master };
  double skew(int priority) const;
  double down_timer() const;
  Task<> run();
  void expire_at(double date);
  void expired();
  void review(const std::string& why);
  void hear_as_backup(const Advert& advert);
  void hear_as_master(const Advert& advert);
  void become_master();
  void leave_master(bool says_so);
  void advertise(int priority);
  void announce(int times);
  Task<> announce_later(double delay, int times);
  Task<> refresh();
  bool is_better(const Advert& advert) const;
  int best_priority() const;
  void say(measure::What what, const std::string& why = {}, double figure = 0, int setting = 0);

  Keepalived& daemon_;
  const KeepalivedOptions& all_;
  const VrrpInstanceOptions& options_;
  std::vector<std::uint32_t> ips_;
  std::uint64_t packed_ips_ = 0;
  std::uint32_t own_ip_;
  std::vector<Tracked> tracked_;
  State state_ = State::fault;
  int priority_ = 0;
  double interval_ = 0;       ///< the master's advert_int, as far as known
  double expires_ = 0;        ///< backup: the master is dead; master: the next advert
  double heard_ = -1;         ///< the last advert of a master that it accepts; -1: none
  bool given_up_ = false;     ///< the master has said that it goes
  bool preempts_ = false;     ///< ignores adverts of a lower priority
  bool is_back_ = false;      ///< started, or was bad, since it had the addresses last
  double preempt_after_ = 0;  ///< preempt_delay; 0: does not run
  Token timer_;
};

}  // namespace spof::stack
