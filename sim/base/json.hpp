#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace spof {

/// A JSON value whose members keep the order of the file.
using Json = nlohmann::ordered_json;

/// The text of a value, in lines indented by so many blanks, or in one. What is not UTF-8 in it, as
/// names of files may be, becomes U+FFFD.
std::string json_text(const Json& json, int indent = -1);

}  // namespace spof

// The library's parser and writer are compiled once, in json.cpp, not wherever they are used.
extern template std::string nlohmann::basic_json<nlohmann::ordered_map>::dump(int, char, bool, error_handler_t) const;
extern template spof::Json nlohmann::basic_json<nlohmann::ordered_map>::parse(const std::string&, parser_callback_t, bool, bool);
