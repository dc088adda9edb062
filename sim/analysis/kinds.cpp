#include "analysis/kinds.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "measure/words.hpp"

namespace spof::report {
namespace {

using scenario::Disruption;

constexpr std::string_view mend = KnownKind().undone_by;
constexpr const char* whole = nullptr;
constexpr std::array known_kinds{
    KnownKind{"crash", "crash of ", "", "% crashed", "% started again", "start %"},
    KnownKind{"hang", "hang of ", "", "% hung: ports open, no answer", "% went on",
              "kill and start %", whole, std::nullopt, "% froze: silence"},
    KnownKind{"slow", "slow-down of ", "", "% became slow", "% back at full speed",
              "find what slows %"},
    KnownKind{"error", "errors of ", "", "% began to answer errors", "% stopped answering errors",
              "start % again, or take its last release back", whole, Disruption::release},
    KnownKind{"power_off", "power failure of ", "", "% lost {its|their} power",
              "power back at %, which {boots|boot}", "switch % on"},
    KnownKind{"link_down", "cut of link ", "Link ", "{link|links} % {was|were} cut: silence",
              "{link|links} % carried packets again", mend, whole, Disruption::network},
    KnownKind{"partition", "partition ", "The path ", "packets % began to vanish",
              "packets % get through again", mend, whole, Disruption::network},
    KnownKind{"latency", "added latency of link ", "Link ", "{link|links} % became slower",
              "{link|links} % had {its|their} latency back", mend, whole, Disruption::network},
    KnownKind{"loss", "packet loss of link ", "Link ", "{link|links} % began to lose packets",
              "{link|links} % stopped losing packets", mend, whole, Disruption::network},
    KnownKind{"bandwidth", "lack of bandwidth of link ", "Link ", "{link|links} % lost bandwidth",
              "{link|links} % had {its|their} bandwidth back", mend, whole, Disruption::network},
    KnownKind{"slow disk", "slow disk of ", "", "", "", "replace the disk of %", "disk"},
    KnownKind{"disk_full", "full disk of ", "The disk of ", "the {disk|disks} of % {was|were} full",
              "the {disk|disks} of % had space again", "make room on the disk of %", "disk"},
    KnownKind{"firewall_rule", "firewall rule of ", "The firewall of ",
              "a rule came into the firewall of %", "the rule was taken out of the firewall of %",
              "take the rule out of the filter of %", "firewall", Disruption::mistake},
    KnownKind{"certificate_expiry", "end of the certificate of ", "The certificate of ",
              "the {certificate|certificates} of % ended",
              "% had {its|their} new {certificate|certificates} in use",
              "renew the certificate and reload %", "certificate", Disruption::mistake},
    KnownKind{"syn flood", "syn flood of ", "", "", "", "SYN cookies on the host of %",
              "under attack", Disruption::attack},
    KnownKind{"slowloris", "slowloris of ", "", "", "", "a timeout http-request for %",
              "under attack", Disruption::attack},
    KnownKind{"http flood", "http flood of ", "", "", "", "a limit for each address at %",
              "under attack", Disruption::attack},
    KnownKind{"restart", "restart of ", "", "% {was|were} stopped to be started again"},
    KnownKind{"stop", "stop of ", "", "% {was|were} stopped", "% started again"},
    KnownKind{"maintenance", "maintenance of ", "", "an operator took a server out at %",
              "the operator put it back at %"},
    KnownKind{"reload", "reload of ", "", "% {was|were} reloaded"},
    KnownKind{"deploy", "deployment to ", "The release of ", "a release was rolled out to %",
              "% went back to the release before"},
    KnownKind{"disk_fills", "filling disk of ", "The disk of ",
              "the {disk|disks} of % began to fill", "the {disk|disks} of % had space again"},
    KnownKind{"memory_leak", "memory leak of ", "", "% began to leak memory", "% leaked no more"},
    KnownKind{"reboot", "reboot of ", "", "% {was|were} rebooted", "% booted"},
    KnownKind{"weight", "change of weight at ", "", "an operator gave a server another weight at %",
              "the operator gave it back its weight at %"},
    KnownKind{"clock", "wrong clock of ", "The clock of ", "the {clock|clocks} of % went wrong",
              "the {clock|clocks} of % {was|were} set right"},
    KnownKind{"open_transaction", "open transaction in ", "",
              "a client left a transaction open in %", "the transaction in % ended"},
    KnownKind{"command", "command to ", "", "an operator gave a command to %"}};

}  // namespace

const KnownKind* known_kind(std::string_view kind) {
  const auto found = std::ranges::find(known_kinds, kind, &KnownKind::kind);
  return found == known_kinds.end() ? nullptr : &*found;
}

std::string failure_name(const measure::Failure& failure) {
  std::string name = word(failure.outcome);
  if (failure.cause != measure::Cause::none) name += std::string(" ") + word(failure.cause);
  return name;
}

std::vector<std::string> failures_by_cause(const measure::Tally& tally, std::size_t most,
                                           double runs) {
  auto failures = tally.failures;
  std::ranges::stable_sort(failures, std::greater{}, &measure::Failure::requests);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::min(most, failures.size()); ++i)
    out.push_back(failure_name(failures[i]) + " " +
                  count_text(static_cast<double>(failures[i].requests) / runs));
  return out;
}

}  // namespace spof::report
