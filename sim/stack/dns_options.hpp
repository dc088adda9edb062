#pragma once
#include <string>
#include <vector>

#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

/// The name, its records, its name server, and the caches and stub resolvers between it and the
/// clients. [DNS-1] [DNS-4] [DNS-7]
struct DnsOptions {
  static constexpr const char* kind = "dns";
  static constexpr const char* about =
      "the domain name and its name servers; without hosts the address is known";
  static constexpr std::uint16_t port = 53;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const DnsOptions& options);
  std::string name = "www.foobar.com";
  std::vector<std::string> addresses = {"haproxy@lb1"};
  Seconds ttl = 300;
  int caches = 50;
  Seconds timeout = 5;
  int attempts = 2;
  Distribution cpu = Distribution::constant(50e-6);
  ServiceOptions service;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("name", name, {.help = "what users type"});
    visit("addresses", addresses,
          {.help = "the daemons its A records lead to; order rotates", .source = "DNS-7"});
    visit("ttl", ttl, {.help = "how long a cache keeps an answer", .source = "DNS-4", .min = 0});
    visit("caches", caches,
          {.help = "independent caches (resolvers of providers and companies) that the clients sit "
                   "behind",
           .source = "DNS-4",
           .min = 1,
           .max = 1e6});
    visit("timeout", timeout,
          {.help = "a resolver's wait for one answer", .source = "DNS-1", .min = 0.001});
    visit("attempts", attempts,
          {.help = "tries before a lookup fails", .source = "DNS-1", .min = 1, .max = 20});
    visit("cpu", cpu, {.help = "processor time of one answer"});
    visit("service", service, {.help = "the name server's service manager"});
  }
};

}  // namespace spof::stack
