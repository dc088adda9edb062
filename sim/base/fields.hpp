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
#include "base/fields_echo.hpp"
#include "base/fields_list.hpp"
#include "base/fields_read.hpp"
#include "base/fields_schema.hpp"
