#pragma once
#include <any>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spof::stack {

/// What a message says beyond its Body: it is left here, and the message carries its number. Who
/// gets the message takes it; of what is lost on the way the oldest is thrown away.
class Luggage {
 public:
  std::uint64_t leave(std::any content) {
    constexpr std::size_t most = 1000;
    if (left_.size() == most) left_.pop_front();
    left_.emplace_back(++last_, std::move(content));
    return last_;
  }
  template <class T>
  std::optional<T> take(std::uint64_t number) {
    for (auto& [own, content] : left_)
      if (own == number)
        if (T* found = std::any_cast<T>(&content)) return std::exchange(*found, T());
    return std::nullopt;
  }

 private:
  std::uint64_t last_ = 0;
  std::deque<std::pair<std::uint64_t, std::any>> left_;
};

/// What a daemon tells of itself when it is scraped.
struct Metric {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};
using MetricsPage = std::vector<Metric>;

}  // namespace spof::stack
