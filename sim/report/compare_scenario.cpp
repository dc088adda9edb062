#include <algorithm>
#include <set>

#include "base/mistakes.hpp"
#include "report/compare.hpp"

namespace spof::report {
namespace {

/// They say what is run, not what the stack is; the heading of a comparison tells them.
bool is_left_out(const std::string& pointer) {
  static const std::set<std::string> words{"/title", "/description", "/expect",
                                           "/runs",  "/seed",        "/$schema"};
  return words.count(pointer) > 0;
}

std::string line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

using Changes = std::vector<ScenarioChange>;

void compare_values(const Json& a, const Json& b, const std::string& pointer, Changes& changes);

void compare_members(const Json& a, const Json& b, const std::string& pointer, Changes& changes) {
  for (auto one = a.begin(); one != a.end(); ++one) {
    const std::string at = child_pointer(pointer, one.key());
    if (is_left_out(at)) continue;
    const auto other = b.find(one.key());
    if (other == b.end())
      changes.push_back({at, line(*one), "", 0});
    else
      compare_values(*one, *other, at, changes);
  }
  for (auto one = b.begin(); one != b.end(); ++one) {
    const std::string at = child_pointer(pointer, one.key());
    if (!a.contains(one.key()) && !is_left_out(at)) changes.push_back({at, "", line(*one), 0});
  }
}

void compare_values(const Json& a, const Json& b, const std::string& pointer, Changes& changes) {
  if (a == b) return;
  if (a.is_object() && b.is_object()) return compare_members(a, b, pointer, changes);
  if (!a.is_array() || !b.is_array()) {
    changes.push_back({pointer, line(a), line(b), 0});
    return;
  }
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const std::string at = child_pointer(pointer, std::to_string(i));
    if (i < a.size() && i < b.size())
      compare_values(a[i], b[i], at, changes);
    else
      changes.push_back({at, i < a.size() ? line(a[i]) : "", i < b.size() ? line(b[i]) : "", 0});
  }
}

/// Where a value may come from: a daemon's host takes what its kind says, a server what
/// default_server says. Empty: from nowhere.
std::string origin_of(const std::string& pointer) {
  const auto names = pointer_names(pointer);
  const auto joined = [&](std::size_t skip_from, std::size_t skip, const char* instead) {
    std::string made;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (i == skip_from && *instead != '\0') made = child_pointer(made, instead);
      if (i < skip_from || i >= skip_from + skip) made = child_pointer(made, names[i]);
    }
    return made;
  };
  if (names.size() > 3 && names[1] == "hosts") return joined(1, 2, "");
  for (std::size_t i = 1; i + 2 < names.size(); ++i)
    if (names[i] == "servers") return joined(i, 2, "default_server");
  return "";
}

}  // namespace

std::vector<ScenarioChange> scenario_changes(const Json& a, const Json& b) {
  Changes all, told;
  if (!a.is_object() || !b.is_object() || a.empty() || b.empty()) return told;
  compare_values(a, b, "", all);
  for (const ScenarioChange& change : all) {
    ScenarioChange* source = nullptr;
    for (std::string at = origin_of(change.pointer); !at.empty(); at = origin_of(at))
      for (ScenarioChange& other : told)
        if (other.pointer == at && other.a == change.a && other.b == change.b) source = &other;
    if (source)
      ++source->copies;
    else
      told.push_back(change);
  }
  return told;
}

}  // namespace spof::report
