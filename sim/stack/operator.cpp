#include "stack/operator.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "stack/app_options.hpp"
#include "stack/dns_options.hpp"
#include "stack/exporter_options.hpp"
#include "stack/monitored.hpp"
#include "stack/mysql_options.hpp"
#include "stack/nginx_options.hpp"
#include "stack/prometheus_options.hpp"

namespace spof::stack {
namespace {

std::string host_of(const std::string& part) { return part.substr(part.find('@') + 1); }

}  // namespace

std::unique_ptr<Component> OperatorOptions::build(Context& context, engine::Machine& machine,
                                                  const OperatorOptions& options) {
  return std::make_unique<Operator>(context, machine, options);
}

Operator::Operator(Context& context, engine::Machine& machine, const OperatorOptions& options)
    : Component(context, OperatorOptions::kind, machine, 1, OperatorOptions::port),
      options_(options),
      random_(stream("work")),
      customers_(stream("customers")) {
  context.suffers.emplace_back([this] { suffer(); });
}

void Operator::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires)
    if (wire.port == PrometheusOptions::port)
      monitors_.push_back(address_of(wire));
    else if (!parts_.empty() && parts_.back().daemon == wire.to)
      parts_.back().doors.push_back(address_of(wire));
    else if (wire.port != OperatorOptions::ssh)
      parts_.push_back(
          {wire.to, wire.to.substr(0, wire.to.find('@')), wire.host, address_of(wire)});
}

void Operator::started() {
  Component::started();
  alerts_.clear();
  tried_.clear();
  complaint_ = busy_ = waits_for_call_ = false;
  failed_ = 0;
}

// ---- Who tells him ------------------------------------------------------------------------------
Task<> Operator::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  const Body call = exchange.request();
  const auto taken = context_.luggage.take<monitoring::Call>(call.number);
  exchange.answer(success(call, 100));
  if (!taken) co_return;
  taken->arrived(name());
  const std::vector<monitoring::Alert>& firing = taken->notification.firing;
  for (const monitoring::Alert& one : taken->notification.resolved) alerts_.erase(one.labels);
  for (const monitoring::Alert& one : firing) alerts_[one.labels] = one.name();
  if (!firing.empty() && !busy_) start(work(firing.front().name()));
}

/// A request of somebody has failed.
void Operator::suffer() {
  last_failure_ = now();
  ++failed_;
  if (failed_ < options_.complain_after || waits_for_call_ || busy_ || !is_alive()) return;
  waits_for_call_ = true;
  start(hear_customers());
}

/// The first of them to call. When all is well again until then, nobody does. [MON-8]
Task<> Operator::hear_customers() {
  constexpr double recent = 60;
  const Distribution& told =
      options_.at_night ? options_.told_at_night : options_.told_by_customers;
  co_await sleep_for(told.draw(customers_));
  waits_for_call_ = false;
  const int failed = std::exchange(failed_, 0);
  if (failed < options_.complain_after || busy_ || now() - last_failure_ > recent) co_return;
  say({.what = What::customers_complained, .figure = static_cast<double>(failed)});
  complaint_ = true;
  start(work("a complaint"));
}

// ---- What he does -------------------------------------------------------------------------------
Task<> Operator::work(std::string told_of) {
  busy_ = may_err_ = true;
  tried_.clear();
  const double called = now();
  co_await sleep_for(
      (options_.at_night ? options_.respond_at_night : options_.respond).draw(random_));
  say({.what = What::acknowledged, .figure = now() - called, .version = told_of});
  while (has_reason()) {
    co_await sleep_for(options_.diagnose.draw(random_));
    co_await read_alerts();
    Step step;
    if (has_reason()) co_await decide(step);
    if (!step.is_known) break;
    co_await act(step);
  }
  alerts_.clear();
  complaint_ = busy_ = false;
  failed_ = 0;
}

/// Those that fire still, if he can see them; new ones he is told of.
Task<> Operator::read_alerts() {
  Body question;
  question.verb = code(Verb::alerts);
  question.bytes = 300;
  for (const net::Address& monitor : monitors_) {
    net::Socket socket = co_await dial(monitor, options_.patience);
    if (!socket) continue;
    const net::Reply reply = co_await ask(socket, question, options_.patience);
    const auto firing = context_.luggage.take<std::vector<monitoring::Labels>>(reply.body.number);
    if (!reply || !firing) continue;
    std::erase_if(alerts_, [&](const auto& one) { return !has(*firing, one.first); });
    co_return;
  }
}

