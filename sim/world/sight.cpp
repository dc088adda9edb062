#include "world/sight.hpp"

#include <algorithm>

#include "stack/haproxy/haproxy.hpp"
#include "stack/mysql.hpp"

namespace spof::world {
namespace {

/// Of every HAProxy that has such a line; whose runtime socket does not answer shows nothing.
template <class Which>
bool is_shown(Site& site, const std::string& server, Which which) {
  bool found = false;
  for (const stack::Haproxy* one : site.all<stack::Haproxy>())
    for (const stack::Server* line : one->lines(server)) {
      if (!one->is_ready() || !which(*line)) return false;
      found = true;
    }
  return found;
}

bool is_up(const stack::Server& line) {
  return line.up && line.admin == stack::Server::Admin::ready;
}

template <class Which>
bool says(Site& site, const std::string& database, Which which) {
  const auto all = site.all<stack::Mysql>();
  return std::ranges::any_of(all, [&](const stack::Mysql* one) {
    return one->name() == database && one->is_ready() && which(*one);
  });
}

}  // namespace

std::string missing(Site& site, const fault::Sight& wanted) {
  for (const std::string& one : wanted.answers)
    if (!site.daemon(one).is_ready()) return one + " does not answer";
  for (const std::string& one : wanted.up)
    if (!is_shown(site, one, is_up)) return one + " is not shown UP";
  for (const std::string& one : wanted.idle)
    if (!is_shown(site, one, [](const auto& line) { return line.served == 0; }))
      return one + " still has requests in progress";
  for (const std::string& one : wanted.caught_up)
    if (!says(site, one, [](const auto& replica) { return replica.seconds_behind() == 0.; }))
      return one + " has not caught up";
  for (const std::string& one : wanted.primary)
    if (!says(site, one, [](const auto& database) { return database.is_primary(); }))
      return one + " takes no writes";
  return "";
}

}  // namespace spof::world
