#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/words.hpp"
#include "cli/completion.hpp"
#include "report/text.hpp"

namespace spof::cli {

std::string shell_quoted(const std::string& text) {
  return "'" + report::respelled(text, {{'\'', "'\\''"}}) + "'";
}

namespace {

/// What each shell is told to complete a value with; of words, which have a list: see *_value.
struct ShellWords {
  Completion::Kind kind;
  const char *bash, *zsh, *fish;
};
constexpr std::array shell_words{
    ShellWords{Completion::nothing, ":", " ", ""},
    ShellWords{Completion::scenarios, "_spof_scenarios", "_spof_scenarios",
               " -F -a '(__spof_list scenarios)'"},
    ShellWords{Completion::parameters, "_spof_parameters", "_spof_parameters",
               " -a '(__spof_parameters)'"},
    ShellWords{Completion::metrics, "_spof_words \"$(_spof_list metrics)\"", "_spof_metrics",
               " -a '(__spof_list metrics)'"},
    ShellWords{Completion::files, "_spof_files -f", "_files", " -F"},
    ShellWords{Completion::folders, "_spof_files -d", "_files -/",
               " -a '(__fish_complete_directories)'"},
};
const ShellWords& words_for(const Completion& made) {
  return *std::ranges::find(shell_words, made.kind, &ShellWords::kind);
}

/// `body` for the program's options with verb "", then for each verb's.
template <class Body>
void each_verb(const ProgramText& program, Body body) {
  body("", program.options);
  for (const VerbText& verb : program.verbs) body(verb.name, verb.options);
}

// ---- bash ------------------------------------------------------------------------------------

constexpr const char* bash_head = R"sh(# bash completion of spof, made by `spof completion bash`.

_spof_list() { "${COMP_WORDS[0]}" list "$1" 2>/dev/null | while read -r name _; do
  case $name in *'*'* | *PART) ;; *) printf '%s\n' "$name" ;; esac
done; }

# _spof_words WORD...: those that begin as the word at the cursor does.
_spof_words() { mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur"); }

# _spof_items WORD...: the same for the last item of a list with commas.
_spof_items() {
  local before=
  case $cur in *,*) before=${cur%,*}, ;; esac
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$*" -- "${cur##*,}")
}

_spof_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

_spof_scenarios() {
  _spof_files -f
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$(_spof_list scenarios)" -- "$cur")
}

_spof_parameters() {
  compopt -o nospace 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -S = -W "$(_spof_list parameters)" -- "$cur")
}

)sh";

std::string bash_value(const Completion& made) {
  if (made.kind != Completion::words) return words_for(made).bash;
  return (made.list ? "_spof_items " : "_spof_words ") + joined(made.choices, " ");
}

constexpr const char* bash_body = R"sh(
_spof() {
  local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb= i
  COMPREPLY=()
  # Bash takes "--color=al" and "/runs=5" for three words each.
  if [[ $cur == = ]]; then
    cur=
    [[ $before == -* ]] || return
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
    [[ $before == -* ]] || return
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
)sh";

}  // namespace

std::string bash_completion(const ProgramText& program) {
  std::string values, options, arguments;
  each_verb(program, [&](const std::string& verb, const std::vector<OptionText>& all) {
    std::vector<std::string> names;
    for (const OptionText& option : all) {
      const std::string value = bash_value(completion_of(verb, option));
      if (option.names.empty() && value != ":")
        arguments += fmt::format("    {}) {} ;;\n", verb, value);
      for (const std::string& name : option.names) {
        names.push_back(name);
        if (!option.value.empty())
          values +=
              fmt::format("    {}:{}) {}; return ;;\n", verb.empty() ? "*" : verb, name, value);
      }
    }
    if (verb.empty())
      options += fmt::format("      *) words='{}' ;;&\n", joined(names, " "));
    else
      options += fmt::format("      {}) words+=' {}' ;;\n", verb, joined(names, " "));
  });
  const std::vector<std::string> verbs = names_in(program.verbs);
  return fmt::format(
      "{}{}      {}) verb=${{COMP_WORDS[i]}}; break ;;\n    esac\n  done\n"
      "  case $verb:$before in\n{}  esac\n"
      "  if [[ $cur == -* ]]; then\n    local words=\n    case $verb in\n{}    esac\n"
      "    _spof_words \"$words\"\n    return\n  fi\n"
      "  case $verb in\n    '') _spof_words {} ;;\n{}  esac\n}}\n"
      "complete -F _spof spof\n",
      bash_head, bash_body, joined(verbs, " | "), values, options, joined(verbs, " "), arguments);
}

// ---- zsh -------------------------------------------------------------------------------------

