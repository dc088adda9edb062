#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "stack/component.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

/// A component that exists in this test only: answers users on one port and scrapers on another,
/// and takes an address over when its peer does not answer a scrape.
struct ProbeOptions {
  static constexpr const char* kind = "probe";
  static constexpr const char* about = "a component of a test";
  static constexpr std::uint16_t port = 8099, metrics_port = 9100;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const ProbeOptions& options);
  std::string address;
  std::string peer;
  bool holds_address = false;
  ServiceOptions service;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("address", address, {.help = "the address that moves", .required = true});
    visit("peer", peer, {.help = "whom it watches", .otherwise = "nobody"});
    visit("holds_address", holds_address, {.help = "has the address at the start"});
    visit("service", service, {.help = "its service manager"});
  }
  std::vector<std::string> addresses() const { return {address}; }
  std::vector<std::pair<std::string, std::uint16_t>> wires() const {
    if (peer.empty()) return {};
    return {{peer, metrics_port}};
  }
};

class Probe final : public Component {
 public:
  Probe(Context& context, engine::Machine& machine, const ProbeOptions& options)
      : Component(context, "probe", machine, 1, ProbeOptions::port), options_(options) {
    listen(ProbeOptions::metrics_port, [this](const Message& message) { return serve(message); });
  }
  void wired(const std::vector<Wire>& wires) override {
    for (const Wire& wire : wires) peer_ = address_of(wire);
  }

 protected:
  void started() override {
    Component::started();
    if (options_.holds_address) take();
    if (peer_) start(watch());
  }
  Task<> serve(const Message& message) override {
    net::Exchange exchange(*this, message);
    exchange.answer(success(exchange.request(), 100));
    co_return;
  }

 private:
  void take() {
    const std::uint32_t ip = network().fabric().ip(options_.address);
    network().fabric().host(machine()).take(ip);
    network().announce(machine(), ip);
  }
  Task<> watch() {
    for (;;) {
      co_await sleep_for(1);
      net::Socket socket = co_await dial(peer_, 1);
      if (socket) continue;
      take();
      co_return;
    }
  }
  const ProbeOptions& options_;
  net::Address peer_;
};

inline std::unique_ptr<Component> ProbeOptions::build(Context& context, engine::Machine& machine,
                                                      const ProbeOptions& options) {
  return std::make_unique<Probe>(context, machine, options);
}

}  // namespace spof::stack
