#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "fault/bandwidth.hpp"
#include "fault/certificate_expiry.hpp"
#include "fault/clock.hpp"
#include "fault/command.hpp"
#include "fault/crash.hpp"
#include "fault/deploy.hpp"
#include "fault/disk_fills.hpp"
#include "fault/disk_full.hpp"
#include "fault/error.hpp"
#include "fault/firewall_rule.hpp"
#include "fault/hang.hpp"
#include "fault/latency.hpp"
#include "fault/link_down.hpp"
#include "fault/loss.hpp"
#include "fault/maintenance.hpp"
#include "fault/memory_leak.hpp"
#include "fault/open_transaction.hpp"
#include "fault/partition.hpp"
#include "fault/power_off.hpp"
#include "fault/reboot.hpp"
#include "fault/reload.hpp"
#include "fault/restart.hpp"
#include "fault/slow.hpp"
#include "fault/stop.hpp"
#include "fault/weight.hpp"
#include "measure/event.hpp"

namespace spof::fault {

/// Every fault there is: a new kind is one header, one word here and the same in measure::What.
using Fault = std::variant<Crash, Hang, Slow, Error, PowerOff, LinkDown, Partition, Latency, Loss,
                           NarrowLink, DiskFull, RestartDaemon, Stop, Maintenance, Reload,
                           FirewallRule, CertificateExpiry, Deploy, DiskFills, MemoryLeak, Reboot,
                           Weight, Clock, OpenTransaction, Command>;

inline const Schedule& schedule_of(const Fault& fault) {
  return std::visit([](const auto& one) -> const Schedule& { return one.when; }, fault);
}
inline const char* kind_of(const Fault& fault) {
  return std::visit([](const auto& one) { return one.kind; }, fault);
}
inline measure::What what_of(const Fault& fault) {
  return static_cast<measure::What>(fault.index());
}
/// The target in words: "mysql@server1", or "server1 | server2" for a partition.
std::string target_of(const Fault& fault);
/// Whether it struck that part: its target, or one of its targets.
bool has_struck(const Fault& fault, const std::string& part);
/// Whether it is over as soon as its daemon's, or frozen host's, processes are new ones. Not what
/// is in files and configurations, nor what eats the memory of the next process, too.
bool ends_with_process(const Fault& fault);
/// Its end has no date: it tells when it is over.
bool ends_itself(const Fault& fault);
/// What it strikes, as its events and reports call it: the target, or the part of it that is
/// struck, "server1's disk".
std::string name_of(const Fault& fault);
/// How much of it, or what, behind the target or around it: "became 20 times slower", "was told:
/// promote", "release 2 was rolled out to %"; empty where a kind has none.
std::string degree_of(const Fault& fault);
/// The server that an order to a load balancer is about; empty: it is about none.
std::string server_of(const Fault& fault);
/// The partition that a target's words mean, if they are those of one: hosts are not checked.
std::optional<Partition> read_partition(std::string_view words);

}  // namespace spof::fault
