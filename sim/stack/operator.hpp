#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "stack/component.hpp"
#include "stack/monitoring/alertmanager.hpp"
#include "stack/operator_options.hpp"

namespace spof::stack {

/// Whoever is called: comes, looks, acts, looks again, until there is no reason any more. He knows
/// what alerts and customers say, and what daemons answer when he asks them; never what is broken.
class Operator final : public Component {
 public:
  Operator(Context& context, engine::Machine& machine, const OperatorOptions& options);
  void wired(const std::vector<Wire>& wires) override;

 protected:
  void started() override;
  Task<> serve(const Message& message) override;

 private:
  /// What he may look at.
  struct Part {
    std::string daemon, kind, host;
    net::Address address;
    std::vector<net::Address> doors = {};  ///< of a balancer: where visitors come in
    bool named = false;                    ///< by an alert of now
  };
  /// How something looks.
  enum class Looks : std::uint8_t {
    well,
    dead,
    silent,
    wrong,
    unreachable,
    not_replicating,
    read_only,    ///< a database that is no replica takes no writes, and no other one does
    not_trusted,  ///< a browser says that its certificate is not good
    ends_soon,    ///< all is well, but its certificate ends within the run
  };
  struct Step {
    Action action = Action::restart;
    std::string target, object;
    std::optional<double> takes = {};
    bool is_known = false;
  };
  void suffer();
  Task<> hear_customers();
  Task<> work(std::string told_of);
  Task<> read_alerts();
  Task<> decide(Step& step);
  std::string named_by(const monitoring::Labels& labels, Action action) const;
  void from_runbook(Step& step);
  void name_suspects();
  Task<Looks> look(const Part& part);
  Task<bool> is_succeeded(const Part& old, std::uint64_t position);
  Task<Looks> certificate_of(const Part& part);
  Task<net::Reply> question(const Part& part, const net::Socket& socket);
  using Remedy = std::pair<Action, std::string>;
  static constexpr std::size_t most_remedies = 4;
  std::vector<Remedy> remedies(const Part& part, Looks looks) const;
  static std::string words_of(const Remedy& remedy);
  void propose(Step& step, const Remedy& remedy) const;
  void try_what_is_named(Step& step) const;
  void try_all(Step& step) const;
  void mistake(Step& step);
  /// Of what does not serve as it should.
  static bool is_broken(Looks looks);
  Task<Looks> need_for(const Step& step);
  Task<> act(const Step& step);
  Task<> wait_for_boot(const std::string& host);
  bool carry_out(const Step& step);
  bool has_reason() const { return !alerts_.empty() || complaint_; }
  const Part* primary() const;

  const OperatorOptions& options_;
  std::vector<Part> parts_;
  std::vector<net::Address> monitors_;
  // What he knows, and has done since he came.
  std::map<monitoring::Labels, std::string> alerts_;  ///< that fire, and their names
  bool complaint_ = false, busy_ = false, may_err_ = false;
  std::set<std::string> tried_;
  // Customers.
  int failed_ = 0;
  double last_failure_ = 0;
  bool waits_for_call_ = false;
  Random random_, customers_;
};

}  // namespace spof::stack
