#include "base/mistakes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace spof {
namespace {

/// Levenshtein's distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      row[j] = std::min({above + 1, row[j - 1] + 1, changed});
      diagonal = above;
    }
  }
  return row.back();
}

/// Small is near, by hundredths of an edit; `far` when the words have nothing to do with each
/// other.
constexpr std::size_t edit = 100, far = 100'000;

std::size_t remoteness(std::string_view word, std::string_view other) {
  const std::size_t longer = std::max(word.size(), other.size());
  const std::size_t shorter = std::min(word.size(), other.size());
  const std::size_t edits = word.size() <= 3 ? 1 : 2;
  if (longer - shorter <= edits) {
    const std::size_t distance = edit_distance(word, other);
    if (distance <= 1 || (distance <= edits && !other.starts_with(word))) return distance * edit;
  }
  if (shorter < 3 || word.substr(0, shorter) != other.substr(0, shorter)) return far;
  // Who has typed the beginning of a word means it rather than another, two edits away.
  return (other.starts_with(word) ? 3 * edit / 2 : 3 * edit) + longer - shorter;
}

}  // namespace

std::string near_word(std::string_view word, const std::vector<std::string>& allowed) {
  std::string best;
  std::size_t least = far;
  for (const std::string& candidate : allowed) {
    const std::size_t distance = remoteness(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

std::string nearest(std::string_view word, const std::vector<std::string>& allowed,
                    std::string_view list) {
  if (allowed.empty()) return "nothing is allowed here";
  const std::string best = near_word(word, allowed);
  if (!best.empty()) return fmt::format("did you mean \"{}\"?", best);
  constexpr std::size_t most = 12, few = 5;
  if (list.empty() || allowed.size() <= most)
    return fmt::format("allowed: {}", fmt::join(allowed, ", "));
  std::vector<std::string> like = allowed;
  std::ranges::stable_sort(like, {}, [&](const std::string& one) {
    return std::pair(one.find(word) == std::string::npos, edit_distance(word, one));
  });
  like.resize(few);
  return fmt::format("the most similar: {}; `{}` shows all {}", fmt::join(like, ", "), list,
                     allowed.size());
}

namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

void append_visibly(std::string& out, char letter) {
  const auto code = static_cast<unsigned char>(letter);
  if (letter == '\n')
    out += "\\n";
  else if (letter == '\t')
    out += "\\t";
  else if (code < 0x20 || code == 0x7F)
    out += fmt::format("\\u{:04x}", code);
  else
    out += letter;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  int characters = 0;
  for (const char letter : text) {
    if (!continues_character(letter) && ++characters > 60) return out + "...\"";
    if (letter == '"' || letter == '\\') out += '\\';
    append_visibly(out, letter);
  }
  return out + "\"";
}

std::string visible(std::string_view text) {
  std::string out;
  for (const char letter : text) append_visibly(out, letter);
  return out;
}

void Mistakes::add(Mistake mistake) {
  mistake.what = visible(mistake.what);
  list_.push_back(std::move(mistake));
}

std::string child_pointer(std::string_view parent, std::string_view name) {
  std::string out(parent);
  out += '/';
  for (const char letter : name) {
    if (letter == '~')
      out += "~0";
    else if (letter == '/')
      out += "~1";
    else
      out += letter;
  }
  return out;
}

std::vector<std::string> pointer_names(std::string_view pointer) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      names.emplace_back();
    } else if (names.empty()) {
      names.emplace_back(1, pointer[i]);
    } else if (pointer[i] == '~' && i + 1 < pointer.size() &&
               (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
      names.back() += pointer[++i] == '0' ? '~' : '/';
    } else {
      names.back() += pointer[i];
    }
  }
  return names;
}

}  // namespace spof
