#pragma once
#include <cstdint>

namespace spof::net {

/// Where a daemon can be asked: an IP address and a port. The address is a number that Fabric gives
/// to a name; names themselves are looked up by whoever dials (stack/dns). Port 0: none.
struct Address {
  std::uint32_t ip = 0;
  std::uint16_t port = 0;
  explicit operator bool() const { return ip != 0; }
  friend bool operator==(const Address&, const Address&) = default;
};

}  // namespace spof::net
