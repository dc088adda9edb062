#include "report/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/causes/causes.hpp"
#include "analysis/verdict.hpp"
#include "report/tables.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

using measure::Judgement;

/// Writes the summary, part by part.
class Screen {
 public:
  Screen(const Campaign& campaign, const TerminalOptions& options)
      : campaign_(campaign), options_(options), width_(std::max<std::size_t>(options.width, 60)) {}

  std::string show() {
    head();
    expectations();
    if (!campaign_.results.empty()) {
      phases();
      failures();
      chain();
      labelled("WRITES", writes_line(campaign_));
      over_time();
    }
    for (const std::string& job : campaign_.failed_jobs) labelled("no result", job);
    return std::move(out_);
  }

 private:
  const char* verdict_color(const std::string& word) const {
    if (word == "healthy" || word == "survived") return "32";
    return word == "interrupted" || word == "degraded" || word == "stalled" ? "33" : "31";
  }

  /// Further lines with so many blanks in front.
  static std::string indented(const std::string& lines, std::size_t blanks) {
    std::string made;
    for (const char letter : lines) {
      made += letter;
      if (letter == '\n') made += std::string(blanks, ' ');
    }
    return made;
  }

  /// " LABEL    text", the text wrapped under itself.
  void labelled(const std::string& label, const std::string& text) {
    if (text.empty()) return;
    const std::string padded = fmt::format(" {:<9}", label);
    const std::string body = wrapped(options_.spelled(text), width_ - padded.size() - 1, 0);
    out_ += options_.painted(padded, "1") + " " + indented(body, padded.size() + 1) + '\n';
  }

  void head() {
    out_ += options_.painted(campaign_.name, "1");
    if (!campaign_.title.empty()) out_ += "   " + options_.spelled(campaign_.title);
    out_ += "\n" + options_.spelled(runs_text(campaign_)) + "\n\n";
    const Verdict made = verdict(campaign_);
    out_ += options_.painted(wrapped(options_.spelled(made.text), width_, 0),
                             verdict_color(made.word)) +
            "\n\n";
  }

  std::string mark(Judgement judgement) const {
    if (judgement == Judgement::pass) return options_.painted(options_.spelled("\u2713"), "32");
    if (judgement == Judgement::unknown) return options_.painted(options_.spelled("\u2248"), "33");
    return options_.painted(options_.spelled("\u2717"), "31");
  }

  void expectations() {
    if (campaign_.expectations.empty()) return;
    Table table("lll");
    table.row({"EXPECTATIONS", "measured", "95 % interval"});
    for (const measure::Judged& judged : campaign_.expectations) {
      const auto unit = judged.expectation.query.metric->unit;
      table.row({"   " + judged.expectation.text, value_text(judged.measured.mean, unit),
                 interval_text(judged.measured, unit)});
    }
    std::string lines = options_.spelled(table.plain(1));
    std::size_t at = lines.find('\n') + 1;
    out_ += options_.painted(lines.substr(0, at - 1), "1") + '\n';
    for (const measure::Judged& judged : campaign_.expectations) {
      const std::size_t end = lines.find('\n', at);
      out_ += "  " + mark(judged.judgement) + lines.substr(at + 3, end - at - 3) + '\n';
      if (!judged.reason.empty())
        out_ += "      " + wrapped(options_.spelled(judged.reason), width_ - 6, 6) + '\n';
      at = end + 1;
    }
    out_ += '\n';
  }

  void phases() {
    const std::string lines =
        options_.spelled(phase_table(campaign_, width_ < 90 ? Room::narrow : Room::wide).plain(1));
    const std::size_t head = lines.find('\n');
    out_ += options_.painted(lines.substr(0, head), "1") + lines.substr(head);
    if (campaign_.results.size() > 1)
      out_ += " (requests: mean of a run; latency: over all runs)\n";
    out_ += '\n';
  }

  /// One line per class and phase; \x01 is a blank at which no line is broken.
  void failures() {
    const auto lines = failure_lines(campaign_);
    if (lines.empty()) return;
    std::size_t widest = 0;
    for (const auto& [who, causes] : lines) widest = std::max(widest, width_of(who));
    bool first = true;
    for (const auto& [who, causes] : lines) {
      const std::string label = first ? " FAILED    " : "           ";
      out_ += options_.painted(label, "1") +
              wrapped(options_.spelled(who + std::string(widest - width_of(who), '\x01') + "\x01 " +
                                       causes),
                      width_ - label.size(), label.size() + widest + 2) +
              '\n';
      first = false;
    }
    std::replace(out_.begin(), out_.end(), '\x01', ' ');
  }

  /// The causal chain of the first run, as much of it as fits: first what matters.
  void chain() {
    constexpr std::size_t most_lines = 10;
    const auto links = causes(campaign_);
    std::vector<std::string> texts(links.size());
    std::vector<std::size_t> order;
    for (const bool detail : {false, true})
      for (std::size_t i = 0; i < links.size(); ++i)
        if (links[i].detail == detail)
          order.insert(links[i].dominant ? order.begin() : order.end(), i);
    std::size_t lines = 0, left_out = 0;
    for (const std::size_t i : order) {
      const std::string text = indented(
          wrapped(options_.spelled(when_text(links[i]) + "  " + links[i].text), width_ - 13, 0),
          13);
      const auto more = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
      if (lines + more > most_lines) {
        ++left_out;
        continue;
      }
      lines += more;
      texts[i] = text;
    }
    bool first = true;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (texts[i].empty()) continue;
      out_ += options_.painted(std::exchange(first, false) ? " WHY       " : "           ", "1") +
              (links[i].dominant ? options_.painted(texts[i], "1") : texts[i]) + '\n';
    }
    if (left_out > 0) out_ += fmt::format("           and {} more in report.md\n", left_out);
  }

  void over_time() {
    auto failed = failed_over_time(campaign_);
    auto p99 = p99_over_time(campaign_);
    const auto top = [](const std::vector<double>& values) {
      double most = 0;
      for (const double value : values) most = std::fmax(most, value);
      return most;
    };
    const double most_failed = top(failed), slowest = top(p99);
    for (double& value : p99) value = std::log2(1 + value);
    const std::size_t columns = (width_ - 50) / 2 + 10;
    out_ += fmt::format("{} {}  up to {} per {:g} s\n", options_.painted(" failed   ", "1"),
                        sparkline(failed, columns, options_.unicode), count_text(most_failed),
                        campaign_.results.front().window.value);
    out_ += fmt::format("{} {}  up to {}, log scale\n", options_.painted(" p99      ", "1"),
                        sparkline(p99, columns, options_.unicode), time_text(slowest / 1e3));
  }

  const Campaign& campaign_;
  const TerminalOptions& options_;
  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string TerminalOptions::spelled(const std::string& text) const {
  return unicode ? text : to_ascii(text);
}

std::string TerminalOptions::painted(const std::string& text, const char* colour) const {
  return color && *colour != '\0' ? fmt::format("\033[{}m{}\033[0m", colour, text) : text;
}

std::string terminal(const Campaign& campaign, const TerminalOptions& options) {
  return Screen(campaign, options).show();
}

}  // namespace spof::report
