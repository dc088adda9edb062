#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace spof {

/// A JSON value whose members keep the order of the file.
using Json = nlohmann::ordered_json;

}  // namespace spof

// The library's parser and writer are compiled once, in json.cpp, not wherever they are used.
extern template std::string nlohmann::basic_json<nlohmann::ordered_map>::dump(int, char, bool, error_handler_t) const;
extern template spof::Json nlohmann::basic_json<nlohmann::ordered_map>::parse(const std::string&, parser_callback_t, bool, bool);
