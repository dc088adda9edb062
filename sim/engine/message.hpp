#pragma once
#include <cstdint>
#include <type_traits>

#include "base/units.hpp"

namespace spof::engine {

class Machine;
class Process;

/// A waiting coroutine, named so that the name may outlive it: a late answer finds another
/// generation.
struct Token {
  Process* process = nullptr;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

/// What a request or an answer says. Plain data; what `verb`, `number` and `flags` mean is agreed
/// between the daemons that talk to each other.
struct Body {
  std::uint64_t id = 0;      ///< of the user's request it serves; 0: none
  std::uint64_t number = 0;  ///< the end of a binary log, a version, a key
  Bytes bytes = 0;           ///< its size on the wire
  std::uint32_t source = 0;  ///< the client's address
  std::uint16_t status = 200;
  std::uint16_t count = 0;
  std::int16_t server = -1;  ///< who answered, as the load balancer numbers its servers
  std::uint8_t verb = 0;
  std::uint8_t request_class = 0;
  std::uint8_t cause = 0;  ///< measure::Cause of a failure
  std::uint8_t retries = 0;
  std::uint8_t flags = 0;
};

/// How a wait ended.
enum class Outcome : std::uint8_t {
  ok,
  timed_out,    ///< the waiter's own timeout
  refused,      ///< connect: a reset came back
  unreachable,  ///< connect or send: the operating system gave up (ETIMEDOUT)
  again,        ///< connect: a Unix socket whose backlog is full (EAGAIN)
  reset,        ///< the connection broke
  closed,       ///< the peer closed the connection in good order
};

/// What arrives in the inbox of a process.
struct Message {
  enum Kind : std::uint8_t { wake, request, datagram };
  Token token;                   ///< wake: whom
  std::uint64_t connection = 0;  ///< request: on which connection
  Kind kind = wake;
  std::uint16_t listener = 0;  ///< request: by which of the listening sockets it came
  Outcome outcome = Outcome::ok;
  Body body{};
};
// g++ 12 frees twice what is passed by value into a co_await expression: only plain data may be.
static_assert(std::is_trivially_destructible_v<Message>);

/// A packet, or a train of them, between two machines. What it means is `net`'s business.
struct Parcel {
  const Machine* from = nullptr;
  const Machine* to = nullptr;
  std::uint64_t connection = 0;
  std::uint32_t address = 0;  ///< of what belongs to no connection: where it goes
  std::uint16_t port = 0;
  std::uint8_t what = 0;
  std::uint8_t side = 0;     ///< which end sent it
  std::uint8_t attempt = 0;  ///< retransmissions so far
  std::uint8_t flags = 0;
  std::uint8_t unresolved = 0;  ///< further ones, while no neighbour was found
  bool moved = false;           ///< some of it has arrived, and this is what is left
  bool follows = false;         ///< close behind what has just arrived: its first bytes are there
  double wire_bytes = 40;       ///< what is transferred; at a retransmission less than the body
  double behind = 0;            ///< what follows if this arrives
  Outcome outcome = Outcome::ok;
  Body body{};
};
static_assert(std::is_trivially_destructible_v<Parcel>);

}  // namespace spof::engine
