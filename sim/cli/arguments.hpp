#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/exit_code.hpp"

namespace spof::cli {

enum class ColorChoice { automatic, always, never };

/// What each verb was given, before anything was looked at.
struct RunArguments {
  std::vector<std::string> scenarios;
  std::vector<std::string> sets;
  std::optional<std::uint64_t> runs;  ///< absent: the scenario's own
  std::optional<std::uint64_t> seed;  ///< absent: the scenario's own
  unsigned jobs = 0;                  ///< 0: one for each processor
  std::string output = "results";
  std::vector<std::string> formats;  ///< empty: those written by default
  bool trace = false;
  bool quiet = false;
  std::string command_line;  ///< as typed, to be repeated
};

struct CheckArguments {
  std::vector<std::string> scenarios;
  std::vector<std::string> sets;
  bool resolved = false;
  bool quiet = false;
};

struct ListArguments {
  std::string topic;  ///< empty: the topics themselves
  std::string name;   ///< empty: all of the topic
};

struct NewArguments {
  std::string file;
  std::string from = "baseline";
};

struct SchemaArguments {};

struct VersionArguments {
  bool json = false;
};

struct BenchArguments {
  std::string scenario = "baseline";
  std::vector<std::uint64_t> rates;  ///< empty: 100, 1,000 and 10,000 requests per second
  std::uint64_t requests = 300'000;  ///< about how many to simulate in each case
};

struct ValidateArguments {
  std::string folder;  ///< empty: tests/reality of the source tree
  std::string glob;    ///< empty: every case
  std::uint64_t runs = 10;
  unsigned jobs = 0;  ///< 0: one for each processor
  std::string output = "results";
};

/// The command line is answered already: help, or what is wrong with it.
struct Answer {
  std::string out, err;
  ExitCode code = good;
};

using Command = std::variant<Answer, RunArguments, CheckArguments, ListArguments, NewArguments,
                             SchemaArguments, VersionArguments, BenchArguments, ValidateArguments>;

struct CommandLine {
  Command command;
  ColorChoice color = ColorChoice::automatic;
};

/// Reads the command line; never throws for a mistake in it. The only place that knows CLI11.
CommandLine read_command_line(int argc, const char* const* argv);

}  // namespace spof::cli
