#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/distribution.hpp"
#include "base/units.hpp"

namespace spof {

// What an options struct is made of. Who reads, writes or lists one includes base/fields.hpp, which
// brings all of the JSON library with it.

/// When something ends: at a date, or when somebody sees to it.
struct Until {
  Seconds date = never;
  bool somebody_sees_to_it() const { return !(date < never); }
};

/// What a field tells about itself besides its name, type and default value.
struct About {
  /// What it stands for, in a few words.
  const char* help = "";
  /// Where its default or meaning comes from: a fact's number, a paper, a measurement.
  const char* source = "";
  /// What is used when an optional field is absent: "inter".
  const char* otherwise = "";
  /// Bounds, inclusive, in the unit of the C++ type. For lists they hold for each element; a
  /// distribution has none.
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  /// The file must give it.
  bool required = false;
};

/// A JSON object of any names, in the order of the file.
template <class T>
using Named = std::vector<std::pair<std::string, T>>;

/// A JSON object of any names whose items start as a copy of `pattern`, or of the item of that name
/// that is there already, and are read as overrides, as the servers of a pool start from its
/// defaults. In `fields()` it comes after the fields that
/// fill the pattern: `visit("hosts", Derived{hosts, common}, {...})`. Nothing is required of an
/// item: what it does not give, the pattern gives.
template <class T>
struct Derived {
  Named<T>& items;
  const T& pattern;
};
template <class T>
Derived(Named<T>&, const T&) -> Derived<T>;
template <class T>
Derived(Named<T>&, T&) -> Derived<T>;

}  // namespace spof
