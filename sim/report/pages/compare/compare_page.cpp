#include <fmt/format.h>

#include <algorithm>

#include "base/words.hpp"
#include "report/pages/compare/compare_words.hpp"

namespace spof::report {
namespace {

Table table_of(const std::string& title, const std::vector<const MetricChange*>& rows,
               const Contrast& contrast) {
  Table table{"lrrll",
              {title, contrast.label_a, contrast.label_b, "difference \u00b1 95 %", "verdict"}};
  for (const MetricChange* row : rows) {
    const Tone tone = tone_of(*row);
    const std::string strong = tone == Tone::plain ? "" : "**";
    table.row({title.empty() ? row_name(row->question) : question_text(row->question),
               side_text(*row, false), side_text(*row, true), difference_text(*row),
               Cell(strong + finding_text(*row) + strong, tone)});
  }
  return table;
}

/// Everything below the verdict.
Blocks blocks_of(const Contrast& contrast, const ContrastWords& words) {
  Blocks blocks{List{words.heading}};
  blocks.insert(blocks.end(), words.facts.begin(), words.facts.end());
  for (const ChangeGroup& group : words.groups)
    blocks.emplace_back(Section{group.title, {table_of("", group.rows, contrast)}});
  for (const std::string& note : words.notes) blocks.emplace_back(Paragraph{note, true});
  return blocks;
}

/// Every metric, for who looks for one.
Section all_metrics(const Contrast& contrast) {
  std::vector<const MetricChange*> all;
  for (const MetricChange& row : contrast.rows) all.push_back(&row);
  Table table = table_of("metric", all, contrast);
  table.sortable = true;
  return {counted(all.size(), "metric") + " in all", {table}, Section::Fold::closed};
}

std::string tag_of(const Contrast& contrast, Tone tone) {
  if (is_same(contrast)) return "the same";
  constexpr const char* tags[] = {"no difference proven", "better", "better and worse", "worse"};
  return tags[static_cast<std::size_t>(tone)];
}

}  // namespace

Document compare_page(const Contrasts& contrasts, Medium medium) {
  Document page{contrasts.list.size() == 1 && contrasts.list.front().a->matrix
                    ? "Comparison of two matrices"
                    : "Comparison"};
  page.blocks.emplace_back(Facts{"Warning", contrasts.one_sided, Tone::warn});
  Table overview{"llt", {"result", "verdict", ""}};
  Blocks sections;
  for (const Contrast& contrast : contrasts.list) {
    const ContrastWords words = told(contrast);
    Blocks blocks = blocks_of(contrast, words);
    if (medium == Medium::html && !contrast.rows.empty())
      blocks.emplace_back(all_metrics(contrast));
    page.tone = std::max(page.tone, words.tone);
    page.tag = tag_of(contrast, words.tone);
    page.verdict = words.sentence;
    if (contrasts.list.size() == 1) {
      append(page.blocks, std::move(blocks));
      return page;
    }
    const std::string name = fmt::format("{}{} ({})", contrast.a->matrix ? "matrix of " : "",
                                         contrast.b->name, contrast.label_b);
    overview.row({name, Cell(page.tag, words.tone), words.sentence});
    sections.emplace_back(Section{name, std::move(blocks), Section::Fold::closed});
  }
  page.tag = fmt::format("{} comparisons", contrasts.list.size());
  page.verdict = summary_sentence(contrasts);
  page.blocks.emplace_back(std::move(overview));
  append(page.blocks, std::move(sections));
  return page;
}

}  // namespace spof::report
