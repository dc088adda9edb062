#include "stack/app_options.hpp"
#include "stack/dns_options.hpp"
#include "stack/haproxy_options.hpp"
#include "stack/mysql_options.hpp"
#include "stack/nginx_options.hpp"
#include "stack/operator.hpp"

// What he sees when he looks at a daemon from where he is.
namespace spof::stack {

Task<Operator::Looks> Operator::look(const Part& part) {
  net::Socket socket = co_await dial(part.address, options_.patience);
  if (socket) {
    const net::Reply reply = co_await question(part, socket);
    if (reply.outcome == Outcome::timed_out) co_return Looks::silent;
    if (reply.outcome != Outcome::ok) co_return Looks::dead;
    if (reply.body.status >= 400) co_return Looks::wrong;
    constexpr int both = DatabaseStatus::receives | DatabaseStatus::applies;
    const bool stuck = part.kind == MysqlOptions::kind &&
                       (reply.body.count & DatabaseStatus::replica) &&
                       (reply.body.count & both) != both;
    if (stuck) co_return Looks::not_replicating;
    const int closed = reply.body.count & (DatabaseStatus::replica | DatabaseStatus::read_only);
    if (part.kind == MysqlOptions::kind && closed == DatabaseStatus::read_only) {
      const bool has_successor = co_await is_succeeded(part, reply.body.number);
      if (!has_successor) co_return Looks::read_only;
    }
    const Looks certificate = co_await certificate_of(part);
    co_return certificate;
  }
  if (socket.outcome() == Outcome::refused) co_return Looks::dead;
  net::Socket shell = co_await dial({part.address.ip, OperatorOptions::ssh}, options_.patience);
  co_return shell.outcome() == Outcome::refused ? Looks::silent : Looks::unreachable;
}

/// A primary that takes no writes may have been closed to them because it has a successor: who
/// takes them, or did, and has more.
Task<bool> Operator::is_succeeded(const Part& old, std::uint64_t position) {
  for (const Part& part : parts_) {
    if (part.kind != MysqlOptions::kind || &part == &old) continue;
    net::Socket socket = co_await dial(part.address, options_.patience);
    if (!socket) continue;
    const net::Reply reply = co_await question(part, socket);
    const int closed = reply.body.count & (DatabaseStatus::replica | DatabaseStatus::read_only);
    if (reply &&
        (closed == 0 || (closed == DatabaseStatus::read_only && reply.body.number > position)))
      co_return true;
  }
  co_return false;
}

Task<Operator::Looks> Operator::certificate_of(const Part& part) {
  Looks worst = Looks::well;
  for (const net::Address& door : part.doors) {
    const TlsOptions* tls = tls_at(door);
    if (!tls) continue;
    net::Socket socket = co_await dial(door, options_.patience);
    if (!socket) continue;
    const HandshakeWith browser{nullptr, 0, true, now() + options_.patience};
    const Handshake shaken = co_await shake_hands(socket, *tls, browser);
    if (shaken.cause != 0) co_return Looks::not_trusted;
    if (shaken.expires > 0) worst = Looks::ends_soon;
  }
  co_return worst;
}

/// As curl, mysql and dig ask.
Task<net::Reply> Operator::question(const Part& part, const net::Socket& socket) {
  Body request;
  request.bytes = 100;
  request.flags = net::keep_open;
  request.number = 5'000'000;
  request.verb = code(Verb::metrics);
  if (part.kind == MysqlOptions::kind) {
    request.verb = code(Verb::login);
    const net::Reply greeting = co_await ask(socket, request, options_.patience);
    if (!greeting) co_return greeting;
    request.verb = code(Verb::status);
  } else if (part.kind == NginxOptions::kind || part.kind == AppOptions::kind) {
    request.verb = code(Verb::check);
    request.number = static_cast<std::uint64_t>(part.kind == AppOptions::kind ? AnsweredBy::app
                                                                              : AnsweredBy::nginx);
  } else if (part.kind == DnsOptions::kind) {
    request.verb = code(Verb::lookup);
  }
  const net::Reply reply = co_await ask(socket, request, options_.patience);
  co_return reply;
}

}  // namespace spof::stack
