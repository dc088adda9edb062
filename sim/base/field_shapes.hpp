#pragma once
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/field_types.hpp"

namespace spof {

/// An optional that a record leaves out when there is nothing to say, where others say null.
template <class T>
struct Absent : std::optional<T> {
  using std::optional<T>::optional;
};

/// A field that is not one word or number is exactly one of these shapes.
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_optional<Absent<T>> = true;
template <class T>
inline constexpr bool is_absent = false;
template <class T>
inline constexpr bool is_absent<Absent<T>> = true;
template <class T>
inline constexpr bool is_named = false;
template <class T>
inline constexpr bool is_named<Named<T>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = !is_named<std::vector<T>>;
template <class T>
inline constexpr bool is_derived = false;
template <class T>
inline constexpr bool is_derived<Derived<T>> = true;
/// One of several structs, told apart by "kind" in the file and `static constexpr const char* kind`
/// in the struct.
template <class T>
inline constexpr bool is_choice = false;
template <class... T>
inline constexpr bool is_choice<std::variant<T...>> = true;

/// What a Named holds under its names.
template <class T>
struct NamedItem;
template <class T>
struct NamedItem<Named<T>> {
  using type = T;
};
template <class T>
struct NamedItem<Derived<T>> {
  using type = T;
};

/// The visitors that only look (all but the Reader) share `fields()` with the one that writes; this
/// is the only place where constness is put aside, and they hold on to it.
template <class T, class Visitor>
void visit_fields(const T& object, Visitor& visitor) {
  const_cast<T&>(object).fields(visitor);
}

/// The kinds of a variant, in its order.
template <class... T>
std::vector<std::string> kinds_of(const std::variant<T...>&) {
  return {T::kind...};
}

}  // namespace spof
