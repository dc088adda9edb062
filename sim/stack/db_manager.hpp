#pragma once
#include <deque>
#include <string>
#include <vector>

#include "stack/component.hpp"
#include "stack/db_manager_options.hpp"

namespace spof::stack {

/// Looks at every database, and when the primary is dead makes a replica the primary: step by step,
/// over connections that it opens. It knows of the databases only what they answered. [FO-1] [FO-2]
class DbManager final : public Component {
 public:
  DbManager(Context& context, engine::Machine& machine, const DbManagerOptions& options);
  void wired(const std::vector<Wire>& wires) override;

 protected:
  void started() override;
  Task<> serve(const Message& message) override;

 private:
  /// A database as its last answer showed it.
  struct Seen {
    std::string daemon, host;
    net::Address address;
    bool answers = false, is_replica = false, receives = false;
    int misses = 0;
  };
  /// What a tool does where nothing else is said.
  struct Habits {
    double poll_interval, timeout;
    int misses;
    bool asks_replicas, drains, acts;
    double block_period;
  };
  static Habits habits_of(const DbManagerOptions& options);
  Task<> watch(Seen& one);
  Task<> person();
  Task<net::Reply> ask_database(const Seen& one, Body request);
  Task<bool> tell(net::Address whom, Body request);
  Task<> fail_over();
  Task<> fence();
  bool is_dead() const;
  Seen* primary();
  Seen* candidate();

  const DbManagerOptions& options_;
  const Habits habits_;
  std::deque<Seen> databases_;
  std::vector<net::Address> applications_;
  std::string primary_;  ///< the daemon that was last seen to be it
  bool acting_ = false;
  double acted_ = -1e18;
  Random random_;
};

}  // namespace spof::stack
