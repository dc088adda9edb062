#include "world/eavesdropper.hpp"

namespace spof::world {

using stack::code;
using stack::Verb;

Eavesdropper::Eavesdropper(Site& site, const scenario::Scenario& scenario)
    : site_(site), classes_(scenario.classes), links_(scenario.eavesdropper->links) {
  if (links_.empty()) links_ = site.platform().link_names();
  for (const std::string& link : links_)
    for (std::size_t i = 0; i <= classes_.size(); ++i) {
      measure::Overheard& row = heard_.emplace_back();
      row.link = link;
      row.request_class = i;
    }
  site.kernel().set_carrier(*this);
}

void Eavesdropper::arrived(const engine::Parcel& parcel) {
  note(parcel);
  site_.network().arrived(parcel);
}

/// Of SYNs and their like, which are nothing but a header, there is nothing to read.
void Eavesdropper::note(const engine::Parcel& parcel) {
  constexpr double header = 40;
  if (parcel.connection == 0 || parcel.body.bytes <= header || parcel.from == parcel.to) return;
  if (parcel.side == net::client_side && parcel.body.verb == code(Verb::handshake))
    sealed_.insert(parcel.connection);
  const bool sealed = sealed_.contains(parcel.connection);
  const std::size_t row = parcel.body.id ? parcel.body.request_class : classes_.size();
  for (const std::size_t link : links_between({parcel.from, parcel.to}))
    note(parcel, sealed, heard_[link * (classes_.size() + 1) + row]);
}

void Eavesdropper::note(const engine::Parcel& parcel, bool sealed, measure::Overheard& row) const {
  (sealed ? row.sealed : row.readable) += parcel.body.bytes;
  if (sealed || parcel.side != net::client_side || parcel.body.id == 0 || parcel.behind > 0) return;
  const bool http = parcel.body.verb == code(Verb::http);
  const stack::RequestClass& one = classes_[row.request_class].second;
  row.requests += http;
  row.queries += parcel.body.verb == code(Verb::query);
  row.passwords += http && one.password;
  row.cookies += http && one.cookie;
}

/// Gauges are named after their links: "server1-nic/out".
const std::vector<std::size_t>& Eavesdropper::links_between(const Machines& way) {
  const auto [place, fresh] = ways_.try_emplace({way.first->index(), way.second->index()});
  if (!fresh) return place->second;
  for (const engine::Resource* one : site_.platform().path(*way.first, *way.second).links)
    for (std::size_t i = 0; one->gauge && i < links_.size(); ++i)
      if (one->gauge->name().substr(0, one->gauge->name().rfind('/')) == links_[i])
        place->second.push_back(i);
  return place->second;
}

}  // namespace spof::world
