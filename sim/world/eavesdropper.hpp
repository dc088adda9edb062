#pragma once
#include <map>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "measure/result.hpp"
#include "scenario/scenario.hpp"
#include "world/site.hpp"

namespace spof::world {

/// Somebody who listens on links of the platform and stands between the kernel and the network: all
/// that arrives has passed. A connection is readable until its handshake. Not modelled: what sizes
/// and times of encrypted messages tell, a broken or stolen key. What was lost behind the link and
/// sent again counts twice: so often it passed.
class Eavesdropper final : public engine::Carrier {
 public:
  Eavesdropper(Site& site, const scenario::Scenario& scenario);
  void arrived(const engine::Parcel& parcel) override;
  void lost(const engine::Parcel& parcel) override { site_.network().lost(parcel); }
  /// By link, of each all classes and then what belongs to none.
  const std::vector<measure::Overheard>& heard() const { return heard_; }

 private:
  using Machines = std::pair<const engine::Machine*, const engine::Machine*>;
  void note(const engine::Parcel& parcel);
  void note(const engine::Parcel& parcel, bool sealed, measure::Overheard& row) const;
  const std::vector<std::size_t>& links_between(const Machines& way);
  Site& site_;
  const Named<stack::RequestClass>& classes_;
  std::vector<std::string> links_;
  std::vector<measure::Overheard> heard_;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>> ways_;
  std::unordered_set<net::ConnectionId> sealed_;  ///< never gone through in their order
};

}  // namespace spof::world
