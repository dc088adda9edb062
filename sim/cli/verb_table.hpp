#pragma once
#include <span>

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

}  // namespace spof::cli
