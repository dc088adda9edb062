#include <fmt/format.h>

#include <algorithm>

#include "base/letters.hpp"
#include "scenario/json_text.hpp"

namespace spof {
namespace {

bool is_blank(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

/// The last character before `offset` that is not blank, or 0.
char before(std::string_view text, std::size_t offset) {
  while (offset > 0 && is_blank(text[offset - 1])) --offset;
  return offset > 0 ? text[offset - 1] : '\0';
}

std::string_view word_at(std::string_view text, std::size_t offset) {
  std::size_t end = offset;
  while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]))) ++end;
  return text.substr(offset, end - offset);
}

/// The word that the number before `offset` begins: "5s" at the "s".
std::string_view word_before(std::string_view text, std::size_t offset) {
  while (offset > 0 && (is_digit(text[offset - 1]) || text[offset - 1] == '.')) --offset;
  const std::size_t begin = offset;
  while (offset < text.size() &&
         std::string_view(" \t\r\n,}]\"").find(text[offset]) == std::string_view::npos)
    ++offset;
  return text.substr(begin, offset - begin);
}

/// The library's message without its number and position.
std::string without_position(std::string_view message) {
  const std::size_t column = message.find(", column ");
  const std::size_t colon = column == std::string_view::npos ? column : message.find(": ", column);
  std::string_view rest = colon == std::string_view::npos ? message : message.substr(colon + 2);
  const std::size_t last_read = rest.find("; last read: ");
  rest = rest.substr(0, last_read);
  const std::size_t dash = rest.find(" - ");
  return std::string(dash == std::string_view::npos ? rest : rest.substr(dash + 3));
}

/// Mistakes inside a text in quotes; "" for other tokens.
std::string explain_string(std::string_view text, std::size_t offset, std::string_view says) {
  const auto says_that = [says](const char* part) {
    return says.find(part) != std::string_view::npos;
  };
  if (says_that("missing closing quote")) return "this text has no closing quote";
  if (says_that("control character") && offset < text.size() && text[offset] == '\n')
    return "the text of this line has no closing quote";
  if (says_that("ill-formed UTF-8")) return "this byte is not UTF-8";
  if (says_that("invalid string")) return without_position(says);
  return {};
}

/// Mistakes that the first character of the wrong token gives away; "" for others.
std::string explain_first_character(std::string_view text, std::size_t offset) {
  const char first = text[offset];
  const bool after_digit = offset > 0 && is_digit(text[offset - 1]);
  if (after_digit && is_digit(first)) return "a number does not begin with 0";
  if (after_digit && (is_letter(first) || first == '.' || first == '/' || first == '%'))
    return fmt::format("{} is no number; does it need double quotes?",
                       in_quotes(word_before(text, offset)));
  if (first == '/' || first == '#') return "JSON has no comments";
  if (first == '\'') return "names and texts are written in double quotes";
  if ((first == '}' || first == ']') && before(text, offset) == ',')
    return fmt::format("the \",\" before this \"{}\" is one too many", first);
  if (first == '.' || first == '+') return "a number begins with a digit or with \"-\"";
  return {};
}

/// Mistakes that show in what the parser was about to read.
std::string explain_context(std::string_view text, std::size_t offset, std::string_view says) {
  const auto says_that = [says](std::string_view part) {
    return says.find(part) != std::string_view::npos;
  };
  const char first = text[offset];
  const bool begins_value = first == '"' || first == '{' || first == '[' || first == '-' ||
                            is_letter(first) || is_digit(first);
  if (says_that("expected end of input")) return "the document has ended; nothing may follow it";
  if (says_that("while parsing object separator")) return "a \":\" is missing before this";
  if (says_that("while parsing object key") && is_letter(first))
    return fmt::format("the name {} needs double quotes", in_quotes(word_at(text, offset)));
  if (says_that("while parsing object key") && (first == ',' || first == ':'))
    return fmt::format("a name is missing before this \"{}\"", first);
  if ((says_that("while parsing object ") || says_that("while parsing array ")) && begins_value &&
      !says_that("object key"))
    return "a \",\" is missing before this";
  if ((says_that("while parsing object ") || says_that("while parsing array ")) &&
      (first == '}' || first == ']'))
    return fmt::format("this \"{}\" does not fit the bracket before it", first);
  if (says_that("while parsing value") && is_letter(first) &&
      text.find_first_not_of(" \t\r\n") == offset)
    return "JSON begins with \"{\"; this looks like YAML";
  if (says_that("while parsing value") && is_letter(first))
    return fmt::format(
        "unknown word {}; allowed: true, false, null, numbers, texts in double quotes",
        in_quotes(word_at(text, offset)));
  if (says_that("while parsing value") && (first == ',' || first == '}' || first == ']'))
    return fmt::format("a value is missing before this \"{}\"", first);
  return {};
}

}  // namespace

Place place_in_text(std::string_view text, std::size_t offset, const std::string& name) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  Place place{name, 1, 1};
  std::size_t i = text.substr(0, 3) == byte_order_mark ? 3 : 0;
  for (; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) {
      ++place.column;
    }
  }
  return place;
}

std::string explain_syntax(std::string_view text, std::size_t offset, bool inside_token,
                           std::string_view parser_says) {
  std::string why;
  if (inside_token) why = explain_string(text, offset, parser_says);
  if (why.empty() && offset < text.size()) why = explain_first_character(text, offset);
  if (why.empty() && offset < text.size()) why = explain_context(text, offset, parser_says);
  return why.empty() ? without_position(parser_says) : why;
}

}  // namespace spof
