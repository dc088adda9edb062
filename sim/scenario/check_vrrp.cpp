#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/append_new.hpp"
#include "scenario/check_parts.hpp"

namespace spof::scenario {

bool is_address(const std::string& text) {
  int parts = 0;
  for (std::size_t at = 0; at <= text.size(); ++parts) {
    const std::size_t end = std::min(text.find('.', at), text.size());
    const std::string part = text.substr(at, end - at);
    const bool digits = !part.empty() && part.size() <= 3 &&
                        std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || std::stoi(part) > 255) return false;
    at = end + 1;
  }
  return parts == 4;
}

namespace {

using stack::KeepalivedOptions;
using stack::VrrpInstanceOptions;
using Names = std::vector<std::string>;

/// One instance on one host.
struct Member {
  std::string host, pointer;
  const KeepalivedOptions* daemon;
  const VrrpInstanceOptions* instance;

  /// What it tracks: names and weights.
  Named<int> weights() const {
    Named<int> found;
    for (const std::string& name : instance->track_script)
      if (const auto* script = item_of(daemon->vrrp_script, name))
        found.emplace_back("vrrp_script " + name, script->weight);
    for (const auto& [name, process] : instance->track_process)
      found.emplace_back("track_process " + name, process.weight);
    return found;
  }
  /// Its priority with all good, or when a script or process that takes so much off fails.
  int priority(int off = 0) const {
    int sum = instance->priority - off;
    for (const auto& [what, weight] : weights()) sum += std::max(0, weight);
    return std::clamp(sum, 1, 254);
  }
};

class VrrpCheck {
 public:
  VrrpCheck(const Scenario& scenario, const Names& daemons, Mistakes& mistakes)
      : scenario_(scenario), daemons_(daemons), mistakes_(mistakes) {
    for (const auto& [host, one] : scenario.keepalived.hosts)
      for (const auto& [name, instance] : one.instances()) {
        std::string pointer = child_pointer("/keepalived/hosts", host);
        if (!name.empty()) pointer = child_pointer(pointer + "/vrrp_instance", name);
        members_.push_back({host, pointer, &one, instance});
      }
  }

  void all() {
    for (const Member& one : members_) {
      fields(one);
      habits(one);
    }
    for (const Member& one : members_)
      for (const Member& other : members_)
        if (one.host != other.host && shares_address(one, other)) pair(one, other);
  }

 private:
  /// Where a field was written: at the host, or for all of them.
  template <class Field>
  std::string at(const Member& one, const char* name, Field VrrpInstanceOptions::*field) const {
    const bool common = scenario_.keepalived.common.*field == one.instance->*field;
    return (common ? "/keepalived" : one.pointer) + fmt::format("/{}", name);
  }

