#include <fmt/format.h>

#include <algorithm>

#include "report/compare/compare_words.hpp"
#include "report/html/html_page.hpp"
#include "report/year/yearly_text.hpp"

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
  const bool short_names = contrast.a->matrix && !sortable;
  HtmlTable table("llrrl", {short_names ? "failure" : "metric", "verdict", contrast.label_a,
                            contrast.label_b, "difference \u00b1 95 %"});
  for (const MetricChange* row : rows)
    table.row({short_names ? row_name(row->question) : question_text(row->question),
               Cell(finding_text(*row), tone_of(tone_of(*row))), side_text(*row, false),
               side_text(*row, true), difference_text(*row)});
  if (sortable) table.sortable();
  return table.html();
}

/// A row for each failure, a column for each class; empty where its fate is the same.
std::string fates_table(const Contrast& contrast) {
  std::vector<std::string> heads{"failure"};
  for (const std::string& name : contrast.a->classes)
    if (std::any_of(contrast.fates.begin(), contrast.fates.end(),
                    [&](const FateChange& change) { return change.a.request_class == name; }))
      heads.push_back(name);
  HtmlTable table(std::string(heads.size(), 'l'), heads);
  std::vector<std::pair<std::string, std::vector<Cell>>> rows;
  for (const FateChange& change : contrast.fates) {
    const std::string failure = failure_text(change.a);
    if (rows.empty() || rows.back().first != failure)
      rows.emplace_back(failure, std::vector<Cell>(heads.size(), Cell("")));
    const auto place = std::find(heads.begin() + 1, heads.end(), change.a.request_class);
    rows.back().second[static_cast<std::size_t>(place - heads.begin())] =
        Cell(fate_text(change.a) + " \u2192 " + fate_text(change.b),
             change.b.fate > change.a.fate ? Tone::bad : Tone::good);
  }
  for (auto& [failure, cells] : rows) {
    cells.front() = failure;
    table.row(std::move(cells));
  }
  return table.html();
}

std::string year_table(const Contrast& contrast) {
  std::vector<std::string> heads{"class"};
  for (const char* what : {"outage, ", "failed requests, ", "time available, "})
    for (const std::string& label : {contrast.label_a, contrast.label_b})
      heads.push_back(what + label);
  HtmlTable years("lrrrrrr", heads);
  for (const StoredYear& a : contrast.a->year)
    for (const StoredYear& b : contrast.b->year)
      if (a.request_class == b.request_class)
        years.row({a.request_class, minutes_text(a.outage_min), minutes_text(b.outage_min),
                   count_text(a.failed_requests), count_text(b.failed_requests),
                   availability_text(a.unavailability), availability_text(b.unavailability)});
  return years.html();
}

std::string facts_of(const Contrast& contrast, const ContrastWords& words) {
  std::string body;
  for (const ContrastFact& fact : words.facts) {
    std::string title = fact.label;
    std::transform(title.begin() + 1, title.end(), title.begin() + 1,
                   [](char letter) { return static_cast<char>(letter | 0x20); });
    if (fact.label == "SPOF")
      body += html_section("Single points of failure", html_list(fact.lines));
    else if (fact.label == "FATE")
      body += html_section("Failures that end otherwise", fates_table(contrast));
    else if (fact.label == "YEAR")
      body += html_section("A year, at the rates of each scenario", year_table(contrast));
    else
      body += html_section(title, html_list(fact.lines));
  }
  return body;
}

/// Whom is compared with whom: "A: baseline (results/baseline/report.json)".
std::string heading_of(const ContrastWords& words) {
  std::vector<std::string> lines = words.heading;
  for (std::string& line : lines)
    if (const std::size_t gap = line.find("  "); gap != std::string::npos)
      line.replace(gap, 2, ": ");
  return html_list(lines);
}

/// Everything below the verdict.
std::string body_of(const Contrast& contrast, const ContrastWords& words) {
  std::string body = heading_of(words) + facts_of(contrast, words);
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
    if (only.a->matrix) page.title = "Comparison of two matrices";
    page.subtitle = only.a->name + " \u2192 " + only.b->name;
    page.tag = is_same(only) ? "the same" : tag_of(words.tone);
    page.tone = tone_of(words.tone);
    page.verdict = words.sentence;
    page.body = body_of(only, words);
    return html_page(page);
  }
  page.tag = fmt::format("{} comparisons", contrasts.list.size());
  page.verdict = summary_sentence(contrasts);
  HtmlTable overview("lll", {"result", "verdict", "why"});
  std::string folds;
  for (const Contrast& contrast : contrasts.list) {
    const ContrastWords words = told(contrast);
    const std::string name = fmt::format("{}{} ({})", contrast.a->matrix ? "matrix of " : "",
                                         contrast.b->name, contrast.label_b);
    overview.row({name,
                  Cell(is_same(contrast) ? "the same" : tag_of(words.tone), tone_of(words.tone)),
                  words.sentence});
    page.tone = std::max(page.tone, tone_of(words.tone));
    folds += html_fold(name, body_of(contrast, words));
  }
  page.body = html_list(contrasts.one_sided) + overview.html() + folds;
  return html_page(page);
}

}  // namespace spof::report
