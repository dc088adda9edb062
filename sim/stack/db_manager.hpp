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
  /// `switch_over`: that replica becomes the primary in good order, with nothing lost.
  void command(const std::string& verb, const std::string& object, engine::Hold by) override;

 protected:
  void started() override;
  Task<> serve(const Message& message) override;

 private:
  /// A database as its last answer showed it.
  struct Seen {
    std::string daemon, host;
    net::Address address;
    bool answers = false, is_replica = false, was_replica = false, receives = false, told = false,
         read_only = false;
    double heard = 0;            ///< when a replica heard of its source last
    std::uint64_t received = 0;  ///< up to where it has the log
    int misses = 0;
  };
  Task<> watch(Seen& one);
  Task<> look(Seen& one);
  void judge(Seen& one);
  static bool may_be_primary(const Seen& one, const Seen* known);
  bool takes_whoever_writes(const Seen& known) const;
  Task<> adopt(Seen& one);
  bool is_vouched_for() const;
  Task<net::Reply> ask_database(const Seen& one, Body request);
  Task<bool> order(const Seen& one, Command command, std::uint32_t about = 0);
  Task<bool> reaches(const Seen& one);
  Task<> fail_over();
  Task<> switch_over(Seen& next);
  Task<bool> fence(const Seen& old);
  Task<bool> promote(Seen& next);
  Task<> repoint(const Seen& next, const Seen* old);
  Task<> tell(const net::Address& application, const Seen& next);
  Task<> take_back(Seen& one);
  void give_up(const std::string& why);
  engine::Machine& machine_of(const Seen& one) {
    return *kernel().platform().find_machine(one.host);
  }
  Seen* primary() { return find(primary_); }
  Seen* find(const std::string& daemon);
  Seen* candidate();

  const DbManagerOptions& options_;
  const FailoverHabits habits_;
  std::deque<Seen> databases_;
  std::vector<net::Address> applications_;
  std::uint32_t virtual_ = 0;  ///< the address that moves with the primary; 0: none
  std::string primary_;        ///< the daemon that was last seen to be it
  bool acting_ = false;
  bool was_in_vain_ = false;  ///< its primary is dead, and no replica answered
  double acted_ = -1e18;
  Random random_;
};

}  // namespace spof::stack
