#pragma once
#include <deque>
#include <string>
#include <vector>

#include "stack/keepalived/vrrp_instance.hpp"

namespace spof::stack {

/// Keepalived: its VRRP instances, the scripts and processes that they track, its network card.
/// It hears adverts, runs scripts on its own host, and is told by its own kernel when a process or
/// the link of the card comes or goes. [VR-8]
class Keepalived final : public Component {
 public:
  Keepalived(Context& context, engine::Machine& machine, const KeepalivedOptions& options);
  /// SIGTERM. [VR-4]
  void stop_cleanly() override;
  void send_advert(const Advert& advert, const std::vector<std::string>& peers);
  void tell(measure::Event event) { say(std::move(event)); }
  const std::deque<VrrpInstance>& instances() const { return instances_; }

 protected:
  void started() override;
  Task<> serve(const Message& message) override;
  void heard(const Message& message) override;

 private:
  Task<> run_script(const std::string& name, const VrrpScript& script, double first, int* result);
  Task<> run_once(const std::string& name, const VrrpScript& script, int* result);
  Task<bool> passes(const VrrpScript& script);
  void look();
  void tell_all(const std::string& what, bool good);

  const KeepalivedOptions& options_;
  std::deque<VrrpInstance> instances_;
  std::deque<int> results_;  ///< of the scripts that are tracked, see run_once
};

}  // namespace spof::stack
