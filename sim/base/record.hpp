#pragma once
#include "base/fields.hpp"

namespace spof {

// Records: what the program writes for programs, itself among them. One `fields()` of a struct
// writes it (echo_fields), describes it (record_schema) and reads it back (read_record); there a
// member without `.required` may be missing, and what is unknown is of a later version.

/// A number as records have it: six decimals (a microsecond, a millionth of a share), the same on
/// every machine.
struct Number {
  double value = 0;
  Number() = default;
  template <std::convertible_to<double> T>
  Number(const T& number) : value(static_cast<double>(number)) {}  // NOLINT: it is one
  operator double() const { return value; }
};
/// The same, or "never" for infinity, null for nothing to measure (not a number).
struct Figure : Number {
  using Number::Number;
};

/// Each of them in a larger unit.
std::vector<Number> numbers(const std::vector<double>& values, double unit = 1);

/// The value of a Figure.
Json rounded(double value);

template <std::derived_from<Number> T>
struct FieldType<T> {
  static constexpr bool always = std::same_as<T, Number>;
  static std::string name() { return always ? "number" : "number, \"never\" or null"; }
  static const char* unit() { return ""; }
  static std::string read(const Json& json, T& out) {
    if (json.is_number())
      out = json.get<double>();
    else if (!always && (json.is_null() || json == "never"))
      out = json.is_null() ? std::numeric_limits<double>::quiet_NaN()
                           : std::numeric_limits<double>::infinity();
    else
      return fmt::format("expected a {}, not {}", name(), describe(json));
    return "";
  }
  static Json echo(T number) { return rounded(number); }
  static Json schema() {
    if (always) return {{"type", "number"}};
    return {
        {"anyOf", Json::array({{{"type", "number"}}, {{"const", "never"}}, {{"type", "null"}}})}};
  }
};

/// A part of a record that is an object of its own making, such as a scenario.
template <>
struct FieldType<Json> {
  static std::string name() { return "object"; }
  static const char* unit() { return ""; }
  static std::string read(const Json& json, Json& out) {
    if (!json.is_object()) return "expected an object { ... }, not " + describe(json);
    out = json;
    return "";
  }
  static Json echo(const Json& json) { return json.is_null() ? Json::object() : json; }
  static Json schema() { return {{"type", "object"}}; }
};

/// Takes a record out of a JSON document.
template <class T>
void read_record(const Json& json, T& record, Mistakes& mistakes) {
  read_fields(json, record, mistakes, "", {}, Reading::record);
}

/// The JSON Schema of a record.
template <class T>
Json record_schema(const char* title, const char* description) {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", title},
              {"description", description}};
  schema.update(schema_fields<T>(Asks::all));
  return schema;
}

/// A record as text. A member that is a list of objects has one of them a line, which reads best
/// for short ones.
std::string laid_out(const Json& record);

}  // namespace spof
