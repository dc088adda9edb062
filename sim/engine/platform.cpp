#include "engine/platform.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <simgrid/s4u.hpp>
#include <stdexcept>
#include <unordered_map>

#include "base/append_new.hpp"
#include "base/file_text.hpp"
#include "engine/added_hosts.hpp"

namespace spof::engine {
namespace sg4 = simgrid::s4u;

// ---- Machine ------------------------------------------------------------------------------------
Processor::Processor(sg4::Host* its) : host(its), speed(its->get_speed()) {
  places = its->get_core_count();
}

bool Machine::has_veth() const {
  const char* nic = host_->get_property("nic");
  return nic && std::string_view(nic) == "veth";
}

void Machine::power(bool on) {
  if (!on) ++power_cuts_;
  if (on == on_) return;
  on_ = on;
  if (on) {
    ++boots_;
    host_->turn_on();
    if (disk_) disk_->host->turn_on();
  } else {
    if (disk_) disk_->host->turn_off();
    host_->turn_off();
  }
}

// ---- Platform -----------------------------------------------------------------------------------
namespace {

/// SimGrid says nowhere whether it has profiles: each is named by an attribute or an element.
bool names_profiles(const std::string& file) {
  const std::string text = file_text(file);
  return text.find("_file=") != std::string::npos || text.find("<trace") != std::string::npos;
}

/// So many flows do not feel each other on a link.
int places_of(const sg4::Link& link) {
  switch (link.get_sharing_policy()) {
    case sg4::Link::SharingPolicy::SHARED:
      return 1;
    case sg4::Link::SharingPolicy::FATPIPE:
      return std::numeric_limits<int>::max();
    default:
      return 0;
  }
}

}  // namespace

Platform::Platform(const PlatformSource& source) : has_profiles_(names_profiles(source.file)) {
  load_platform(source, mistakes_);
  sg4::Engine::get_instance()->seal_platform();  // only then are there routes over a router
  add_machines();
  add_links(source.scale);
  find_paths();
}

/// Every host but those that are another's disk or processor is a machine.
void Platform::add_machines() {
  auto* engine = sg4::Engine::get_instance();
  const auto hosts = engine->get_all_hosts();
  std::vector<std::string> parts;
  for (const sg4::Host* host : hosts)
    for (const char* role : {"disk", "cpu"})
      if (const char* part = host->get_property(role)) parts.emplace_back(part);
  const auto named = [&](const sg4::Host* host, const char* role) -> Processor* {
    const char* name = host->get_property(role);
    return name ? processor(sg4::Host::by_name(name)) : nullptr;
  };
  for (sg4::Host* host : hosts) {
    if (has(parts, host->get_name())) continue;
    Processor* cpu = named(host, "cpu");
    machines_.emplace_back(host->get_name(), static_cast<std::uint16_t>(machines_.size()), host,
                           cpu ? cpu : processor(host), named(host, "disk"));
  }
}

/// That of a host; several machines may share one.
Processor* Platform::processor(sg4::Host* host) {
  for (Processor& one : processors_)
    if (one.host == host) return &one;
  return &processors_.emplace_back(host);
}

/// SimGrid splits a SPLITDUPLEX link into NAME_UP, from the machine, and NAME_DOWN, to it.
void Platform::add_links(double scale) {
  for (sg4::Link* link : sg4::Engine::get_instance()->get_all_links()) {
    const std::string& name = link->get_name();
    if (name == "__loopback__") continue;
    Wire& wire = wires_.emplace_back();
    wire.link = link;
    wire.name = name;
    wire.bandwidth = wire.left = link->get_bandwidth() * scale;
    wire.latency = link->get_latency();
    wire.places = places_of(*link);
    const auto ends_with = [&](std::string_view end) { return name.ends_with(end); };
    if (ends_with("_UP")) wire.name.resize(name.size() - 3), wire.direction = Direction::from;
    if (ends_with("_DOWN")) wire.name.resize(name.size() - 5), wire.direction = Direction::to;
    if (scale != 1) link->set_bandwidth(wire.bandwidth);
  }
}

void Platform::measure(const std::function<Gauge*(std::string)>& gauge) {
  for (Machine& machine : machines_)
    for (const auto& [part, what] : {std::pair(machine.cpu(), "/cpu"), {machine.disk(), "/disk"}})
      if (part && !part->gauge) part->gauge = gauge(machine.name() + what);
  constexpr std::array directions{"/link", "/in", "/out"};  // by Direction
  for (Wire& wire : wires_)
    wire.gauge = gauge(wire.name + directions[static_cast<std::size_t>(wire.direction)]);
}

void Platform::find_paths() {
  paths_.resize(machines_.size() * machines_.size());
  std::unordered_map<const sg4::Link*, Wire*> wire_of;
  for (Wire& wire : wires_) wire_of.emplace(wire.link, &wire);
  for (const Machine& from : machines_)
    for (const Machine& to : machines_) {
      if (&from == &to) continue;
      Path& path = paths_[from.index() * machines_.size() + to.index()];
      std::vector<sg4::Link*> links;
      double latency = 0;
      try {
        from.host()->route_to(to.host(), links, &latency);
      } catch (const std::invalid_argument&) {  // no route: in a zone of routing Full it is empty
      }
      for (const sg4::Link* link : links)
        if (const auto wire = wire_of.find(link); wire != wire_of.end())
          path.links.push_back(wire->second);
      path.exists = !links.empty() || latency > 0;
    }
  refresh_all();
}

void Platform::refresh(Path& path) {
  path.latency = path.loss = 0;
  path.bandwidth = 1e300;
  path.up = path.exists && !path.blocked.any();
  for (const Resource* resource : path.links) {
    const Wire& wire = static_cast<const Wire&>(*resource);
    path.latency += wire.link->get_latency();
    path.bandwidth = std::min(path.bandwidth, wire.link->get_bandwidth());
    if (resource == path.links.front()) path.leaves = !wire.cuts.any();
    path.loss = 1 - (1 - path.loss) * (1 - std::clamp(wire.losses.plus(0), 0.0, 1.0));
    path.up = path.up && !wire.cuts.any();
  }
}

void Platform::refresh_all() {
  for (Path& path : paths_) refresh(path);
}

Machine* Platform::find_machine(const std::string& name) {
  const auto found = std::ranges::find(machines_, name, &Machine::name);
  return found == machines_.end() ? nullptr : &*found;
}

std::vector<std::string> Platform::cards_of(const Machine& machine) const {
  std::vector<const Resource*> firsts;
  for (std::size_t to = 0; to < machines_.size(); ++to)
    if (const Path& path = paths_[machine.index() * machines_.size() + to]; !path.links.empty())
      append_new(firsts, path.links.front());
  std::vector<std::string> cards;
  for (const Wire& wire : wires_)
    if (has(firsts, &wire)) cards.push_back(wire.name);
  return cards;
}

std::vector<std::string> Platform::link_names() const {
  std::vector<std::string> names;
  for (const Wire& wire : wires_)
    if (!has(names, wire.name)) names.push_back(wire.name);
  return names;
}

/// Tells SimGrid what is in force; only what is new, for each change makes it compute anew.
void Platform::set(Wire& wire) {
  const double latency = std::max(0.0, wire.delays.plus(wire.latency));
  const double bandwidth = wire.left = wire.shares.times(wire.bandwidth);
  if (wire.link->get_latency() != latency) wire.link->set_latency(latency);
  if (wire.link->get_bandwidth() != bandwidth) {
    if (disturbed) disturbed(wire, false);
    wire.link->set_bandwidth(bandwidth);
  }
  if (wire.cuts.any() && wire.link->is_on()) {
    if (disturbed) disturbed(wire, true);
    wire.link->turn_off();
  }
  if (!wire.cuts.any() && !wire.link->is_on()) wire.link->turn_on();
}

template <class Change>
void Platform::change(const std::string& link, Direction direction, Change apply) {
  for (Wire& wire : wires_) {
    if (wire.name != link || (direction != Direction::both && wire.direction != Direction::both &&
                              wire.direction != direction))
      continue;
    apply(wire);
    set(wire);
  }
  refresh_all();
}

bool Platform::has_carrier(const Machine& machine) const {
  const auto cards = cards_of(machine);
  return cards.empty() || std::ranges::any_of(wires_, [&](const Wire& wire) {
           return !wire.cuts.any() && has(cards, wire.name);
         });
}

void Platform::cut(Hold by, const std::string& link, Direction direction) {
  change(link, direction, [by](Wire& wire) { wire.cuts.add(by); });
  if (rewired) rewired();
}

void Platform::add_latency(Hold by, const std::string& link, Direction direction, Seconds more) {
  change(link, direction, [by, more](Wire& wire) { wire.delays.add(by, more); });
}

void Platform::add_loss(Hold by, const std::string& link, Direction direction, double share) {
  change(link, direction, [by, share](Wire& wire) { wire.losses.add(by, share); });
}

void Platform::scale_bandwidth(Hold by, const std::string& link, Direction direction,
                               double factor) {
  change(link, direction, [by, factor](Wire& wire) { wire.shares.add(by, factor); });
}

void Platform::block(Hold by, const Machine& from, const Machine& to) {
  Path& path = paths_[from.index() * machines_.size() + to.index()];
  path.blocked.add(by);
  refresh(path);
}

void Platform::isolate(Hold by, const Machine& machine) {
  for (const Machine& other : machines_) {
    if (&other == &machine) continue;
    block(by, machine, other);
    block(by, other, machine);
  }
}

void Platform::mend(Hold by) {
  for (Wire& wire : wires_) {
    wire.cuts.drop(by);
    for (InForce<double>* one : {&wire.delays, &wire.losses, &wire.shares}) one->drop(by);
    set(wire);
  }
  for (Path& path : paths_) path.blocked.drop(by);
  refresh_all();
  if (rewired) rewired();
}

}  // namespace spof::engine
