#pragma once
#include <algorithm>
#include <vector>

namespace spof {

/// Appends a value that is not in the list yet.
template <class T>
void append_new(std::vector<T>& list, const T& value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

}  // namespace spof
