#include "stack/haproxy/frontend.hpp"

#include <algorithm>

#include "base/append_new.hpp"

namespace spof::stack {

Frontend::Frontend(const FrontendOptions& given, const Named<RequestClass>& classes,
                   const Named<Backend*>& backends)
    : options(given),
      rates_(given.stick_table.http_req_rate),
      classes_(classes),
      backends_(backends) {
  configure("");
}

void Frontend::configure(const std::string& default_backend) {
  const bool other = !default_backend.empty() && options.mode == Mode::http;
  const auto named = [&](const std::string& name) {
    const auto found =
        std::ranges::find_if(backends_, [&](const auto& one) { return one.first == name; });
    return found == backends_.end() ? backends_.front().second : found->second;
  };
  by_class_.clear();
  for (const auto& entry : classes_) {
    const auto rule = std::ranges::find_if(
        options.use_backend, [&](const UseBackend& one) { return has(one.classes, entry.first); });
    by_class_.push_back(named(rule != options.use_backend.end() ? rule->backend
                              : other                           ? default_backend
                                                                : options.default_backend));
  }
}

void Frontend::expect_requests(net::Listener& listener) const {
  const ClientTimeouts& timeout = options.timeout;
  listener.request_timeout = timeout.http_request.value_or(timeout.client);
  listener.any_byte_counts = !timeout.http_request;
  listener.idle_timeout = timeout.http_keep_alive.value_or(listener.request_timeout);
}

void Frontend::limit(net::Listener& listener, int maxconn) const {
  if (options.mode == Mode::http) expect_requests(listener);
  listener.limit = std::min(maxconn, options.maxconn.value_or(maxconn));  // [HA-7]
  listener.backlog = std::min(listener.limit, 4096);                      // somaxconn [TCP-4]
}

}  // namespace spof::stack
