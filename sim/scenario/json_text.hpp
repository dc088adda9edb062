#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/mistakes.hpp"

namespace spof {

/// A Place that shares its file's name with all others of the file.
struct Spot {
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;
};

/// Where each value of a document, and the name before it, were written: the document's own shape
/// with positions instead of values.
struct PlaceTree {
  /// Of the field's name; for elements of lists the same as `value`.
  Spot key;
  Spot value;
  std::map<std::string, PlaceTree, std::less<>> children;
};

/// Limits of one text, so that no input takes the program down.
struct TextLimits {
  static constexpr std::size_t bytes = 16U << 20U;
  static constexpr std::size_t depth = 100;
  static constexpr std::size_t values = 200'000;
};

/// Parses strict JSON (RFC 8259): no comments, no trailing commas, no field twice in an object.
/// `name` is the file's name in messages. False when something is wrong: then `mistakes` tells it
/// with its place, and `value` and `places` are not to be used.
bool parse_json_text(std::string_view text, const std::string& name, Json& value, PlaceTree& places,
                     Mistakes& mistakes);

/// The text as JSON can hold it: what is no UTF-8, as in names of files, becomes U+FFFD.
std::string as_utf8(const std::string& text);

/// Line and column of a byte of the text.
Place place_in_text(std::string_view text, std::size_t offset, const std::string& name);

/// What is wrong with the syntax, in a user's words. `offset` is where the wrong token begins or,
/// when `inside_token`, the wrong byte; `parser_says` is the library's message.
std::string explain_syntax(std::string_view text, std::size_t offset, bool inside_token,
                           std::string_view parser_says);

}  // namespace spof
