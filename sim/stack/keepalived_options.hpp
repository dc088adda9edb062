#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/append_new.hpp"
#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

enum class VrrpState : std::uint8_t { BACKUP, MASTER };
constexpr auto names(VrrpState) { return std::array{"BACKUP", "MASTER"}; }
/// What a tracking script looks at on its own host.
enum class ScriptKind : std::uint8_t { process, http, primary };
constexpr auto names(ScriptKind) { return std::array{"process", "http", "primary"}; }

/// A `vrrp_script`: a command that runs every `interval`. [VR-5] The time that starting it takes is
/// not modelled.
struct VrrpScript {
  ScriptKind checks = ScriptKind::process;
  std::string process = "haproxy";
  int port = 80;
  Seconds interval = 1;
  std::optional<Seconds> timeout;
  int rise = 1, fall = 1;
  int weight = 0;
  bool through = false;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit(
        "checks", checks,
        {.help = "process: it exists (killall -0, pidof, systemctl is-active), hung or not; http: "
                 "a page answers in time (curl); primary: the database of this host takes writes "
                 "(script)",
         .source = "VR-8"});
    visit("process", process, {.help = "checks process: a daemon of this host, as haproxy"});
    visit("port", port, {.help = "checks http: of this host", .min = 1, .max = 65535});
    visit("through", through,
          {.help = "checks http: the page is behind the load balancer, so that a server without "
                   "which it fails fails the script; otherwise the load balancer's own, as "
                   "monitor-uri"});
    visit("interval", interval,
          {.help = "from the start of a run to the next", .source = "VR-5", .min = 0.001});
    visit("timeout", timeout,
          {.help = "a run that takes longer has failed",
           .source = "VR-5",
           .otherwise = "interval",
           .min = 0.001});
    visit("rise", rise,
          {.help = "so many passed runs make it good", .source = "VR-5", .min = 1, .max = 1000});
    visit("fall", fall,
          {.help = "so many failed runs make it bad", .source = "VR-5", .min = 1, .max = 1000});
    visit("weight", weight,
          {.help = "0: bad is FAULT, the address is given up at once; positive: added to the "
                   "priority while good; negative: taken off while bad",
           .source = "VR-6",
           .min = -253,
           .max = 253});
  }
};

/// A `track_process`: the kernel tells of its start and its end, at once.
struct TrackProcess {
  int weight = 0;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("weight", weight,
          {.help = "as that of a script", .source = "VR-6", .min = -253, .max = 253});
  }
  friend bool operator==(const TrackProcess&, const TrackProcess&) = default;
};

/// A `vrrp_instance`: addresses that one of several hosts has, and who that is. [VR-1]
struct VrrpInstanceOptions {
  VrrpState state = VrrpState::BACKUP;
  int virtual_router_id = 51;
  int priority = 100;
  Seconds advert_int = 1;
  int down_timer_adverts = 3;
  bool nopreempt = false;
  Seconds preempt_delay = 0;
  std::vector<std::string> unicast_peer;
  std::vector<std::string> virtual_ipaddress;
  std::vector<std::string> track_script;
  Named<TrackProcess> track_process;
  bool dont_track_primary = false;
  friend bool operator==(const VrrpInstanceOptions&, const VrrpInstanceOptions&) = default;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("state", state,
          {.help = "MASTER clears nopreempt and preempt_delay; it makes no start faster",
           .source = "VR-7"});
    visit("virtual_router_id", virtual_router_id,
          {.help = "adverts of another one are not heard", .min = 1, .max = 255});
    visit("priority", priority,
          {.help = "the highest one becomes the master", .source = "VR-1", .min = 1, .max = 254});
    visit(
        "advert_int", advert_int,
        {.help =
             "between two adverts of the master; version 2: whole seconds, version 3: hundredths, "
             "at most 40.95 s",
         .source = "VR-1",
         .min = 0.01,
         .max = 255});
    visit("down_timer_adverts", down_timer_adverts,
          {.help = "so many missing adverts, and the skew, and the master is taken for dead",
           .source = "VR-1",
           .min = 1,
           .max = 100});
    visit("nopreempt", nopreempt,
          {.help = "a master of lower priority is left in peace", .source = "VR-6"});
    visit("preempt_delay", preempt_delay,
          {.help = "how long one is left in peace", .source = "VR-7", .min = 0, .max = 1000});
    visit("unicast_peer", unicast_peer,
          {.help = "hosts that the adverts are sent to", .otherwise = "multicast on its network"});
    visit("virtual_ipaddress", virtual_ipaddress,
          {.help = "the addresses, as 10.0.0.100; /dns/addresses leads to them with a port, as "
                   "10.0.0.100:80"});
    visit("track_script", track_script, {.help = "vrrp_scripts, by name"});
    visit("track_process", track_process,
          {.help =
               "daemons of this host, by name, as haproxy; the kernel tells of their end at once"});
    visit("dont_track_primary", dont_track_primary,
          {.help = "a network card without a link is no FAULT", .source = "VR-4"});
    visit.left_out(
        "authentication, auth_type, auth_pass, interface, track_interface, notify, notify_master, "
        "notify_backup, notify_fault, smtp_alert, mcast_src_ip, unicast_src_ip, use_vmac, "
        "vrrp_sync_group, virtual_routes, virtual_ipaddress_excluded, init_fail");
  }
};

