#pragma once
#include <string>
#include <vector>

#include "analysis/campaign.hpp"
#include "measure/chronicle.hpp"

namespace spof::report {

using measure::Ail;
using measure::host_of;
using measure::section_of;

/// A fault of the first run, from the strike until its target works again.
using Ailment = measure::Episode;

/// An application that wants something from a database that ails, for requests of some class.
struct Need {
  std::string app;
  std::string database;
  const Ailment* ailment = nullptr;
};

/// Who depends on whom, from the topology, and what ailed in the first run, from its events. Of
/// what a scenario does not have nothing is said.
class CausalSite {
 public:
  explicit CausalSite(const Campaign& campaign);

  const Campaign& campaign;
  const measure::Result& run;
  std::vector<Ailment> ailments;  ///< in order of time

  /// The value at a JSON pointer of the scenario as text: "5s", "3"; `otherwise` if there is none.
  std::string setting(const std::string& pointer, const std::string& otherwise = "") const;
  /// When all that was struck worked again, or at least was repaired; at most the last repair.
  double ended() const;
  /// "static", "page", "read" or "write"; "" unknown.
  std::string kind_of_class(std::size_t request_class) const;
  /// The pairs of application and ailing database that requests of a class depend on.
  std::vector<Need> needs(std::size_t request_class) const;
  /// The lines of load balancers with this name.
  std::vector<const scenario::Edge*> lines(const std::string& server) const;
  /// What ails a server as HAProxy sees it; nullptr: nothing.
  const Ailment* ails_server(const std::string& server) const;
  /// What ails this daemon to somebody on `from_host` (empty: on no host of its own).
  const Ailment* ails(const std::string& daemon, const std::string& from_host) const;
  /// The ailing daemons of a section: "app".
  std::vector<std::string> ailing(const std::string& section) const;
  /// Settings of a HAProxy server, or its check: pointer below the first line of the name.
  std::string server_setting(const std::string& server, const std::string& pointer) const;

 private:
  bool concerns(const Ailment& ailment, const std::string& daemon,
                const std::string& from_host) const;
};

}  // namespace spof::report
