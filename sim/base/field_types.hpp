#pragma once
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/distribution.hpp"
#include "base/json.hpp"
#include "base/mistakes.hpp"
#include "base/options.hpp"
#include "base/quantity_text.hpp"

namespace spof {

/// How a value that is one word or number in the file is read and written. To add a type,
/// specialise this template; nothing else needs to know of it. A specialisation has
///   static std::string name();                        "duration", for lists and messages
///   static const char* unit();                        "s", or "" without one
///   static std::string read(const Json&, T& out);     what is wrong, or "" and `out` is written
///   static Json echo(const T&);                       reads back as the same value
///   static Json schema();                             JSON Schema: type, pattern, examples
/// and, if bounds apply,
///   static double measure(const T&);                  the number to compare with the bounds
///   static std::string bound(double);                 a bound in words: "1ms"
template <class T>
struct FieldType;

/// A type that is one word or number in the file.
template <class T>
concept ScalarField = requires(const Json& json, T& value) {
  { FieldType<T>::read(json, value) } -> std::same_as<std::string>;
};

/// An enum that names its values in order: `constexpr auto names(Balance)` returns a std::array.
template <class T>
concept NamedEnum = std::is_enum_v<T> && requires(T value) {
  names(value).size();
};

/// A JSON value in a few words for a message: `5`, `"abc"`, `a list`, `an object`.
std::string describe(const Json& json);

/// What an enum's values are called, in order.
using EnumNames = std::span<const char* const>;

/// Shared by the types below; they fail like FieldType::read.
std::string read_quantity(const Json& json, const Dimension& kind, double& out);
std::string read_share(const Json& json, double& out);
std::string read_distribution(const Json& json, const Dimension* kind, Distribution& out);
std::string read_integer(const Json& json, std::int64_t least, std::uint64_t most, Json& out);
std::string read_name(const Json& json, EnumNames allowed, std::size_t& out);
std::string one_of(EnumNames allowed);
Json name_in(EnumNames allowed, std::size_t index);  ///< null: there is none
Json names_schema(EnumNames allowed);
Json quantity_schema(const Dimension& kind);
Json distribution_schema(const Dimension* kind);

/// "must be at least 1ms" when the value is out of the field's bounds, else "".
template <ScalarField T>
std::string bounds_mistake(const T& value, const About& about) {
  if constexpr (requires { FieldType<T>::measure(value); }) {
    const double number = FieldType<T>::measure(value);
    if (number < about.min)
      return fmt::format("must be at least {}", FieldType<T>::bound(about.min));
    if (number > about.max)
      return fmt::format("must be at most {}", FieldType<T>::bound(about.max));
  }
  return {};
}

/// "at least 1ms, at most 10s", or "".
template <ScalarField T>
std::string bounds_text(const About& about) {
  std::string out;
  if constexpr (requires(const T& value) { FieldType<T>::measure(value); }) {
    if (std::isfinite(about.min)) out = fmt::format("at least {}", FieldType<T>::bound(about.min));
    if (std::isfinite(about.max))
      out += fmt::format("{}at most {}", out.empty() ? "" : ", ", FieldType<T>::bound(about.max));
  }
  return out;
}

template <>
struct FieldType<bool> {
  static std::string name() { return "true or false"; }
  static const char* unit() { return ""; }
  static std::string read(const Json& json, bool& out);
  static Json echo(bool value) { return value; }
  static Json schema() { return {{"type", "boolean"}}; }
};

template <std::integral T>
struct FieldType<T> {
  static std::string name() { return "whole number"; }
  static const char* unit() { return ""; }
  static std::string read(const Json& json, T& out) {
    Json number;
    const auto most = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    std::string wrong = read_integer(json, std::numeric_limits<T>::min(), most, number);
    if (wrong.empty()) out = number.get<T>();
    return wrong;
  }
  static Json echo(T value) { return value; }
  static Json schema() {
    Json out = {{"type", "integer"}};
    if constexpr (std::is_unsigned_v<T>) out["minimum"] = 0;
    return out;
  }
  static double measure(T value) { return static_cast<double>(value); }
  static std::string bound(double value) { return number_text(value); }
};

template <>
struct FieldType<double> {
  static std::string name() { return "number"; }
  static const char* unit() { return ""; }
  static std::string read(const Json& json, double& out);
  static Json echo(double value) { return value; }
  static Json schema() { return {{"type", "number"}}; }
  static double measure(double value) { return value; }
  static std::string bound(double value) { return number_text(value); }
};

template <>
struct FieldType<std::string> {
  static std::string name() { return "text"; }
  static const char* unit() { return ""; }
  static std::string read(const Json& json, std::string& out);
  static Json echo(const std::string& value) { return value; }
  static Json schema() { return {{"type", "string"}}; }
};

template <class Unit>
struct FieldType<Quantity<Unit>> {
  using Q = Quantity<Unit>;
  static std::string name() { return dimension<Q>().name; }
  static const char* unit() { return dimension<Q>().unit; }
  static std::string read(const Json& json, Q& out) {
    if constexpr (std::same_as<Q, Share>) return read_share(json, out.value);
    return read_quantity(json, dimension<Q>(), out.value);
  }
  static Json echo(Q value) { return to_text(value); }
  static Json schema() { return quantity_schema(dimension<Q>()); }
  static double measure(Q value) { return value; }
  static std::string bound(double value) { return to_text(Q(value)); }
};

template <>
struct FieldType<Until> {
  using Date = FieldType<Seconds>;
  static std::string name() { return "duration, or \"repaired\""; }
  static const char* unit() { return Date::unit(); }
  static std::string read(const Json& json, Until& out) {
    if (json != "repaired") return Date::read(json, out.date);
    out.date = never;
    return {};
  }
  static Json echo(Until value) {
    return value.somebody_sees_to_it() ? Json("repaired") : Date::echo(value.date);
  }
  static Json schema() {
    return {{"anyOf", Json::array({Date::schema(), {{"const", "repaired"}}})}};
  }
  static double measure(Until value) { return value.date; }
  static std::string bound(double value) { return Date::bound(value); }
};

/// The three distributions differ in their quantity only; null for plain numbers.
template <std::derived_from<Distribution> T>
struct FieldType<T> {
  static const Dimension* kind() {
    if constexpr (std::same_as<T, SizeDistribution>) return &dimension<Bytes>();
    if constexpr (std::same_as<T, CountDistribution>) return nullptr;
    return &dimension<Seconds>();
  }
  static std::string name() {
    return std::string("distribution of a ") + (kind() ? kind()->name : "number");
  }
  static const char* unit() { return kind() ? kind()->unit : ""; }
  static std::string read(const Json& json, T& out) { return read_distribution(json, kind(), out); }
  static Json echo(const T& value) { return to_text(value); }
  static Json schema() { return distribution_schema(kind()); }
};

template <NamedEnum T>
struct FieldType<T> {
  static constexpr auto allowed = names(T{});
  static std::string name() { return one_of(allowed); }
  static const char* unit() { return ""; }
  static std::string read(const Json& json, T& out) {
    auto index = static_cast<std::size_t>(out);
    std::string wrong = read_name(json, allowed, index);
    out = static_cast<T>(index);
    return wrong;
  }
  static Json echo(T value) { return name_in(allowed, static_cast<std::size_t>(value)); }
  static Json schema() { return names_schema(allowed); }
};

}  // namespace spof
