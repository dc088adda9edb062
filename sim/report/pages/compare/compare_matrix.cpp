#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "base/append_new.hpp"
#include "measure/words.hpp"
#include "report/pages/compare/compare_words.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* in_json = "and {} more; --format json has them all";

/// " (40.00 % → 9.00 %)", the share that is answered, as far as it is known.
std::string answered_text(const Contrast& contrast, const Breakage& change) {
  const MetricChange* const row = settled_row(contrast, change);
  return row ? fmt::format(" ({} \u2192 {})", share_text(row->a), share_text(row->b)) : "";
}

/// Those of a list of whose proof this is true.
template <class Test>
std::vector<Breakage> whose_proof(const Contrast& contrast, std::vector<Breakage> breaks,
                                  const Test& test) {
  std::erase_if(breaks, [&](const Breakage& one) { return !test(proof_of(contrast, one)); });
  return breaks;
}

/// Why a single point of failure may be gained or lost by chance; empty: it is not.
constexpr std::pair<SpofProof, const char*> doubts[]{
    {SpofProof::proven, ""},
    {SpofProof::not_a_matrix, ""},
    {SpofProof::chance, "it may be chance"},
    {SpofProof::one_run, "it may be chance (one run)"},
    {SpofProof::not_stored, "it may be chance (not stored)"}};

/// "mysql@server1 crash and hang for read and write", in a line what one component does to the same
/// classes; with figures "for read (40.00 % → 9.00 %)".
Lines breaks_text(const std::vector<Breakage>& breaks, const Contrast* figures = nullptr) {
  struct Ways {
    std::string component;
    Lines kinds;
    std::string classes;
  };
  std::vector<Ways> all;
  for (std::size_t i = 0; i < breaks.size();) {
    const Breakage& first = breaks[i];
    Lines classes;
    for (; i < breaks.size() && breaks[i].component == first.component &&
           breaks[i].kind == first.kind;
         ++i)
      classes.push_back(breaks[i].request_class +
                        (figures ? answered_text(*figures, breaks[i]) : ""));
    const std::string text = listed(classes);
    const auto known = std::ranges::find_if(all, [&](const Ways& one) {
      return one.component == first.component && one.classes == text;
    });
    if (known != all.end())
      known->kinds.push_back(first.kind);
    else
      all.push_back({first.component, {first.kind}, text});
  }
  Lines lines;
  for (const Ways& one : all)
    lines.push_back(fmt::format("{} {} for {}", one.component, listed(one.kinds), one.classes));
  return lines;
}

/// "gained: lb crash for read", "gained, but it may be chance: db crash for write".
Lines changes_text(const char* what, const std::vector<Breakage>& breaks, const Contrast& contrast,
                   std::size_t most) {
  Lines all;
  for (const auto& [proof, why] : doubts) {
    const std::string doubt = why;
    const auto is_so = [wanted = proof](auto has) { return has == wanted; };
    Lines lines =
        breaks_text(whose_proof(contrast, breaks, is_so), doubt.empty() ? nullptr : &contrast);
    cut_to(lines, most, in_json);
    for (const std::string& line : lines)
      all.push_back(fmt::format("{}{}{}: {}", what, doubt.empty() ? "" : ", but ", doubt, line));
  }
  return all;
}

/// "crash of mysql@server1: write down → interrupted; read and static slow → untouched"
Lines fates_text(const std::vector<FateChange>& changes) {
  Lines lines;
  for (std::size_t i = 0; i < changes.size();) {
    const std::string failure = failure_text(changes[i].a);
    std::vector<std::pair<std::string, Lines>> ways;  // and the classes that go that way
    for (; i < changes.size() && failure_text(changes[i].a) == failure; ++i) {
      const auto& [a, b] = changes[i];
      const std::string way = fmt::format("{} \u2192 {}", word(a.fate), word(b.fate));
      value_at(ways, way).push_back(a.request_class);
    }
    Lines words;
    for (const auto& [way, classes] : ways) words.push_back(listed(classes) + " " + way);
    lines.push_back(fmt::format("{}: {}", failure, fmt::join(words, "; ")));
  }
  return lines;
}

