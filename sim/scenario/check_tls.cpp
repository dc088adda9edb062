#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "base/quantity_text.hpp"
#include "scenario/check_parts.hpp"

namespace spof::scenario {
namespace {

/// The listeners of a daemon that may have TLS.
template <class Options, class Use>
void each_listener(const std::string& pointer, const Options& options, Use use) {
  if constexpr (requires { options.all_frontends(); }) {
    for (const auto& [name, one] : options.all_frontends())
      use(name.empty() ? pointer : child_pointer(pointer + "/frontends", name),
          static_cast<std::uint16_t>(one->bind), one->tls);
  } else if constexpr (requires { options.tls.has_value(); }) {
    use(pointer, Options::port, options.tls);
  }
}

/// Whether a frontend sends everybody to another port, before it reads what they want.
bool redirects(const Scenario& scenario, const std::string& daemon, int port) {
  const auto* balancer = item_of(scenario.haproxy.hosts, host_of(daemon));
  if (!balancer || section_of(daemon) != stack::HaproxyOptions::kind) return false;
  for (const auto& [name, one] : balancer->all_frontends())
    if (one->bind == port && one->redirect_scheme_https) return true;
  return false;
}

template <class Use>
void each_listener(const Scenario& scenario, Use use) {
  scenario.each_section([&]<class Options>(const Section<Options>& section) {
    for (const auto& [host, one] : section.hosts)
      each_listener(fmt::format("/{}", Options::kind), one,
                    [&, daemon = fmt::format("{}@{}", Options::kind, host)](auto&&... rest) {
                      use(daemon, rest...);
                    });
  });
}

}  // namespace

bool speaks_tls(const Scenario& scenario, const std::string& daemon) {
  bool found = false;
  each_listener(scenario, [&](const std::string& name, const std::string&, std::uint16_t,
                              const auto& tls) { found = found || (tls && name == daemon); });
  return found;
}

void check_tls(const Scenario& scenario, const std::vector<std::string>& links,
               Mistakes& mistakes) {
  for (const auto& [host, balancer] : scenario.haproxy.hosts) {
    const auto all = balancer.all_frontends();
    for (const auto& [name, one] : all) {
      const std::string pointer =
          "/haproxy" + (name.empty() ? "" : child_pointer("/frontends", name));
      if (one->tls && one->mode == stack::Mode::tcp)
        mistakes.add(pointer + "/tls",
                     "mode tcp passes on what its databases speak: give them the \"tls\"");
      const auto port = one->redirect_scheme_https;
      if (port && std::ranges::none_of(all, [port](const auto& other) {
            return other.second->bind == *port && other.second->tls &&
                   !other.second->redirect_scheme_https;
          }))
        mistakes.add(pointer + "/redirect_scheme_https",
                     fmt::format("no frontend with \"tls\" serves requests on port {}", *port));
    }
  }
  for (std::size_t i = 0; i < scenario.faults.size(); ++i)
    if (const auto* one = std::get_if<fault::CertificateExpiry>(&scenario.faults[i]);
        one && !std::ranges::all_of(members_of(scenario, one->target), [&](auto& part) {
          return section_of(part).empty() || speaks_tls(scenario, part);
        }))
      mistakes.add(fmt::format("/faults/{}/target", i), "none of its ports has \"tls\"");
  if (!scenario.eavesdropper || links.empty()) return;
  const auto& wanted = scenario.eavesdropper->links;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (!has(links, wanted[i]))
      mistakes.add(fmt::format("/eavesdropper/links/{}", i),
                   there_is_no("link in the platform", wanted[i], links));
}

void warn_of_tls(const Scenario& scenario, const Topology& topology, Mistakes& mistakes) {
  const auto secret = std::find_if(scenario.classes.begin(), scenario.classes.end(),
                                   [](const auto& one) { return one.second.password; });
  each_listener(scenario, [&](const std::string& daemon, const std::string& pointer,
                              std::uint16_t port, const auto& tls) {
    if (tls && tls->certificate.expires && *tls->certificate.expires < scenario.duration)
      mistakes.warn(
          pointer + "/tls/certificate/expires",
          fmt::format("is within the run: from {} on every client that verifies is turned away, "
                      "unless it is renewed and the daemon reloaded before",
                      to_text(*tls->certificate.expires)));
    if (tls || redirects(scenario, daemon, port) || secret == scenario.classes.end()) return;
    for (const Edge& edge : topology.edges) {
      const auto behind = topology.behind(edge.wire);
      if (edge.wire.purpose == stack::Purpose::door && edge.wire.port == port &&
          has(behind, daemon))
        mistakes.warn(pointer,
                      fmt::format("passwords of {} cross port {} in clear: it has no \"tls\"",
                                  secret->first, port));
    }
  });
}

}  // namespace spof::scenario
