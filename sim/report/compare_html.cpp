#include <fmt/format.h>

#include <algorithm>

#include "report/compare_formats.hpp"
#include "report/compare_words.hpp"
#include "report/html_page.hpp"

namespace spof::report {
namespace {

Tone tone_of(ContrastTone tone) {
  switch (tone) {
    case ContrastTone::good:
      return Tone::good;
    case ContrastTone::bad:
      return Tone::bad;
    case ContrastTone::mixed:
      return Tone::warn;
    case ContrastTone::neutral:
      break;
  }
  return Tone::plain;
}

/// Rows in the columns of all the tables here.
std::string table_of(const std::vector<const MetricChange*>& rows, const Contrast& contrast,
                     bool sortable) {
  HtmlTable table(
      "lrrll", {"metric", contrast.label_a, contrast.label_b, "difference \u00b1 95 %", "verdict"});
  for (const MetricChange* row : rows)
    table.row({question_text(row->question), side_text(*row, false), side_text(*row, true),
               difference_text(*row), Cell(finding_text(*row), tone_of(tone_of(*row)))});
  if (sortable) table.sortable();
  return table.html();
}

std::string facts_of(const ContrastWords& words) {
  std::string body;
  for (const ContrastFact& fact : words.facts) {
    std::string title = fact.label;
    std::transform(title.begin() + 1, title.end(), title.begin() + 1,
                   [](char letter) { return static_cast<char>(letter | 0x20); });
    body += html_section(fact.label == "SPOF" ? "Single points of failure" : title,
                         html_list(fact.lines));
  }
  return body;
}

/// Everything below the verdict.
std::string body_of(const Contrast& contrast, const ContrastWords& words) {
  std::string body = html_list(words.heading) + facts_of(words);
  for (const ChangeGroup& group : words.groups)
    body += html_section(group.title, table_of(group.rows, contrast, false));
  for (const std::string& note : words.notes) body += html_paragraph(note, true);
  if (contrast.rows.empty()) return body;
  std::vector<const MetricChange*> all;
  for (const MetricChange& row : contrast.rows) all.push_back(&row);
  return body + html_fold(fmt::format("All {} metrics", all.size()), table_of(all, contrast, true));
}

const char* tag_of(ContrastTone tone) {
  switch (tone) {
    case ContrastTone::good:
      return "better";
    case ContrastTone::bad:
      return "worse";
    case ContrastTone::mixed:
      return "better and worse";
    case ContrastTone::neutral:
      break;
  }
  return "no difference proven";
}

}  // namespace

std::string compare_html(const Contrasts& contrasts) {
  HtmlPage page;
  page.title = "Comparison";
  if (contrasts.list.size() == 1) {
    const Contrast& only = contrasts.list.front();
    const ContrastWords words = told(only);
    page.subtitle = only.a->name + " \u2192 " + only.b->name;
    page.tag = is_same(only) ? "the same" : tag_of(words.tone);
    page.tone = tone_of(words.tone);
    page.verdict = words.sentence;
    page.body = body_of(only, words);
    return html_page(page);
  }
  page.tag = fmt::format("{} comparisons", contrasts.list.size());
  page.verdict = summary_sentence(contrasts);
  page.body = html_list(contrasts.one_sided);
  for (const Contrast& contrast : contrasts.list) {
    const ContrastWords words = told(contrast);
    page.body +=
        html_fold(fmt::format("{} ({}): {}", contrast.b->name, contrast.label_b, words.sentence),
                  body_of(contrast, words));
  }
  return html_page(page);
}

}  // namespace spof::report
