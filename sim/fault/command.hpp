#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

enum class Order : std::uint8_t {
  promote,
  change_source,
  read_only,
  read_write,
  write_to,
  set_record,
  repair,
  rebuild,
  restore,
  switch_over,
  stop_replica,
  stop_applier,
  start_replica
};
constexpr auto names(Order) {
  return std::array{"promote",      "change_source", "read_only",    "read_write", "write_to",
                    "set_record",   "repair",        "rebuild",      "restore",    "switch_over",
                    "stop_replica", "stop_applier",  "start_replica"};
}

/// What an operator tells a database, an application about its databases, or a name server about
/// its record; or that somebody repairs what is broken at a daemon, a host, a link. Nothing is
/// taken back at the repair: that would be another command.
struct Command : Targeted {
  static constexpr const char* kind = "command";
  static constexpr const char* help =
      "an operator's command to a database (promote, change_source, read_only, read_write, "
      "rebuild, restore, stop_replica: both of its threads, stop_applier: its SQL_THREAD, "
      "start_replica) or an application "
      "(write_to) or a name server (set_record) or a manager of the "
      "databases (switch_over); repair: ends the faults of its target that are in force";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  Order command = Order::promote;
  std::string object;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit,
                        "a database, an application or a name server, as mysql@server2; of repair: "
                        "what another fault strikes");
    visit("command", command, {.help = "what it shall do", .required = true});
    visit("object", object,
          {.help = "change_source, rebuild, write_to, switch_over: the database, as mysql@server2; "
                   "set_record: one of "
                   "the name server's addresses or standby",
           .otherwise = "none"});
  }
  /// "was told: switch_over mysql@server2"
  std::string degree() const {
    const std::string verb = names(command)[static_cast<std::size_t>(command)];
    return "was told: " + verb + (object.empty() ? "" : " " + object);
  }
  void strike(Switches& site, Hold by) const {
    if (command == Order::repair) {
      site.mend(target);
      return;
    }
    site.daemon(target).command(names(command)[static_cast<std::size_t>(command)], object, by);
  }
  void repair(Switches&, Hold) const {}
};

}  // namespace spof::fault
