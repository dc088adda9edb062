#include "base/words.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spof {
namespace {

/// "1234567" -> "1 234 567"
std::string grouped(const std::string& digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ' ';
    out += digits[i];
  }
  return out;
}

}  // namespace

std::string count_text(double count) {
  if (std::fabs(count) < 100 && std::fabs(count - std::round(count)) > 1e-9)
    return fmt::format("{:.1f}", count);
  return grouped(fmt::format("{:.0f}", count));
}

std::string counted(double count, std::string_view what) {
  return fmt::format("{} {}{}", count_text(count), what, count == 1 ? "" : "s");
}

std::string seed_range(std::uint64_t first, std::uint64_t last) {
  return first == last ? fmt::format("seed {}", first) : fmt::format("seeds {} to {}", first, last);
}

std::string share_text(double share) {
  std::string digits = fmt::format("{:.2f}", share * 100);
  if (share < 1 && digits == "100.00") digits = "99.99";
  if (share > 0 && digits == "0.00") digits = "0.01";
  return digits + " %";
}

std::string time_text(double seconds) {
  if (seconds == 0) return "0 s";
  if (seconds >= 0.9995) return fmt::format("{:.1f} s", seconds);
  const double ms = seconds * 1e3;
  return fmt::format("{:.{}f} ms", ms, ms >= 99.95 ? 0 : ms >= 9.995 ? 1 : 2);
}

std::string latency_text(std::uint64_t microseconds, std::uint64_t requests) {
  if (requests == 0) return "-";
  const double ms = static_cast<double>(microseconds) / 1e3;
  if (ms >= 99.95) return grouped(fmt::format("{:.0f}", ms)) + " ms";
  return fmt::format("{:.{}f} ms", ms, ms >= 9.995 ? 1 : 2);
}

std::vector<std::string> parts_of(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(separator, at);
    parts.emplace_back(text.substr(at, end - at));
    if (end == text.npos) return parts;
    at = end + separator.size();
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string in_runs(std::size_t some, std::size_t all) {
  return some == all ? "" : fmt::format(" in {} of {} runs", some, all);
}

void cut_to(std::vector<std::string>& lines, std::size_t most, std::string_view rest) {
  if (lines.size() <= most) return;
  const std::size_t more = lines.size() - most + 1;
  lines.resize(most);
  lines.back() = fmt::format(fmt::runtime(rest), more);
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

}  // namespace spof
