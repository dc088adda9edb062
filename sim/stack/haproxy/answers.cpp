#include <algorithm>
#include <cstring>
#include <utility>

#include "stack/haproxy/haproxy.hpp"

namespace spof::stack {

/// The header has been passed on, so nothing but the end of the connection is left. [HA-32]
Body Haproxy::cut(Session& session, const net::Reply& reply, bool shut) {
  const bool silent = reply.outcome == Outcome::timed_out;
  const bool passed_on = reply.outcome == Outcome::ok;  // Nginx says so
  std::memcpy(session.termination, shut ? "DD" : silent ? "sD" : "SD", 3);
  Body answer = passed_on ? reply.body
                          : cut_off(session.request, shut     ? Cause::marked_down
                                                     : silent ? Cause::answer_stalled
                                                              : Cause::answer_cut);
  answer.server = session.server->index;
  return answer;
}

Task<Body> Haproxy::exchange(Session& session) {
  net::Socket& socket = session.socket;
  Server& server = *session.server;
  const net::ConnectionId id = socket.id();
  const Server::Told told(server, id);
  const double patience = session.backend->options.timeout.server;  // between two reads [HA-32]
  const net::Reply reply =
      co_await ask(socket, session.request, patience, {.between_reads = true, .by_parts = true});
  session.answered = now();
  Body answer = explain(session, reply, std::erase(server.shut, id) > 0);
  if (answer.flags & net::more) answer = co_await relay(session, answer);
  if (reply.outcome == Outcome::ok && !(answer.flags & net::cut_off) &&
      (session.request.flags & net::keep_open))
    keep(session, std::move(socket));
  co_return answer;
}

/// A stream whose client is the slower side looks at its server again only when its task runs next:
/// `timeout connect` after the answer began, then every `timeout client`. [HA-48]
double Haproxy::patience_behind(const Session& session) {
  const auto& timeout = session.backend->options.timeout;
  double looks = session.answered + timeout.connect;
  while (looks <= now()) looks += std::max(session.patience, 1e-3);
  return looks - now() + timeout.server;
}

/// Passes a large answer on as its client takes it; the last part is returned.
Task<Body> Haproxy::relay(Session& session, Body part) {
  double waited = session.answered - session.connected;
  while (part.flags & net::more) {
    const double came = now();
    const Outcome taken = co_await net::Part(*this, *session.client, part, session.patience);
    if (taken != Outcome::ok) {  // its client takes no more, or has gone
      std::memcpy(session.termination, taken == Outcome::timed_out ? "cD" : "CD", 3);
      co_return cut_off(session.request, Cause::client_silent);
    }
    const double gone = now();
    const double patience = gone - came > waited ? patience_behind(session)
                                                 : session.backend->options.timeout.server.value;
    const net::Reply reply = co_await ask(session.socket, session.request, patience,
                                          {.between_reads = true, .by_parts = true, .again = true});
    waited = now() - gone;
    const bool shut = std::erase(session.server->shut, session.socket.id()) > 0;
    if (reply.outcome != Outcome::ok || reply.body.flags & net::cut_off)
      co_return cut(session, reply, shut);
    const Body first = std::exchange(part, reply.body);
    part.server = first.server;
    part.flags |= first.flags & net::sets_cookie;
  }
  co_return part;
}

/// What is tried again is no error for `observe`. [HA-22]
Body Haproxy::explain(Session& session, const net::Reply& reply, bool shut) {
  if (shut && !reply.begun) return end(session, 502, Cause::marked_down, "DH");
  const int status = reply.outcome == Outcome::ok ? reply.body.status : 0;
  session.server->responses.add(status);
  const bool good = (status >= 100 && status < 500) || status == 501 || status == 505;
  const Body answer = explained(session, reply, shut);
  if (session.retries_left <= 0 || !is_tried_again(session, answer))
    session.backend->observe(*session.server,
                             good ? Backend::Traffic::answered : Backend::Traffic::bad_answer);
  return answer;
}

/// [HA-30] [HA-31] [HA-35] [HA-36]
Body Haproxy::explained(Session& session, const net::Reply& reply, bool shut) {
  if (reply.begun || reply.body.flags & net::cut_off) return cut(session, reply, shut);
  if (reply.outcome == Outcome::timed_out) return end(session, 504, Cause::server_timeout, "sH");
  if (reply.outcome != Outcome::ok) return end(session, 502, Cause::server_closed, "SH");
  Body answer = reply.body;
  answer.server = session.server->index;
  answer.flags &= static_cast<std::uint8_t>(~net::sets_cookie);
  if (session.backend->options.cookie && !session.tied_to) answer.flags |= net::sets_cookie;
  return answer;
}

/// With redispatch the time lost on dead servers is the queue's, not the connection's. [HA-29]
void Haproxy::log(const Session& session, const Body& answer) {
  measure::HttpLog line;
  line.accepted = session.accepted;
  line.id = session.request.id;
  line.server = session.server ? std::string_view(session.server->name) : "<NOSRV>";
  line.request_class = session.request.request_class;
  line.queue = session.assigned < 0 ? -1 : session.assigned - session.accepted;
  line.connect = session.connected < 0 ? -1 : session.connected - session.assigned;
  line.response = answer.server < 0 ? -1 : session.answered - session.connected;
  line.total = now() - session.accepted;
  line.status = answer.status ? answer.status : -1;
  std::memcpy(line.termination, session.termination, 3);
  line.retries = session.backend->options.retries - std::max(0, session.retries_left);
  line.redispatched = session.redispatched;
  context_.recorder.log(line);
}

}  // namespace spof::stack
