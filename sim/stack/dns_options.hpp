#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

/// A provider of names that asks the addresses whether they serve, and leaves those that do not out
/// of its answers: failover by DNS.
struct RecordCheck {
  Seconds interval = 10, timeout = 5;
  int tolerated_failures = 3;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("interval", interval,
          {.help = "from the end of a check to the next", .source = "DNS-11", .min = 0.1});
    visit("timeout", timeout,
          {.help = "for connection and page", .source = "DNS-11", .min = 0.001});
    visit("tolerated_failures", tolerated_failures,
          {.help = "the next one in a row takes the address out of the answers; one success puts "
                   "it back",
           .source = "DNS-11",
           .min = 0,
           .max = 100});
  }
};

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
  std::vector<std::string> standby;
  std::optional<RecordCheck> health_check;
  Seconds minimum_ttl = 0;
  Seconds ttl = 300;
  int caches = 50;
  Seconds timeout = 5;
  int attempts = 2;
  Distribution cpu = Distribution::constant(50e-6);
  ServiceOptions service;

  /// What it may answer with: the standbys come last.
  std::vector<std::string> all_addresses() const {
    std::vector<std::string> all = addresses;
    all.insert(all.end(), standby.begin(), standby.end());
    return all;
  }

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("name", name, {.help = "what users type"});
    visit(
        "addresses", addresses,
        {.help = "what its A records lead to: daemons, as haproxy@lb1, or addresses that can move "
                 "with a port, as 10.0.0.100:80; order rotates",
         .source = "DNS-7"});
    visit("standby", standby,
          {.help = "answered with when no address is good, or by command set_record"});
    visit("health_check", health_check,
          {.help = "the provider asks whether they serve, each name server for itself",
           .source = "DNS-11",
           .otherwise = "the record stays as it is"});
    visit("minimum_ttl", minimum_ttl,
          {.help = "caches keep an answer at least so long; browsers: 60s",
           .source = "DNS-6",
           .min = 0});
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
