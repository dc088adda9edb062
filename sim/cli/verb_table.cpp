#include "cli/verb_table.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <array>
#include <cstdint>
#include <memory>

#include "base/letters.hpp"
#include "base/mistakes.hpp"
#include "base/words.hpp"
#include "report/plot/gnuplot.hpp"
#include "report/plot/plot_data.hpp"

namespace spof::cli {
namespace {

template <class T>
CLI::Option* add(CLI::App& verb, const char* names, T& into, const char* type, const char* help) {
  return verb.add_option(names, into, help)->option_text(type);
}

/// An option that may be given several times, with one value each: a plain list of CLI11 would take
/// the words after it too.
CLI::Option* add_repeatable(CLI::App& verb, const char* names, std::vector<std::string>& into,
                            const char* type, const char* help) {
  return add(verb, names, into, type, help)->allow_extra_args(false);
}

/// A whole number of at most so many digits; nothing where it is none. CLI11 alone takes -1 for the
/// largest number there is.
std::optional<std::uint64_t> number_in(const std::string& text, std::size_t digits) {
  if (text.empty() || text.size() > digits || !std::ranges::all_of(text, is_digit)) return {};
  return std::stoull(text);
}

CLI::Validator whole(std::uint64_t least, std::uint64_t most) {
  const auto wrong = [=](const std::string& text) {
    const auto number = number_in(text, 19);
    if (number && *number >= least && *number <= most) return std::string();
    return fmt::format("{} is no whole number from {} to {}", in_quotes(text), least, most);
  };
  return {wrong, "", "whole"};
}

/// An empty word after -o comes from a variable that is not set.
CLI::Validator not_empty(const char* allowed) {
  const auto wrong = [=](const std::string& text) {
    return text.empty() ? fmt::format("\"\" names nothing; allowed: {}", allowed) : std::string();
  };
  return {wrong, "", "not_empty"};
}

/// "2/4"
plan::Shard shard_named(const std::string& word) {
  const std::size_t slash = word.find('/');
  const auto number = [](const std::string& text) {
    return static_cast<unsigned>(number_in(text, 5).value_or(0));
  };
  plan::Shard shard{number(word.substr(0, slash)), 0};
  if (slash != std::string::npos) shard.count = number(word.substr(slash + 1));
  if (shard.index < 1 || shard.index > shard.count)
    throw CLI::ValidationError("--shard",
                               fmt::format("{} is no part I/N, as in 2/4", in_quotes(word)));
  return shard;
}

constexpr const char* scenario_help = "a file, or the name of a shipped scenario";

void add_scenarios(CLI::App& verb, std::vector<std::string>& into) {
  add(verb, "SCENARIO", into, "...", scenario_help)->required();
}

void add_jobs(CLI::App& verb, unsigned& into) {
  add(verb, "-j,--jobs", into, "JOBS", "runs at a time (default: one per processor)")
      ->check(whole(1, 4096));
}

void add_runs(CLI::App& verb, std::optional<std::uint64_t>& runs,
              std::optional<std::uint64_t>& seed) {
  add(verb, "-n,--runs", runs, "RUNS", "how many seeds (default: the scenario's)")
      ->check(whole(1, 100'000));
  add(verb, "--seed", seed, "SEED", "the first seed (default: the scenario's)")
      ->check(whole(0, 1'000'000'000'000'000'000));
}

void add_shard(CLI::App& verb, plan::Shard& into) {
  verb.add_option_function<std::string>(
          "--shard", [&](const std::string& word) { into = shard_named(word); },
          "do only part I of N, to be put together by `spof merge`")
      ->option_text("I/N");
}

/// -o of a verb that writes several files.
void add_folder(CLI::App& verb, std::string& into, const char* help) {
  add(verb, "-o,--output", into, "DIR", help)
      ->check(not_empty("a folder, as in results; . is where you are"));
}

void add_output(CLI::App& verb, std::string& into) {
  add_folder(verb, into, "where DIR/<scenario>/ goes (default: results)");
}

void add_sets(CLI::App& verb, std::vector<std::string>& into) {
  add_repeatable(verb, "--set", into, "POINTER=VALUE",
                 "change one value, as in --set /haproxy/retries=0; repeatable");
}

void declare(CLI::App& verb, RunArguments& to) {
  add_scenarios(verb, to.scenarios);
  add_runs(verb, to.runs, to.seed);
  add_jobs(verb, to.jobs);
  add_sets(verb, to.sets);
  add_output(verb, to.output);
  add_repeatable(verb, "--format", to.formats, "LIST",
                 "files to write, by comma (default: see `spof list formats`)")
      ->delimiter(',');
  add_shard(verb, to.shard);
  verb.add_flag("--trace", to.trace, "log the first seed's requests to trace.log, as HAProxy does");
  verb.add_flag("-q,--quiet", to.quiet, "print nothing that is not a failure");
}

void declare(CLI::App& verb, CheckArguments& to) {
  add_scenarios(verb, to.scenarios);
  add_sets(verb, to.sets);
  verb.add_flag("--resolved", to.resolved, "print the scenario with every default filled in");
  verb.add_flag("-q,--quiet", to.quiet, "print nothing for a good scenario");
}

void declare(CLI::App& verb, ListArguments& to) {
  add(verb, "TOPIC", to.topic, "", joined(to.topics, ", ").c_str());
  add(verb, "NAME", to.name, "", "only what has this name, or begins with it");
}

void declare(CLI::App& verb, NewArguments& to) {
  add(verb, "FILE", to.file, "", "the file to write; - is standard output")->required();
  add(verb, "--from", to.from, "NAME", "the scenario to start from (default: baseline)");
}

void declare(CLI::App& verb, SchemaArguments& to) {
  add(verb, "OF", to.of, "", "scenario (the default), report, matrix or stacks (matrix.json, ...)")
      ->check(CLI::IsMember(SchemaArguments::documents));
}

void declare(CLI::App& verb, VersionArguments& to) {
  verb.add_flag("--json", to.json, "with the libraries and the compiler, for a program to read");
}

void declare(CLI::App& verb, BenchArguments& to) {
  add(verb, "SCENARIO", to.scenario, "", "what to run (default: baseline)");
  add(verb, "--rate", to.rates, "LIST", "requests per second (default: 100,1000,10000)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(whole(1, 1'000'000));
  add(verb, "--requests", to.requests, "COUNT", "to simulate in each case (default: 300000)")
      ->check(whole(1000, 1'000'000'000));
  verb.add_flag("--peers", to.peers,
                "beside each rate an event loop written by hand for this one path, and the ratio");
}

void declare(CLI::App& verb, ValidateArguments& to) {
  add(verb, "DIR", to.folder, "", "measured.csv and the cases' scenarios (default: tests/reality)");
  add(verb, "-n,--runs", to.runs, "RUNS", "seeds of each case (default: 10)")
      ->check(whole(1, 100'000));
  add_jobs(verb, to.jobs);
  add(verb, "--case", to.glob, "GLOB", "only cases of this name, as in 'C_*'");
  add_folder(verb, to.output, "where DIR/validation/ goes (default: results)");
}

void add_options_of_pieces(CLI::App& verb, PieceArguments& to) {
  add_runs(verb, to.runs, to.seed);
  add_jobs(verb, to.jobs);
  add_sets(verb, to.sets);
  add_output(verb, to.output);
  add_shard(verb, to.shard);
  verb.add_flag("-q,--quiet", to.quiet, "print nothing that is not a failure");
}

void declare(CLI::App& verb, MatrixArguments& to) {
  add(verb, "SCENARIO", to.scenarios, "...",
      "a file, or the name of a shipped scenario; several: side by side, too")
      ->required();
  verb.add_flag("--pairs", to.pairs, "break every two components together, too");
  verb.add_flag("--no-remedies", to.no_remedies, "do not look for changes that would help");
  add_repeatable(verb, "--only", to.only, "GLOB",
                 "only these, as in --only 'mysql@*' or --only '* hang'; repeatable");
  verb.add_flag("--from-first", to.from_first,
                "side by side: hold each against the first, not against the one before");
  verb.add_flag("--runbook", to.runbook, "print what to do in each failure, as Markdown");
  add_options_of_pieces(verb, to);
}

void declare(CLI::App& verb, SweepArguments& to) {
  add(verb, "SCENARIO", to.scenario, "", scenario_help)->required();
  add_repeatable(verb, "--vary", to.vary, "POINTER=LIST",
                 "values to try, as in --vary /haproxy/retries=0,1,3; repeatable")
      ->required();
  add_repeatable(verb, "--metric", to.metrics, "METRIC",
                 "what to tabulate, as in 'outage(write)'; repeatable");
  add_options_of_pieces(verb, to);
}

void declare(CLI::App& verb, CompareArguments& to) {
  add(verb, "RESULT", to.results, "...",
      "report.json, matrix.json, or their folders; the first is the base")
      ->required();
  add_repeatable(verb, "--metric", to.metrics, "METRIC",
                 "only these, as in 'outage(write)'; repeatable");
  add(verb, "--format", to.format, "FORMAT", "text, md, json or html (default: text)")
      ->check(CLI::IsMember(CompareArguments::formats));
  add(verb, "-o,--output", to.output, "FILE", "write there instead of to standard output")
      ->check(not_empty("a file, as in compare.html"));
  verb.add_flag("--fail-if-worse", to.fail_if_worse,
                "exit with 1 when something got worse, a time by a twentieth");
}

void declare(CLI::App& verb, PlotArguments& to) {
  add(verb, "RESULT", to.results, "...", "result folders, or CSV files of the same columns")
      ->required();
  add_repeatable(verb, "--kind", to.kinds, "LIST",
                 "timeline, quantiles, states, by comma (default: all that the files allow)")
      ->delimiter(',')
      ->check(CLI::IsMember(names_in(report::plot_kinds())));
  add_repeatable(verb, "--to", to.formats, "LIST", "svg, png, by comma (default: svg,png)")
      ->delimiter(',')
      ->check(CLI::IsMember(report::picture_formats));
  add_folder(verb, to.output, "where the files go (default: the first result's folder)");
}

void declare(CLI::App& verb, MergeArguments& to) {
  add(verb, "PARTS", to.parts, "...", "what --shard wrote: files, or the folders they are in")
      ->required();
  add_output(verb, to.output);
  verb.add_flag("-q,--quiet", to.quiet, "print nothing that is not a failure");
}

void declare(CLI::App& verb, CompletionArguments& to) {
  add(verb, "SHELL", to.shell, "", "bash, zsh or fish")->required();
}

void declare(CLI::App&, ManArguments&) {}

template <class Arguments>
void declare_into(CLI::App& verb, Command& command) {
  auto arguments = std::make_shared<Arguments>();
  declare(verb, *arguments);
  verb.callback([arguments, &command] { command = *arguments; });
}

constexpr std::array all_verbs{
    Verb{"run", "run scenarios and report what the failure cost", declare_into<RunArguments>,
         "  spof run primary-crash                     a shipped scenario\n"
         "  spof run my.json -n 50 -o /tmp/out         50 seeds, files below /tmp/out\n"
         "  spof run my.json --set /haproxy/retries=0  with one value changed\n"
         "  spof run my.json --format report.json,requests.csv\n"
         "\n"
         "Exit code: 0 good, 1 an expectation failed, 2 scenario or command line wrong,\n"
         "3 the simulator failed, 130 interrupted."},
    Verb{"matrix", "break every component in every way: which are single points of failure?",
         declare_into<MatrixArguments>,
         "  spof matrix baseline                       each part alone\n"
         "  spof matrix my.json --pairs -n 3           every two together, too\n"
         "  spof matrix my.json --only 'mysql@*'       databases only\n"
         "  spof matrix before.json after.json         side by side: what does the step buy?\n"
         "  spof matrix my.json --runbook >runbook.md  for who is on call\n"
         "\n"
         "Exit code: 0 good, 1 an objective of \"policy\" is missed, 2 scenario or command line\n"
         "wrong, 3 the simulator failed, 130 interrupted."},
    Verb{"compare", "what a change made better or worse, seed by seed",
         declare_into<CompareArguments>,
         "  spof compare results/before results/after\n"
         "  spof compare main.json branch.json --fail-if-worse\n"
         "\n"
         "Exit code: 0 good, 1 something got worse (--fail-if-worse), 2 a file is wrong."},
    Verb{"sweep", "run a scenario with several values of its parameters",
         declare_into<SweepArguments>,
         "  spof sweep nginx1-crash --vary /haproxy/default_server/check/inter=500ms,1s,2s\n"
         "  spof sweep my.json --vary /haproxy/retries=0,3 --vary /haproxy/redispatch=false,true"},
    Verb{"plot", "draw results: latency, outcomes, quantiles, states", declare_into<PlotArguments>,
         "  spof plot results/nginx1-crash             SVG and PNG beside the CSV files\n"
         "  spof plot results/before results/after     one over the other\n"
         "  spof plot my-latency.csv --kind timeline   a CSV file with the same columns\n"
         "\n"
         "Beside the pictures lie their gnuplot scripts, to be edited: gnuplot timeline.gp\n"
         "Exit code: 0 good, 2 a file is wrong, 3 no gnuplot (then only scripts are written)."},
    Verb{"merge", "put together what --shard left in parts", declare_into<MergeArguments>,
         "  spof merge results/baseline                all parts in a folder"},
    Verb{"check", "say all that is wrong with scenarios, without a run",
         declare_into<CheckArguments>,
         "  spof check scenarios/primary-crash.json my.json\n"
         "  spof check my.json --resolved              what a run would really use"},
    Verb{"list", "what can fail, be set, be measured, be written", declare_into<ListArguments>,
         "  spof list                                  the topics\n"
         "  spof list faults                           every kind of failure\n"
         "  spof list faults crash                     one of them, with its parameters\n"
         "  spof list parameters /haproxy              HAProxy's, with default, unit and source"},
    Verb{"new", "write a scenario to start from", declare_into<NewArguments>,
         "  spof new my.json                           the base stack, and a fault to change\n"
         "  spof new my.json --from primary-crash      that story, to be told differently"},
    Verb{"schema", "print the JSON Schema of scenario files or results",
         declare_into<SchemaArguments>,
         "  spof schema > scenario.schema.json         editors complete and check with it\n"
         "  spof schema matrix                         of matrix.json, for programs that read it"},
    Verb{"bench", "measure how fast this machine simulates", declare_into<BenchArguments>,
         "  spof bench                                 100, 1,000 and 10,000 requests per second\n"
         "  spof bench --rate 1000 --requests 1000000  memory must not grow"},
    Verb{"validate", "hold the simulation against measurements of the real stack",
         declare_into<ValidateArguments>,
         "  spof validate                              every case in tests/reality\n"
         "  spof validate --case 'C_*' -n 3            some cases, few seeds"},
    Verb{"completion", "print a completion script for a shell", declare_into<CompletionArguments>,
         "  spof completion bash > /etc/bash_completion.d/spof\n"
         "  spof completion zsh > ~/.zfunc/_spof\n"
         "  spof completion fish > ~/.config/fish/completions/spof.fish"},
    Verb{"man", "print the manual page", declare_into<ManArguments>, "  spof man | man -l -"},
    Verb{"version", "print version, commit and libraries", declare_into<VersionArguments>,
         "  spof version --json"},
};

}  // namespace

std::span<const Verb> verbs() { return all_verbs; }

}  // namespace spof::cli
