#pragma once
#include <deque>
#include <functional>
#include <limits>
#include <utility>

#include "engine/process.hpp"
#include "net/network.hpp"

namespace spof::net {

using engine::Task;

/// A listening socket of a daemon: a port of its machine, on all of its addresses.
struct Listener {
  Daemon* daemon = nullptr;
  std::uint16_t port = 0;  ///< 0: nobody can connect
  std::uint16_t number = 0;
  /// The story of one request; none: Daemon::serve.
  std::function<Task<>(const Message&)> serve;
  bool open = true;      ///< false: a SYN is answered by a reset
  bool is_unix = false;  ///< a full backlog is EAGAIN at once, not silence [TCP-5]
  int limit = std::numeric_limits<int>::max();  ///< connections it holds accepted at once
  int backlog = 4096;  ///< further ones that the kernel holds; backlog + 1 fit [TCP-4]
  double request_timeout =
      0;  ///< an accepted connection without a request is answered 408; 0: never
  bool any_byte_counts = false;  ///< it begins anew with every byte, so a slow header is no matter
  double header_timeout = 0;     ///< who trickles is cut after so long, without an answer; 0: never
  int trickling = 0;             ///< accepted connections that hold it with an unfinished request
  double idle_timeout = 0;  ///< a kept connection without a further request is closed; 0: never
  int accepted = 0;
  std::deque<ConnectionId> waiting;
  /// Accepted connections whose request has not come yet, or had not; with the date of their 408.
  std::deque<std::pair<double, ConnectionId>> silent;
  bool silent_armed = false;  ///< a timer waits for the first of them
};

/// The client's end of a connection. Destroyed, it closes.
class Socket {
 public:
  Socket() = default;
  Socket(Network* network, ConnectionId id, Outcome outcome)
      : network_(network), id_(id), outcome_(outcome) {}
  Socket(Socket&& other) noexcept
      : network_(std::exchange(other.network_, nullptr)),
        id_(other.id_),
        outcome_(other.outcome_) {}
  Socket& operator=(Socket&& other) noexcept {
    close();
    network_ = std::exchange(other.network_, nullptr);
    id_ = other.id_;
    outcome_ = other.outcome_;
    return *this;
  }
  ~Socket() { close(); }
  explicit operator bool() const { return network_ && outcome_ == Outcome::ok; }
  Outcome outcome() const { return outcome_; }  ///< how the attempt to connect ended
  ConnectionId id() const { return id_; }
  /// Not yet known to be closed by the peer. A dead peer behind a cut link looks usable.
  bool is_usable() const { return network_ && network_->is_usable(id_, client_side); }
  void close(Outcome how = Outcome::closed) {
    if (network_) std::exchange(network_, nullptr)->close(id_, client_side, how);
  }

 private:
  Network* network_ = nullptr;
  ConnectionId id_ = 0;
  Outcome outcome_ = Outcome::closed;
};

/// What a call came to: `outcome` is ok when an answer arrived, whatever its status.
struct Reply {
  Outcome outcome = Outcome::closed;
  Body body{};
  bool begun = false;  ///< none came, but a part of it had
  explicit operator bool() const { return outcome == Outcome::ok && body.status < 500; }
};

/// Awaitable: opens a connection. Withdrawn, it closes what there is.
class Dial : public engine::Wait {
 public:
  /// `source`: which of its addresses it comes from.
  Dial(Daemon& from, Address to, double timeout, std::uint32_t source = 0);
  ~Dial() override;
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  Socket await_resume();
  void wake(const Message& answer) override;

 private:
  Daemon& from_;
  Address to_;
  double timeout_;
  std::uint32_t source_;
  ConnectionId id_ = 0;
  bool pending_ = false;
  Outcome outcome_ = Outcome::ok;
};

/// How an answer is waited for.
struct Hearing {
  bool between_reads = false;  ///< the timeout begins anew while it is coming in
  bool by_parts = false;       ///< of one in parts the next, not all until the last
  bool again = false;          ///< nothing is sent: a further part is waited for
};

/// Awaitable: sends a request, waits for the answer, the end of the connection, or the timeout.
/// Afterwards the socket is still the caller's: to use again, or to close.
class Ask : public engine::Wait {
 public:
  Ask(Daemon& from, const Socket& socket, const Body& request, double timeout, Hearing how = {});
  ~Ask() override;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiter);
  Reply await_resume() const { return reply_; }
  void wake(const Message& answer) override;

 private:
  Network& network_;
  ConnectionId id_;
  Body request_;
  void wait_on(double patience);
  double timeout_, deadline_ = 0;
  Bytes taken_ = 0;  ///< of the parts before
  Hearing how_;
  Reply reply_;
};

/// Awaitable: sends a part of an answer, and waits until who asked has it: ok, timed_out when
/// nothing of it moves for so long, or how the connection ended.
class Part : public engine::Wait {
 public:
  Part(Daemon& from, const class Exchange& exchange, const Body& part, double timeout);
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  Outcome await_resume() const { return outcome_; }
  void wake(const Message& answer) override;

 private:
  void wait_on(double patience);
  Network& network_;
  ConnectionId id_;
  Body part_;
  double timeout_;
  Outcome outcome_ = Outcome::closed;
};

/// The server's end of one request, in the frame of the coroutine that serves it. Answered at most
/// once; destroyed unanswered, the connection is closed.
class Exchange : public engine::Wait {
 public:
  Exchange(Daemon& daemon, const Message& message);
  ~Exchange() override;
  const Body& request() const { return request_; }
  ConnectionId connection() const { return id_; }
  void answer(const Body& body);
  /// Closes without an answer.
  void abort(Outcome how = Outcome::closed);
  void served_by(engine::Jobs::Handle job) { job_ = job; }
  /// Its answer is the last of its connection, whatever who asked would like.
  void close_after() { request_.flags = static_cast<std::uint8_t>(request_.flags & ~keep_open); }
  void wake(const Message& answer) override;

 private:
  Daemon& daemon_;
  ConnectionId id_;
  Body request_;
  engine::Jobs::Handle job_;
  bool over_ = false;
};

}  // namespace spof::net
