#pragma once
/// One table per options struct: its `fields()` is visited to read a scenario file, to write the
/// JSON Schema, to list the parameters and to echo the resolved values.
///
///   struct CheckOptions {
///     Seconds inter = 2;
///     std::optional<Seconds> fastinter;
///     template <class Visitor>
///     void fields(Visitor& visit) {
///       visit("inter", inter, {.help = "gap between checks", .source = "HA-14", .min = 0.001});
///       visit("fastinter", fastinter, {.help = "gap while changing", .otherwise = "inter"});
///     }
///   };
///
/// A member is a bool, a whole number, a double, a string, a quantity of units.hpp, a distribution,
/// an enum with `names()`, or of these an optional, a list, a Named, a Derived, a nested struct
/// with `fields()`, or a variant of structs with a `kind`. Structs are default-constructible.
#include <initializer_list>

#include "base/field_shapes.hpp"

namespace spof {

/// How an object is taken.
enum class Reading {
  whole,
  overrides,  ///< the struct is already filled from a pattern, so that nothing is required
  record      ///< a program wrote it, perhaps a later one: what is unknown is passed over
};

/// What a schema asks of an object's members.
enum class Asks {
  nothing,   ///< a file may give it in part, because it extends another one
  required,  ///< what it must have; the rest has defaults
  all        ///< it is a record, which the program writes whole
};

/// One line of the list of all parameters.
struct Parameter {
  /// "/haproxy/retries"; "*" stands for any name or number: "/faults/*/at".
  std::string pointer;
  /// Which kind of an object with a "kind" has it: "crash"; "" elsewhere.
  std::string kind;
  /// "duration", "list of whole number".
  std::string type;
  /// As it would be written in the file, without quotes; "" when absent unless given.
  std::string default_text;
  /// Unit of the number in reports: "s", "bytes"; "" without one.
  std::string unit;
  /// "at least 1ms", or "".
  std::string bounds;
  std::string help;
  std::string source;
  /// What is used when an optional field is absent.
  std::string otherwise;
  bool required = false;
};

Json echo_value(const Shape& shape, void* value);
void read_object(const ObjectShape& shape, const Json& json, void* value, Mistakes& mistakes,
                 const std::string& pointer, std::initializer_list<const char*> also_known,
                 Reading reading);
Json schema_of_object(const ObjectShape& shape, void* value, Asks asks);
std::vector<Parameter> list_object(const ObjectShape& shape, void* value,
                                   const std::string& pointer);

/// The struct as JSON in canonical units, every field of it; reading that gives the same struct. An
/// absent optional is null.
template <class T>
Json echo_fields(const T& value) {
  return echo_value(shape_of<T>(), const_cast<T*>(&value));
}

/// Reads a whole struct from a JSON object and collects every mistake on the way; a field that is
/// absent or wrong keeps the value it had. `also_known` are fields of the file that are not its.
template <class T>
void read_fields(const Json& json, T& value, Mistakes& mistakes, const std::string& pointer = "",
                 std::initializer_list<const char*> also_known = {},
                 Reading reading = Reading::whole) {
  read_object(object_of<T>, json, &value, mistakes, pointer, also_known, reading);
}

/// The JSON Schema (draft 2020-12) of one struct, without "$schema" and title: types, units,
/// defaults, bounds, help. Objects in lists are whole and require what they must have.
template <class T>
Json schema_fields(Asks asks = Asks::required) {
  T value{};
  return schema_of_object(object_of<T>, &value, asks);
}

/// All parameters below one struct, flat, in the order of `fields()`.
template <class T>
std::vector<Parameter> list_fields(const std::string& pointer = "") {
  T value{};
  return list_object(object_of<T>, &value, pointer);
}

}  // namespace spof
