#pragma once
#include "base/fields_echo.hpp"

namespace spof {

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

/// Lists the parameters of an options struct, flat, in the order of `fields()`.
class Lister {
 public:
  Lister(std::string pointer, std::string kind, std::vector<Parameter>& out)
      : pointer_(std::move(pointer)), kind_(std::move(kind)), out_(out) {}

  /// Called by `fields()`.
  template <class T>
  void operator()(const char* name, T&& value, const About& about) {
    add(child_pointer(pointer_, name), value, about, "", true);
  }

 private:
  /// `prefix` is what surrounds a word or number: "list of ".
  template <class T>
  void add(const std::string& pointer, const T& value, const About& about,
           const std::string& prefix, bool with_default) {
    if constexpr (ScalarField<T>)
      add_scalar(pointer, value, about, prefix, with_default);
    else if constexpr (is_optional<T>)
      add(pointer, value ? *value : typename T::value_type{}, about, prefix,
          with_default && value.has_value());
    else if constexpr (is_named<T>)
      add(pointer + "/*", typename NamedItem<T>::type{}, about, prefix, false);
    else if constexpr (is_derived<T>)
      add(pointer + "/*", value.pattern, about, prefix, false);
    else if constexpr (is_list<T>)
      add_list(pointer, value, about, prefix, with_default);
    else if constexpr (is_choice<T>)
      add_choice(pointer, value);
    else
      add_struct(pointer, kind_, value);
  }

  template <class T>
  void add_scalar(const std::string& pointer, const T& value, const About& about,
                  const std::string& prefix, bool with_default) {
    Parameter line = describe_field(pointer, about);
    line.type = prefix + FieldType<T>::name();
    line.unit = FieldType<T>::unit();
    line.bounds = bounds_text<T>(about);
    if (with_default && !about.required) line.default_text = text_of(FieldType<T>::echo(value));
    out_.push_back(std::move(line));
  }

  template <class T>
  void add_list(const std::string& pointer, const std::vector<T>& list, const About& about,
                const std::string& prefix, bool with_default) {
    if constexpr (ScalarField<T>) {
      add_scalar(pointer, T{}, about, prefix + "list of ", false);
      if (with_default && !about.required) out_.back().default_text = text_of(Echo::of(list));
    } else {
      add(pointer + "/*", T{}, about, prefix, true);
    }
  }

  template <class... T>
  void add_choice(const std::string& pointer, const std::variant<T...>&) {
    (add_struct(pointer, T::kind, T{}), ...);
  }

  template <class T>
  void add_struct(const std::string& pointer, const std::string& kind, const T& value) {
    Lister lister(pointer, kind, out_);
    visit_fields(value, lister);
  }

  Parameter describe_field(const std::string& pointer, const About& about) const;
  static std::string text_of(const Json& json);

  std::string pointer_;
  std::string kind_;
  std::vector<Parameter>& out_;
};

/// All parameters below one struct.
template <class T>
std::vector<Parameter> list_fields(const std::string& pointer = "") {
  std::vector<Parameter> out;
  Lister lister(pointer, "", out);
  T value{};
  value.fields(lister);
  return out;
}

}  // namespace spof
