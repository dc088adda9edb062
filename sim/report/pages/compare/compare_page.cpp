#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "base/words.hpp"
#include "report/pages/compare/compare_words.hpp"
#include "report/text.hpp"

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

/// Whom is compared with whom, over which runs.
List heading(const Contrast& contrast) {
  List made;
  for (const auto& [label, report] :
       {std::pair{contrast.label_a, contrast.a}, std::pair{contrast.label_b, contrast.b}})
    made.lines.push_back(fmt::format("{}: {}{} ({})", label, report->matrix ? "matrix of " : "",
                                     report->name, report->path));
  const SeedPairing& pairing = contrast.pairing;
  std::vector<std::uint64_t> seeds;
  for (const auto& [i, j] : pairing.places) seeds.push_back(contrast.a->seeds[i]);
  const std::string length = contrast.a->duration == contrast.b->duration
                                 ? fmt::format(" \u00d7 {:g} s", contrast.a->duration)
                                 : "";
  const std::string runs = counted(pairing.runs_a, "run");
  made.lines.push_back(pairing.paired ? fmt::format("{}{}, {}, compared seed by seed", runs, length,
                                                    seeds_text(seeds))
                                      : fmt::format("{} against {}{}, not paired", runs,
                                                    counted(pairing.runs_b, "run"), length));
  return made;
}

/// The value, or as much of it as fits a line.
std::string shortened(const std::string& json) {
  constexpr std::size_t most = 60;
  if (json.empty()) return "(absent)";
  if (width_of(json) <= most) return json;
  std::string cut;
  for (std::size_t i = 0; i < json.size() && width_of(cut) < most; ++i) cut += json[i];
  while (!cut.empty() && (static_cast<unsigned char>(cut.back()) & 0x80U) != 0) cut.pop_back();
  return cut + "\u2026";
}

Facts scenario(const Contrast& contrast) {
  constexpr std::size_t most = 12;
  Facts fact{"Scenario", {}};
  for (const ScenarioChange& change : contrast.scenario) {
    if (fact.lines.size() == most) {
      fact.lines.push_back(fmt::format("and {} more differences; --format json has them all",
                                       contrast.scenario.size() - most));
      break;
    }
    std::string line =
        fmt::format("{}: {} \u2192 {}", change.pointer, shortened(change.a), shortened(change.b));
    if (change.copies > 0)
      line += fmt::format(" (and in {} that inherit{} it)", counted(change.copies, "place"),
                          change.copies == 1 ? "s" : "");
    fact.lines.push_back(std::move(line));
  }
  if (fact.lines.empty() && !contrast.a->scenario.empty() && !contrast.b->scenario.empty())
    fact.lines.emplace_back("no difference");
  return fact;
}

Facts failures(const Contrast& contrast) {
  Facts fact{"Failures", {}};
  const auto text = [](const FailureChange& change) {
    return fmt::format("{} {} a run ({})", change.name, count_text(change.per_run),
                       listed(change.classes));
  };
  for (const auto& [label, list] : {std::pair{contrast.label_a, &contrast.failures_lost},
                                    std::pair{contrast.label_b, &contrast.failures_gained}})
    if (!list->empty())
      fact.lines.push_back(fmt::format("only in {}: {}", label, joined(mapped(*list, text), ", ")));
  return fact;
}

/// Of reports, where they differ.
Facts verdicts(const Contrast& contrast) {
  if (contrast.a->matrix || contrast.a->verdict.text == contrast.b->verdict.text) return {};
  return {"Verdict",
          {fmt::format("{}: {}", contrast.label_a, contrast.a->verdict.text),
           fmt::format("{}: {}", contrast.label_b, contrast.b->verdict.text)}};
}

/// Everything below the verdict.
Blocks blocks_of(const Contrast& contrast) {
  Blocks blocks{heading(contrast), Facts{"Warning", contrast.warnings, Tone::warn},
                scenario(contrast), verdicts(contrast), spof_facts(contrast)};
  if (contrast.a->matrix) append(blocks, matrix_facts(contrast));
  blocks.emplace_back(failures(contrast));
  if (is_same(contrast) && !contrast.selected) return blocks;
  const std::vector<ChangeGroup> groups = shown_rows(contrast);
  for (const ChangeGroup& group : groups)
    blocks.emplace_back(Section{group.title, {table_of("", group.rows, contrast)}});
  for (const std::string& note : notes_of(contrast, groups))
    blocks.emplace_back(Paragraph{note, true});
  return blocks;
}

/// Every metric, for who looks for one.
Section all_metrics(const Contrast& contrast) {
  const auto all = mapped(contrast.rows, [](const MetricChange& row) { return &row; });
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
    Blocks blocks = blocks_of(contrast);
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
