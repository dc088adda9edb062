#pragma once
#include <deque>
#include <optional>

#include "base/random.hpp"
#include "net/socket.hpp"
#include "stack/tls_options.hpp"

namespace spof::stack {

/// What a handshake came to, for who connects: `cause` says why the certificate is not trusted.
struct Handshake {
  engine::Outcome outcome = engine::Outcome::ok;
  std::uint8_t cause = 0;  ///< measure::Cause
  double expires = 0;      ///< the last date of the certificate that was shown; 0: not in this run
  explicit operator bool() const { return outcome == engine::Outcome::ok && cause == 0; }
};

/// A listener's side of TLS: the sessions it remembers, its certificate. Its sessions, and the key
/// of its tickets, are in its process' memory: neither a restart nor another balancer that takes
/// the address over knows them. [TLS-3]
class TlsListener {
 public:
  /// `keys`: a stream of its own, for keys that no other listener has.
  TlsListener(const TlsOptions& options, Random keys) : options_(&options), keys_(keys) {}
  /// The process is a new one (a start, a reload): other keys, and the certificate on the disk.
  void restart(double date);
  /// Another certificate, which does not end, is on the disk from now on.
  void renew(double date) { renewed_ = date; }
  /// What a flight of a client is answered, and the processor time of that. [TLS-1] [TLS-2]
  struct Answer {
    engine::Body body;
    double cpu = 0, signature = 0;
  };
  Answer answer(const engine::Body& flight, double date, bool expired);

  const TlsOptions& options() const { return *options_; }
  std::uint64_t full = 0, resumed = 0;  ///< handshakes so far

 private:
  bool knows(std::uint64_t session, double date);
  std::uint8_t fault_of_certificate(std::uint32_t source, bool expired) const;
  bool has_expired(double date) const;
  bool shows_new_one() const;
  const TlsOptions* options_;
  Random keys_;
  std::uint64_t key_ = 0;
  double loaded_ = 0;          ///< when its certificate was read
  double renewed_ = never;     ///< by an operator
  std::uint64_t oldest_ = 1;   ///< number of the first in `issued_`
  std::deque<double> issued_;  ///< when each session began, in order
};

/// How to shake hands: the session to resume and to keep (none: never), for whom, for how long.
struct HandshakeWith {
  std::uint64_t* session = nullptr;
  std::uint32_t source = 0;
  bool verifies = false;
  double deadline = 0;           ///< 0: none
  bool always_verifies = false;  ///< resumed sessions, too: browsers do, OpenSSL does not [TLS-4]
};

/// Bytes that encryption adds to a request of a connection and to its answer: records and their
/// tags. [TLS-2]
constexpr double sealed_request = 42, sealed_answer = 307;

}  // namespace spof::stack
