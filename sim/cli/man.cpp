#include <fmt/format.h>

#include "base/build_info.hpp"
#include "base/words.hpp"
#include "cli/verb_table.hpp"
#include "cli/verbs.hpp"
#include "report/text.hpp"

namespace spof::cli {
namespace {

/// Text that troff shows as it is: backslashes and hyphens as typed, no request at a line's start.
std::string plain(const std::string& text) {
  std::string out;
  for (const std::string& line : parts_of(text))
    out += (out.empty() ? "" : "\n") +
           std::string(line.starts_with('.') || line.starts_with('\'') ? "\\&" : "") +
           report::respelled(line, {{'\\', "\\e"},
                                    {'-', "\\-"},
                                    {'\'', "\\(aq"},
                                    {'`', "\\(ga"},
                                    {'^', "\\(ha"},
                                    {'~', "\\(ti"}});
  return out;
}

/// "-n, --runs RUNS", names bold and the value in italics.
std::string heading(const OptionText& option) {
  std::string out;
  for (const std::string& name : option.names)
    out += (out.empty() ? "" : ", ") + fmt::format("\\fB{}\\fR", plain(name));
  if (option.value.empty()) return out;
  return out + (out.empty() ? "" : " ") + fmt::format("\\fI{}\\fR", plain(option.value));
}

std::string paragraph(const OptionText& option) {
  return fmt::format(".TP\n{}\n{}\n", heading(option), plain(option.help));
}

std::string arguments_of(const VerbText& verb) {
  std::string out;
  for (const OptionText& option : verb.options) {
    if (!option.names.empty()) continue;
    const std::string word =
        fmt::format("\\fI{}\\fR{}", plain(option.value), option.repeats ? "..." : "");
    out += " " + (option.required ? word : "[" + word + "]");
  }
  return out;
}

bool is_help(const OptionText& option) {
  return !option.names.empty() && option.names.back() == "--help";
}

std::string verb_section(const VerbText& verb) {
  std::string out = fmt::format(".SS \\fBspof {}\\fR{} [\\fIOPTION\\fR]...\n{}.\n", verb.name,
                                arguments_of(verb), plain(verb.help));
  for (const OptionText& option : verb.options)
    if (!is_help(option)) out += paragraph(option);
  return out + ".PP\n.nf\n.RS 2\n" + plain(verb.examples) + "\n.RE\n.fi\n";
}

std::string rows(const std::vector<std::pair<const char*, const char*>>& all) {
  std::string out;
  for (const auto& [left, right] : all)
    out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", plain(left), plain(right));
  return out;
}

std::string page(const ProgramText& program) {
  std::string out = fmt::format(
      ".TH SPOF 1 \"\" \"spof {}\" \"User Commands\"\n"
      ".SH NAME\nspof \\- break a simulated web stack and say what the failure costs\n"
      ".SH SYNOPSIS\n.B spof\n\\fIVERB\\fR [\\fIARGUMENT\\fR]... [\\fIOPTION\\fR]...\n"
      ".SH DESCRIPTION\n"
      "\\fBspof\\fR runs scenarios: a load balancer, web servers, applications\n"
      "and databases as a JSON file describes them, and a failure. It says who\n"
      "noticed and when, which requests failed and for whom, which writes are\n"
      "lost, and which part is a single point of failure.\n"
      "Results go to standard output, everything else to standard error.\n"
      ".SH OPTIONS\nThese go with every verb.\n",
      build_info::version);
  for (const OptionText& option : program.options) out += paragraph(option);
  out += ".SH VERBS\n";
  for (const VerbText& verb : program.verbs) out += verb_section(verb);
  out += ".SH EXIT STATUS\n" +
         rows({{"0", "good"},
               {"1", "an expectation failed, or something got worse (compare --fail-if-worse)"},
               {"2", "the scenario or the command line is wrong; nothing ran"},
               {"3", "the simulator failed, or results could not be written"},
               {"130", "interrupted by Ctrl-C, SIGTERM or SIGHUP"}});
  out += ".SH FILES\n" +
         rows({{"results/SCENARIO/", "what is written; another place with --output"},
               {"results/SCENARIO/VERB-*.parts",
                "what an interrupted command goes on from, and what --shard leaves for spof merge"},
               {"PREFIX/share/spof/scenarios, platforms", "the shipped scenarios"}});
  out += ".SH ENVIRONMENT\n" +
         rows({{"NO_COLOR", "no colour, unless --color always"},
               {"LC_ALL, LC_CTYPE, LANG", "plain ASCII where these do not say UTF-8"},
               {"TERM", "dumb: neither colour nor a line of progress"}});
  return out +
         ".SH SEE ALSO\n.BR haproxy (1),\n.BR gnuplot (1),\n.BR parallel (1),\n.BR sbatch (1)\n";
}

}  // namespace

ExitCode execute(const ManArguments&, Console& console) {
  console.print(page(described()));
  return good;
}

}  // namespace spof::cli
