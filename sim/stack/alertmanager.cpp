#include "stack/alertmanager.hpp"

#include <algorithm>

#include "stack/monitored.hpp"
#include "stack/operator_options.hpp"

namespace spof::stack {

using monitoring::Millis;

namespace {

// `--data.maintenance-interval`; and what it waits for others of its kind, there or not. [MON-10]
constexpr double maintenance_interval = 900, gossip_settles = 10;

}  // namespace

std::unique_ptr<Component> AlertmanagerOptions::build(Context& context, engine::Machine& machine,
                                                      const AlertmanagerOptions& options) {
  return std::make_unique<AlertmanagerDaemon>(context, machine, options);
}

AlertmanagerDaemon::AlertmanagerDaemon(Context& context, engine::Machine& machine,
                                       const AlertmanagerOptions& options)
    : Component(context, AlertmanagerOptions::kind, machine, 1, AlertmanagerOptions::port),
      options_(options),
      random_(stream("delivery")) {}

void AlertmanagerDaemon::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires) people_.push_back(address_of(wire));
}

void AlertmanagerDaemon::started() {
  Component::started();
  state_.emplace(options_, monitoring::to_millis(now()));
  state_->know(written_);
  settled_ = epoch() > 1 ? now() + gossip_settles : 0;
  waits_ = {};
  start(flush_when_due());
  start(write_log());
}

void AlertmanagerDaemon::ended(bool silently) {
  if (stops_cleanly()) written_ = state_->log();
  Component::ended(silently);
}

Task<> AlertmanagerDaemon::write_log() {
  for (;;) {
    co_await sleep_for(maintenance_interval);
    written_ = state_->log();
  }
}

Task<> AlertmanagerDaemon::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  const Body request = exchange.request();
  const auto alerts = context_.luggage.take<std::vector<monitoring::Alert>>(request.number);
  if (alerts) state_->push(*alerts, monitoring::to_millis(now()));
  exchange.answer(success(request, 100));
  if (waits_.process) accept(waits_);
  co_return;
}

Task<> AlertmanagerDaemon::flush_when_due() {
  for (;;) {
    const Millis due = state_->next_due();
    const double left =
        due == monitoring::never_due ? 0 : std::max(1e-6, monitoring::to_seconds(due) - now());
    if (monitoring::to_millis(now()) < due) {
      co_await engine::Nap(*this, waits_, left);
      continue;
    }
    for (monitoring::Notification& one : state_->flush(monitoring::to_millis(now()))) {
      if (sends) sends(one);
      start(deliver(std::move(one)));
    }
  }
}

/// Tried again, each time half as long again later, until the group's next notification is due.
Task<> AlertmanagerDaemon::deliver(monitoring::Notification notification) {
  if (now() < settled_) co_await sleep_until(settled_);
  const double until = now() + std::max<double>(10, options_.group_interval);
  bool is_told = false;
  for (double pause = 0.5; now() < until; pause = std::min(60.0, pause * 1.5)) {
    co_await sleep_for(options_.delivery.draw(random_));
    bool reached = !random_.chance(options_.delivery_failures);
    if (reached) reached = co_await reach(notification);
    if (reached) co_return state_->delivered(notification, monitoring::to_millis(now()));
    if (!std::exchange(is_told, true))
      for (const monitoring::Alert& alert : notification.firing)
        say({.what = What::not_delivered,
             .target = part_of(alert.labels),
             .version = alert.name(),
             .parts = {notification.receiver}});
    co_await sleep_for(pause);
  }
}

/// Whether one of those who are to know it has said so: where nobody is, it has arrived.
Task<bool> AlertmanagerDaemon::reach(const monitoring::Notification& notification) {
  if (notification.receiver != OperatorOptions::kind || people_.empty()) {
    tell(notification, {});
    co_return true;
  }
  bool reached = false;
  for (const net::Address& person : people_) {
    constexpr double patience = 10;
    net::Socket socket = co_await dial(person, patience);
    if (!socket) continue;
    monitoring::Call call{
        notification, [this, notification](const std::string& who) { tell(notification, {who}); }};
    Body question;
    question.verb = code(Verb::alerts);
    question.bytes = 1000;
    question.number = context_.luggage.leave(std::move(call));
    const net::Reply reply = co_await ask(socket, question, patience);
    reached = reached || bool(reply);
  }
  co_return reached;
}

void AlertmanagerDaemon::tell(const monitoring::Notification& notification,
                              const std::vector<std::string>& who) {
  for (const bool over : {false, true})
    for (const monitoring::Alert& alert : over ? notification.resolved : notification.firing)
      say({.what = What::notified,
           .target = part_of(alert.labels),
           .figure = now() - monitoring::to_seconds(over ? alert.ends : alert.starts),
           .setting = over ? 1 : 0,
           .version = alert.name(),
           .parts = {notification.receiver},
           .beyond = who});
}

}  // namespace spof::stack
