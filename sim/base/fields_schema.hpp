#pragma once
#include "base/fields_echo.hpp"

namespace spof {

/// What a schema asks of an object's members.
enum class Asks {
  nothing,   ///< a file may give it in part, because it extends another one
  required,  ///< what it must have; the rest has defaults
  all        ///< it is a record, which the program writes whole
};

/// Writes an options struct or a record as JSON Schema (draft 2020-12): types, units, defaults,
/// bounds, help. Objects in lists are whole and require what they must have.
class Schema {
 public:
  explicit Schema(Asks asks) : asks_(asks) {}

  /// Called by `fields()`.
  template <class T>
  void operator()(const char* name, T&& value, const About& about) {
    using Field = std::remove_cvref_t<T>;
    Json schema = of(value, asks_);
    add_bounds<Field>(schema, about);
    describe_field(schema, about, bounds_of<Field>(about));
    if constexpr (has_default<Field>)
      if (!about.required && asks_ != Asks::all) schema["default"] = Echo::of(value);
    out_["properties"][name] = std::move(schema);
    if (asks_ == Asks::all ? !is_absent<Field> : about.required && asks_ == Asks::required)
      out_["required"].push_back(name);
  }

  template <class T>
  static Json of(const T& value, Asks asks) {
    if constexpr (ScalarField<T>)
      return FieldType<T>::schema();
    else if constexpr (is_absent<T>)
      return of(typename T::value_type{}, asks);
    else if constexpr (is_optional<T>)
      return or_null(of(value ? *value : typename T::value_type{}, asks));
    else if constexpr (is_named<T>)
      return of_named(of(typename NamedItem<T>::type{}, asks), asks);
    else if constexpr (is_derived<T>)
      return of_named(of(value.pattern, Asks::nothing), asks);
    else if constexpr (is_list<T>)
      return {{"type", "array"},
              {"items", of(typename T::value_type{}, std::max(asks, Asks::required))}};
    else if constexpr (is_choice<T>)
      return of_choice(value);
    else
      return of_struct(value, nullptr, asks);
  }

 private:
  /// Defaults are told field by field, not again for the object that holds them.
  template <class T>
  static constexpr bool has_default = ScalarField<T> || is_list<T>;

  template <class T>
  static std::string bounds_of(const About& about) {
    if constexpr (ScalarField<T>)
      return bounds_text<T>(about);
    else if constexpr (is_optional<T> || is_list<T>)
      return bounds_of<typename T::value_type>(about);
    else if constexpr (is_named<T> || is_derived<T>)
      return bounds_of<typename NamedItem<T>::type>(about);
    else
      return {};
  }

  template <class T>
  static void add_bounds(Json& schema, const About& about) {
    if constexpr (is_optional<T>)
      add_bounds<typename T::value_type>(schema, about);
    else if constexpr (std::is_arithmetic_v<T> && !std::same_as<T, bool>)
      add_number_bounds(schema, about, std::integral<T>);
    else if constexpr (is_list<T>)
      add_bounds<typename T::value_type>(schema["items"], about);
    else if constexpr (is_named<T> || is_derived<T>)
      add_bounds<typename NamedItem<T>::type>(schema["additionalProperties"], about);
  }

  template <class... T>
  static Json of_choice(const std::variant<T...>&) {
    return {{"oneOf", Json::array({of_struct(T{}, T::kind, Asks::required)...})}};
  }

  template <class T>
  static Json of_struct(const T& value, const char* kind, Asks asks) {
    Schema schema(asks);
    if (kind) schema.start_with_kind(kind);
    visit_fields(value, schema);
    return std::move(schema.out_);
  }

  void start_with_kind(const char* kind);
  static Json or_null(Json schema);
  static Json of_named(Json item, Asks asks);
  static void add_number_bounds(Json& schema, const About& about, bool whole_numbers);
  static void describe_field(Json& schema, const About& about, const std::string& bounds);

  Asks asks_;
  Json out_ = {{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
};

/// The schema of one struct, without "$schema" and title.
template <class T>
Json schema_fields(Asks asks = Asks::required) {
  return Schema::of(T{}, asks);
}

}  // namespace spof
