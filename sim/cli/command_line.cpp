#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "base/words.hpp"
#include "cli/arguments.hpp"
#include "cli/completion.hpp"
#include "cli/verb_table.hpp"

namespace spof::cli {
namespace {

constexpr const char* start_here =
    "spof breaks a simulated web stack and says what the failure costs.\n"
    "\n"
    "  spof run primary-crash        the primary database dies: see what it costs\n"
    "  spof list faults              what else can be broken\n"
    "  spof new my.json              a scenario of your own\n"
    "\n";

ColorChoice color_named(const std::string& word) {
  if (const auto choice = value_named<ColorChoice>(word)) return *choice;
  throw CLI::ValidationError("--color", fmt::format("{} is none of {}", in_quotes(word),
                                                    fmt::join(names(ColorChoice{}), ", ")));
}

// ---- help ------------------------------------------------------------------------------------

std::string verb_table() {
  std::string out = "Verbs:\n";
  for (const Verb& verb : verbs()) out += fmt::format("  {:<12}{}\n", verb.name, verb.help);
  return out + "\n`spof VERB --help` says more about each.\n";
}

std::vector<OptionText> texts_of(const CLI::App& app) {
  std::vector<OptionText> texts;
  for (const CLI::Option* option : app.get_options()) {
    OptionText text;
    text.help = option->get_description();
    text.value = option->get_option_text();
    text.repeats = text.value == "..." || text.help.find("repeatable") != std::string::npos;
    for (const auto& name : option->get_snames()) text.names.push_back("-" + name);
    for (const auto& name : option->get_lnames()) text.names.push_back("--" + name);
    if (option->get_positional()) text.value = option->get_name(true);
    text.required = option->get_required();
    texts.push_back(std::move(text));
  }
  return texts;
}

/// Help in the program's own layout, the same with every version of CLI11.
class Layout : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    const std::vector<OptionText> options = texts_of(*app);
    if (app->get_parent() == nullptr) return start_here + verb_table() + "\n" + lines_of(options);
    const auto table = verbs();
    const auto verb = std::ranges::find(table, app->get_name(), &Verb::name);
    std::string arguments;
    for (const OptionText& option : options)
      if (option.names.empty()) {
        const std::string word = option.value + (option.repeats ? "..." : "");
        arguments += option.required ? " " + word : " [" + word + "]";
      }
    return fmt::format("spof {0}: {1}\n\nUsage: spof {0}{2} [OPTION]...\n\n{3}\nExamples:\n{4}\n",
                       verb->name, verb->help, arguments, lines_of(options), verb->examples);
  }

 private:
  static std::string lines_of(const std::vector<OptionText>& options) {
    std::string out;
    for (const bool argument : {true, false})
      for (const OptionText& option : options)
        if (option.names.empty() == argument)
          out += fmt::format("  {:<22} {}\n",
                             fmt::format("{}{}{}", fmt::join(option.names, ", "),
                                         argument ? "" : " ", option.value),
                             option.help);
    return out;
  }
};

// ---- mistakes --------------------------------------------------------------------------------

Answer mistake(const std::string& what, const std::string& where) {
  return {"", fmt::format("spof: error: {}\nTry `{} --help`.\n", what, where), wrong_input};
}

/// What the verb (nullptr: none was given) knows, then what the program does; --help is known to
/// both.
std::vector<std::string> option_names(const CLI::App* verb, const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* one : {verb, &app}) {
    if (one == nullptr) continue;
    for (const CLI::Option* option : one->get_options()) {
      for (const auto& name : option->get_lnames()) append_new(names, "--" + name);
      for (const auto& name : option->get_snames()) append_new(names, "-" + name);
    }
  }
  return names;
}

