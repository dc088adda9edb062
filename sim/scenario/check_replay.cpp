#include <fmt/format.h>

#include <filesystem>

#include "scenario/check_parts.hpp"
#include "stack/replay.hpp"

namespace spof::scenario {
namespace {

void check_rows(const std::string& path, const std::vector<std::string>& classes,
                Mistakes& mistakes) {
  constexpr int most = 200;  // more than anybody is told
  stack::ReplayFile file(path, classes);
  const auto wrong = [&](int line, const std::string& what) {
    mistakes.add_at({path, line, 1}, what);
  };
  if (!file.wrong().empty()) return wrong(file.line(), file.wrong());
  int found = 0, rows = 0;
  for (auto row = file.next(); row.there && found < most; row = file.next(), ++rows)
    if (!row.wrong.empty()) wrong(file.line(), row.wrong), ++found;
  if (rows == 0) wrong(file.line(), "no arrival follows");
}

}  // namespace

void check_replay(const std::string& pointer, const stack::ClientsOptions& options,
                  const std::vector<std::string>& classes, Mistakes& mistakes) {
  if (options.arrivals != stack::Arrivals::replay) return;
  if (options.replay.empty())
    mistakes.add(pointer, "arrivals \"replay\" needs the field \"replay\": a CSV file");
  else if (!std::filesystem::is_regular_file(options.replay_file))
    mistakes.add(pointer + "/replay", fmt::format("there is no file \"{}\"", options.replay_file));
  else
    check_rows(options.replay_file, classes, mistakes);
}

}  // namespace spof::scenario
