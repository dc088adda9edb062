#pragma once
#include <vector>

#include "stack/component.hpp"
#include "stack/nginx_options.hpp"

namespace spof::stack {

/// Nginx: static files itself, everything else through an application server.
class Nginx final : public Component {
 public:
  Nginx(Context& context, engine::Machine& machine, const NginxOptions& options);
  void wired(const std::vector<Wire>& wires) override;
  /// It closes its own connection to the application when the client has left (499). [NG-5]
  bool drops_on_hangup() const override { return true; }
  /// SIGQUIT; Debian's unit waits 5 s. [NG-9]
  void stop_cleanly() override { stop_gracefully(5); }

 protected:
  void started() override;
  Task<> serve(const Message& message) override;

 private:
  struct Upstream {
    net::Address address;
    int fails = 0;
    double accessed = -1e9;  ///< its last failure
    double checked = -1e9;   ///< its last failure, or the last time it was tried again
  };
  Task<Body> proxy(Body request);
  Task<Body> ask_upstream(Upstream& upstream, Body request, bool* may_try_next);
  Upstream* pick(const Upstream* avoid);
  static void failed(Upstream& upstream);
  const NginxOptions& options_;
  Random random_;
  engine::Station disk_;
  std::vector<Upstream> upstreams_;
  std::size_t turn_ = 0;
  int proxied_ = 0;
};

}  // namespace spof::stack