/// "write: outage 71 min → 12 min, failed requests 1 200 → 310"
Lines years_text(const StoredReport& a, const StoredReport& b) {
  Lines lines;
  for (const StoredYear& one : a.year)
    for (const StoredYear& other : b.year)
      if (one.request_class == other.request_class)
        lines.push_back(fmt::format("{}: outage {} \u2192 {}, failed requests {} \u2192 {}",
                                    one.request_class, minutes_text(one.outage_min),
                                    minutes_text(other.outage_min), count_text(one.failed_requests),
                                    count_text(other.failed_requests)));
  return lines;
}

/// Adds "gains 2 single points of failure (db crash for read; lb crash and hang for read)"; with a
/// doubt "gains 1 single point of failure, which may be chance (db crash for read)".
void add_some(const char* verb, const std::vector<Breakage>& breaks, bool doubt, Lines& words) {
  Lines lines = breaks_text(breaks);
  if (lines.empty()) return;
  std::set<std::string> components;
  for (const Breakage& one : breaks) components.insert(one.component);
  cut_to(lines, 3);
  words.push_back(fmt::format("{} {} of failure{} ({})", verb,
                              counted(components.size(), "single point"),
                              doubt ? ", which may be chance" : "", fmt::join(lines, "; ")));
}

}  // namespace

Facts spof_facts(const Contrast& contrast) {
  Facts fact{"SPOF", {}};
  const SpofChanges& changes = contrast.spofs;
  constexpr std::size_t most = 8, few = 2;
  fact.lines = both(changes_text("gained", changes.gained, contrast, most),
                    changes_text("lost", changes.lost, contrast, most));
  const std::array<std::pair<std::string, const std::vector<Breakage>*>, 3> lists{
      {{"still there", &changes.kept},
       {fmt::format("tried in {} only", contrast.label_a), &changes.only_tested_first},
       {fmt::format("tried in {} only", contrast.label_b), &changes.only_tested_second}}};
  for (const auto& [what, list] : lists) {
    Lines lines = breaks_text(*list);
    if (contrast.a->matrix && list == &changes.kept && lines.size() > few)
      lines = {fact.lines.empty() ? fmt::format("all {}", lines.size())
                                  : fmt::format("{} others", lines.size())};
    cut_to(lines, most, in_json);
    for (const std::string& line : lines) fact.lines.push_back(what + ": " + line);
  }
  return fact;
}

Blocks matrix_facts(const Contrast& contrast) {
  constexpr std::size_t most = 12;
  Lines fates = fates_text(contrast.fates);
  cut_to(fates, most, in_json);
  return {Facts{"Year", is_same(contrast) ? Lines() : years_text(*contrast.a, *contrast.b)},
          Facts{"Fates", std::move(fates)}};
}

void begin_with_spofs(const Contrast& contrast, ContrastWords& told) {
  const SpofChanges& spofs = contrast.spofs;
  const auto proven = [](SpofProof proof) { return proof == SpofProof::proven; };
  const auto gained = whose_proof(contrast, spofs.gained, proven);
  const auto lost = whose_proof(contrast, spofs.lost, proven);
  Lines words;
  add_some("gains", gained, false, words);
  add_some("loses", lost, false, words);
  add_some("gains", whose_proof(contrast, spofs.gained, std::not_fn(proven)), true, words);
  add_some("loses", whose_proof(contrast, spofs.lost, std::not_fn(proven)), true, words);
  if (words.empty()) return;
  told.sentence = fmt::format("{} {}. {}", contrast.label_b, listed(words), told.sentence);
  const bool good = told.tone == Tone::good || !lost.empty();
  const bool bad = told.tone == Tone::bad || !gained.empty();
  if (told.tone == Tone::warn || (good && bad))
    told.tone = Tone::warn;
  else if (good || bad)
    told.tone = bad ? Tone::bad : Tone::good;
}

}  // namespace spof::report
