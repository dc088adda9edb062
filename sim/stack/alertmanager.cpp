#include "stack/alertmanager.hpp"

#include <algorithm>

#include "stack/monitored.hpp"
#include "stack/operator_options.hpp"

namespace spof::stack {

using monitoring::Millis;

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
  for (const Wire& wire : wires) people_.emplace_back(wire.to, address_of(wire));
}

void AlertmanagerDaemon::started() {
  Component::started();
  state_.emplace(options_, monitoring::to_millis(now()));
  waits_ = {};
  start(flush_when_due());
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
    for (monitoring::Notification& one : state_->flush(monitoring::to_millis(now())))
      start(deliver(std::move(one)));
  }
}

/// Tried again, each time half as long again later, until the group's next notification is due.
Task<> AlertmanagerDaemon::deliver(monitoring::Notification notification) {
  const double until = now() + std::max<double>(10, options_.group_interval);
  for (double pause = 0.5; now() < until; pause = std::min(60.0, pause * 1.5)) {
    co_await sleep_for(options_.delivery.draw(random_));
    bool reached = !random_.chance(options_.delivery_failures);
    std::vector<std::string> who;
    if (reached) reached = co_await reach(notification, who);
    if (reached) {
      state_->delivered(notification, monitoring::to_millis(now()));
      co_return tell(notification, who);
    }
    co_await sleep_for(pause);
  }
}

/// Whether one of those who are to know it has got it, and who: where nobody is, it has arrived.
Task<bool> AlertmanagerDaemon::reach(const monitoring::Notification& notification,
                                     std::vector<std::string>& who) {
  if (notification.receiver != OperatorOptions::kind) co_return true;
  for (const auto& [name, address] : people_) {
    constexpr double patience = 10;
    net::Socket socket = co_await dial(address, patience);
    if (!socket) continue;
    Body call;
    call.verb = code(Verb::alerts);
    call.bytes = 1000;
    call.number = context_.luggage.leave(notification);
    const net::Reply reply = co_await ask(socket, call, patience);
    if (reply) who.push_back(name);
  }
  co_return people_.empty() || !who.empty();
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
