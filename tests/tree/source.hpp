#pragma once
// Reads C++ just well enough to find where each function begins and ends.
#include <cctype>
#include <cstddef>
#include <regex>
#include <string>
#include <vector>

namespace tree {

/// One function body: the line of its opening brace and the number of lines to the closing one.
struct Function {
  std::size_t line = 0;
  std::size_t length = 0;
};

inline bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The same text, as long and with the same lines, without comments, literals and preprocessor
/// lines.
class Blanked {
 public:
  explicit Blanked(const std::string& source) : text(source) {
    while (at < text.size()) step();
  }
  std::string text;

 private:
  bool starts(const char* word) const {
    return text.compare(at, std::string(word).size(), word) == 0;
  }
  void erase(std::size_t end) {
    for (end = std::min(end, text.size()); at < end; ++at) {
      if (text[at] != '\n') text[at] = ' ';
    }
  }
  std::size_t after(const std::string& word, std::size_t from) const {
    const auto found = text.find(word, from);
    return found == std::string::npos ? text.size() : found + word.size();
  }
  std::size_t end_of_line() const {
    auto end = text.find('\n', at);
    while (end != std::string::npos && end > 0 && text[end - 1] == '\\')
      end = text.find('\n', end + 1);
    return end == std::string::npos ? text.size() : end;
  }
  std::size_t end_of_literal(char quote) const {
    auto end = at + 1;
    while (end < text.size() && text[end] != quote && text[end] != '\n')
      end += text[end] == '\\' ? 2 : 1;
    return end + 1;
  }
  bool is_first_on_line() const {
    const auto before = at == 0 ? std::string::npos : text.find_last_not_of(" \t", at - 1);
    return before == std::string::npos || text[before] == '\n';
  }
  bool is_digit_separator() const {
    auto begin = at;
    while (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == '\'')) --begin;
    return begin < at && std::isdigit(static_cast<unsigned char>(text[begin]));
  }
  void step() {
    if (starts("//")) return erase(end_of_line());
    if (starts("/*")) return erase(after("*/", at + 2));
    if (text[at] == '#' && is_first_on_line()) return erase(end_of_line());
    if (starts("R\"")) {
      const auto open = text.find('(', at);
      if (open != std::string::npos) {
        return erase(after(")" + text.substr(at + 2, open - at - 2) + "\"", open));
      }
    }
    if (text[at] == '"') return erase(end_of_literal('"'));
    if (text[at] == '\'' && !is_digit_separator()) return erase(end_of_literal('\''));
    ++at;
  }
  std::size_t at = 0;
};

/// What a brace outside all functions opens, told by the words before it.
enum class Brace { scope, function, value };

inline Brace what_opens(const std::string& words, int parentheses) {
  static const std::regex scope(
      R"(^\s*((template\s*<[^{]*>|requires\s[^{]*|export|inline|typedef)\s*)*)"
      R"((namespace|class|struct|union|enum|extern)\b)");
  static const std::regex function(
      R"((\)|\]|\bconst|\bnoexcept|\boverride|\bfinal|\bmutable|\btry|\})\s*$|->|\brequires\b)");
  if (parentheses > 0) return Brace::value;
  const bool has_parameters = words.find(')') != std::string::npos;
  const auto first_paren = words.find('(');
  std::smatch match;
  if (std::regex_search(words, match, scope)) {
    // `struct Foo make(int a) {` is a function all the same.
    const auto rest = words.substr(static_cast<std::size_t>(match.length()));
    if (first_paren == std::string::npos || !std::regex_search(rest, std::regex(R"(\)\s*$)"))) {
      return Brace::scope;
    }
  }
  if (std::regex_search(words, std::regex(R"(\]\s*$)"))) {
    return words.find("[]") == std::string::npos ? Brace::function : Brace::value;
  }
  return has_parameters && std::regex_search(words, function) ? Brace::function : Brace::value;
}

/// All function bodies of a C++ source that are not inside another function.
inline std::vector<Function> functions_of(const std::string& source) {
  const std::string text = Blanked(source).text;
  std::vector<Function> found;
  std::string words;  // since the last statement
  std::vector<Brace> open;
  std::size_t line = 1;
  int parentheses = 0;
  std::size_t inside = 0;  // braces open within the function
  for (const char c : text) {
    if (c == '\n') ++line;
    if (inside > 0) {
      if (c == '{') ++inside;
      if (c == '}' && --inside == 0) found.back().length = line - found.back().line + 1;
      continue;
    }
    if (c == '(') ++parentheses;
    if (c == ')') --parentheses;
    if (c == '{') {
      open.push_back(what_opens(words, parentheses));
      if (open.back() == Brace::value) continue;
      if (open.back() == Brace::function) {
        open.pop_back();
        found.push_back({line, 0});
        inside = 1;
      }
      words.clear();
    } else if (c == '}') {
      const bool value = !open.empty() && open.back() == Brace::value;
      if (!open.empty()) open.pop_back();
      words = value ? words + "}" : "";
    } else if (c == ';' && parentheses == 0) {
      words.clear();
    } else {
      words += c;
      if (words == "public:" || words == "private:" || words == "protected:") words.clear();
      if (words.size() == 1 && std::isspace(static_cast<unsigned char>(c))) words.clear();
    }
  }
  return found;
}

}  // namespace tree
