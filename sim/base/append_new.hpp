#pragma once
#include <algorithm>
#include <functional>
#include <iterator>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace spof {

/// What std::ranges::find may look for in a list.
template <class T, class List>
concept FoundIn = requires(const List& list, const T& value) {
  std::ranges::find(list, value);
};

template <class List, FoundIn<List> T = std::ranges::range_value_t<List>>
bool has(const List& list, const T& value) {
  return std::ranges::find(list, value) != std::ranges::end(list);
}

/// Appends a value that is not in the list yet.
template <class T>
void append_new(std::vector<T>& list, const std::type_identity_t<T>& value) {
  if (!has(list, value)) list.push_back(value);
}
/// The same of each of these values.
template <class T>
void append_new(std::vector<T>& list, const std::type_identity_t<std::vector<T>>& values) {
  for (const T& value : values) append_new(list, value);
}

/// What a function, or a member, makes of each item.
template <std::ranges::input_range List, class Make>
auto mapped(List&& list, Make make) {
  std::vector<std::decay_t<std::invoke_result_t<Make&, std::ranges::range_reference_t<List>>>> made;
  for (auto&& item : list) made.push_back(std::invoke(make, item));
  return made;
}

/// One list after the other.
template <class T>
std::vector<T> both(std::vector<T> list, const std::type_identity_t<std::vector<T>>& more) {
  list.insert(list.end(), more.begin(), more.end());
  return list;
}

/// What belongs to a key, in a list whose keys keep the order in which they came.
template <class Key, class Value>
Value& value_at(std::vector<std::pair<Key, Value>>& list, const std::type_identity_t<Key>& key) {
  const auto found = std::ranges::find(list, key, &std::pair<Key, Value>::first);
  return found != list.end() ? found->second : list.emplace_back(key, Value{}).second;
}

}  // namespace spof
