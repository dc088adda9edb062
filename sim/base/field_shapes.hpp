#pragma once
#include <memory>
#include <optional>
#include <span>
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

// Whoever reads, writes, describes or lists fields sees a value as a pointer and the shape of its
// type: so `fields()` of a struct is compiled once, and they are no templates.

class FieldVisitor;
struct ScalarShape;
struct OptionalShape;
struct ItemsShape;
struct ChoiceShape;
struct ObjectShape;
using Shape = std::variant<const ScalarShape*, const OptionalShape*, const ItemsShape*,
                           const ChoiceShape*, const ObjectShape*>;

/// What a value holds: its shape, and new ones of its type.
struct Inner {
  Shape shape;
  std::shared_ptr<void> (*make)();
  std::shared_ptr<void> (*copy)(const void* value);
};

/// One word or number, see FieldType.
struct ScalarShape {
  enum class Number { no, whole, real };  ///< a plain one, in a schema
  Number number;
  std::string (*name)();
  const char* (*unit)();
  Json (*schema)();
  std::string (*bounds)(const About& about);
  Json (*echo)(const void* value);
  /// What is wrong, or "" and the value is written.
  std::string (*read)(const Json& json, void* value, const About& about);
};

struct OptionalShape {
  Inner item;
  bool is_absent;
  void* (*get)(void* optional);             ///< nullptr: there is nothing
  void (*put)(void* optional, void* item);  ///< moves it in; nullptr: nothing
};

/// A list, a Named or a Derived.
struct ItemsShape {
  Inner item;
  bool is_named;
  const void* (*pattern)(const void* items);  ///< of a Derived, else nullptr
  std::size_t (*size)(const void* items);
  void* (*at)(void* items, std::size_t index);
  std::string (*name)(const void* items, std::size_t index);
  void (*clear)(void* items);
  void (*add)(void* items, const std::string& name, void* item);  ///< moves it in
};

/// One of several structs, told apart by "kind" in the file and `static constexpr const char* kind`
/// in the struct.
struct ChoiceShape {
  struct Alternative {
    const char* kind;
    const ObjectShape* shape;
    Inner item;
    void (*put)(void* choice, void* object);  ///< moves it in
  };
  std::span<const Alternative> alternatives;
  std::size_t (*index)(const void* choice);
  void* (*get)(void* choice);
};

/// A struct with `fields()`.
struct ObjectShape {
  void (*fields)(void* object, FieldVisitor& visit);
};

template <class T>
constexpr Shape shape_of();

/// What is done with each field of a struct.
class FieldVisitor {
 public:
  /// Called by `fields()`.
  template <class T>
  void operator()(const char* name, T&& value, const About& about) {
    field(name, shape_of<std::remove_cvref_t<T>>(), const_cast<void*>(as_void(value)), about);
  }
  /// Called by `fields()`, too: words of the software's own configuration, by commas, for what is
  /// not modelled.
  virtual void left_out(std::string_view words) { (void)words; }

 protected:
  ~FieldVisitor() = default;
  virtual void field(const char* name, const Shape& shape, void* value, const About& about) = 0;

 private:
  static const void* as_void(const auto& value) { return &value; }
};

template <class T>
T& as(void* value) {
  return *static_cast<T*>(value);
}
template <class T>
const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

/// Owned as std::shared_ptr<T> would, without its code for each type.
template <class T>
std::shared_ptr<void> owned(T* made) {
  return {static_cast<void*>(made), +[](void* value) { delete static_cast<T*>(value); }};
}

template <class T>
inline constexpr Inner inner_of{shape_of<T>(), [] { return owned(new T{}); },
                                [](const void* value) { return owned(new T(as<T>(value))); }};

template <class T>
inline constexpr ScalarShape scalar_of{
    !std::is_arithmetic_v<T> || std::same_as<T, bool> ? ScalarShape::Number::no
    : std::integral<T>                                ? ScalarShape::Number::whole
                                                      : ScalarShape::Number::real,
    FieldType<T>::name,
    FieldType<T>::unit,
    FieldType<T>::schema,
    bounds_text<T>,
    [](const void* value) { return FieldType<T>::echo(as<T>(value)); },
    [](const Json& json, void* value, const About& about) {
      T given = as<T>(value);
      std::string wrong = FieldType<T>::read(json, given);
      if (wrong.empty()) wrong = bounds_mistake(given, about);
      if (wrong.empty()) as<T>(value) = std::move(given);
      return wrong;
    }};

