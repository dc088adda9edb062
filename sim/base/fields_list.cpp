#include "base/fields_list.hpp"

namespace spof {

Parameter Lister::describe_field(const std::string& pointer, const About& about) const {
  Parameter line;
  line.pointer = pointer;
  line.kind = kind_;
  line.help = about.help;
  line.source = about.source;
  line.otherwise = about.otherwise;
  line.required = about.required;
  return line;
}

std::string Lister::text_of(const Json& json) {
  return json.is_string() ? json.get<std::string>() : json.dump();
}

}  // namespace spof
