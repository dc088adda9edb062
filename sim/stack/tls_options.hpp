#pragma once
#include <array>
#include <optional>

#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::stack {

enum class TlsVersion : std::uint8_t { tls_1_2, tls_1_3 };
constexpr auto names(TlsVersion) { return std::array{"1.2", "1.3"}; }

enum class KeyKind : std::uint8_t { rsa, ecdsa };
constexpr auto names(KeyKind) { return std::array{"rsa", "ecdsa"}; }

/// What a listener proves itself with. Dates are those of the run.
struct CertificateOptions {
  std::optional<Seconds> expires, renewed;
  Seconds age = 30 * 86400;
  bool wrong_name = false;
  Share incomplete_chain = 0;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("expires", expires,
          {.help = "from then on every new connection of a client that verifies fails",
           .source = "TLS-4",
           .otherwise = "not in this run"});
    visit("renewed", renewed,
          {.help = "a new one, which does not end, is on the disk; in use from the next start or "
                   "reload on",
           .otherwise = "not in this run"});
    visit("age", age,
          {.help = "how old it is when the run begins, of 90 days: seen by who has a wrong clock",
           .source = "TLS-4",
           .min = 0});
    visit("wrong_name", wrong_name, {.help = "it is for another name than the clients'"});
    visit("incomplete_chain", incomplete_chain,
          {.help = "share of the clients that miss the certificate between this and an authority",
           .min = 0,
           .max = 1});
  }
};

/// Processor time that TLS adds. Defaults: of a daemon that is woken each time, as it was measured;
/// with `waking` those of one that is awake are less. [TLS-2]
struct TlsCpuOptions {
  Seconds handshake = 1.02e-3, resumed = 0.73e-3, request = 0.12e-3, client = 1.4e-3;
  Seconds rsa = 0.359e-3, ecdsa = 0.026e-3;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("handshake", handshake,
          {.help = "a full handshake without its signature", .source = "TLS-2", .min = 0});
    visit("resumed", resumed, {.help = "a resumed handshake", .source = "TLS-2", .min = 0});
    visit("request", request,
          {.help = "a request and its answer of 10 kB", .source = "TLS-2", .min = 0});
    visit("client", client,
          {.help = "a handshake on the side of who connects (Python's; measured: time of the "
                   "handshake less a round trip and HAProxy's part)",
           .source = "TLS-2",
           .min = 0});
    visit("rsa", rsa,
          {.help = "a signature with RSA-2048 (RSA-4096: 4.56ms)", .source = "TLS-2", .min = 0});
    visit("ecdsa", ecdsa, {.help = "a signature with ECDSA P-256", .source = "TLS-2", .min = 0});
  }
};

/// TLS on a listener: whoever connects there speaks it. Not modelled: 0-RTT, client certificates,
/// OCSP, several certificates of one listener, what a handshake costs besides its own bytes on a
/// narrow link.
struct TlsOptions {
  TlsVersion version = TlsVersion::tls_1_3;
  KeyKind key = KeyKind::rsa;
  bool tickets = true;
  int session_cache = 20000;
  Seconds session_lifetime = 300;
  CertificateOptions certificate;
  TlsCpuOptions cpu;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("version", version, {.help = "what both sides agree on", .source = "TLS-1"});
    visit("key", key, {.help = "the certificate's: RSA-2048 or ECDSA P-256", .source = "TLS-2"});
    visit("tickets", tickets,
          {.help = "clients keep their session themselves; otherwise the listener does, in its "
                   "cache (no-tls-tickets)",
           .source = "TLS-3"});
    visit("session_cache", session_cache,
          {.help = "without tickets: sessions that it keeps, the newest (tune.ssl.cachesize); 0: "
                   "none",
           .source = "TLS-3",
           .min = 0});
    visit("session_lifetime", session_lifetime,
          {.help = "how long a session may be resumed (tune.ssl.lifetime, ssl_session_timeout)",
           .source = "TLS-3",
           .min = 0});
    visit("certificate", certificate, {.help = "its certificate"});
    visit("cpu", cpu, {.help = "processor time"});
  }
};

}  // namespace spof::stack
