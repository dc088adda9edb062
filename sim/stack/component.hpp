#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "measure/ledger.hpp"
#include "measure/recorder.hpp"
#include "net/daemon.hpp"
#include "stack/hands.hpp"
#include "stack/luggage.hpp"
#include "stack/request_class.hpp"
#include "stack/tls.hpp"
#include "stack/wire.hpp"

namespace spof::stack {

using engine::Body;
using engine::Message;
using engine::now;
using engine::Outcome;
using engine::Task;
using engine::Token;
using measure::Cause;
using measure::What;

/// What a request between daemons asks for.
enum class Verb : std::uint8_t {
  http,   ///< a user's request; its class says what it needs
  check,  ///< a health check's page; `number`: AnsweredBy
  login,  ///< a round trip of a log-in to a database, which greets first
  query,  ///< one statement; its class says which
  ping,   ///< whether it answers: SELECT 1, a monitor-uri
  dump,   ///< a replica, whose address is `source`, asks for the binary log from `number` on; each
          ///< answer: it has come up to `number`; `count`: and this is to be acknowledged
  receipt,  ///< a replica's acknowledgement, up to `number`; not answered
  status,   ///< of a database; answered with `count`: DatabaseStatus, `number`: up to where it has
            ///< the log, `source`: for how many milliseconds it has heard nothing of its source
  copy,     ///< of a database: so many megabytes of its data, `count`
  order,    ///< a manager's; `number`: Command, `source`: the address that it is about
  lookup,  ///< a name; answered with `count`: the address to begin with, and `number`: for how many
           ///< microseconds that may be kept
  metrics,  ///< a page of metrics: answered with `number`, of luggage; asked with `number`: in how
            ///< many microseconds whoever asks gives up
  alerts,   ///< a monitor's, or a manager's of alerts; `number`: of luggage
  handshake,  ///< TLS, before anything else; `number`: the session to resume
};
constexpr std::uint8_t code(Verb verb) { return static_cast<std::uint8_t>(verb); }
struct DatabaseStatus {
  static constexpr int replica = 1, receives = 2, applies = 4, read_only = 8;
};
/// What a manager may order.
enum class Command : std::uint8_t {
  promote,          ///< once its relay log is applied
  promote_at_once,  ///< what it has received and not applied is thrown away
  change_source,
  rebuild,
  read_only,
  read_write,
  take_address,
  write_to,          ///< the applications: from now on
  write_to_restart,  ///< they are restarted for it
  /// The schema for release `count`; `source`: it takes so many milliseconds; above the lowest byte
  /// of `number`: for so many it waits for its table.
  alter,
  alter_locking,  ///< the same, and nobody writes meanwhile
};
constexpr std::uint64_t code(Command command) { return static_cast<std::uint64_t>(command); }
constexpr std::uint8_t code(Cause cause) { return static_cast<std::uint8_t>(cause); }

/// What every component of a run shares.
struct Context {
  net::Network& network;
  measure::Recorder& recorder;
  measure::Ledger& ledger;
  const Named<RequestClass>& classes;
  std::uint64_t seed = 1;
  engine::Waking waking;
  /// Who listens with TLS, and how: those who connect know it from their own configuration.
  std::vector<std::pair<net::Address, const TlsOptions*>> secure = {};
  Luggage luggage = {};
  Hands* hands = nullptr;
  /// Where the name of their primary leads applications, by their own address, once a manager of
  /// the databases has changed it.
  std::map<std::uint32_t, net::Address> records = {};
  /// Changes of the schema: for which release, and where each is in the binary log.
  std::vector<std::pair<std::uint16_t, measure::LogEnd>> migrations = {};
  /// Who is told of each request of clients that fails.
  std::vector<std::function<void()>> suffers = {};
};

/// A daemon of the stack.
class Component : public net::Daemon {
 public:
  Component(Context& context, const std::string& kind, engine::Machine& machine, int threads,
            std::uint16_t port = 0)
      : Daemon(context.network, kind + "@" + machine.name(), machine, threads, port),
        context_(context) {
    this->threads().set(context.waking);
    seed_errors(stream("error"));
  }
  /// Whom it may talk to, in the order of its configuration. Once, before the first boot.
  virtual void wired(const std::vector<Wire>& wires) { (void)wires; }
  /// Its listeners with TLS.
  virtual std::vector<const TlsListener*> tls_listeners() const { return {}; }
  /// Requests that it counts as in progress, for whoever looks for leaks.
  virtual std::size_t in_progress() const { return 0; }

