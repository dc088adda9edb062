#pragma once
#include <algorithm>
#include <initializer_list>

#include "base/field_shapes.hpp"

namespace spof {

/// How an object is taken.
enum class Reading {
  whole,
  overrides,  ///< the struct is already filled from a pattern, so that nothing is required
  record      ///< a program wrote it, perhaps a later one: what is unknown is passed over
};

/// Reads one JSON object into one options struct and collects every mistake on the way. A field
/// that is absent or wrong keeps the value it had.
class Reader {
 public:
  Reader(const Json& object, std::string pointer, Mistakes& mistakes,
         Reading reading = Reading::whole)
      : object_(object), pointer_(std::move(pointer)), mistakes_(mistakes), reading_(reading) {}

  /// Called by `fields()`.
  template <class T>
  void operator()(const char* name, T&& value, const About& about) {
    known_.emplace_back(name);
    const auto found = object_.find(name);
    if (found != object_.end())
      read(*found, child_pointer(pointer_, name), value, about);
    else if (about.required && reading_ != Reading::overrides)
      missing(name, about);
  }

  /// A field that is known but not of this struct, such as "kind".
  void know(const char* name) { known_.emplace_back(name); }

  /// After `fields()`: what the file gives and nobody asked for.
  void finish();

  /// Reads any value, not only an object's member.
  template <class T>
  void read(const Json& json, const std::string& pointer, T& value, const About& about) {
    if constexpr (ScalarField<T>)
      read_scalar(json, pointer, value, about);
    else if constexpr (is_optional<T>)
      read_optional(json, pointer, value, about);
    else if constexpr (is_named<T>)
      read_named(json, pointer, value, about, typename NamedItem<T>::type{}, false);
    else if constexpr (is_derived<std::remove_const_t<T>>)
      read_named(json, pointer, value.items, about, value.pattern, true);
    else if constexpr (is_list<T>)
      read_list(json, pointer, value, about);
    else if constexpr (is_choice<T>)
      read_choice(json, pointer, value);
    else
      read_struct(json, pointer, value, reading_);
  }

 private:
  template <class T>
  void read_scalar(const Json& json, const std::string& pointer, T& value, const About& about) {
    T given = value;
    std::string wrong = FieldType<T>::read(json, given);
    if (wrong.empty()) wrong = bounds_mistake(given, about);
    if (wrong.empty())
      value = std::move(given);
    else
      mistakes_.add(pointer, std::move(wrong));
  }

  template <class T>
  void read_optional(const Json& json, const std::string& pointer, std::optional<T>& value,
                     const About& about) {
    if (json.is_null()) {
      value.reset();
      return;
    }
    T given = value ? *value : T{};
    const std::size_t before = mistakes_.size();
    read(json, pointer, given, about);
    if (mistakes_.size() == before) value = std::move(given);
  }

  /// What the file gives replaces what was there; null is an item taken away. A derived item starts
  /// as the one of its name that was there.
  template <class T>
  void read_named(const Json& json, const std::string& pointer, Named<T>& items, const About& about,
                  const T& pattern, bool from_pattern) {
    if (!expect(json.is_object(), json, pointer, "an object { ... } of named items")) return;
    const Named<T> before = std::exchange(items, {});
    for (const auto& [name, member] : json.items()) {
      if (member.is_null()) continue;
      T item = pattern;
      for (const auto& [known, old] : before)
        if (from_pattern && known == name) item = old;
      Reader reader(json, pointer, mistakes_, from_pattern ? Reading::overrides : reading_);
      reader.read(member, child_pointer(pointer, name), item, about);
      items.emplace_back(name, std::move(item));
    }
  }

  template <class T>
  void read_list(const Json& json, const std::string& pointer, std::vector<T>& list,
                 const About& about) {
    if (!expect(json.is_array(), json, pointer, "a list [ ... ]")) return;
    list.clear();
    for (std::size_t index = 0; index < json.size(); ++index) {
      T item{};
      Reader reader(json, pointer, mistakes_,
                    reading_ == Reading::record ? reading_ : Reading::whole);
      reader.read(json[index], child_pointer(pointer, std::to_string(index)), item, about);
      list.push_back(std::move(item));
    }
  }

  template <class... T>
  void read_choice(const Json& json, const std::string& pointer, std::variant<T...>& value) {
    const std::vector<std::string> kinds = kinds_of(value);
    std::string kind;
    if (!read_kind(json, pointer, kinds, kind)) return;
    (read_alternative<T>(json, pointer, kind, value) || ...);
  }

  template <class T, class Choice>
  bool read_alternative(const Json& json, const std::string& pointer, const std::string& kind,
                        Choice& value) {
    if (kind != T::kind) return false;
    const bool same = std::holds_alternative<T>(value);
    T given = same ? std::get<T>(value) : T{};
    read_struct(json, pointer, given, same ? reading_ : Reading::whole, true);
    value = std::move(given);
    return true;
  }

  template <class T>
  void read_struct(const Json& json, const std::string& pointer, T& value, Reading reading,
                   bool has_kind = false) {
    if (!expect(json.is_object(), json, pointer, "an object { ... }")) return;
    Reader reader(json, pointer, mistakes_, reading);
    if (has_kind) reader.know("kind");
    value.fields(reader);
    reader.finish();
  }

  bool expect(bool good, const Json& json, const std::string& pointer, const char* what);
  bool read_kind(const Json& json, const std::string& pointer,
                 const std::vector<std::string>& kinds, std::string& kind);
  void missing(const char* name, const About& about);

  const Json& object_;
  std::string pointer_;
  Mistakes& mistakes_;
  Reading reading_;
  std::vector<std::string> known_;
};

/// Reads a whole struct from a JSON object; `also_known` are fields of the file that are not its.
template <class T>
void read_fields(const Json& json, T& value, Mistakes& mistakes, const std::string& pointer = "",
                 std::initializer_list<const char*> also_known = {},
                 Reading reading = Reading::whole) {
  if (!json.is_object()) {
    mistakes.add(pointer, fmt::format("expected an object {{ ... }}, not {}", describe(json)));
    return;
  }
  Reader reader(json, pointer, mistakes, reading);
  for (const char* name : also_known) reader.know(name);
  value.fields(reader);
  reader.finish();
}

}  // namespace spof