/// The runbook's word; else what is found broken: first what the alerts name, then all there is in
/// the order in which a request meets it. What helps most often he tries on each of them before he
/// tries anything else on one. What only does not replicate, or will be broken, comes last.
Task<> Operator::decide(Step& step) {
  from_runbook(step);
  if (step.is_known) co_return;
  name_suspects();
  std::vector<std::pair<const Part*, Looks>> ill, stuck;
  for (const bool named : {true, false})
    for (const Part& part : parts_) {
      if (part.named != named || step.is_known) continue;
      const Looks looks = co_await look(part);
      if (looks == Looks::well) continue;
      (is_broken(looks) ? ill : stuck).emplace_back(&part, looks);
      if (is_broken(looks)) propose(step, remedies(part, looks).front());
    }
  for (const auto& those : {ill, stuck})
    for (std::size_t round = 0; round < most_remedies; ++round)
      for (const auto& [part, looks] : those) {
        const auto all = remedies(*part, looks);
        if (round < all.size()) propose(step, all[round]);
      }
  try_what_is_named(step);
  try_all(step);
  if (step.is_known) mistake(step);
}

/// What an alert names, if that can be done to it: a host is rebooted, a daemon started. A probe is
/// neither.
std::string Operator::named_by(const monitoring::Labels& labels, Action action) const {
  const std::string part = part_of(labels);
  const bool wants_host = action == Action::reboot || action == Action::call;
  for (const Part& one : parts_) {
    if (one.daemon == part) return wants_host ? one.host : part;
    if (one.host == part && (wants_host || action == Action::mend)) return part;
  }
  return "";
}

void Operator::from_runbook(Step& step) {
  for (const auto& [labels, name] : alerts_)
    for (const RunbookEntry& entry : options_.runbook) {
      if (fnmatch(entry.alert.c_str(), name.c_str(), 0) != 0) continue;
      const std::string target =
          entry.target.empty() ? named_by(labels, entry.action) : entry.target;
      if (target.empty() || !tried_.insert("runbook/" + entry.alert + target).second) continue;
      step = {entry.action, target, entry.object, {}, true};
      if (entry.takes) step.takes = *entry.takes;
      return;
    }
}

void Operator::name_suspects() {
  for (Part& part : parts_)
    part.named = std::ranges::any_of(alerts_, [&](const auto& one) {
      const std::string about = part_of(one.first);
      return about == part.daemon || about == part.host;
    });
}

const Operator::Part* Operator::primary() const {
  for (const Part& part : parts_)
    if (part.kind == MysqlOptions::kind) return &part;
  return nullptr;
}

/// What helps against what he sees; where it has been in vain, the next thing that might.
std::vector<Operator::Remedy> Operator::remedies(const Part& part, Looks looks) const {
  const Remedy by_host{Action::mend, part.host}, by_daemon{Action::mend, part.daemon},
      call{Action::call, part.host};
  switch (looks) {
    case Looks::unreachable:
      return {{Action::reboot, part.host}, by_host, call};
    case Looks::read_only:
      return {{Action::read_write, part.daemon}};
    case Looks::not_replicating:
      return {{Action::start_replica, part.daemon}, by_host, {Action::mend, primary()->host}};
    case Looks::not_trusted:
      return {{Action::renew, part.daemon}, call};
    case Looks::ends_soon:
      return {{Action::renew, part.daemon}};
    default:
      return {{Action::restart, part.daemon}, by_host, by_daemon, call};
  }
}

std::string Operator::words_of(const Remedy& remedy) {
  return names(remedy.first)[static_cast<std::size_t>(remedy.first)] + (" " + remedy.second);
}

/// Unless he knows what to do, or has tried that since he came.
void Operator::propose(Step& step, const Remedy& remedy) const {
  if (!step.is_known && !tried_.contains(words_of(remedy)))
    step = {remedy.first, remedy.second, "", {}, true};
}

/// All that he looks at answers, and the alert is there all the same: he tries the part that it
/// names, then its host.
void Operator::try_what_is_named(Step& step) const {
  for (const auto& [labels, name] : alerts_) {
    const std::string part = part_of(labels);
    if (part.empty() || labels.get("job") == "probe") continue;
    for (const std::string& target : {part, host_of(part)}) propose(step, {Action::mend, target});
  }
}

/// It fails still: he goes through configurations, disks and releases, in the order in which a
/// request meets them.
void Operator::try_all(Step& step) const {
  constexpr double recent = 60;
  if (alerts_.empty() && now() - last_failure_ > recent) return;
  for (const Part& part : parts_)
    for (const std::string& target : {part.daemon, part.host})
      propose(step, {Action::mend, target});
}