namespace {

constexpr const char* zsh_head = R"sh(#compdef spof
# zsh completion of spof, made by `spof completion zsh`.

_spof_list() {
  local name rest
  local -a names
  _call_program spof-$1 $spof_program list $1 2>/dev/null | while read -r name rest; do
    [[ $name == *'*'* || $name == *PART ]] || names+=($name)
  done
  compadd "${@:2}" -a names
}
_spof_scenarios() {
  _files -g '*.json'
  _spof_list scenarios
}
_spof_parameters() { _spof_list parameters -S =; }
_spof_metrics() { _spof_list metrics; }

_spof() {
  local curcontext=$curcontext state line spof_program=$words[1]
  typeset -A opt_args
)sh";

std::string zsh_value(const Completion& made) {
  if (made.kind != Completion::words) return words_for(made).zsh;
  const std::string words = joined(made.choices, " ");
  return made.list ? "_values -s , item " + words : "(" + words + ")";
}

/// What _arguments reads as its own is escaped.
std::string zsh_text(const std::string& text) {
  return report::respelled(text, {{'[', "\\["}, {']', "\\]"}, {':', "\\:"}, {'\\', "\\\\"}});
}

std::string zsh_spec(const std::string& verb, const OptionText& option) {
  const std::string value =
      option.value.empty()
          ? ""
          : fmt::format(":{}:{}", zsh_text(option.value), zsh_value(completion_of(verb, option)));
  if (option.names.empty())
    return shell_quoted((option.repeats ? "*" : option.required ? "" : ":") + value);
  std::string out;
  for (const std::string& name : option.names) {
    const std::string others = option.repeats ? "*" : "(" + joined(option.names, " ") + ")";
    out += (out.empty() ? "" : " ") +
           shell_quoted(fmt::format("{}{}[{}]{}", others, name, zsh_text(option.help), value));
  }
  return out;
}

std::string zsh_specs(const std::string& verb, const std::vector<OptionText>& options) {
  std::string out;
  for (const OptionText& option : options) out += " \\\n        " + zsh_spec(verb, option);
  return out;
}

}  // namespace

std::string zsh_completion(const ProgramText& program) {
  std::string verbs, cases;
  for (const VerbText& verb : program.verbs) {
    verbs += fmt::format("        {}\n",
                         shell_quoted(fmt::format("{}:{}", verb.name, zsh_text(verb.help))));
    cases += fmt::format("        {}) _arguments -s{} ;;\n", verb.name,
                         zsh_specs(verb.name, verb.options));
  }
  return fmt::format(
      "{}  _arguments -C{} \\\n        '1:verb:->verb' '*::argument:->argument'\n"
      "  case $state in\n    verb)\n      local -a verbs=(\n{}      )\n"
      "      _describe verb verbs ;;\n"
      "    argument)\n      case $words[1] in\n{}      esac ;;\n  esac\n}}\n\n"
      "if [[ $funcstack[1] == _spof ]]; then _spof \"$@\"; else compdef _spof spof; fi\n",
      zsh_head, zsh_specs("", program.options), verbs, cases);
}

// ---- fish ------------------------------------------------------------------------------------

namespace {

constexpr const char* fish_head = R"sh(# fish completion of spof, made by `spof completion fish`.

function __spof_list
    set -l program (commandline -opc)[1]
    $program list $argv[1] 2>/dev/null | string trim | string match -v -r '^\S*(\*|PART\s)' |
        string replace -r '  +' \t
end
function __spof_parameters
    __spof_list parameters | string replace -r '^(\S+)' '$1='
end

complete -c spof -f
)sh";

/// Fish reads a backslash in single quotes, too.
std::string fish_quoted(const std::string& text) {
  return "'" + report::respelled(text, {{'\'', "\\'"}, {'\\', "\\\\"}}) + "'";
}

std::string fish_value(const Completion& made) {
  if (made.kind != Completion::words) return words_for(made).fish;
  return " -a " + fish_quoted(joined(made.choices, " "));
}

std::string fish_line(const std::string& condition, const std::string& verb,
                      const OptionText& option) {
  std::string line = "complete -c spof" + condition;
  for (const std::string& name : option.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  const Completion made = completion_of(verb, option);
  if (!option.value.empty() && !option.names.empty())
    line += made.kind == Completion::files || made.kind == Completion::scenarios ? " -r" : " -x";
  if (!option.value.empty()) line += fish_value(made);
  return line + " -d " + fish_quoted(option.help) + "\n";
}

}  // namespace

std::string fish_completion(const ProgramText& program) {
  std::string out = fish_head;
  for (const VerbText& verb : program.verbs)
    out += fmt::format("complete -c spof -n __fish_use_subcommand -a {} -d {}\n", verb.name,
                       fish_quoted(verb.help));
  each_verb(program, [&](const std::string& verb, const std::vector<OptionText>& options) {
    const std::string condition =
        verb.empty() ? "" : fmt::format(" -n '__fish_seen_subcommand_from {}'", verb);
    for (const OptionText& option : options) {
      const bool silent =
          option.names.empty() && completion_of(verb, option).kind == Completion::nothing;
      const bool inherited =
          !verb.empty() && !option.names.empty() && option.names.back() == "--help";
      if (!silent && !inherited) out += fish_line(condition, verb, option);
    }
  });
  return out;
}

}  // namespace spof::cli
