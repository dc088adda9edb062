#pragma once
#include <optional>
#include <string>

#include "base/mistakes.hpp"
#include "base/options.hpp"

namespace spof::scenario {

struct Scenario;

/// What the stack costs whoever pays for it. No run depends on it: a matrix puts it beside what a
/// year loses.
struct CostOptions {
  std::string currency = "EUR";
  std::optional<double> host;
  Named<double> hosts;
  Named<double> outage_hour;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("currency", currency, {.help = "of all prices here, as it is printed"});
    visit("host", host,
          {.help = "of one machine a month, with all that is on it",
           .otherwise = "not known: no money is told",
           .min = 0,
           .max = 1e9});
    visit("hosts", hosts,
          {.help = "of single machines a month, by name; 0: somebody else's, and not counted",
           .min = 0,
           .max = 1e9});
    visit("outage_hour", outage_hour,
          {.help = "of an hour in which a class of requests is down, by class; \"all\": in which "
                   "any is. What is given adds up",
           .min = 0,
           .max = 1e12});
  }
};

/// Machines and classes that are not there.
void check_cost(const Scenario& scenario, const std::vector<std::string>& hosts,
                Mistakes& mistakes);

}  // namespace spof::scenario