/// In a hurry, or half asleep: the same done to another server.
void Operator::mistake(Step& step) {
  if (!std::exchange(may_err_, false) || !random_.chance(options_.wrong)) return;
  const bool is_host = step.target.find('@') == std::string::npos;
  const std::string kind = step.target.substr(0, step.target.find('@'));
  for (const Part& part : parts_) {
    if (part.host == host_of(step.target) || (!is_host && part.kind != kind)) continue;
    step.target = is_host ? part.host : part.daemon;
    return;
  }
}

bool Operator::is_broken(Looks looks) {
  return looks != Looks::well && looks != Looks::not_replicating && looks != Looks::ends_soon;
}

/// How what an act is to help looks, if not well: of a promotion the primary, of another address
/// what visitors meet first.
Task<Operator::Looks> Operator::need_for(const Step& step) {
  const auto first =
      std::ranges::find_if(parts_, [](const Part& part) { return part.kind != DnsOptions::kind; });
  for (const Part& part : parts_) {
    const bool is_meant = step.action == Action::promote      ? &part == primary()
                          : step.action == Action::set_record ? part.kind == first->kind
                                                              : part.daemon == step.target;
    if (!is_meant) continue;
    const Looks looks = co_await look(part);
    if (is_broken(looks) || looks == Looks::ends_soon) co_return looks;
  }
  co_return Looks::well;
}

Task<> Operator::act(const Step& step) {
  const std::string what = names(step.action)[static_cast<std::size_t>(step.action)];
  say({.what = What::decided, .target = step.target, .version = what});
  tried_.insert(words_of({step.action, step.target}));
  const double begun = now();
  const Looks need = co_await need_for(step);
  const double takes = step.takes                    ? *step.takes
                       : step.action == Action::call ? double(options_.provider)
                                                     : options_.repair.draw(random_);
  co_await sleep_until(std::max(now(), begun + takes));
  bool was_broken = carry_out(step);
  const bool in_time = step.action == Action::renew && need == Looks::ends_soon;
  if (step.action == Action::restart && is_broken(need) && !was_broken) {
    co_await sleep_for(options_.patience);
    const Looks since = co_await need_for(step);
    was_broken = !is_broken(since);
  }
  if (step.action >= Action::promote) was_broken = was_broken || is_broken(need);
  if (step.action == Action::read_write) was_broken = need == Looks::read_only;
  // What was in vain as long as that was broken may help now.
  if (was_broken && step.action != Action::restart)
    std::erase_if(tried_, [](const std::string& one) { return one.starts_with("restart "); });
  say({.what = was_broken || in_time ? What::repaired_by : What::acted_in_vain,
       .target = step.target,
       .setting = in_time,
       .version = what});
  if (step.action == Action::reboot) co_await wait_for_boot(step.target);
}

/// Nobody judges a machine that boots: he tries until it lets him in, for a minute. What it
/// starts then needs a moment more.
Task<> Operator::wait_for_boot(const std::string& host) {
  constexpr double longest = 60, again = 1;
  const auto on_it = std::ranges::find(parts_, host, &Part::host);
  for (const double given_up = now() + longest; on_it != parts_.end() && now() < given_up;) {
    net::Socket shell = co_await dial({on_it->address.ip, OperatorOptions::ssh}, options_.patience);
    if (shell || shell.outcome() == Outcome::refused) break;
    co_await sleep_for(again);
  }
  co_await sleep_for(options_.patience);
}

/// Whether he ended something that was broken, as far as that is known at once. What is behind it
/// he will see.
bool Operator::carry_out(const Step& step) {
  Hands& hands = *context_.hands;
  switch (step.action) {
    case Action::restart:
      return hands.restart(step.target);
    case Action::reboot:
      return hands.reboot(step.target);
    case Action::mend:
      return hands.mend(step.target);
    case Action::call:
      return hands.reconnect(step.target);
    case Action::start_replica:
      hands.tell(step.target, "start_replica", "");
      return hands.mend(step.target);
    case Action::promote:
      hands.tell(step.target, "promote", "");
      for (const Part& part : parts_)
        if (part.kind == AppOptions::kind) hands.tell(part.daemon, "write_to", step.target);
      return false;
    case Action::read_write:
      hands.tell(step.target, "read_write", "");
      return false;
    case Action::renew:
      return hands.renew(step.target);
    case Action::set_record:
      hands.tell(step.target, "set_record", step.object);
  }
  return false;
}

}  // namespace spof::stack
