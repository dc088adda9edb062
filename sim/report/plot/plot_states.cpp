#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "measure/words.hpp"
#include "report/plot/gnuplot.hpp"
#include "report/plot/plot.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// Colour and height say the same, for those who tell few colours apart.
struct StateLook {
  const char* color;
  double half_height;
};
constexpr std::array state_looks{StateLook{"#c4cad0", 0.12}, StateLook{"#e69f00", 0.30},
                                 StateLook{"#d55e00", 0.38},
                                 StateLook{"#56b4e9", 0.22}};  // by State

constexpr int strip_height = 24;
constexpr double axis_letters =
    105;  ///< of a word in a spell, from one end of the axis to the other

/// A strip, or the name of the result that the strips below belong to.
struct StripRow {
  std::string label;
  const Strip* strip = nullptr;
};

std::vector<StripRow> rows_of(const std::vector<StatesPlot>& plots) {
  std::vector<StripRow> rows;
  for (const StatesPlot& plot : plots) {
    if (plots.size() > 1) rows.push_back({plot.name, nullptr});
    for (const Strip& strip : plot.strips) rows.push_back({strip.component, &strip});
  }
  return rows;
}

/// As much of a text as fits in so many letters; empty when that says nothing.
std::string fitting(const std::string& text, double letters) {
  if (static_cast<double>(width_of(text)) <= letters) return text;
  const std::size_t end = std::min(text.find_first_of(":,"), text.find(" of "));
  if (end != std::string::npos && static_cast<double>(end) <= letters) return text.substr(0, end);
  return "";
}

}  // namespace

std::string states_script(const std::vector<StatesPlot>& plots,
                          const std::vector<std::string>& formats) {
  const std::vector<StripRow> rows = rows_of(plots);
  std::string data = "$spells << EOD\n# from, until (s), row, half height, colour, state, why\n";
  std::string tics, words, headings;
  double start = 0, end = 0;
  std::size_t widest = 0;
  for (const StripRow& row : rows) {
    if (!row.strip) continue;
    start = std::min(start, row.strip->spells.front().from);
    end = std::max(end, row.strip->spells.back().until);
    widest = std::max(widest, width_of(row.label));
  }
  if (end <= start) end = start + 1;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].strip) {
      headings += fmt::format("set label {} at graph 0, first {} left offset 0.5,0\n",
                              gnuplot_text(rows[i].label), i);
      continue;
    }
    tics += fmt::format("{}{} {}", tics.empty() ? "" : ", \\\n  ", gnuplot_text(rows[i].label), i);
    for (const Spell& spell : rows[i].strip->spells) {
      const auto state = static_cast<std::size_t>(spell.state);
      const StateLook& look = state_looks[state];
      data += fmt::format("{:.10g} {:.10g} {} {:g} 0x{} {} \"{}\"\n", spell.from, spell.until, i,
                          look.half_height, look.color + 1, names(State{})[state], spell.words());
      const double room = (spell.until - spell.from) / (end - start) * axis_letters - 1;
      // The row's name says already who says so.
      const std::string word = fitting(spell.why, room);
      if (word.empty()) continue;
      words += fmt::format("set label {} at {:.10g}, {} center front font small\n",
                           gnuplot_text(word), (spell.from + spell.until) / 2, i);
    }
  }
  data += "EOD\n\n";
  const std::string& seed = plots.front().seed;
  std::string title = plots.size() > 1
                          ? "What each component was able to do"
                          : plots.front().name + ": what each component was able to do";
  if (!seed.empty()) title += fmt::format(" (seed {})", seed);
  std::string keys;
  for (std::size_t state = 0; state < state_looks.size(); ++state)
    keys += fmt::format(
        ", \\\n  NaN with boxes fillstyle solid 1 noborder linecolor rgb '{}' title '{}'",
        state_looks[state].color, names(State{})[state]);
  const int height = 130 + strip_height * static_cast<int>(std::max<std::size_t>(rows.size(), 2));
  const std::string body =
      fmt::format("set title {} font large offset 0,1.2\n", gnuplot_text(title)) +
      fmt::format("set xrange [{:.10g}:{:.10g}]\nset yrange [{}:-0.6]\n", start, end,
                  static_cast<double>(rows.size()) - 0.4) +
      fmt::format("set lmargin {}\nset ytics ({})\n", widest + 1, tics) +
      "set xlabel 'time, s'\n"
      "set xtics nomirror\nset ytics scale 0\n"
      "set border 1 linecolor rgb '#888888'\n"
      "set grid x linecolor rgb '#dddddd' linewidth 0.5 dashtype 1\n" +
      fmt::format(
          "set tmargin at screen {:.4f}\n"
          "set key at graph 1, screen {:.4f} right center horizontal Left reverse samplen 1\n",
          1 - 66.0 / height, 1 - 48.0 / height) +
      headings + words +
      "plot $spells using 1:3:1:2:($3-$4):($3+$4):5 with boxxyerror fillstyle solid 1 noborder \\\n"
      "  linecolor rgb variable notitle" +
      keys + "\n";
  return gnuplot_head("states", title) + data + gnuplot_loop("states", formats, height, body);
}

}  // namespace spof::report
