#pragma once
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "stack/arrivals.hpp"
#include "stack/clients_options.hpp"
#include "stack/component.hpp"
#include "stack/dns.hpp"

namespace spof::stack {

/// A population of clients: requests as they should arrive (open loop), or as users who think
/// between two of them send them (closed loop).
class Clients final : public Component {
 public:
  /// `index` of the population in the scenario; ids of its requests count in steps of
  /// `populations`.
  Clients(Context& context, engine::Machine& machine, const std::string& name,
          const ClientsOptions& options, std::uint8_t index, std::uint8_t populations,
          std::unique_ptr<ArrivalProcess> arrivals, const DnsOptions& dns);
  void wired(const std::vector<Wire>& wires) override;
  /// Requests in progress now.
  std::size_t in_progress() const override { return in_flight_; }
  std::size_t kept_connections() const override;
  /// Books what is still in progress as unfinished; no request is booked afterwards.
  void close_books();

 protected:
  void started() override;
  Task<> serve(const Message& message) override;

 private:
  /// Kept connections, and requests they have carried.
  using Kept = std::vector<std::pair<net::Socket, int>>;
  class Ticket;
  class Wish;
  Task<> open_loop();
  Task<> user(std::uint32_t number);
  Task<> hold(std::uint32_t source);
  Task<> guess(net::Socket& socket, Body request);
  Task<> send_syn(std::uint32_t source);
  Task<> visit(std::uint8_t request_class, double arrival, std::uint32_t source);
  Task<measure::Outcome> attempt(measure::Sample& sample, Body request, Kept& idle);
  Task<Resolver::Answer> resolve(std::uint32_t source);
  std::uint32_t address_of_source(std::uint32_t source) const {
    const auto addresses = static_cast<std::uint32_t>(options_.addresses);
    return (static_cast<std::uint32_t>(index_) << 24) + source % addresses;  // their own network
  }
  /// `port`: that of a redirect; 0: that of the address.
  Task<net::Socket> connect(measure::Sample& sample, std::uint32_t source, double deadline,
                            measure::Outcome* failed, std::uint16_t port = 0);
  Task<bool> secure(measure::Sample& sample, const net::Socket& socket, net::Address door,
                    std::uint32_t source, double deadline, measure::Outcome* failed);
  double pause_before(int retry);
  static measure::Outcome outcome_of(const net::Reply& reply);
  const ClientsOptions& options_;
  const DnsOptions& dns_;
  std::uint8_t index_, populations_;
  std::unique_ptr<ArrivalProcess> arrivals_;
  std::unique_ptr<Resolver> resolver_;
  Random random_, source_, think_, assets_;
  std::uint16_t last_release_ = 0;  ///< of the page that was answered last
  /// Of each user and door the session to resume; never gone through in their order.
  std::unordered_map<std::uint64_t, std::uint64_t> sessions_;
  /// Where an address was sent: it goes there by itself from then on, for the links of that site
  /// lead there.
  std::unordered_map<std::uint32_t, std::uint16_t> redirected_;
  /// The server that the cookie of a user names.
  std::unordered_map<std::uint32_t, std::int16_t> cookies_;
  /// By user; in an open loop all share one pool, as the requests of a library do.
  std::map<std::uint32_t, Kept> idle_;
  std::uint64_t last_id_ = 0;
  std::uint64_t in_flight_ = 0;
  bool books_closed_ = false;
};

}  // namespace spof::stack
