#pragma once
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/mistakes.hpp"

namespace spof::report {

struct StoredReport;

/// Takes members out of a JSON document and remembers what is wrong with them.
class Reader {
 public:
  explicit Reader(std::vector<std::string>& mistakes) : mistakes_(mistakes) {}

  void wrong(const std::string& pointer, const std::string& what) {
    mistakes_.push_back(fmt::format("error: {}: {}", pointer.empty() ? "/" : pointer, what));
  }

  /// The member, or nullptr, which is a mistake, when it is missing or of another type.
  const Json* member(const Json& object, const std::string& at, const char* name,
                     Json::value_t type, const char* type_name) {
    const std::string pointer = child_pointer(at, name);
    const auto found = object.find(name);
    if (found == object.end()) {
      wrong(pointer, "is missing");
      return nullptr;
    }
    const bool number = type == Json::value_t::number_float && found->is_number();
    if (number || found->type() == type) return &*found;
    wrong(pointer, fmt::format("is {}, not {}", found->type_name(), type_name));
    return nullptr;
  }

  std::string text(const Json& object, const std::string& at, const char* name) {
    const Json* const found = member(object, at, name, Json::value_t::string, "a text");
    return found ? found->get<std::string>() : "";
  }
  /// An empty list or object when it is not there.
  const Json& list(const Json& object, const std::string& at, const char* name) {
    const Json* const found = member(object, at, name, Json::value_t::array, "a list");
    return found ? *found : empty_list_;
  }
  const Json& object(const Json& object, const std::string& at, const char* name) {
    const Json* const found = member(object, at, name, Json::value_t::object, "an object");
    return found ? *found : empty_object_;
  }
  double number(const Json& object, const std::string& at, const char* name) {
    const Json* const found = member(object, at, name, Json::value_t::number_float, "a number");
    return found ? found->get<double>() : 0;
  }
  std::uint64_t count(const Json& object, const std::string& at, const char* name) {
    const auto found = object.find(name);
    if (found != object.end() && found->is_number_unsigned()) return found->get<std::uint64_t>();
    wrong(child_pointer(at, name),
          found == object.end() ? "is missing" : "is no whole number, 0 or more");
    return 0;
  }
  /// The elements of a list that are objects; others are mistakes.
  template <class Use>
  void each(const Json& list, const std::string& at, const Use& use) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string pointer = child_pointer(at, std::to_string(i));
      if (list[i].is_object())
        use(list[i], pointer);
      else
        wrong(pointer, fmt::format("is {}, not an object", list[i].type_name()));
    }
  }

 private:
  const Json empty_list_ = Json::array();
  const Json empty_object_ = Json::object();
  std::vector<std::string>& mistakes_;
};

/// A number, "never" (infinite), or null (not a number); nothing else, which is a mistake.
inline double figure(const Json& value, const std::string& at, Reader& reader) {
  if (value.is_number()) return value.get<double>();
  if (value == "never") return std::numeric_limits<double>::infinity();
  if (!value.is_null()) reader.wrong(at, "is neither a number nor \"never\" nor null");
  return std::numeric_limits<double>::quiet_NaN();
}

/// Empty when it is missing or no text.
inline std::string optional_text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Takes a matrix.json, which becomes a report whose metrics are asked about failures.
void read_stored_matrix(const Json& document, StoredReport& report, Reader& reader);

}  // namespace spof::report
