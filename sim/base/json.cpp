#include "base/json.hpp"

template std::string nlohmann::basic_json<nlohmann::ordered_map>::dump(int, char, bool, error_handler_t) const;
template spof::Json nlohmann::basic_json<nlohmann::ordered_map>::parse(const std::string&, parser_callback_t, bool, bool);

namespace spof {

std::string json_text(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace spof
