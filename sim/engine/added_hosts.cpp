#include "engine/added_hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <simgrid/kernel/routing/NetPoint.hpp>
#include <simgrid/s4u.hpp>

#include "base/append_new.hpp"

namespace spof::engine {
namespace {

namespace sg4 = simgrid::s4u;
using simgrid::kernel::resource::StandardLinkImpl;
using simgrid::kernel::routing::NetPoint;
using simgrid::kernel::routing::NetZoneImpl;

/// A route of one link between a host and a router: the host's card.
struct Uplink {
  std::string host;
  const NetPoint* router;
  const StandardLinkImpl* card;
};

/// SimGrid finds routes only once a platform is sealed, and takes no hosts then. So the networks
/// are learnt from the routes while they are made.
std::shared_ptr<const std::vector<Uplink>> listen_for_uplinks() {
  auto uplinks = std::make_shared<std::vector<Uplink>>();
  NetZoneImpl::on_route_creation.connect([uplinks](bool, const NetPoint* from, const NetPoint* to,
                                                   const NetPoint*, const NetPoint*,
                                                   const std::vector<StandardLinkImpl*>& links) {
    if (from->is_router()) std::swap(from, to);
    if (links.size() == 1 && from->is_host() && to->is_router())
      uplinks->push_back({from->get_name(), to, links.front()});
  });
  return uplinks;
}

/// Adds hosts one by one; the next may be like one that it has added.
class Builder {
 public:
  Builder(const std::vector<Uplink>& uplinks, Mistakes& mistakes)
      : uplinks_(uplinks), mistakes_(mistakes) {}

  void add(const std::string& name, const HostOptions& options) {
    const std::string pointer = child_pointer("/hosts", name);
    const std::string wrong = why_not(name);
    if (!wrong.empty()) return mistakes_.add_at_key(pointer, wrong);
    if (!leads_somewhere(pointer, options)) return;
    const Uplink& there = first([&](const Uplink& one) {
      return options.network ? one.router->get_name() == *options.network
                             : one.host == options.like.value_or(uplinks_.front().host);
    });
    const Uplink& like =
        first([&](const Uplink& one) { return one.host == options.like.value_or(there.host); });
    build(name, options, like, *there.router);
  }

 private:
  using Names = std::vector<std::string>;

  /// What keeps a host from being called so, or its card or disk as they would be; empty: nothing.
  static std::string why_not(const std::string& name) {
    const bool odd = std::ranges::any_of(name, [](unsigned char letter) {
      return !std::isalnum(letter) &&
             std::string_view(".-_").find(char(letter)) == std::string::npos;
    });
    if (odd || name.empty()) return "a host's name is of letters, digits, \".\", \"-\" and \"_\"";
    const auto taken = [](const char* by, const std::string& word) {
      return fmt::format("the platform has a {} {} already", by, in_quotes(word));
    };
    for (const std::string& host : {name, name + "-disk"}) {
      if (sg4::Host::by_name_or_null(host)) return taken("host", host);
      if (sg4::Engine::get_instance()->netpoint_by_name_or_null(host))
        return taken("router or a zone", host);
    }
    for (const std::string& link : {name, name + "-nic"})
      if (sg4::Link::by_name_or_null(link) || sg4::Link::by_name_or_null(link + "_UP"))
        return taken("link", link);
    return "";
  }

  template <class Wanted>
  const Uplink& first(Wanted wanted) const {
    return *std::ranges::find_if(uplinks_, wanted);
  }

  /// There are the host that it is to be like, and its network.
  bool leads_somewhere(const std::string& pointer, const HostOptions& options) {
    if (uplinks_.empty()) {
      mistakes_.add_at_key(pointer,
                           "no host of the platform has a route of one link to a router, as one "
                           "that is added has: see platforms/README.md");
      return false;
    }
    const bool like = known(pointer + "/like", "host", options.like,
                            [](const Uplink& one) -> const std::string& { return one.host; });
    return known(pointer + "/network", "router", options.network,
                 [](const Uplink& one) -> const std::string& { return one.router->get_name(); }) &&
           like;
  }
  template <class NameOf>
  bool known(const std::string& pointer, const char* what, const std::optional<std::string>& name,
             NameOf name_of) {
    if (!name || std::ranges::find(uplinks_, *name, name_of) != uplinks_.end()) return true;
    Names names;
    for (const Uplink& one : uplinks_) append_new(names, name_of(one));
    mistakes_.add(pointer, fmt::format("there is no {} {} to start from; {}", what,
                                       in_quotes(*name), nearest(*name, names)));
    return false;
  }

  static void build(const std::string& name, const HostOptions& options, const Uplink& pattern,
                    const NetPoint& router) {
    const sg4::Host& like = *sg4::Host::by_name(pattern.host);
    sg4::NetZone& zone = *router.get_englobing_zone()->get_iface();
    sg4::Host& host =
        *zone.create_host(name, options.speed ? *options.speed * 1e9 : like.get_speed());
    host.set_core_count(options.cores.value_or(like.get_core_count()));
    const char* nic = like.get_property("nic");
    const char* cpu = like.get_property("cpu");
    const char* disk = like.get_property("disk");
    if (nic) host.set_property("nic", nic);
    if (cpu && !options.cores && !options.speed) host.set_property("cpu", cpu);
    if (disk || options.disk) {
      host.set_property("disk", name + "-disk");
      const double like_its = disk ? sg4::Host::by_name(disk)->get_speed() : 0;
      zone.create_host(name + "-disk", options.disk.value_or(like_its))->seal();
    }
    host.seal();
    connect(host, options, *pattern.card, router);
  }

  static void connect(sg4::Host& host, const HostOptions& options, const StandardLinkImpl& card,
                      const NetPoint& router) {
    sg4::NetZone& zone = *router.get_englobing_zone()->get_iface();
    const auto links = sg4::Engine::get_instance()->get_all_links();
    const sg4::Link& like = **std::ranges::find_if(
        links, [&](const sg4::Link* one) { return one->get_impl() == &card; });
    auto* link = zone.create_split_duplex_link(host.get_name() + "-nic",
                                               options.bandwidth.value_or(like.get_bandwidth()));
    link->set_latency(options.latency.value_or(like.get_latency()))->seal();
    zone.add_route(host.get_netpoint(), const_cast<NetPoint*>(&router), nullptr, nullptr,
                   {sg4::LinkInRoute(link, sg4::LinkInRoute::Direction::UP)});
  }

  const std::vector<Uplink>& uplinks_;
  Mistakes& mistakes_;
};

}  // namespace

void load_platform(const PlatformSource& source, Mistakes& mistakes) {
  const auto uplinks = listen_for_uplinks();
  sg4::Engine::get_instance()->load_platform(source.file);
  Builder builder(*uplinks, mistakes);
  for (const auto& [name, options] : source.hosts) builder.add(name, options);
}

}  // namespace spof::engine
