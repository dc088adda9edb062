#pragma once
#include <algorithm>
#include <type_traits>
#include <vector>

namespace spof {

template <class T>
bool has(const std::vector<T>& list, const std::type_identity_t<T>& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// Appends a value that is not in the list yet.
template <class T>
void append_new(std::vector<T>& list, const T& value) {
  if (!has(list, value)) list.push_back(value);
}

}  // namespace spof
