#pragma once
#include <deque>
#include <string>
#include <utility>

#include "base/random.hpp"
#include "engine/station.hpp"
#include "net/socket.hpp"

namespace spof::net {

/// A daemon: a process that listens, computes, and talks to others.
class Daemon : public engine::Process {
 public:
  /// `port`: where it listens; 0: nowhere.
  Daemon(Network& network, std::string name, engine::Machine& machine, int threads,
         std::uint16_t port = 0);

  Network& network() { return network_; }
  /// The port that it is known for; there may be others, see `listen`.
  Listener listener;
  /// Connections that all of its listeners hold accepted, and how many they may.
  int accepted = 0, most_accepted = std::numeric_limits<int>::max();
  /// They have become more or fewer, or more wait to be accepted.
  void measure_connections();
  /// Somebody has left: its listeners may accept who waits.
  void accept_waiting() {
    each_listener([this](Listener& one) {
      if (!one.waiting.empty()) network_.accept_waiting(one);
    });
  }
  Address address() const { return {network_.fabric().ip(machine()), listener.port}; }
  /// Faults of kind `error`: this share of requests is answered with this status. Of several the
  /// last counts.
  struct Errors {
    double share = 0;
    std::uint16_t status = 500;
  };
  engine::InForce<Errors> errors;
  /// The release that is on its disk and runs from its next start or reload on; none: its first.
  engine::InForce<std::string> release;
  /// Whether the schema of its database is as that release needs it.
  virtual bool has_migrated(const std::string& to) const { return (void)to, true; }
  /// Whether a process of it has loaded the code of that release.
  virtual bool has_loaded(const std::string& one) const { return (void)one, true; }
  /// It has been told to end, and has not yet.
  bool is_stopping() const { return stopping_; }
  /// Whether it answers, to somebody who looks from its own host.
  virtual bool is_ready() const { return is_alive() && !is_hung() && !is_stopping(); }
  /// Of the requests that it has answered since its code was loaded, the share that failed.
  virtual double failed_share() const { return 0; }
  /// Its memory, which will be used up some day.
  engine::InForce<> leaking;
  /// How often new workers have taken the place of those that ran, in the same process.
  std::uint32_t reloads = 0;
  /// A client holds its tables by an open transaction, or no more.
  virtual void hold_tables(engine::Hold by, bool holds) { (void)by, (void)holds; }
  /// What it proves itself with, over TLS, is past its last day.
  engine::InForce<> certificate_ended;
  /// SIGTERM. Here: everything closes at once, as HAProxy does. [HA-40]
  virtual void stop_cleanly();
  /// How `systemctl stop` ends one that hangs, or does not end; seconds.
  struct Stop {
    double holds_out = 0;    ///< a stopped worker does, with its sockets; 0: it gets SIGCONT, too
    double timeout = never;  ///< then what is left is killed
  };
  /// Its SIGTERM is followed by SIGCONT, so that a stopped process ends in order, unless both are
  /// for the master alone. [HA-49]
  void stop(Stop how);
  /// Whether Debian's unit tells its main process alone (KillMode=mixed), and how long a stopped
  /// worker holds out then; 0: it has no workers.
  virtual bool is_told_alone() const { return false; }
  virtual double holds_out() const { return 0; }
  /// Starts it; while it stops in an orderly way, as soon as it has stopped, unless that is
  /// withdrawn before.
  void boot();
  void withdraw_boot() { boots_when_stopped_ = false; }
  /// An operator's command through its control socket; a daemon without one ignores it. `by`: on
  /// whose behalf, where a command can be taken back.
  virtual void command(const std::string& verb, const std::string& object, engine::Hold by) {
    (void)verb, (void)object, (void)by;
  }
  /// Connections of its own that it keeps open between requests.
  virtual std::size_t kept_connections() const { return 0; }
  /// Whether its coroutine for a request ends when the client has closed.
  virtual bool drops_on_hangup() const { return false; }

 protected:
  /// The story of one request.
  virtual Task<> serve(const Message& message) = 0;
  /// Listens on a further port; `serve` is the story of a request there. Before the first boot.
  Listener& listen(std::uint16_t port, std::function<Task<>(const Message&)> serve);
  /// A datagram has come to a port that it reads. `message.body.source` is the address it is from.
  virtual void heard(const Message& message) { (void)message; }
  /// Reads the datagrams of a port. Before the first boot.
  void read_datagrams(std::uint16_t port);
  /// Sends one, for what the network is worth: lost, refused or not heard, nobody tells.
  void send(Address to, const Body& body) { network_.send_datagram(machine(), to, body); }
  /// To everybody on its own network who reads that port (multicast).
  void send_to_all(std::uint16_t port, const Body& body) {
    network_.send_to_neighbours(machine(), port, body);
  }
  /// Work on its threads: `seconds` of one core.
  engine::Station::Use compute(double seconds) {
    return threads_.use(seconds * 1e9 * slowdown() * machine().cpu_slowdown());
  }
  Dial dial(Address server, double timeout, std::uint32_t source = 0) {
    return {*this, server, timeout, source};
  }
  Ask ask(const Socket& socket, const Body& request, double timeout, Hearing how = {}) {
    return {*this, socket, request, timeout, how};
  }
  engine::Sleep sleep_until(double date) { return {*this, date}; }
  engine::Sleep sleep_for(double seconds) { return {*this, engine::now() + seconds}; }
  bool is_struck() {
    return errors.any() && errors.last().share > 0 && luck_.chance(errors.last().share);
  }
  engine::Station& threads() { return threads_; }
  /// How a daemon ends that was asked to.
  struct Goodbye {
    double patience = 0;  ///< it ends after so long at the latest,
    double listens = 0;   ///< takes connections for so long, or until it closes its socket itself;
                          ///< as long as `patience`: to its end
    double least = 0;     ///< and ends no sooner than this after that
  };
  /// Accepts nothing more, finishes what it has begun, and ends.
  void stop_gracefully(Goodbye how);
  /// The end in progress is an orderly stop, no crash.
  bool stops_cleanly() const { return stops_cleanly_; }
  /// Draws who is struck by a fault of kind `error`.
  void seed_errors(Random luck) { luck_ = luck; }

  void started() override;
  void resumed() override;
  void ended(bool silently) override;
  void requested(const Message& request) override;

  /// `co_await Self{}`: the handle of the running job, without a pause.
  struct Self {
    engine::Jobs::Handle job;
    bool await_ready() { return false; }
    bool await_suspend(engine::Jobs::Handle handle) {
      job = handle;
      return false;
    }
    engine::Jobs::Handle await_resume() { return job; }
  };

 private:
  bool stops_cleanly_ = false;
  template <class Use>
  void each_listener(Use use) {
    use(listener);
    for (Listener& other : others_) use(other);
  }
  Network& network_;
  std::deque<Listener> others_;
  engine::Station threads_;
  engine::Gauge* connections_ = nullptr;
  Random luck_;
  bool stopping_ = false, boots_when_stopped_ = false, stop_pends_ = false;
};

}  // namespace spof::net
