#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/mistakes.hpp"
#include "cli/arguments.hpp"

namespace spof::cli {
namespace {

// ---- the verbs: one function and one row each ------------------------------------------------

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

/// CLI11 alone takes -1 for the largest number there is.
CLI::Validator whole(std::uint64_t least, std::uint64_t most) {
  const auto wrong = [=](const std::string& text) {
    const bool digits = !text.empty() && text.size() < 20 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    if (digits && std::stoull(text) >= least && std::stoull(text) <= most) return std::string();
    return fmt::format("{} is no whole number from {} to {}", in_quotes(text), least, most);
  };
  return {wrong, "", "whole"};
}

void add_scenarios(CLI::App& verb, std::vector<std::string>& into) {
  add(verb, "SCENARIO", into, "...", "a file, or the name of a shipped scenario")->required();
}

void add_sets(CLI::App& verb, std::vector<std::string>& into) {
  add_repeatable(verb, "--set", into, "POINTER=VALUE",
                 "change one value, as in --set /haproxy/retries=0; repeatable");
}

void declare(CLI::App& verb, RunArguments& to) {
  add_scenarios(verb, to.scenarios);
  add(verb, "-n,--runs", to.runs, "RUNS", "how many seeds (default: the scenario's)")
      ->check(whole(1, 100'000));
  add(verb, "-j,--jobs", to.jobs, "JOBS", "runs at a time (default: one per processor)")
      ->check(whole(1, 4096));
  add(verb, "--seed", to.seed, "SEED", "the first seed (default: the scenario's)")
      ->check(whole(0, 1'000'000'000'000'000'000));
  add_sets(verb, to.sets);
  add(verb, "-o,--output", to.output, "DIR", "where DIR/<scenario>/ goes (default: results)");
  add_repeatable(verb, "--format", to.formats, "LIST",
                 "files to write, by comma (default: see `spof list formats`)")
      ->delimiter(',');
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
  add(verb, "TOPIC", to.topic, "",
      "faults, components, parameters, algorithms, metrics, formats, scenarios");
  add(verb, "NAME", to.name, "", "only what has this name, or begins with it");
}

void declare(CLI::App& verb, NewArguments& to) {
  add(verb, "FILE", to.file, "", "the file to write; - is standard output")->required();
  add(verb, "--from", to.from, "NAME", "the scenario to start from (default: baseline)");
}

void declare(CLI::App&, SchemaArguments&) {}

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
}

void declare(CLI::App& verb, ValidateArguments& to) {
  add(verb, "DIR", to.folder, "", "measured.csv and the cases' scenarios (default: tests/reality)");
  add(verb, "-n,--runs", to.runs, "RUNS", "seeds of each case (default: 10)")
      ->check(whole(1, 100'000));
  add(verb, "-j,--jobs", to.jobs, "JOBS", "runs at a time (default: one per processor)")
      ->check(whole(1, 4096));
  add(verb, "--case", to.glob, "GLOB", "only cases of this name, as in 'C_*'");
  add(verb, "-o,--output", to.output, "DIR", "where DIR/validation/ goes (default: results)");
}

using Declare = void (*)(CLI::App&, Command&);

template <class Arguments>
void declare_into(CLI::App& verb, Command& command) {
  auto arguments = std::make_shared<Arguments>();
  declare(verb, *arguments);
  verb.callback([arguments, &command] { command = *arguments; });
}

struct Verb {
  const char* name;
  const char* help;
  Declare declare;
  const char* examples;
};

constexpr std::array verbs{
    Verb{"run", "run scenarios and report what the failure cost", declare_into<RunArguments>,
         "  spof run primary-crash                     a shipped scenario\n"
         "  spof run my.json -n 50 -o /tmp/out         50 seeds, files below /tmp/out\n"
         "  spof run my.json --set /haproxy/retries=0  with one value changed\n"
         "  spof run my.json --format report.json,requests.csv\n"
         "\n"
         "Exit code: 0 good, 1 an expectation failed, 2 scenario or command line wrong,\n"
         "3 the simulator failed, 130 interrupted."},
    Verb{"check", "say all that is wrong with scenarios, without a run",
         declare_into<CheckArguments>,
         "  spof check scenarios/*.json\n"
         "  spof check my.json --resolved              what a run would really use"},
    Verb{"list", "what can fail, be set, be measured, be written", declare_into<ListArguments>,
         "  spof list                                  the topics\n"
         "  spof list faults                           every kind of failure\n"
         "  spof list faults crash                     one of them, with its parameters\n"
         "  spof list parameters /haproxy              HAProxy's, with default, unit and source"},
    Verb{"new", "write a scenario to start from", declare_into<NewArguments>,
         "  spof new my.json                           the base stack, and a fault to change\n"
         "  spof new my.json --from primary-crash      that story, to be told differently"},
    Verb{"schema", "print the JSON Schema of scenario files", declare_into<SchemaArguments>,
         "  spof schema > scenario.schema.json         editors complete and check with it"},
    Verb{"bench", "measure how fast this machine simulates", declare_into<BenchArguments>,
         "  spof bench                                 100, 1,000 and 10,000 requests per second\n"
         "  spof bench --rate 1000 --requests 1000000  memory must not grow"},
    Verb{"validate", "hold the simulation against measurements of the real stack",
         declare_into<ValidateArguments>,
         "  spof validate                              every case in tests/reality\n"
         "  spof validate --case 'C_*' -n 3            some cases, few seeds"},
    Verb{"version", "print version, commit and libraries", declare_into<VersionArguments>,
         "  spof version --json"},
};

constexpr const char* start_here =
    "spof breaks a simulated web stack and says what the failure costs.\n"
    "\n"
    "  spof run primary-crash        the primary database dies: see what it costs\n"
    "  spof list faults              what else can be broken\n"
    "  spof new my.json              a scenario of your own\n"
    "\n";

ColorChoice color_named(const std::string& word) {
  if (word == "auto") return ColorChoice::automatic;
  if (word == "always") return ColorChoice::always;
  if (word == "never") return ColorChoice::never;
  throw CLI::ValidationError("--color",
                             fmt::format("{} is none of auto, always, never", in_quotes(word)));
}

// ---- help ------------------------------------------------------------------------------------

std::string verb_table() {
  std::string out = "Verbs:\n";
  for (const Verb& verb : verbs) out += fmt::format("  {:<10}{}\n", verb.name, verb.help);
  return out + "\n`spof VERB --help` says more about each.\n";
}

std::string name_of(const CLI::Option& option) {
  std::string names = option.get_name(option.get_positional(), true);
  for (std::size_t at = 0; (at = names.find(',', at)) != std::string::npos; at += 2) {
    names.insert(at + 1, " ");
  }
  return names;
}

/// Help in the program's own layout, the same with every version of CLI11.
class Layout : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    if (app->get_parent() == nullptr) return start_here + verb_table() + "\n" + options(*app);
    const auto* const verb = std::find_if(
        verbs.begin(), verbs.end(), [&](const Verb& row) { return row.name == app->get_name(); });
    return fmt::format("spof {}: {}\n\n{}\n{}\nExamples:\n{}\n", verb->name, verb->help,
                       usage(*app), options(*app), verb->examples);
  }

 private:
  static std::string usage(const CLI::App& app) {
    std::string line = "Usage: spof " + app.get_name();
    for (const CLI::Option* option : app.get_options()) {
      if (!option->get_positional()) continue;
      const std::string word = option->get_name(true) + option->get_option_text();
      line += option->get_required() ? " " + word : " [" + word + "]";
    }
    return line + " [OPTION]...\n";
  }

  static std::string options(const CLI::App& app) {
    std::string out;
    for (const bool positional : {true, false}) {
      for (const CLI::Option* option : app.get_options()) {
        if (option->get_positional() != positional) continue;
        const std::string left =
            positional ? name_of(*option)
                       : fmt::format("{} {}", name_of(*option), option->get_option_text());
        out += fmt::format("  {:<22} {}\n", left, option->get_description());
      }
    }
    return out;
  }
};

// ---- mistakes --------------------------------------------------------------------------------

Answer mistake(const std::string& what, const std::string& where) {
  return {"", fmt::format("spof: error: {}\nTry `{} --help`.\n", what, where), wrong_input};
}

std::vector<std::string> verb_names() {
  std::vector<std::string> names;
  for (const Verb& verb : verbs) names.emplace_back(verb.name);
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    for (const auto& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

/// A word that nothing expected: an unknown option of a verb, one argument too many, or no verb.
Answer unexpected(const CLI::App& app, const CLI::App* verb) {
  const std::vector<std::string> rest = app.remaining(true);
  const std::string word = rest.empty() ? "" : rest.front();
  const std::string where = verb != nullptr ? "spof " + verb->get_name() : "spof";
  if (word.rfind('-', 0) == 0) {
    std::vector<std::string> names = option_names(app);
    if (verb != nullptr) {
      const std::vector<std::string> more = option_names(*verb);
      names.insert(names.begin(), more.begin(), more.end());
    }
    return mistake(fmt::format("unknown option {}; {}", in_quotes(word), nearest(word, names)),
                   where);
  }
  if (verb != nullptr) return mistake(fmt::format("one word too many: {}", in_quotes(word)), where);
  return mistake(fmt::format("unknown verb {}; {}", in_quotes(word), nearest(word, verb_names())),
                 where);
}

Answer answer_to(const CLI::ParseError& error, const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  const CLI::App* const verb = chosen.empty() ? nullptr : chosen.front();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return unexpected(app, verb);
  std::string what = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    what = what.substr(0, what.find(':')) + " needs a value";
  }
  return mistake(what, verb != nullptr ? "spof " + verb->get_name() : "spof");
}

/// As one could type it again.
std::string typed(int argc, const char* const* argv) {
  std::string out;
  for (int i = 0; i < argc; ++i) {
    std::string word = argv[i];
    constexpr const char* plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,./:@%";
    if (word.empty() || word.find_first_not_of(plain) != std::string::npos) {
      for (std::size_t at = 0; (at = word.find('\'', at)) != std::string::npos; at += 4) {
        word.replace(at, 1, "'\\''");
      }
      word = "'" + word + "'";
    }
    out += (i > 0 ? " " : "") + word;
  }
  return out;
}

}  // namespace

CommandLine read_command_line(int argc, const char* const* argv) {
  CommandLine line;
  line.command = Answer{start_here + verb_table(), "", good};
  CLI::App app("", "spof");
  app.formatter(std::make_shared<Layout>());
  app.require_subcommand(0, 1);
  app.fallthrough();
  app.set_help_flag("-h,--help", "this text");
  bool version = false;
  app.add_flag("--version", version, "as the verb does");
  app.add_option_function<std::string>(
         "--color", [&](const std::string& word) { line.color = color_named(word); },
         "auto, always or never; NO_COLOR is honoured")
      ->option_text("WHEN");
  for (const Verb& verb : verbs) {
    verb.declare(*app.add_subcommand(verb.name, verb.help), line.command);
  }
  try {
    app.parse(argc, argv);
    if (version) line.command = VersionArguments{};
    if (auto* run = std::get_if<RunArguments>(&line.command)) run->command_line = typed(argc, argv);
  } catch (const CLI::CallForHelp&) {
    line.command = Answer{app.help(), "", good};
  } catch (const CLI::ParseError& error) {
    line.command = answer_to(error, app);
  }
  return line;
}

}  // namespace spof::cli
