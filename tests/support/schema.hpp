#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace spof::test {

inline bool is_of(const std::string& type, const Json& value) {
  return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
         (type == "string" && value.is_string()) || (type == "null" && value.is_null()) ||
         (type == "integer" && value.is_number_integer()) ||
         (type == "number" && value.is_number()) || (type == "boolean" && value.is_boolean());
}

/// Where a value is not as its schema says, a line each. Knows the parts of JSON Schema that the
/// schemas of reports use.
inline std::vector<std::string> breaches(const Json& schema, const Json& value,
                                         const std::string& where = "") {
  std::vector<std::string> found;
  const auto into = [&](const Json& inner, const Json& member, const std::string& name) {
    for (std::string& one : breaches(inner, member, where + "/" + name))
      found.push_back(std::move(one));
  };
  const auto wrong = [&](const std::string& what) { found.push_back(where + ": " + what); };
  if (schema.contains("const") && value != schema["const"]) wrong("another constant");
  if (schema.contains("enum") &&
      std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
    wrong("not of the enum");
  if (schema.contains("anyOf") &&
      std::none_of(schema["anyOf"].begin(), schema["anyOf"].end(),
                   [&](const Json& one) { return breaches(one, value).empty(); }))
    wrong("none of anyOf");
  if (schema.contains("type")) {
    const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    if (std::none_of(types.begin(), types.end(),
                     [&](const Json& type) { return is_of(type.get<std::string>(), value); }))
      wrong("is no " + types.dump());
  }
  if (value.is_array() && schema.contains("items"))
    for (std::size_t i = 0; i < value.size(); ++i)
      into(schema["items"], value[i], std::to_string(i));
  if (!value.is_object()) return found;
  if (schema.contains("required"))
    for (const auto& name : schema["required"])
      if (!value.contains(name.get<std::string>())) wrong("lacks " + name.dump());
  for (const auto& [name, member] : value.items()) {
    if (schema.contains("properties") && schema["properties"].contains(name))
      into(schema["properties"][name], member, name);
    else if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object())
      into(schema["additionalProperties"], member, name);
    else if (schema.contains("additionalProperties") && !schema["additionalProperties"])
      wrong("may not have " + name);
  }
  return found;
}

}  // namespace spof::test