 protected:
  net::Address address_of(const Wire& wire) const {
    return {context_.network.fabric().ip(wire.host), wire.port};
  }
  /// Where a daemon of that name, "mysql@server2", listens on a port.
  net::Address address_of(const std::string& daemon, std::uint16_t at) const {
    return {context_.network.fabric().ip(daemon.substr(daemon.find('@') + 1)), at};
  }
  const RequestClass& class_of(const Body& body) const {
    return context_.classes[body.request_class].second;
  }
  Random stream(const char* purpose) const { return {context_.seed, name() + "/" + purpose}; }
  /// Tells of a change of its own state; who and when are filled in.
  void say(measure::Event event) {
    event.time = now();
    event.source = name();
    context_.recorder.event(std::move(event));
  }
  /// Asks for a page, as a script or a provider's check does: whether it comes within `timeout`,
  /// and is no error.
  Task<bool> gets_page(net::Address whom, Verb verb, double timeout, std::uint64_t number = 0) {
    const double deadline = now() + timeout;
    net::Socket socket = co_await dial(whom, timeout);
    if (!socket) co_return false;
    Body request;
    request.verb = code(verb);
    request.number = number;
    request.bytes = 100;
    const net::Reply reply = co_await ask(socket, request, std::max(1e-6, deadline - now()));
    co_return reply.outcome == Outcome::ok&& reply.body.status < 400;
  }
  /// In the constructor: a listener speaks TLS; none: it does not.
  std::optional<TlsListener> secured(const std::optional<TlsOptions>& tls, std::uint16_t port);
  /// What has to be spoken there; null: nothing but plain text.
  const TlsOptions* tls_at(net::Address door) const;
  /// The listener's side of a handshake; null: it does not speak TLS.
  Task<> welcome(TlsListener* tls, net::Exchange& client);
  /// The other side, on a connection that has just been made.
  Task<Handshake> shake_hands(const net::Socket& socket, const TlsOptions& tls, HandshakeWith with);
  /// An answer to `request` that says what went wrong.
  static Body failure(const Body& request, int status, Cause cause) {
    Body body;
    body.id = request.id;
    body.request_class = request.request_class;
    body.status = static_cast<std::uint16_t>(status);
    body.cause = code(cause);
    body.bytes = 200;
    return body;
  }
  /// The end of an answer of which a part has been passed on, and the rest does not come.
  static Body cut_off(const Body& request, Cause why) {
    Body body = failure(request, 200, why);
    body.flags = net::cut_off;
    return body;
  }
  /// Answers; what the kernels do not hold leaves part by part, as its reader takes it. `patience`:
  /// for a part that does not move; 0: for ever. [TCP-19]
  Task<> respond(net::Exchange& exchange, Body answer, double patience) {
    constexpr double most_parts = 1000;
    const double size = std::max(net::kernel_buffers, answer.bytes / most_parts);
    while (answer.bytes > size) {
      Body part = answer;
      part.bytes = size;
      if (co_await net::Part(*this, exchange, part, patience) != Outcome::ok)
        co_return exchange.abort();
      answer.bytes -= size;
    }
    exchange.answer(answer);
  }
  static Body success(const Body& request, double bytes) {
    Body body = failure(request, 200, Cause::none);
    body.bytes = bytes;
    return body;
  }
  void started() override {
    Daemon::started();
    if (epoch() > 1) say({.what = What::serving, .target = name()});
  }
  Context& context_;
};

}  // namespace spof::stack
