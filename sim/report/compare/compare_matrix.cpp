#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/compare/compare_words.hpp"
#include "report/text.hpp"
#include "report/year/yearly.hpp"

namespace spof::report {
namespace {

using Lines = std::vector<std::string>;

/// "mysql@server1 crash for read and write", the classes of one component and kind together.
Lines breaks_text(const std::vector<Breakage>& breaks) {
  Lines lines;
  for (std::size_t i = 0; i < breaks.size();) {
    const Breakage& first = breaks[i];
    Lines classes;
    for (; i < breaks.size() && breaks[i].component == first.component &&
           breaks[i].kind == first.kind;
         ++i)
      classes.push_back(breaks[i].request_class);
    lines.push_back(fmt::format("{} {} for {}", first.component, first.kind, listed(classes)));
  }
  return lines;
}

/// What is beyond `most` lines is counted.
void shorten(Lines& lines, std::size_t most) {
  if (lines.size() <= most) return;
  const std::size_t more = lines.size() - most + 1;
  lines.resize(most - 1);
  lines.push_back(fmt::format("and {} more; --format json has them all", more));
}

const char* word_of(Fate fate) { return names(Fate{})[static_cast<std::size_t>(fate)]; }

/// "crash of mysql@server1: write down → interrupted; read and static slow → untouched"
Lines fates_text(const std::vector<FateChange>& changes) {
  Lines lines;
  for (std::size_t i = 0; i < changes.size();) {
    const std::string failure = failure_text(changes[i].a);
    std::vector<std::pair<std::string, Lines>> ways;  // and the classes that go that way
    for (; i < changes.size() && failure_text(changes[i].a) == failure; ++i) {
      const auto& [a, b] = changes[i];
      const std::string way = fmt::format("{} \u2192 {}", word_of(a.fate), word_of(b.fate));
      auto known =
          std::find_if(ways.begin(), ways.end(), [&](const auto& one) { return one.first == way; });
      if (known == ways.end()) known = ways.insert(ways.end(), {way, {}});
      known->second.push_back(a.request_class);
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

/// "gains 2 single points of failure (db crash for write and db hang for read)"
std::string some(const char* verb, const std::vector<Breakage>& breaks) {
  Lines lines = breaks_text(breaks);
  const std::size_t count = lines.size();
  constexpr std::size_t most = 3;
  if (count > most) {
    lines.resize(most - 1);
    lines.push_back(fmt::format("{} more", count - most + 1));
  }
  return fmt::format("{} {} single point{} of failure ({})", verb, count, count == 1 ? "" : "s",
                     listed(lines));
}

}  // namespace

std::string fate_text(const StoredFate& fate) {
  const std::string word = word_of(fate.fate);
  return fate.fate == Fate::degraded ? word + ", " + share_text(fate.availability) : word;
}

void append_spofs(const Contrast& contrast, ContrastWords& told) {
  ContrastFact fact{"SPOF", {}};
  const SpofChanges& changes = contrast.spofs;
  const std::array<std::pair<std::string, const std::vector<Breakage>*>, 5> lists{
      {{"gained", &changes.gained},
       {"lost", &changes.lost},
       {"still there", &changes.kept},
       {fmt::format("broken in {} only", contrast.label_a), &changes.only_tested_first},
       {fmt::format("broken in {} only", contrast.label_b), &changes.only_tested_second}}};
  constexpr std::size_t most = 8;
  for (const auto& [what, list] : lists) {
    Lines lines = breaks_text(*list);
    if (contrast.a->matrix && list == &changes.kept && !lines.empty())
      lines = {fmt::format("{} failure{}", lines.size(), lines.size() == 1 ? "" : "s")};
    shorten(lines, most);
    for (const std::string& line : lines) fact.lines.push_back(what + ": " + line);
  }
  if (!fact.lines.empty()) told.facts.push_back(std::move(fact));
}

void append_matrix(const Contrast& contrast, ContrastWords& told) {
  constexpr std::size_t most = 12;
  Lines fates = fates_text(contrast.fates);
  shorten(fates, most);
  Lines years = years_text(*contrast.a, *contrast.b);
  if (!years.empty() && !is_same(contrast)) told.facts.push_back({"YEAR", std::move(years)});
  if (!fates.empty()) told.facts.push_back({"FATE", std::move(fates)});
}

void begin_with_spofs(const Contrast& contrast, ContrastWords& told) {
  const SpofChanges& spofs = contrast.spofs;
  Lines words;
  if (!spofs.gained.empty()) words.push_back(some("gains", spofs.gained));
  if (!spofs.lost.empty()) words.push_back(some("loses", spofs.lost));
  if (words.empty()) return;
  told.sentence = fmt::format("{} {}. {}", contrast.label_b, listed(words), told.sentence);
  const bool good = told.tone == ContrastTone::good || !spofs.lost.empty();
  const bool bad = told.tone == ContrastTone::bad || !spofs.gained.empty();
  if (told.tone == ContrastTone::mixed || (good && bad))
    told.tone = ContrastTone::mixed;
  else
    told.tone = bad ? ContrastTone::bad : ContrastTone::good;
}

}  // namespace spof::report
