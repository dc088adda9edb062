#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/kernel.hpp"
#include "fault/switches.hpp"
#include "measure/ledger.hpp"
#include "measure/recorder.hpp"
#include "net/network.hpp"
#include "scenario/scenario.hpp"
#include "stack/clients.hpp"
#include "stack/component.hpp"
#include "stack/hands.hpp"

namespace spof::world {

/// Everything one scenario describes, built: machines, daemons, who talks to whom, service
/// managers.
class Site final : public fault::Switches, public stack::Hands {
 public:
  Site(const scenario::Scenario& scenario, std::uint64_t seed, measure::Recorder& recorder,
       measure::Ledger& ledger);
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  /// Starts every daemon, databases first, clients last.
  void boot();
  const std::vector<stack::Clients*>& clients() const { return clients_; }
  /// All components of a class, in the order of their start.
  template <class Wanted>
  std::vector<Wanted*> all() const {
    std::vector<Wanted*> found;
    for (const Service& service : services_)
      if (auto* one = dynamic_cast<Wanted*>(service.daemon.get())) found.push_back(one);
    return found;
  }
  engine::Kernel& kernel() { return kernel_; }
  std::vector<net::Daemon*> daemons();

  engine::Platform& platform() override { return kernel_.platform(); }
  net::Network& network() override { return network_; }
  engine::Machine& machine(const std::string& host) override;
  net::Daemon& daemon(const std::string& name) override;
  std::vector<net::Daemon*> daemons_on(const engine::Machine& machine) override;
  void crash(net::Daemon& daemon, fault::Hold by) override;
  void kill_for_memory(net::Daemon& daemon, fault::Hold by) override;
  void stop(net::Daemon& daemon, fault::Hold by) override;
  void let_go(net::Daemon& daemon, fault::Hold by) override;
  bool start_anew(net::Daemon& daemon) override;
  void when_ended(net::Daemon& daemon, std::function<void()> action) override;
  void boot(engine::Machine& machine) override;
  void after(Seconds delay, std::function<void()> action) override;
  bool mend(const std::string& target) override;
  bool restart(const std::string& daemon) override;
  bool reboot(const std::string& host) override;
  bool renew(const std::string& daemon) override;
  bool reconnect(const std::string& host) override;
  void failed(const std::string& daemon) override;
  void tell(const std::string& whom, const std::string& verb, const std::string& object) override {
    daemon(whom).command(verb, object, 0);
  }
  using Which = std::function<bool(const fault::Fault&)>;
  /// Ends those strikes that are in force; whether there was one.
  std::function<bool(const Which&)> mender;
  void end(fault::Hold strike) override { ender(strike); }
  void tell(measure::Event event) override {
    event.time = engine::now();
    context_.recorder.event(std::move(event));
  }
  std::function<void(fault::Hold)> ender;  ///< ends one strike
  std::vector<std::pair<net::Daemon*, std::string>> lines_to(
      const engine::Machine& machine) override;

 private:
  enum class Down : std::uint8_t { died, stopped };
  /// A daemon and its service manager.
  struct Service {
    std::unique_ptr<stack::Component> daemon;
    const stack::ServiceOptions* options;  ///< null: nobody
    std::vector<double> starts = {};       ///< recent ones, for the start limit
    engine::InForce<Down> down = {};       ///< since it ran last
    bool is_held() const { return down.any(); }
    /// On purpose, so that its service manager does not start it.
    bool is_stopped() const { return down.any_is(Down::stopped); }
  };
  void build_components();
  void scale(double by);
  void build_clients();
  Service& service_of(const net::Daemon& daemon);
  static void end_by_order(Service& service);
  void start(Service& service, bool (Service::*is_forbidden)() const);
  void start_again(Service& service, fault::Hold by);
  const scenario::Scenario& scenario_;
  engine::Kernel kernel_;
  net::Network network_;
  stack::Context context_;
  std::vector<Service> services_;  ///< in the order of their start
  std::vector<stack::Clients*> clients_;
};

}  // namespace spof::world
