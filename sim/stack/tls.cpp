#include "stack/tls.hpp"

#include "stack/component.hpp"

namespace spof::stack {
namespace {

/// Of a handshake, from the listener and from the client, as OpenSSL's s_client counts them: with a
/// certificate that signs itself; a chain adds 1 to 3 kB. Resumed: of the bytes on the wire.
/// [TLS-2]
struct Sizes {
  double answer, hello;
};
Sizes sizes_of(const TlsOptions& tls, bool resumed) {
  if (resumed) return {217, 580};
  const bool rsa = tls.key == KeyKind::rsa;
  if (tls.version == TlsVersion::tls_1_3) return {rsa ? 1374. : 794., 305};
  return {rsa ? 1459. : 879., 281};
}

/// Of TLS 1.2: the client's key and Finished.
constexpr std::uint16_t second_flight = 1;

/// Who verifies compares with the clock of its own machine.
Cause by_own_clock(const CertificateOptions& one, double expires, const engine::Machine& machine) {
  constexpr double lifetime = 90 * 86400;
  if (!machine.drifts.any()) return Cause::none;
  const double date = now() + machine.clock_error(now());
  if (date < -one.age) return Cause::certificate_early;
  return date >= (expires > 0 ? expires : lifetime - one.age) ? Cause::certificate_expired
                                                              : Cause::none;
}

}  // namespace

void TlsListener::restart(double date) {
  key_ = keys_.below(1U << 31) + 1;
  loaded_ = date;
  oldest_ += issued_.size();
  issued_.clear();
}

bool TlsListener::knows(std::uint64_t session, double date) {
  const std::size_t most =
      options_->tickets ? issued_.size() : std::size_t(options_->session_cache);
  while (!issued_.empty() &&
         (issued_.size() > most || issued_.front() + options_->session_lifetime < date)) {
    issued_.pop_front();
    ++oldest_;
  }
  return session >> 32 == key_ && (session & 0xFFFFFFFF) >= oldest_;
}

bool TlsListener::shows_new_one() const {
  const auto& planned = options_->certificate.renewed;
  return loaded_ >= renewed_ || (planned && *planned <= loaded_);
}

/// The one that was on the disk when the process began or was reloaded. Browsers look at it even
/// when a session is resumed. [TLS-4]
bool TlsListener::has_expired(double date) const {
  const CertificateOptions& one = options_->certificate;
  return one.expires && !shows_new_one() && *one.expires <= date;
}

std::uint8_t TlsListener::fault_of_certificate(std::uint32_t source, bool expired) const {
  const CertificateOptions& one = options_->certificate;
  if (expired) return code(Cause::certificate_expired);
  if (one.wrong_name) return code(Cause::certificate_name);
  if (one.incomplete_chain > 0 && Random(source, "chain").chance(one.incomplete_chain))
    return code(Cause::certificate_chain);
  return code(Cause::none);
}

/// `count`: a flight of the client is still to come; `number`: the session to resume another time.
TlsListener::Answer TlsListener::answer(const engine::Body& flight, double date, bool expired) {
  Answer made;
  made.body.number = flight.number;
  made.body.bytes = 51;
  if (flight.count == second_flight) return made;
  const bool known = knows(flight.number, date);
  ++(known ? resumed : full);
  made.cpu = known ? options_->cpu.resumed : options_->cpu.handshake;
  if (!known)
    made.signature = options_->key == KeyKind::rsa ? options_->cpu.rsa : options_->cpu.ecdsa;
  made.body.flags = known ? net::resumed : 0;
  made.body.bytes = sizes_of(*options_, known).answer;
  made.body.cause = fault_of_certificate(flight.source, expired || has_expired(date));
  if (const auto& expires = options_->certificate.expires; expires && !shows_new_one())
    made.body.source = static_cast<std::uint32_t>(*expires);
  if (expired) made.body.source = static_cast<std::uint32_t>(date);
  if (!known && options_->version == TlsVersion::tls_1_2) made.body.count = second_flight;
  // TLS 1.2 goes on with the session of the full handshake, 1.3 begins another. [TLS-3]
  if (known && options_->version == TlsVersion::tls_1_2) return made;
  issued_.push_back(date);
  made.body.number = key_ << 32 | (oldest_ + issued_.size() - 1);
  return made;
}

std::optional<TlsListener> Component::secured(const std::optional<TlsOptions>& tls,
                                              std::uint16_t port) {
  if (!tls) return {};
  context_.secure.emplace_back(net::Address{address().ip, port}, &*tls);
  return TlsListener(*tls, stream(("tls/" + std::to_string(port)).c_str()));
}

/// Behind an address that moves is whoever has it.
const TlsOptions* Component::tls_at(net::Address door) const {
  const bool moves = !context_.secure.empty() && context_.network.fabric().can_move(door.ip);
  for (const auto& [address, tls] : context_.secure)
    if (address == door || (moves && address.port == door.port)) return tls;
  return nullptr;
}

/// Who hears a handshake and does not speak TLS takes it for a broken request.
Task<> Component::welcome(TlsListener* tls, net::Exchange& client) {
  if (!tls) co_return client.abort();
  const TlsListener::Answer made = tls->answer(client.request(), now(), certificate_ended.any());
  co_await compute(made.cpu);
  co_await compute(made.signature);  // by itself: nobody is woken for it
  client.answer(made.body);
}

Task<Handshake> Component::shake_hands(const net::Socket& socket, const TlsOptions& tls,
                                       HandshakeWith with) {
  Body flight;
  flight.verb = code(Verb::handshake);
  flight.flags = net::keep_open;
  flight.source = with.source;
  flight.number = with.session ? *with.session : 0;
  flight.bytes = sizes_of(tls, flight.number > 0).hello;
  double expires = 0;
  for (;;) {
    const double patience = with.deadline > 0 ? std::max(1e-6, with.deadline - now()) : 0;
    const net::Reply reply = co_await ask(socket, flight, patience);
    if (reply.outcome != Outcome::ok) co_return Handshake{reply.outcome, 0};
    if (reply.body.source) expires = reply.body.source;
    const bool resumed = reply.body.flags & net::resumed;
    const bool verifies = with.verifies && (with.always_verifies || !resumed);
    if (verifies && reply.body.cause) co_return Handshake{Outcome::ok, reply.body.cause, expires};
    if (const Cause wrong = by_own_clock(tls.certificate, expires, machine());
        verifies && wrong != Cause::none)
      co_return Handshake{Outcome::ok, code(wrong), expires};
    flight.count = reply.body.count;
    flight.number = reply.body.number;
    if (flight.count == 0) break;
    flight.bytes = 126;
  }
  if (with.session) *with.session = flight.number;
  co_return Handshake{Outcome::ok, 0, expires};
}

}  // namespace spof::stack
