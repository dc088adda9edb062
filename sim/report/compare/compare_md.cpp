#include <fmt/format.h>

#include "report/compare/compare_words.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// Text of users, such as a scenario's value, without what Markdown would take for markup.
std::string plain(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\n') {
      out += ' ';
      continue;
    }
    if (std::string_view("\\`*_<>[]#|").find(letter) != std::string_view::npos) out += '\\';
    out += letter;
  }
  return out;
}

std::string table_of(const ChangeGroup& group, const Contrast& contrast) {
  Table table("lrrll");
  table.row({group.title, contrast.label_a, contrast.label_b, "difference \u00b1 95 %", "verdict"});
  for (const MetricChange* row : group.rows) {
    const std::string finding = finding_text(*row);
    table.row({contrast.a->matrix ? row_name(row->question) : question_text(row->question),
               side_text(*row, false), side_text(*row, true), difference_text(*row),
               row->proven() ? "**" + finding + "**" : finding});
  }
  return table.markdown();
}

std::string section(const Contrast& contrast) {
  const ContrastWords told = report::told(contrast);
  std::string out = fmt::format("## {} against {}: {}\n\n", contrast.label_b, contrast.label_a,
                                plain(contrast.b->name));
  out += "**" + plain(told.sentence) + "**\n\n";
  for (const std::string& line : told.heading) out += "- " + plain(line) + '\n';
  for (const ContrastFact& fact : told.facts) {
    out += "- " + fact.label + ":";
    if (fact.lines.size() == 1) {
      out += " " + plain(fact.lines.front()) + '\n';
      continue;
    }
    out += '\n';
    for (const std::string& line : fact.lines) out += "  - " + plain(line) + '\n';
  }
  for (const ChangeGroup& group : told.groups) out += '\n' + table_of(group, contrast);
  for (const std::string& note : told.notes) out += '\n' + plain(note) + '\n';
  return out;
}

}  // namespace

std::string compare_md(const Contrasts& contrasts) {
  std::string out = "# Comparison\n\n";
  if (contrasts.several && contrasts.list.size() > 1) out += summary_sentence(contrasts) + "\n\n";
  for (const std::string& text : contrasts.one_sided) out += "- WARNING: " + plain(text) + '\n';
  if (!contrasts.one_sided.empty()) out += '\n';
  for (const Contrast& contrast : contrasts.list) {
    if (&contrast != &contrasts.list.front()) out += '\n';
    out += section(contrast);
  }
  return out;
}

}  // namespace spof::report
