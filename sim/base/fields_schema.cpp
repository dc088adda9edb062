#include "base/fields_schema.hpp"

namespace spof {

void Schema::start_with_kind(const char* kind) {
  out_["properties"]["kind"] = {{"const", kind}};
  out_["required"].push_back("kind");
}

Json Schema::or_null(Json schema) {
  if (schema.contains("type") && !schema.contains("enum")) {
    schema["type"] = {schema["type"], "null"};
    return schema;
  }
  return {{"anyOf", Json::array({std::move(schema), {{"type", "null"}}})}};
}

Json Schema::of_named(Json item, Asks asks) {
  return {
      {"type", "object"},
      {"additionalProperties", asks != Asks::nothing ? std::move(item) : or_null(std::move(item))}};
}

void Schema::add_number_bounds(Json& schema, const About& about, bool whole_numbers) {
  const auto number = [whole_numbers](double value) {
    return whole_numbers && std::abs(value) <= 0x1p53 ? Json(static_cast<std::int64_t>(value))
                                                      : Json(value);
  };
  if (std::isfinite(about.min)) schema["minimum"] = number(about.min);
  if (std::isfinite(about.max)) schema["maximum"] = number(about.max);
}

void Schema::describe_field(Json& schema, const About& about, const std::string& bounds) {
  std::string text = about.help;
  const auto add = [&text](std::string_view part) {
    if (!text.empty()) text += "; ";
    text += part;
  };
  if (!bounds.empty()) add(bounds);
  if (*about.otherwise) add(fmt::format("if absent: {}", about.otherwise));
  if (*about.source) text += fmt::format("{}[{}]", text.empty() ? "" : " ", about.source);
  if (!text.empty()) schema["description"] = text;
}

}  // namespace spof
