#include <fmt/format.h>

#include <map>
#include <set>

#include "stack/operator_options.hpp"
#include "world/checks/checks.hpp"

namespace spof::world {

using measure::What;

void check_people(const measure::Result& result, Wrong& wrong) {
  std::set<std::pair<std::string, std::string>> fired;  // of what part, which alert
  std::map<std::string, std::string> does;              // who is at what
  std::set<std::string> called;
  bool paged = false;
  for (const measure::Event& one : result.events) {
    const auto say = [&](bool is_so, const char* what) {
      wrong.add(is_so, "people",
                fmt::format("{} {} ({} {}) at {}", one.source, what, one.version, one.target,
                            double(one.time)));
    };
    switch (one.what) {
      case What::alert_firing:
        fired.insert({one.target, one.version});
        break;
      case What::notified:
        say(one.setting == 0 && !fired.contains({one.target, one.version}),
            "tells of what has not fired");
        for (const std::string& receiver : one.parts)
          paged = paged || receiver == stack::OperatorOptions::kind;
        break;
      case What::customers_complained:
        called.insert(one.source);
        break;
      case What::acknowledged:
        say(!paged && !called.contains(one.source), "comes without a call");
        does[one.source].clear();
        break;
      case What::decided:
        say(!does.contains(one.source), "acts without having come");
        say(!does[one.source].empty(), "does two things at once");
        does[one.source] = one.target;
        break;
      case What::repaired_by:
      case What::acted_in_vain:
        say(does[one.source] != one.target, "has done what was not decided");
        does[one.source].clear();
        break;
      default:
        break;
    }
  }
}

}  // namespace spof::world
