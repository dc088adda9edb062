#include <fmt/format.h>

#include <algorithm>

#include "report/compare/compare_words.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// A colour of ANSI terminals; empty: none.
const char* color_of(ContrastTone tone) {
  switch (tone) {
    case ContrastTone::good:
      return "32";
    case ContrastTone::bad:
      return "31";
    case ContrastTone::mixed:
      return "33";
    case ContrastTone::neutral:
      break;
  }
  return "";
}

/// Writes comparisons, part by part.
class Screen {
 public:
  explicit Screen(const TerminalOptions& options)
      : options_(options), width_(std::max<std::size_t>(options.width, 60)) {}

  std::string show(const Contrasts& contrasts) {
    if (contrasts.several && contrasts.list.size() > 1)
      out_ += options_.painted(options_.spelled(summary_sentence(contrasts)), "1") + '\n';
    for (const std::string& text : contrasts.one_sided) labelled("WARNING", text, "33");
    if ((contrasts.several && contrasts.list.size() > 1) || !contrasts.one_sided.empty())
      out_ += '\n';
    for (const Contrast& contrast : contrasts.list) {
      if (&contrast != &contrasts.list.front()) out_ += '\n';
      one(told(contrast));
    }
    return std::move(out_);
  }

 private:
  /// " LABEL    text", the text wrapped under itself.
  void labelled(const std::string& label, const std::string& text, const char* color = "1") {
    const std::string padded = fmt::format(" {:<9} ", label);
    const std::string body = wrapped(options_.spelled(text), width_ - padded.size(), 0);
    out_ += label.empty() ? padded : options_.painted(padded, color);
    for (const char letter : body) {
      out_ += letter;
      if (letter == '\n') out_ += std::string(padded.size(), ' ');
    }
    out_ += '\n';
  }

  void one(const ContrastWords& told) {
    for (const std::string& line : told.heading) out_ += options_.spelled(line) + '\n';
    out_ +=
        '\n' +
        options_.painted(wrapped(options_.spelled(told.sentence), width_, 0), color_of(told.tone)) +
        "\n";
    if (!told.facts.empty()) out_ += '\n';
    for (const ContrastFact& fact : told.facts)
      for (std::size_t i = 0; i < fact.lines.size(); ++i)
        labelled(i == 0 || fact.warning ? fact.label : "", fact.lines[i],
                 fact.warning ? "33" : "1");
    if (!told.groups.empty()) table(told);
    for (const std::string& note : told.notes) {
      out_ += '\n';
      out_ += " " + wrapped(options_.spelled(note), width_ - 1, 1) + '\n';
    }
  }

  /// One table for all groups, so that its columns stand under each other.
  void table(const ContrastWords& told) {
    Table table("lrrll");
    table.row({"", "A", told.heading[1].substr(0, told.heading[1].find(' ')),
               "difference \u00b1 95 %", "verdict"});
    for (const ChangeGroup& group : told.groups) {
      table.row({group.title, "", "", "", ""});
      for (const MetricChange* row : group.rows)
        table.row({"  " + row_name(row->question), side_text(*row, false), side_text(*row, true),
                   difference_text(*row), finding_text(*row)});
    }
    out_ += '\n';
    const std::string lines = options_.spelled(table.plain(1));
    std::size_t at = 0;
    print_line(lines, at, nullptr);
    for (const ChangeGroup& group : told.groups) {
      print_line(lines, at, nullptr);
      for (const MetricChange* row : group.rows) print_line(lines, at, row);
    }
  }

  /// The next line of a table: a heading is bold, of a row the verdict is coloured.
  void print_line(const std::string& lines, std::size_t& at, const MetricChange* row) {
    const std::size_t end = lines.find('\n', at);
    const std::string line = lines.substr(at, end - at);
    at = end + 1;
    if (!row) {
      out_ += options_.painted(line, "1") + '\n';
      return;
    }
    const std::size_t length = options_.spelled(finding_text(*row)).size();
    const std::size_t start = line.size() - std::min(length, line.size());
    out_ += line.substr(0, start) + options_.painted(line.substr(start), color_of(tone_of(*row))) +
            '\n';
  }

  const TerminalOptions& options_;
  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string compare_text(const Contrasts& contrasts, const TerminalOptions& options) {
  return Screen(options).show(contrasts);
}

}  // namespace spof::report
