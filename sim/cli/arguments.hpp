#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/options.hpp"
#include "plan/parts.hpp"

namespace spof::cli {

/// What the program's end tells a script.
enum ExitCode : int {
  good = 0,
  expectation_failed = 1,  ///< the simulation went well, the stack did not
  wrong_input = 2,         ///< the scenario or the command line is wrong; nothing was run
  simulator_failed = 3,    ///< a run died, or results could not be written
  was_interrupted = 130,   ///< Ctrl-C, SIGTERM or SIGHUP
};

/// Of two things that happened, the one to tell.
constexpr ExitCode worse(ExitCode a, ExitCode b) { return a > b ? a : b; }

/// Where results go unless -o says otherwise.
inline constexpr const char* usual_folder = "results";

enum class ColorChoice { automatic, always, never };
constexpr auto names(ColorChoice) { return std::array{"auto", "always", "never"}; }

// What each verb was given, before anything was looked at. `fields()` are what a part file
// remembers: what decides what the pieces are and what is made of them.

/// Of a verb whose work falls into pieces.
struct PieceArguments {
  std::vector<std::string> sets;
  std::optional<std::uint64_t> runs;  ///< absent: the scenario's own
  std::optional<std::uint64_t> seed;  ///< absent: the scenario's own
  unsigned jobs = 0;                  ///< 0: one for each processor
  std::string output = usual_folder;
  plan::Shard shard;
  bool quiet = false;

  void fields(auto& visit) {
    visit("sets", sets, {});
    visit("runs", runs, {});
    visit("seed", seed, {});
  }
};

struct RunArguments : PieceArguments {
  std::vector<std::string> scenarios;
  std::vector<std::string> formats;  ///< empty: those written by default
  bool trace = false;
  std::string command_line;  ///< as typed, to be repeated

  void fields(auto& visit) {
    visit("scenarios", scenarios, {});
    PieceArguments::fields(visit);
    visit("formats", formats, {});
  }
};

struct CheckArguments {
  std::vector<std::string> scenarios;
  std::vector<std::string> sets;
  bool resolved = false;
  bool quiet = false;
};

struct ListArguments {
  static const std::vector<std::string> topics;
  std::string topic;  ///< empty: the topics themselves
  std::string name;   ///< empty: all of the topic
};

struct NewArguments {
  std::string file;
  std::string from = "baseline";
};

struct SchemaArguments {
  static inline const std::vector<std::string> documents{"scenario", "report", "matrix", "stacks"};
  std::string of = documents.front();
};

struct VersionArguments {
  bool json = false;
};

struct BenchArguments {
  std::string scenario = "baseline";
  std::vector<std::uint64_t> rates;  ///< empty: 100, 1,000 and 10,000 requests per second
  std::uint64_t requests = 300'000;  ///< about how many to simulate in each case
  bool peers = false;                ///< a raw event loop beside them
};

struct ValidateArguments {
  std::string folder;  ///< empty: tests/reality of the source tree
  std::string glob;    ///< empty: every case
  std::uint64_t runs = 10;
  unsigned jobs = 0;  ///< 0: one for each processor
  std::string output = usual_folder;
};

struct MatrixArguments : PieceArguments {
  std::vector<std::string> scenarios;  ///< several: side by side, too
  bool from_first = false;             ///< each is a step from the first
  bool runbook = false;                ///< printed in place of the matrix
  bool pairs = false;
  bool no_remedies = false;
  std::vector<std::string> only;  ///< globs over "TARGET KIND"; empty: everything

  void fields(auto& visit) {
    visit("scenarios", scenarios, {});
    PieceArguments::fields(visit);
    visit("pairs", pairs, {});
    visit("no_remedies", no_remedies, {});
    visit("only", only, {});
  }
};

struct SweepArguments : PieceArguments {
  std::string scenario;
  std::vector<std::string> vary;     ///< "/haproxy/retries=0,1,3"
  std::vector<std::string> metrics;  ///< empty: the usual ones

  void fields(auto& visit) {
    visit("scenario", scenario, {});
    PieceArguments::fields(visit);
    visit("vary", vary, {});
    visit("metrics", metrics, {});
  }
};

struct CompareArguments {
  static inline const std::vector<std::string> formats{"text", "md", "json", "html"};
  std::vector<std::string> results;  ///< files or folders; the first is the base
  std::vector<std::string> metrics;  ///< empty: all
  std::string format = formats.front();
  std::string output;  ///< a file; empty: standard output
  bool fail_if_worse = false;
};

struct PlotArguments {
  std::vector<std::string> results;  ///< folders or CSV files
  std::vector<std::string> kinds;    ///< empty: all that the files allow
  std::vector<std::string> formats;  ///< empty: svg and png
  std::string output;                ///< empty: the first result's folder
};

struct MergeArguments {
  std::vector<std::string> parts;  ///< files or folders
  std::string output = usual_folder;
  bool quiet = false;
  std::string command_line;  ///< as typed, to be repeated
};

struct CompletionArguments {
  std::string shell;
};

struct ManArguments {};

/// The command line is answered already: help, or what is wrong with it.
struct Answer {
  std::string out, err;
  ExitCode code = good;
};

using Command = std::variant<Answer, RunArguments, CheckArguments, ListArguments, NewArguments,
                             SchemaArguments, VersionArguments, BenchArguments, ValidateArguments,
                             MatrixArguments, SweepArguments, CompareArguments, PlotArguments,
                             MergeArguments, CompletionArguments, ManArguments>;

struct CommandLine {
  Command command;
  ColorChoice color = ColorChoice::automatic;
};

/// Reads the command line; never throws for a mistake in it. The only place that knows CLI11.
CommandLine read_command_line(int argc, const char* const* argv);

}  // namespace spof::cli
