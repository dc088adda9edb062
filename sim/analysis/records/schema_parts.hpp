#pragma once
#include <initializer_list>
#include <utility>

#include "base/json.hpp"

/// What JSON Schemas of reports are made of.
namespace spof::report::schema {

using Members = std::initializer_list<std::pair<const char*, Json>>;

/// A schema of a type, with a description.
inline Json typed(const char* type, const char* description) {
  return {{"type", type}, {"description", description}};
}

/// An object with these members, all of them required, and no others.
inline Json object(const char* description, Members members) {
  Json properties = Json::object(), required = Json::array();
  for (const auto& [name, schema] : members) {
    properties[name] = schema;
    required.push_back(name);
  }
  return {{"type", "object"},
          {"description", description},
          {"properties", properties},
          {"required", required},
          {"additionalProperties", false}};
}

inline Json list(const char* description, const Json& items) {
  return {{"type", "array"}, {"description", description}, {"items", items}};
}

inline Json map(const char* description, const Json& values) {
  return {{"type", "object"}, {"description", description}, {"additionalProperties", values}};
}

/// A number, "never", or null for nothing to measure.
inline Json figure(const char* description) {
  Json options = Json::array();
  options.push_back({{"type", "number"}});
  options.push_back({{"const", "never"}});
  options.push_back({{"type", "null"}});
  return {{"description", description}, {"anyOf", options}};
}

template <class Words>
inline Json word(const char* description, const Words& words) {
  return {{"type", "string"}, {"description", description}, {"enum", words}};
}

/// A whole schema: `made` with its dialect and a title in front.
inline Json titled(const char* title, const Json& made) {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  for (const auto& [key, value] : made.items()) schema[key] = value;
  return schema;
}

}  // namespace spof::report::schema
