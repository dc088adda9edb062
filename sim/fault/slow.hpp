#pragma once
#include <fmt/format.h>

#include <string>

#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

enum class Resource : std::uint8_t { cpu, disk };
constexpr auto names(Resource) { return std::array{"cpu", "disk"}; }

/// Less processor or disk: of one daemon (its computations), or of a whole host. Applies to work
/// that begins while it lasts.
struct Slow : Targeted {
  static constexpr const char* kind = "slow";
  static constexpr const char* help =
      "a grey failure: everything takes `factor` times as long; others see latency and queues";
  static constexpr TargetKind target_kind = TargetKind::daemon_or_host;
  double factor = 10;
  Resource resource = Resource::cpu;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon or host");
    visit("factor", factor, {.help = "how many times longer work takes", .min = 0.01, .max = 1e6});
    visit("resource", resource, {.help = "of a host: which; of a daemon always its computations"});
  }
  /// What is slow, in words.
  std::string name() const { return is_disk() ? target + "'s disk" : target; }
  std::string degree() const {
    if (factor == 1) return "became no slower (factor 1)";
    return factor > 1 ? fmt::format("became {:g} times slower", factor)
                      : fmt::format("became {:g} times faster", 1 / factor);
  }
  bool is_disk() const {
    return resource == Resource::disk && target.find('@') == std::string::npos;
  }
  void strike(Switches& site, Hold by) const { switch_of(site).add(by, factor); }
  void repair(Switches& site, Hold by) const { switch_of(site).drop(by); }

 private:
  engine::InForce<double>& switch_of(Switches& site) const {
    if (target.find('@') != std::string::npos) return site.daemon(target).slow;
    engine::Machine& machine = site.machine(target);
    return is_disk() ? machine.slow_disk : machine.slow_cpu;
  }
};

}  // namespace spof::fault
