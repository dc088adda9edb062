#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/daemon.hpp"

namespace spof::test {

/// A daemon without a trade: answers every request with 100 bytes after `delay` seconds, and tells
/// a story of its own when it starts.
class Talker final : public net::Daemon {
 public:
  using Daemon::ask;
  using Daemon::dial;
  using Daemon::listen;
  using Daemon::read_datagrams;
  using Daemon::send;
  using Daemon::send_to_all;
  using Daemon::sleep_until;
  using net::Daemon::Daemon;
  double delay = 0;
  std::function<engine::Task<>(Talker&)> story;
  std::function<void(const engine::Message&)> on_datagram;
  void heard(const engine::Message& message) override {
    if (on_datagram) on_datagram(message);
  }

 protected:
  void started() override {
    Daemon::started();
    if (story) start(story(*this));
  }
  engine::Task<> serve(const engine::Message& message) override;
};

/// The machines of platforms/two-server.xml with talkers on them, and what they say: "2.040 ok".
/// The rest of the stack is not there.
class WireLab {
 public:
  WireLab();
  Talker& talker(const std::string& host, std::uint16_t port = 0);
  net::Host& host(const std::string& name) { return network.fabric().host(machine(name)); }
  engine::Machine& machine(const std::string& name) {
    return *kernel.platform().find_machine(name);
  }
  net::Address at(const std::string& name, std::uint16_t port) {
    return {network.fabric().ip(name), port};
  }
  void note(const std::string& what);
  /// Connects at `date`, asks once, and notes what came of it, or of the connection.
  void ask_once(Talker& who, double date, net::Address whom, double patience = 2);
  /// Up to this date; what was noted, a line each.
  std::string run(double until);

  engine::Kernel kernel;
  net::Network network;

 private:
  engine::Task<> once(Talker& who, net::Address whom, double patience);
  std::vector<std::unique_ptr<Talker>> talkers_;
  std::string notes_;
};

/// What `experiment` returns, run in a process of its own: SimGrid allows one engine in each.
std::string in_a_process(const std::function<std::string()>& experiment);

/// "ok", "refused" ...
const char* word(engine::Outcome outcome);

}  // namespace spof::test