/// Keepalived 2.2.7, its VRRP half. The section itself is an instance; where instances have names,
/// it is what each starts from.
struct KeepalivedOptions : VrrpInstanceOptions {
  static constexpr const char* kind = "keepalived";
  static constexpr const char* about = "who has an address that can move";
  /// Not a port: the number of the IP protocol, which packet filters ask for.
  static constexpr std::uint16_t port = 112;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const KeepalivedOptions& options);
  int vrrp_version = 2;
  Seconds garp_master_delay = 5;
  int garp_master_repeat = 5;
  Seconds garp_master_refresh = 0;
  int garp_master_refresh_repeat = 1;
  bool higher_prio_send_advert = false;
  std::optional<int> garp_lower_prio_repeat;
  std::optional<Seconds> garp_lower_prio_delay;
  Named<VrrpScript> vrrp_script;
  Named<VrrpInstanceOptions> vrrp_instance;
  bool fresh_start = false;
  ServiceOptions service;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("vrrp_version", vrrp_version,
          {.help = "2, or 3 with intervals below a second", .source = "VR-2", .min = 2, .max = 3});
    visit("garp_master_delay", garp_master_delay,
          {.help = "from the first gratuitous ARPs of a new master to the second; 0: none",
           .source = "VR-9",
           .min = 0});
    visit("garp_master_repeat", garp_master_repeat,
          {.help = "how many each time", .source = "VR-9", .min = 1, .max = 100});
    visit(
        "garp_master_refresh", garp_master_refresh,
        {.help = "a master announces itself again so often; 0: never", .source = "VR-9", .min = 0});
    visit("garp_master_refresh_repeat", garp_master_refresh_repeat,
          {.help = "how many each time", .source = "VR-9", .min = 1, .max = 100});
    visit("higher_prio_send_advert", higher_prio_send_advert,
          {.help = "a master that hears a better one answers before it steps down, and the better "
                   "one announces itself (vrrp_higher_prio_send_advert)",
           .source = "VR-10"});
    visit("garp_lower_prio_repeat", garp_lower_prio_repeat,
          {.help = "how many when a master hears another one of lower priority",
           .source = "VR-10",
           .otherwise = "garp_master_repeat",
           .min = 0,
           .max = 100});
    visit("garp_lower_prio_delay", garp_lower_prio_delay,
          {.help = "and once more so much later; 0: not",
           .source = "VR-10",
           .otherwise = "garp_master_delay",
           .min = 0});
    visit("vrrp_script", vrrp_script, {.help = "what instances may track, by name"});
    VrrpInstanceOptions::fields(visit);
    VrrpInstanceOptions& itself = *this;
    visit("vrrp_instance", Derived{vrrp_instance, itself},
          {.help = "instances, by name; each starts as the section itself"});
    visit("fresh_start", fresh_start,
          {.help = "the run begins with its start; otherwise it has been running for long, and the "
                   "highest priority has the addresses",
           .source = "VR-7"});
    visit("service", service, {.help = "its service manager", .source = "VR-8"});
  }

  /// The instances that there are; the section itself has no name.
  Named<const VrrpInstanceOptions*> instances() const {
    Named<const VrrpInstanceOptions*> found;
    for (const auto& [name, one] : vrrp_instance) found.emplace_back(name, &one);
    if (found.empty()) found.emplace_back("", this);
    return found;
  }
  std::vector<std::string> addresses() const {
    std::vector<std::string> found;
    for (const auto& [name, one] : instances())
      for (const std::string& address : one->virtual_ipaddress) append_new(found, address);
    return found;
  }
};

}  // namespace spof::stack
