#include "base/record.hpp"

#include <cmath>
#include <cstdint>
#include <iterator>

namespace spof {

Json rounded(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return "never";
  const double made = std::round(value * 1e6) / 1e6;
  if (made == std::floor(made) && std::fabs(made) < 1e15) return static_cast<std::int64_t>(made);
  return made;
}

std::vector<Number> numbers(const std::vector<double>& values, double unit) {
  std::vector<Number> list;
  for (const double value : values) list.emplace_back(value / unit);
  return list;
}

std::string laid_out(const Json& record) {
  std::string out = "{\n";
  for (auto member = record.begin(); member != record.end(); ++member) {
    out += "  " + Json(member.key()).dump() + ": ";
    const bool list = member->is_array() && !member->empty() && member->front().is_object();
    if (list) {
      for (std::size_t i = 0; i < member->size(); ++i)
        out += (i == 0 ? "[\n    " : ",\n    ") + json_text((*member)[i]);
      out += "\n  ]";
    } else {
      for (const char letter : json_text(*member, 2)) {
        out += letter;
        if (letter == '\n') out += "  ";
      }
    }
    out += std::next(member) == record.end() ? "\n" : ",\n";
  }
  return out + "}\n";
}

}  // namespace spof
