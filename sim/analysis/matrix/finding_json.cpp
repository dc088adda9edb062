#include <algorithm>
#include <type_traits>
#include <utility>

#include "analysis/matrix/finding.hpp"

namespace spof::report {
namespace {

/// Each member's name in JSON, and the member.
template <class One>
void members(One& one,
             auto&& visit) requires std::is_same_v<std::remove_const_t<One>, ClassFinding> {
  visit("name", one.name);
  visit("settled", one.settled);
  visit("failed", one.failed);
  visit("slow", one.slow);
  visit("due", one.due);
  visit("requests", one.requests);
  visit("outage", one.outage);
  visit("stalled", one.stalled);
  visit("p99_before", one.p99_before);
  visit("p99_during", one.p99_during);
}
template <class One>
void members(One& one, auto&& visit) requires std::is_same_v<std::remove_const_t<One>, Finding> {
  visit("target", one.target);
  visit("kind", one.kind);
  visit("parts", one.parts);
  visit("lasted", one.lasted);
  visit("settled_for", one.settled_for);
  visit("detected", one.detected);
  visit("detected_by", one.detected_by);
  visit("sights", one.sights);
  visit("is_watched", one.is_watched);
  visit("notified", one.notified);
  visit("recovered", one.recovered);
  visit("recovered_by", one.recovered_by);
  visit("last_errors", one.last_errors);
  visit("redispatched", one.redispatched);
  visit("lost", one.lost);
  visit("lost_writes", one.lost_writes);
  visit("phantom_writes", one.phantom_writes);
  visit("stale_reads", one.stale_reads);
  visit("diverged_writes", one.diverged_writes);
  visit("acted_by", one.acted_by);
  visit("seen", one.seen);
  visit("left", one.left);
}

}  // namespace

Finding of_seeds(Finding finding, std::size_t first, std::size_t count) {
  const auto keep = [&](const char*, auto& member) {
    if constexpr (std::is_same_v<std::remove_reference_t<decltype(member)>, std::vector<double>>) {
      const std::size_t begin = std::min(first, member.size());
      const std::size_t end = std::min(begin + count, member.size());
      member.erase(member.begin() + static_cast<std::ptrdiff_t>(end), member.end());
      member.erase(member.begin(), member.begin() + static_cast<std::ptrdiff_t>(begin));
    }
  };
  for (ClassFinding& one : finding.classes) members(one, keep);
  keep("lost", finding.lost);
  return finding;
}

void to_json(Json& json, const Finding& finding) {
  json = Json::object();
  members(finding, [&](const char* name, const auto& value) { json[name] = value; });
  Json& classes = json["classes"] = Json::array();
  for (const ClassFinding& one : finding.classes)
    members(one, [&, &to = classes.emplace_back(Json::object())](
                     const char* name, const auto& value) { to[name] = value; });
}

void from_json(const Json& json, Finding& finding) {
  members(finding, [&](const char* name, auto& value) { json.at(name).get_to(value); });
  for (const Json& from : json.at("classes"))
    members(finding.classes.emplace_back(),
            [&](const char* name, auto& value) { from.at(name).get_to(value); });
}

}  // namespace spof::report