template <class Optional, class T = typename Optional::value_type>
inline constexpr OptionalShape optional_of{inner_of<T>, std::same_as<Optional, Absent<T>>,
                                           [](void* value) -> void* {
                                             auto& optional = as<Optional>(value);
                                             return optional ? &*optional : nullptr;
                                           },
                                           [](void* value, void* item) {
                                             auto& optional = as<Optional>(value);
                                             if (item)
                                               optional = std::move(as<T>(item));
                                             else
                                               optional.reset();
                                           }};

/// How the items of a list, a Named and a Derived are reached.
template <class List>
struct Items {
  using Item = typename List::value_type;
  static constexpr bool is_named = false;
  static auto& of(auto& list) { return list; }
  static Item& item(Item& one) { return one; }
  static std::string name(const Item&) { return ""; }
  static Item made(const std::string&, Item&& one) { return std::move(one); }
  static const void* pattern(const void*) { return nullptr; }
};
template <class T>
struct Items<Named<T>> : Items<std::vector<T>> {
  static constexpr bool is_named = true;
  static T& item(std::pair<std::string, T>& one) { return one.second; }
  static std::string name(const std::pair<std::string, T>& one) { return one.first; }
  static std::pair<std::string, T> made(const std::string& name, T&& one) {
    return {name, std::move(one)};
  }
};
template <class T>
struct Items<Derived<T>> : Items<Named<T>> {
  static auto& of(auto& derived) { return derived.items; }
  static const void* pattern(const void* value) { return &as<Derived<T>>(value).pattern; }
};

template <class List, class Of = Items<List>>
inline constexpr ItemsShape items_of{
    inner_of<typename Of::Item>,
    Of::is_named,
    Of::pattern,
    [](const void* list) { return Of::of(as<List>(list)).size(); },
    [](void* list, std::size_t i) -> void* { return &Of::item(Of::of(as<List>(list))[i]); },
    [](const void* list, std::size_t i) { return Of::name(Of::of(as<List>(list))[i]); },
    [](void* list) { Of::of(as<List>(list)).clear(); },
    [](void* list, const std::string& name, void* item) {
      Of::of(as<List>(list)).push_back(Of::made(name, std::move(as<typename Of::Item>(item))));
    }};

template <class T>
inline constexpr ObjectShape object_of{
    [](void* object, FieldVisitor& visit) { as<T>(object).fields(visit); }};

template <class Choice>
struct Alternatives;
template <class... T>
struct Alternatives<std::variant<T...>> {
  using Choice = std::variant<T...>;
  static constexpr ChoiceShape::Alternative all[]{
      {T::kind, &object_of<T>, inner_of<T>,
       [](void* choice, void* object) { as<Choice>(choice) = std::move(as<T>(object)); }}...};
};

template <class Choice>
inline constexpr ChoiceShape choice_of{
    Alternatives<Choice>::all, [](const void* choice) { return as<Choice>(choice).index(); },
    [](void* choice) {
      return std::visit([](auto& given) -> void* { return &given; }, as<Choice>(choice));
    }};

template <class T>
constexpr Shape shape_of() {
  if constexpr (ScalarField<T>)
    return &scalar_of<T>;
  else if constexpr (requires(T value) { value.has_value(); })
    return &optional_of<T>;
  else if constexpr (requires(T value) { value.fields(std::declval<FieldVisitor&>()); })
    return &object_of<T>;
  else if constexpr (requires(T value) { value.index(); })
    return &choice_of<T>;
  else
    return &items_of<T>;
}

/// The kinds of a variant, in its order.
template <class... T>
std::vector<std::string> kinds_of(const std::variant<T...>&) {
  return {T::kind...};
}

}  // namespace spof
