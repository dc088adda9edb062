#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "stack/alertmanager_options.hpp"
#include "stack/component.hpp"
#include "stack/monitoring/alertmanager.hpp"

namespace spof::stack {

/// Alertmanager as a daemon: takes alerts from whoever sends them, and tells receivers of groups of
/// them. A receiver called `operator` is every operator there is, any other one is a mailbox that
/// nobody reads. It writes down what it has told each 15 min and when it is stopped, and knows that
/// when it is started again; the alerts it has to be sent anew. [MON-10]
class AlertmanagerDaemon final : public Component {
 public:
  AlertmanagerDaemon(Context& context, engine::Machine& machine,
                     const AlertmanagerOptions& options);
  void wired(const std::vector<Wire>& wires) override;
  const AlertmanagerOptions& options() const { return options_; }
  std::function<void(const monitoring::Notification&)> sends;  ///< told what it tells; for checks

 protected:
  void started() override;
  void ended(bool silently) override;
  Task<> serve(const Message& message) override;

 private:
  Task<> flush_when_due();
  Task<> write_log();
  Task<> deliver(monitoring::Notification notification);
  Task<bool> reach(const monitoring::Notification& notification);
  /// Of whoever has got it; `who`: nobody, where it is a mailbox.
  void tell(const monitoring::Notification& notification, const std::vector<std::string>& who);

  const AlertmanagerOptions& options_;
  std::optional<monitoring::Alertmanager> state_;
  monitoring::Alertmanager::Log written_;  ///< what survives it
  double settled_ = 0;                     ///< it tells nobody anything before
  std::vector<net::Address> people_;
  Token waits_;  ///< for the next date, or for alerts
  Random random_;
};

}  // namespace spof::stack