  void fields(const Member& one) {
    const VrrpInstanceOptions& instance = *one.instance;
    const std::string addresses =
        at(one, "virtual_ipaddress", &VrrpInstanceOptions::virtual_ipaddress);
    if (instance.virtual_ipaddress.empty())
      mistakes_.add(one.pointer + "/virtual_ipaddress", "needs at least one address");
    for (const std::string& address : instance.virtual_ipaddress)
      if (!is_address(address))
        mistakes_.add(
            addresses,
            fmt::format("\"{}\" is no address; allowed: an IPv4 address without port or mask, as "
                        "10.0.0.100",
                        address));
    for (const std::string& name : instance.track_script)
      if (!item_of(one.daemon->vrrp_script, name))
        mistakes_.add(at(one, "track_script", &VrrpInstanceOptions::track_script),
                      there_is_no("vrrp_script", name, names_of(one.daemon->vrrp_script)));
    for (const auto& [name, script] : one.daemon->vrrp_script)
      if (script.checks == stack::ScriptKind::primary && has(instance.track_script, name) &&
          !item_of(scenario_.mysql.hosts, one.host))
        mistakes_.add(
            fmt::format("/keepalived/vrrp_script/{}/checks", name),
            fmt::format("{} has no database: \"primary\" never succeeds there", one.host));
      else if (script.checks == stack::ScriptKind::process && has(instance.track_script, name))
        process(one, fmt::format("/keepalived/vrrp_script/{}/process", name), script.process);
    for (const auto& [name, unused] : instance.track_process)
      process(one, at(one, "track_process", &VrrpInstanceOptions::track_process), name);
    for (const std::string& peer : instance.unicast_peer)
      if (peer == one.host)
        mistakes_.add(one.pointer + "/unicast_peer", "is this host itself");
      else if (!item_of(scenario_.keepalived.hosts, peer))
        mistakes_.add(at(one, "unicast_peer", &VrrpInstanceOptions::unicast_peer),
                      fmt::format("no keepalived runs on \"{}\"", peer));
    if (one.daemon->vrrp_version == 2 && std::floor(instance.advert_int) != instance.advert_int)
      mistakes_.add(at(one, "advert_int", &VrrpInstanceOptions::advert_int),
                    "version 2 counts whole seconds; shorter ones need \"vrrp_version\": 3");
    const double hundredths = instance.advert_int * 100;
    if (one.daemon->vrrp_version == 3 &&
        (hundredths > 4095 || std::abs(hundredths - std::round(hundredths)) > 1e-9))
      mistakes_.add(at(one, "advert_int", &VrrpInstanceOptions::advert_int),
                    "version 3 counts hundredths of a second, at most 40.95s");
    const stack::KeepalivedOptions& common = scenario_.keepalived.common;
    const VrrpInstanceOptions &here = *one.daemon, &everywhere = common;
    for (const auto& [name, unused] : one.daemon->vrrp_instance)
      if (item_of(common.vrrp_instance, name) && here != everywhere)
        mistakes_.add(
            child_pointer("/keepalived/hosts", one.host),
            fmt::format("the instances have names: what is said here of one reaches none; say it "
                        "in \"vrrp_instance\": {{ \"{}\": {{ ... }} }}",
                        name));
    for (const auto& [name, other] : one.daemon->instances())
      if (other != &instance && other->virtual_router_id == instance.virtual_router_id)
        mistakes_.add(one.pointer + "/virtual_router_id",
                      "another instance of this host has it, too");
  }
  void process(const Member& one, const std::string& pointer, const std::string& name) {
    if (has(daemons_, name + "@" + one.host)) return;
    Names here;
    for (const std::string& daemon : daemons_)
      if (daemon.ends_with("@" + one.host)) here.push_back(daemon.substr(0, daemon.find('@')));
    mistakes_.add(pointer, fmt::format("{} runs no \"{}\"; allowed: {}", one.host, name,
                                       fmt::join(here, ", ")));
  }

  void habits(const Member& one) {
    const VrrpInstanceOptions& instance = *one.instance;
    if (one.weights().empty())
      mistakes_.warn(
          one.pointer,
          "tracks nothing: a load balancer that dies or hangs keeps the address; track_process "
          "or a vrrp_script tells");
    if (instance.state == stack::VrrpState::MASTER && instance.nopreempt)
      mistakes_.warn(
          one.pointer + "/nopreempt",
          "does not work with \"state\": \"MASTER\", Keepalived clears it; say BACKUP on all "
          "hosts");
    for (const std::string& name : instance.track_script) {
      const auto* script = item_of(one.daemon->vrrp_script, name);
      if (!script || script->checks != stack::ScriptKind::http || !script->through) continue;
      const auto* balancer = item_of(scenario_.haproxy.hosts, one.host);
      for (const auto& [label, server] :
           balancer ? balancer->servers : Named<stack::ServerOptions>())
        if (server.checks().kind != stack::CheckKind::none &&
            script->interval * (script->fall - 1) <= server.checks().inter * server.checks().fall)
          return mistakes_.warn(
              one.pointer + "/track_script",
              fmt::format("vrrp_script {} may fail before HAProxy has taken a dead server "
                          "out ({} checks, {} apart): the address moves for nothing; more "
                          "\"fall\", or a page of HAProxy's own",
                          name, server.checks().fall, to_text(server.checks().inter)));
    }
  }

