#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/distribution.hpp"
#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

enum class Action : std::uint8_t {
  restart,
  reboot,
  mend,
  start_replica,
  promote,
  read_write,
  renew,
  set_record,
  call
};
constexpr auto names(Action) {
  return std::array{"restart",    "reboot", "mend",       "start_replica", "promote",
                    "read_write", "renew",  "set_record", "call"};
}

/// What to do at an alert.
struct RunbookEntry {
  std::string alert;
  Action action = Action::restart;
  std::string target, object;
  std::optional<Seconds> takes;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("alert", alert,
          {.help = "the alert's name, where * stands for any letters", .required = true});
    visit("action", action,
          {.help = "restart a daemon; reboot a host; mend what is wrong on a daemon, host or link: "
                   "rules of its packet filter, a full disk, a bad release; start_replica; promote "
                   "a replica and "
                   "tell the applications; read_write: let a primary take writes; renew a "
                   "certificate; set_record of a name server; call "
                   "the provider of a host's network",
           .required = true});
    visit("target", target, {.help = "whom", .otherwise = "what the alert names"});
    visit("object", object, {.help = "set_record: the address", .otherwise = "standby"});
    visit("takes", takes, {.help = "how long it takes", .otherwise = "see `repair`"});
  }
};

/// Somebody who is called. He knows what he is told, and what daemons answer when he looks at them
/// from where he is; one thing at a time. Not modelled: shifts, several people, knowing the system
/// better each time.
struct OperatorOptions {
  static constexpr const char* kind = "operator";
  static constexpr const char* about = "who is called, looks, and repairs";
  static constexpr std::uint16_t port = 5000;
  static constexpr std::uint16_t ssh = 22;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const OperatorOptions& options);
  bool at_night = false;
  Distribution respond = Distribution::lognormal(180, 0.6);
  Distribution respond_at_night = Distribution::lognormal(600, 0.6);
  Distribution diagnose = Distribution::lognormal(180, 0.6);
  Distribution repair = Distribution::lognormal(60, 0.6);
  Seconds provider = 3600;
  Seconds patience = 5;
  Share wrong = 0;
  Distribution told_by_customers = Distribution::exponential(1200);
  Distribution told_at_night = Distribution::exponential(7200);
  int complain_after = 20;
  std::vector<RunbookEntry> runbook;
  ServiceOptions service;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("at_night", at_night, {.help = "it happens at night"});
    visit("respond", respond,
          {.help = "from the call until somebody sits before a screen, by day (assumed; the target "
                   "of a service that users feel is 5 min)",
           .source = "MON-8"});
    visit("respond_at_night", respond_at_night,
          {.help = "the same at night (assumed)", .source = "MON-8"});
    visit("diagnose", diagnose,
          {.help = "until he has looked at everything that may be the cause (assumed)",
           .source = "MON-8"});
    visit("repair", repair,
          {.help = "until a command is given, once he knows which (assumed)", .source = "MON-8"});
    visit("provider", provider,
          {.help = "until a provider has repaired a line (assumed)", .source = "MON-8", .min = 0});
    visit("patience", patience, {.help = "how long he waits for a daemon's answer", .min = 0.001});
    visit("wrong", wrong,
          {.help = "with this probability he begins with the wrong server", .min = 0, .max = 1});
    visit("told_by_customers", told_by_customers,
          {.help = "by day, until one of those whose requests fail calls (assumed)",
           .source = "MON-8"});
    visit("told_at_night", told_at_night,
          {.help = "the same at night (assumed)", .source = "MON-8"});
    visit("complain_after", complain_after,
          {.help = "so many failed requests, and customers notice", .min = 1});
    visit("runbook", runbook,
          {.help = "what to do at which alert; the first that fits",
           .otherwise = "look at what the alert names, then at all others, and repair what is "
                        "found broken"});
    visit("service", service, {.help = "its service manager"});
  }
};

}  // namespace spof::stack
