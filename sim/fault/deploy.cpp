#include "fault/deploy.hpp"

#include <functional>
#include <memory>

namespace spof::fault {
namespace {

/// How often whoever rolls out looks whether an application answers again.
constexpr double look_again = 0.1;

void tell_balancers(Switches& site, const net::Daemon& app, const char* command, Hold by) {
  for (const auto& [balancer, line] : site.lines_to(app.machine()))
    balancer->command(command, line, by);
}

void renew(Switches& site, net::Daemon& app, Renewal how, Hold by) {
  if (how == Renewal::reload && app.is_ready()) return app.command("reload", app.name(), by);
  site.stop(app, by);
  site.let_go(app, by);  // as soon as it has ended
}

/// Who rolls out, step by step. Over as soon as the first application has lost the release again.
class Operator : public std::enable_shared_from_this<Operator> {
 public:
  Operator(Deploy plan, Switches& site, Hold by) : plan_(std::move(plan)), site_(site), by_(by) {}

  /// The files come to the first server; from there the schema is changed.
  void begin() {
    app(0).release.add(by_, plan_.release);
    for (std::size_t i = 0; plan_.assets_first && i < plan_.targets.size(); ++i)
      app(i).command("assets", plan_.release, by_);
    if (plan_.migrate == Migrate::before) app(0).command("migrate", plan_.release, by_);
    migrated();
  }

 private:
  void migrated() {
    if (plan_.migrate == Migrate::before && !app(0).has_migrated(plan_.release))
      return later(look_again, [this] { migrated(); });
    const std::size_t first = plan_.order == RollOut::at_once ? plan_.targets.size() : 1;
    for (std::size_t i = 0; i < first; ++i) turn(i);
  }

  void turn(std::size_t i) {
    if (!app(i).release.holds(by_)) app(i).release.add(by_, plan_.release);
    if (plan_.drain) tell_balancers(site_, app(i), "drain", by_);
    later(plan_.copy + plan_.drain.value_or(0), [this, i] {
      renew(site_, app(i), plan_.how, by_);
      wait_for(i);
    });
  }

  net::Daemon& app(std::size_t i) const { return site_.daemon(plan_.targets[i]); }

  void later(double delay, std::function<void()> next) {
    site_.after(delay, [self = shared_from_this(), next = std::move(next)] {
      if (self->app(0).release.holds(self->by_)) next();
    });
  }
  void wait_for(std::size_t i) {
    later(look_again, [this, i] { app(i).is_ready() ? done(i) : wait_for(i); });
  }
  void done(std::size_t i) {
    if (plan_.drain) tell_balancers(site_, app(i), "ready", by_);
    if (++done_ == plan_.targets.size() && plan_.migrate == Migrate::after)
      app(0).command("migrate", plan_.release, by_);
    later(plan_.pause, [this, i] {
      if (plan_.abort_above && app(i).failed_share() > *plan_.abort_above) return roll_back(i);
      if (plan_.order == RollOut::one_by_one && i + 1 < plan_.targets.size()) turn(i + 1);
    });
  }

  void roll_back(std::size_t i) {
    site_.tell({.source = "roll-out",
                .what = measure::What::rolled_back,
                .target = app(i).name(),
                .figure = app(i).failed_share(),
                .version = plan_.release});
    site_.end(by_);
  }

  const Deploy plan_;
  Switches& site_;
  const Hold by_;
  std::size_t done_ = 0;
};

}  // namespace

void Deploy::strike(Switches& site, Hold by) const {
  std::make_shared<Operator>(*this, site, by)->begin();
}

void Deploy::repair(Switches& site, Hold by) const {
  for (const std::string& one : targets) {
    net::Daemon& app = site.daemon(one);
    if (!app.release.holds(by)) continue;
    app.release.drop(by);
    if (drain) tell_balancers(site, app, "ready", by);
    app.command("stop_migrating", release, by);
    if (app.has_loaded(release) || !app.is_alive()) renew(site, app, how, by);
  }
}

}  // namespace spof::fault