/// A word that nothing expected: an unknown option of a verb, one argument too many, or no verb.
Answer unexpected(const CLI::App& app, const CLI::App* verb) {
  const std::vector<std::string> rest = app.remaining(true);
  const std::string word = rest.empty() ? "" : rest.front();
  const std::string where = verb != nullptr ? "spof " + verb->get_name() : "spof";
  if (word.rfind('-', 0) == 0) {
    const std::vector<std::string> names = option_names(verb, app);
    return mistake(fmt::format("unknown option {}; {}", in_quotes(word), nearest(word, names)),
                   where);
  }
  if (verb != nullptr) return mistake(fmt::format("one word too many: {}", in_quotes(word)), where);
  return mistake(
      fmt::format("unknown verb {}; {}", in_quotes(word), nearest(word, names_in(verbs()))), where);
}

/// CLI11 has one error for too few and too many values of an option; it begins with the name.
std::string wrong_count(const std::string& what, const CLI::App& app, const CLI::App* verb) {
  const std::string name = what.substr(0, what.find(':'));
  const CLI::Option* option = verb != nullptr ? verb->get_option_no_throw(name) : nullptr;
  if (option == nullptr) option = app.get_option_no_throw(name);
  if (option == nullptr || option->count() < 2) return name + " needs a value";
  return fmt::format("{} was given {} times; allowed: once", name, option->count());
}

Answer answer_to(const CLI::ParseError& error, const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  const CLI::App* const verb = chosen.empty() ? nullptr : chosen.front();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return unexpected(app, verb);
  std::string what = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
    what = wrong_count(what, app, verb);
  return mistake(what, verb != nullptr ? "spof " + verb->get_name() : "spof");
}

/// As one could type it again.
std::string typed(int argc, const char* const* argv) {
  std::string out;
  for (int i = 0; i < argc; ++i) {
    const std::string word = argv[i];
    constexpr const char* plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,./:@%";
    const bool is_plain = !word.empty() && word.find_first_not_of(plain) == std::string::npos;
    out += (i > 0 ? " " : "") + (is_plain ? word : shell_quoted(word));
  }
  return out;
}

/// Everything a command line may hold; it is read into `line`.
void declare_all(CLI::App& app, CommandLine& line, bool& version) {
  app.formatter(std::make_shared<Layout>());
  app.require_subcommand(0, 1);
  app.fallthrough();
  app.set_help_flag("-h,--help", "this text");
  app.add_flag("--version", version, "as the verb does");
  app.add_option_function<std::string>(
         "--color", [&](const std::string& word) { line.color = color_named(word); },
         "auto, always or never; NO_COLOR is honoured")
      ->option_text("WHEN");
  for (const Verb& verb : verbs()) {
    verb.declare(*app.add_subcommand(verb.name, verb.help), line.command);
  }
}

}  // namespace

ProgramText described() {
  CommandLine line;
  bool version = false;
  CLI::App app("", "spof");
  declare_all(app, line, version);
  ProgramText program{texts_of(app), {}};
  for (const Verb& verb : verbs())
    program.verbs.push_back({verb, texts_of(*app.get_subcommand(verb.name))});
  return program;
}

CommandLine read_command_line(int argc, const char* const* argv) {
  CommandLine line;
  line.command = Answer{start_here + verb_table(), "", good};
  bool version = false;
  CLI::App app("", "spof");
  declare_all(app, line, version);
  std::vector<const char*> words(argv, argv + argc);
  if (argc > 1 && words[1] == std::string("help")) {  // "spof help run"
    words.erase(words.begin() + 1);
    words.push_back("--help");
  }
  try {
    app.parse(static_cast<int>(words.size()), words.data());
    if (version) line.command = VersionArguments{};
    if (auto* run = std::get_if<RunArguments>(&line.command)) run->command_line = typed(argc, argv);
    if (auto* merge = std::get_if<MergeArguments>(&line.command))
      merge->command_line = typed(argc, argv);
  } catch (const CLI::CallForHelp&) {
    line.command = Answer{app.help(), "", good};
  } catch (const CLI::ParseError& error) {
    line.command = answer_to(error, app);
  }
  return line;
}

}  // namespace spof::cli