  static bool shares_address(const Member& one, const Member& other) {
    return std::ranges::any_of(one.instance->virtual_ipaddress, [&](const std::string& address) {
      return has(other.instance->virtual_ipaddress, address);
    });
  }

  static bool has_same_addresses(const VrrpInstanceOptions& a, const VrrpInstanceOptions& b) {
    return a.virtual_ipaddress.size() == b.virtual_ipaddress.size() &&
           std::is_permutation(a.virtual_ipaddress.begin(), a.virtual_ipaddress.end(),
                               b.virtual_ipaddress.begin());
  }

  /// `one` and `other` are both ways round.
  void pair(const Member& one, const Member& other) {
    const VrrpInstanceOptions &a = *one.instance, &b = *other.instance;
    if (one.host < other.host) {
      if (a.virtual_router_id != b.virtual_router_id)
        mistakes_.warn(
            one.pointer + "/virtual_router_id",
            fmt::format("differs from that of {}: they do not hear each other, and both take the "
                        "address; say the same",
                        other.host));
      else if (one.daemon->vrrp_version != other.daemon->vrrp_version)
        mistakes_.warn(
            child_pointer("/keepalived/hosts", one.host) + "/vrrp_version",
            fmt::format("differs from that of {}: they do not hear each other, and both take the "
                        "address; say the same",
                        other.host));
      else if (a.unicast_peer.empty() != b.unicast_peer.empty())
        mistakes_.warn(
            one.pointer + "/unicast_peer",
            fmt::format("{} sends to its network, {} to hosts: they do not hear each other, and "
                        "both take the address; say it on both",
                        a.unicast_peer.empty() ? one.host : other.host,
                        a.unicast_peer.empty() ? other.host : one.host));
      else if (!has_same_addresses(a, b))
        mistakes_.warn(
            one.pointer + "/virtual_ipaddress",
            fmt::format(
                "{} has other ones beside: adverts of other addresses are dropped, and both "
                "take what they share; say the same",
                other.host));
      else if (a.advert_int != b.advert_int && one.daemon->vrrp_version == 2)
        mistakes_.warn(
            one.pointer + "/advert_int",
            fmt::format("differs from that of {}: version 2 drops such adverts, and both take the "
                        "address; say the same",
                        other.host));
      if (one.priority() == other.priority())
        mistakes_.warn(
            one.pointer + "/priority",
            fmt::format("is the same as that of {}: who has the address depends on who came "
                        "first; make one higher",
                        other.host));
    }
    if (one.priority() < other.priority()) return;
    for (const auto& [what, weight] : one.weights()) {
      if (weight == 0) continue;
      const int worse = one.priority(std::abs(weight));
      if (worse >= other.priority())
        mistakes_.warn(
            one.pointer,
            fmt::format("{} with weight {} changes nothing: when it fails the priority falls from "
                        "{} to {}, and {} has {}; allowed: a weight beyond {}, or 0",
                        what, weight, one.priority(), worse, other.host, other.priority(),
                        one.priority() - other.priority()));
      else if (b.nopreempt && b.state != stack::VrrpState::MASTER)
        mistakes_.warn(
            other.pointer + "/nopreempt",
            fmt::format("with a weight on {} ({}) it never takes over: a master of lower priority "
                        "is left in peace; allowed: weight 0",
                        one.host, what));
    }
  }

  const Scenario& scenario_;
  const Names& daemons_;
  Mistakes& mistakes_;
  std::vector<Member> members_;
};

}  // namespace

void check_vrrp(const Scenario& scenario, const Names& daemons, Mistakes& mistakes) {
  VrrpCheck(scenario, daemons, mistakes).all();
}

}  // namespace spof::scenario
