// Random scenarios, one after the other, each held against all that must be so in any run. The
// first that breaks is shrunk to a few lines and told, with the command that repeats it.
//
//   spof_swarm --seeds 1000 -j 2 [--first 1] [--keep FOLDER] [--tries 400]
//
// Exit code 0: none broke. 1: one did. 2: the arguments are wrong.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "plan/pool.hpp"
#include "support/any_scenario.hpp"
#include "trial.hpp"

using namespace spof;

namespace {

struct Arguments {
  std::uint64_t seeds = 100, first = 1;
  unsigned at_once = plan::usable_processors();
  std::uint64_t tries = 400;  ///< to shrink what breaks
  std::string keep = ".";
};

bool read(int argc, char** argv, Arguments& out) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--keep") {
      out.keep = value;
      continue;
    }
    char* end = nullptr;
    const std::uint64_t number = std::strtoull(value.c_str(), &end, 10);
    if (*end != '\0' || value.empty()) return false;
    if (name == "--seeds")
      out.seeds = number;
    else if (name == "--first")
      out.first = number;
    else if (name == "--tries")
      out.tries = number;
    else if (name == "-j" && number > 0)
      out.at_once = static_cast<unsigned>(number);
    else
      return false;
  }
  return argc % 2 == 1;
}

/// Shrinks it, and leaves it where it can be run again.
void tell(std::uint64_t number, const test::Verdict& verdict, const Arguments& arguments) {
  fmt::print("seed {} breaks: {}\n{}\nagain: spof_swarm --seeds 1 --first {}\n", number,
             verdict.key, verdict.text, number);
  std::fflush(stdout);
  const test::AnyScenario any = test::any_scenario(number);
  const std::string platform = test::platform_of(any, arguments.keep);
  Json less = test::shrunk(any.json, platform, verdict.key, static_cast<int>(arguments.tries));
  const test::Verdict last = test::try_scenario(less, platform);
  less["platform"] = std::filesystem::absolute(platform).string();
  const std::string path = fmt::format("{}/swarm-{}.json", arguments.keep, number);
  std::ofstream(path) << less.dump(1) << "\n";
  fmt::print("shrunk, in {}:\n{}\n{}\n", path, less.dump(1), last.text);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read(argc, argv, arguments)) {
    fmt::print(stderr,
               "usage: spof_swarm [--seeds N] [-j J] [--first K] [--keep FOLDER] [--tries T]\n");
    return 2;
  }
  std::uint64_t valid = 0, dropped = 0;
  constexpr std::uint64_t most = 20;  // at once, so that the first that breaks is told soon
  for (std::uint64_t done = 0; done < arguments.seeds; done += most) {
    const std::uint64_t count = std::min(most, arguments.seeds - done),
                        first = arguments.first + done;
    const auto verdicts = test::try_scenarios(first, count, arguments.at_once);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      valid += verdicts[i].is_valid;
      dropped += verdicts[i].dropped;
      if (verdicts[i].key.empty()) continue;
      tell(first + i, verdicts[i], arguments);
      return 1;
    }
  }
  fmt::print("{} scenarios, {} of them valid, {} fields left out: none breaks\n", arguments.seeds,
             valid, dropped);
  return valid * 2 > arguments.seeds ? 0 : 1;
}
