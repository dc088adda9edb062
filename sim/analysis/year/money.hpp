#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "analysis/year/yearly.hpp"
#include "base/record.hpp"
#include "scenario/scenario.hpp"

namespace spof::report {

/// What a stack costs in a year: its machines, and what is expected to be lost while it is down.
/// Also in matrix.json.
struct Money {
  std::size_t machines = 0;       ///< with a daemon; without those that cost nothing
  std::string currency;           ///< "EUR"
  std::optional<double> hosts;    ///< a year; nothing: some machine's price is not known
  std::optional<double> outages;  ///< a year, expected; nothing: no price of an outage is given
  /// Of what is known, together.
  std::optional<double> all() const {
    if (!hosts && !outages) return {};
    return hosts.value_or(0) + outages.value_or(0);
  }
  void fields(auto& visit) {
    visit("currency", currency, {.help = "of the prices"});
    visit("hosts_a_year", Absent<Number>(hosts), {.help = "of all machines"});
    visit("outages_a_year", Absent<Number>(outages), {.help = "of the outage that is expected"});
  }
};

Money money_of(const scenario::Scenario& scenario, const Yearly& year);

}  // namespace spof::report
