#include "stack/haproxy/haproxy.hpp"

namespace spof::stack {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

std::string or_else(const std::string& name, const char* unnamed) {
  return name.empty() ? unnamed : name;
}

void add_responses(MetricsPage& page, const char* name, Labels labels, const Responses& responses) {
  labels.emplace_back("code", "");
  for (std::size_t digit = 1; digit < responses.counts.size(); ++digit) {
    labels.back().second = std::to_string(digit) + "xx";
    page.push_back({name, labels, static_cast<double>(responses.counts[digit])});
  }
}

const char* state_of(const Server& server) {
  if (server.admin == Server::Admin::maint) return "MAINT";
  if (!server.up) return "DOWN";
  return server.admin == Server::Admin::drain ? "DRAIN" : "UP";
}

}  // namespace

/// promex: it lives and dies with the process. [MON-7]
Task<> Haproxy::serve_metrics(const Message& message) {
  net::Exchange exchange(*this, message);
  MetricsPage page = metrics();
  Body said = success(exchange.request(), 1000 + 100 * static_cast<double>(page.size()));
  said.number = context_.luggage.leave(std::move(page));
  exchange.answer(said);
  co_return;
}

/// As promex of HAProxy 2.6 names them, as far as the shipped rules need them. A frontend or
/// backend without a name is `fe` or `be`.
MetricsPage Haproxy::metrics() const {
  MetricsPage page;
  const Named<const FrontendOptions*> named = options_.all_frontends();
  for (std::size_t i = 0; i < frontends_.size(); ++i)
    add_responses(page, "haproxy_frontend_http_responses_total",
                  {{"proxy", or_else(named[i].first, "fe")}}, frontends_[i].responses);
  for (const Backend& backend : backends_) {
    const std::string proxy = or_else(backend.name, "be");
    double active = 0, backups = 0;
    for (const Server& server : backend.servers) {
      const Labels labels{{"proxy", proxy}, {"server", server.name}};
      const std::string now = state_of(server);
      for (const char* state : {"UP", "DOWN", "MAINT", "DRAIN"}) {
        Labels with = labels;
        with.emplace_back("state", state);
        page.push_back({"haproxy_server_status", with, now == state ? 1. : 0.});
      }
      add_responses(page, "haproxy_server_http_responses_total", labels, server.responses);
      page.push_back(
          {"haproxy_server_current_queue", labels, static_cast<double>(server.queue.size())});
      (server.options.backup ? backups : active) += server.is_usable() ? 1 : 0;
    }
    page.push_back({"haproxy_backend_active_servers", {{"proxy", proxy}}, active});
    page.push_back({"haproxy_backend_backup_servers", {{"proxy", proxy}}, backups});
    page.push_back({"haproxy_backend_current_queue",
                    {{"proxy", proxy}},
                    static_cast<double>(backend.queue.size())});
  }
  return page;
}

}  // namespace spof::stack
