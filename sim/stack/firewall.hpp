#pragma once
#include <string>
#include <vector>

#include "stack/component.hpp"
#include "stack/firewall_options.hpp"

namespace spof::stack {

/// The service that loads a host's packet filter, as ufw or nftables does: started, the rules are
/// in force; stopped, everybody passes. What it decides, net::Firewall does.
class Firewall final : public Component {
 public:
  Firewall(Context& context, engine::Machine& machine, const FirewallOptions& options);
  /// What each rule has stopped, as events: at the end.
  void tell_stopped();

 protected:
  void started() override;
  void ended(bool silently) override;
  Task<> serve(const Message& message) override;

 private:
  void add(const FirewallRuleOptions& rule);
  void tell_full();
  net::Host& host() { return network().fabric().host(machine()); }
  net::Firewall& filter_;
  std::vector<std::string> texts_;  ///< of its rules, in their order
  double told_full_ = -1e9;
};

}  // namespace spof::stack
