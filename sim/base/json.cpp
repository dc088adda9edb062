#include "base/json.hpp"

template std::string nlohmann::basic_json<nlohmann::ordered_map>::dump(int, char, bool, error_handler_t) const;
template spof::Json nlohmann::basic_json<nlohmann::ordered_map>::parse(const std::string&, parser_callback_t, bool, bool);
