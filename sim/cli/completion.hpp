#pragma once
#include <string>
#include <vector>

#include "cli/verb_table.hpp"

namespace spof::cli {

/// What can stand for a value on the command line. Scenarios, parameters and metrics are asked of
/// the program when Tab is pressed.
struct Completion {
  enum Kind { nothing, words, scenarios, parameters, metrics, files, folders };
  Kind kind = nothing;
  std::vector<std::string> choices = {};  ///< of `words`
  bool list = false;                      ///< several, by comma
};

/// For a value of this option, or this argument, of a verb ("" for the program's own options).
Completion completion_of(const std::string& verb, const OptionText& option);

/// In single quotes, as POSIX shells read them.
std::string shell_quoted(const std::string& text);

/// Scripts for the shells.
std::string bash_completion(const ProgramText& program);
std::string zsh_completion(const ProgramText& program);
std::string fish_completion(const ProgramText& program);

}  // namespace spof::cli
