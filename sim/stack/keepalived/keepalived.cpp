#include "stack/keepalived/keepalived.hpp"

#include <algorithm>

#include "base/append_new.hpp"
#include "stack/haproxy_options.hpp"
#include "stack/mysql_options.hpp"

namespace spof::stack {
namespace {

const char* const own_link = "link";

std::string script_name(const std::string& name) { return "vrrp_script " + name; }
std::string process_name(const std::string& name) { return "track_process " + name; }

}  // namespace

std::unique_ptr<Component> KeepalivedOptions::build(Context& context, engine::Machine& machine,
                                                    const KeepalivedOptions& options) {
  return std::make_unique<Keepalived>(context, machine, options);
}

Keepalived::Keepalived(Context& context, engine::Machine& machine, const KeepalivedOptions& options)
    : Component(context, KeepalivedOptions::kind, machine, 1), options_(options) {
  for (const auto& [name, given] : options.instances()) {
    VrrpInstance& instance = instances_.emplace_back(*this, options, *given);
    for (const std::string& script : given->track_script)
      for (const auto& [known, one] : options.vrrp_script)
        if (known == script) instance.track(script_name(script), one.weight, true);
    for (const auto& [process, one] : given->track_process)
      instance.track(process_name(process), one.weight);
    if (!given->dont_track_primary) instance.track(own_link, 0);
    instance.settle();
  }
  read_datagrams(KeepalivedOptions::port);
  network().fabric().host(machine).watch(*this);
}

void Keepalived::started() {
  Component::started();
  const bool for_long = epoch() == 1 && !options_.fresh_start;
  Random phase = stream("phase");
  results_.clear();
  for (VrrpInstance& instance : instances_) instance.restart(for_long, phase.uniform());
  for (const auto& [name, script] : options_.vrrp_script) {
    const bool is_tracked = std::ranges::any_of(instances_, [&, it = name](const auto& one) {
      const auto& scripts = one.options().track_script;
      return has(scripts, it);
    });
    if (!is_tracked) continue;
    // One passed run is enough at a start. [VR-5]
    const double first = for_long ? script.interval * phase.uniform() : 0.0;
    results_.push_back(for_long ? script.rise + script.fall - 1 : script.rise - 1);
    start(run_script(name, script, first, &results_.back()));
  }
  look();
}

/// Nobody connects to it.
Task<> Keepalived::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  co_return;
}

void Keepalived::heard(const Message& message) {
  if (message.body.source == 0) return look();
  const Advert advert = Advert::of(message.body);
  for (VrrpInstance& instance : instances_) instance.hear(advert);
}

void Keepalived::stop_cleanly() {
  if (!is_alive()) return;
  for (VrrpInstance& instance : instances_) instance.stop();
  Daemon::stop_cleanly();
}

void Keepalived::send_advert(const Advert& advert, const std::vector<std::string>& peers) {
  if (peers.empty()) return send_to_all(KeepalivedOptions::port, advert.body());
  for (const std::string& peer : peers)
    send({network().fabric().ip(peer), KeepalivedOptions::port}, advert.body());
}

/// Its kernel has told of a change: which processes there are, and whether the card has a link.
void Keepalived::look() {
  net::Host& host = network().fabric().host(machine());
  tell_all(own_link, kernel().platform().has_carrier(machine()));
  for (VrrpInstance& instance : instances_)
    for (const auto& [process, unused] : instance.options().track_process)
      instance.tell(process_name(process), host.runs(process));
}

void Keepalived::tell_all(const std::string& what, bool good) {
  for (VrrpInstance& instance : instances_) instance.tell(what, good);
}

/// Each interval a run starts, whether the one before has ended or not. [VR-5]
Task<> Keepalived::run_script(const std::string& name, const VrrpScript& script, double first,
                              int* result) {
  for (double next = now() + first;; next = now() + script.interval) {
    co_await sleep_until(next);
    start(run_once(name, script, result));
  }
}

/// `result` counts as Keepalived's does: from `rise` on it is good, each success after that gives
/// full credit. [VR-5]
Task<> Keepalived::run_once(const std::string& name, const VrrpScript& script, int* result) {
  const bool passed = co_await passes(script);
  if (passed)
    *result = *result + 1 < script.rise ? *result + 1 : script.rise + script.fall - 1;
  else
    *result = *result > script.rise ? *result - 1 : 0;
  tell_all(script_name(name), *result >= script.rise);
}

Task<bool> Keepalived::passes(const VrrpScript& script) {
  if (script.checks == ScriptKind::process)
    co_return network().fabric().host(machine()).runs(script.process);
  const bool role = script.checks == ScriptKind::primary;
  const net::Address there{network().fabric().ip(machine()),
                           role ? MysqlOptions::port : static_cast<std::uint16_t>(script.port)};
  const bool passed =
      co_await gets_page(there, role || script.through ? Verb::check : Verb::ping,
                         script.timeout.value_or(script.interval),
                         role ? static_cast<std::uint64_t>(AnsweredBy::primary) : 0);
  co_return passed;
}

}  // namespace spof::stack
