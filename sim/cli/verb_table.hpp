#pragma once
#include <span>
#include <string>
#include <vector>

#include "cli/arguments.hpp"

namespace CLI {
class App;
}

namespace spof::cli {

/// One verb: what it is called, what it takes and how it is used. To add one: a struct of
/// arguments, its `declare` and a row in verb_table.cpp, its `execute` in a file of its own.
struct Verb {
  const char* name;
  const char* help;
  /// Adds the verb's options to `app`; once the command line has been read, they are in `command`.
  void (*declare)(CLI::App& app, Command& command);
  const char* examples;
};

std::span<const Verb> verbs();

/// An option or an argument as help, completion and the manual page tell it.
struct OptionText {
  std::vector<std::string> names;  ///< "-n", "--runs"; none: an argument
  std::string value;               ///< "RUNS", "SCENARIO"; empty: a flag
  std::string help;
  bool required = false;
  bool repeats = false;  ///< may be given several times
};

struct VerbText : Verb {
  std::vector<OptionText> options;
};

/// The whole command line in words.
struct ProgramText {
  std::vector<OptionText> options;  ///< of the program, good with every verb
  std::vector<VerbText> verbs;
};
ProgramText described();

}  // namespace spof::cli
