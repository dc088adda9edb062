#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spof::cli {
namespace {

std::string bar(std::size_t ended, std::size_t total, bool utf8) {
  constexpr std::size_t width = 20;
  const std::size_t filled = total == 0 ? width : ended * width / total;
  std::string out;
  for (std::size_t i = 0; i < width; ++i) {
    if (utf8) out += i < filled ? "█" : "░";
    if (!utf8) out += i < filled ? '#' : '.';
  }
  return out;
}

std::string rate_text(double per_second) {
  if (per_second >= 1e6) return fmt::format("{:.1f} M req/s", per_second / 1e6);
  if (per_second >= 1e3) return fmt::format("{:.0f} k req/s", per_second / 1e3);
  return fmt::format("{:.0f} req/s", per_second);
}

std::string duration_text(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

/// Before the first run has ended nothing is known but the time it has taken.
std::string outlook(const plan::Progress& progress) {
  if (progress.ended == 0 || progress.elapsed_s <= 0) {
    return duration_text(progress.elapsed_s) + " so far";
  }
  const double left = static_cast<double>(progress.total - progress.ended);
  const double eta = progress.elapsed_s * left / static_cast<double>(progress.ended);
  const double rate = static_cast<double>(progress.requests) / progress.elapsed_s;
  return fmt::format("{}   eta {}", rate_text(rate), duration_text(eta));
}

/// At most `width` columns wide.
std::string progress_line(const std::string& name, const plan::Progress& progress, bool utf8,
                          std::size_t width) {
  const std::string counts =
      fmt::format("  {}/{} runs   {}", progress.ended, progress.total, outlook(progress));
  const std::size_t room = std::max<std::size_t>(width, 20) - 1;
  const std::size_t rest = 1 + counts.size();
  if (rest + 22 + name.size() <= room) {
    return fmt::format(" {}  {}{}", name, bar(progress.ended, progress.total, utf8), counts);
  }
  return " " + name.substr(0, room > rest ? room - rest : 0) + counts;
}

}  // namespace

void ProgressBar::operator()(const plan::Progress& progress) {
  const double pause = console_.progress_pause();
  const bool last_of_many = progress.ended == progress.total && pause < 1;
  if (!last_of_many && progress.elapsed_s - shown_at_s_ < pause) return;
  shown_at_s_ = progress.elapsed_s;
  console_.show_progress(
      progress_line(name_, progress, console_.shows().unicode, console_.shows().width));
}

plan::CampaignOptions options_of(unsigned jobs, ProgressBar& bar, plan::Keep keep) {
  return {jobs > 0 ? jobs : plan::usable_processors(), keep,
          [&bar](const plan::Progress& progress) { bar(progress); }};
}

}  // namespace spof::cli
