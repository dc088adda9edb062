#pragma once
#include <string>
#include <vector>

#include "stack/component.hpp"
#include "stack/haproxy/backend.hpp"
#include "stack/haproxy/rate_counter.hpp"

namespace spof::stack {

/// One frontend of an HAProxy: the limits of who comes in there, and which backend that leads to.
class Frontend {
 public:
  /// `backends`: by name, the default first where the options name none.
  Frontend(const FrontendOptions& options, const Named<RequestClass>& classes,
           const Named<Backend*>& backends);
  /// `default_backend`: of mode http, another than in the options; empty: those.
  void configure(const std::string& default_backend);
  /// How long it waits for a request, and for a further one. [HA-33]
  void expect_requests(net::Listener& listener) const;
  /// What its kernel and HAProxy let in, of a process that takes `maxconn` connections.
  void limit(net::Listener& listener, int maxconn) const;
  void restart() {
    rates_.clear();
    responses = {};
  }
  /// `http-request deny`: counts the request, too. [HA-41]
  bool denies(const Body& request, double date) {
    const StickTableOptions& table = options.stick_table;
    return table.deny_above > 0 && rates_.count(request.source, date) > table.deny_above;
  }
  /// `use_backend`, else `default_backend`.
  Backend& backend_for(const Body& request) const { return *by_class_[request.request_class]; }

  const FrontendOptions& options;
  std::optional<TlsListener> tls;
  Responses responses;

 private:
  RateTable rates_;
  const Named<RequestClass>& classes_;
  Named<Backend*> backends_;
  std::vector<Backend*> by_class_;
};

}  // namespace spof::stack
