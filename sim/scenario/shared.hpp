#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mistakes.hpp"
#include "base/options.hpp"
#include "fault/catalogue.hpp"

namespace spof::scenario {

struct Scenario;
struct RatedParts;

/// What several parts have in common, and how it strikes them when it fails: a switch, a rack, a
/// power feed, a storage, a certificate, a release, a job that runs on all at the same minute.
/// Redundancy among them is none against it. A fault that is aimed at it strikes all of them at
/// once; a matrix breaks it as one part.
struct SharedOptions {
  std::string kind;
  std::vector<std::string> parts;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("kind", kind,
          {.help = "what becomes of the parts when it fails: a kind of fault, or \"slow disk\"",
           .required = true});
    visit("parts", parts,
          {.help = "daemons, hosts or links, whichever such a fault strikes", .required = true});
  }
};

/// A fault of that kind with its default severity, aimed at a part; nothing: no such kind has one
/// target.
std::optional<fault::Fault> fault_of(std::string_view kind, const std::string& target);

/// The group that a fault is aimed at; null: none. A command is about what it names.
const SharedOptions* group_of(const Scenario& scenario, const fault::Fault& fault);

/// What a fault strikes: itself, or one for each part of the group that it is aimed at.
std::vector<fault::Fault> parts_of(const Scenario& scenario, const fault::Fault& fault);

/// The parts of the group of that name; of any other name, itself.
std::vector<std::string> members_of(const Scenario& scenario, const std::string& name);

/// Kinds that are none, parts that are not there or are no target of such a fault, also of the
/// faults that are aimed at a group; names that are taken.
void check_shared(const Scenario& scenario, const RatedParts& there, Mistakes& mistakes);

}  // namespace spof::scenario
