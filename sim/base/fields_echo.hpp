#pragma once
#include "base/field_shapes.hpp"

namespace spof {

/// Writes an options struct as JSON in canonical units, every field of it; reading that gives the
/// same struct. An absent optional is null.
class Echo {
 public:
  /// Called by `fields()`.
  template <class T>
  void operator()(const char* name, T&& value, const About&) {
    if constexpr (is_absent<std::remove_cvref_t<T>>)
      if (!value) return;
    out_[name] = of(value);
  }

  template <class T>
  static Json of(const T& value) {
    if constexpr (ScalarField<T>)
      return FieldType<T>::echo(value);
    else if constexpr (is_optional<T>)
      return value ? of(*value) : Json(nullptr);
    else if constexpr (is_named<T>)
      return of_named(value);
    else if constexpr (is_derived<T>)
      return of_named(value.items);
    else if constexpr (is_list<T>)
      return of_list(value);
    else if constexpr (is_choice<T>)
      return of_choice(value);
    else
      return of_struct(value, nullptr);
  }

 private:
  template <class T>
  static Json of_named(const Named<T>& items) {
    Json out = Json::object();
    for (const auto& [name, item] : items) out[name] = of(item);
    return out;
  }

  template <class T>
  static Json of_list(const std::vector<T>& list) {
    Json out = Json::array();
    for (const T& item : list) out.push_back(of(item));
    return out;
  }

  template <class... T>
  static Json of_choice(const std::variant<T...>& value) {
    return std::visit(
        [](const auto& given) { return of_struct(given, std::decay_t<decltype(given)>::kind); },
        value);
  }

  template <class T>
  static Json of_struct(const T& value, const char* kind) {
    Echo echo;
    if (kind) echo.out_["kind"] = kind;
    visit_fields(value, echo);
    return std::move(echo.out_);
  }

  Json out_ = Json::object();
};

/// The struct as JSON; see Echo.
template <class T>
Json echo_fields(const T& value) {
  return Echo::of(value);
}

}  // namespace spof
