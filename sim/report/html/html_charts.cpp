#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/append_new.hpp"
#include "base/json.hpp"
#include "base/words.hpp"
#include "report/html/html_page.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// Four digits are more than a chart shows, and make half as many bytes.
double four_digits(double value) {
  if (value == 0 || !std::isfinite(value)) return value;
  const double scale = std::pow(10.0, 3 - std::floor(std::log10(std::fabs(value))));
  return scale < 1 ? std::round(value) : std::round(value * scale) / scale;
}

Json chart_number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::fabs(value) < 1e15)
    return static_cast<std::int64_t>(value);
  return value;
}

Json chart_numbers(const std::vector<double>& values) {
  return mapped(values, [](double value) { return chart_number(four_digits(value)); });
}

Json color(int color) {
  if (color == Curve::ok) return "ok";
  if (color == Curve::failed) return "failed";
  return fmt::format("c{}", static_cast<std::size_t>(color) % Curve::colors);
}

Json chart_json(const Chart& chart) {
  return {{"title", chart.title},
          {"unit", chart.unit},
          {"log", chart.logarithmic},
          {"curves", mapped(chart.curves, [](const Curve& curve) {
             return Json{{"name", curve.name},
                         {"color", color(curve.color)},
                         {"dashed", curve.dashed},
                         {"filled", curve.filled},
                         {"values", chart_numbers(curve.values)}};
           })}};
}

/// JSON that cannot end the element it stands in.
std::string in_script(const Json& json) { return respelled(json_text(json), {{'<', "\\u003c"}}); }

std::string data(const ChartGroup& group) {
  const auto band = [](const ChartBand& one) {
    return Json{{"from", one.from}, {"until", one.until}, {"label", one.label}};
  };
  const auto mark = [](const ChartMark& one) { return Json{{"at", one.at}, {"label", one.label}}; };
  return fmt::format("<script type=\"application/json\">{}</script>\n",
                     in_script({{"times", mapped(group.times, chart_number)},
                                {"end", chart_number(group.end)},
                                {"charts", mapped(group.charts, chart_json)},
                                {"bands", mapped(group.bands, band)},
                                {"marks", mapped(group.marks, mark)}}));
}

/// A spell is placed in percent of the strip; a script places it anew when the charts zoom.
std::string spell_html(const Spell& spell, double begin, double end) {
  const auto percent = [&](double time) {
    return 100 * (std::clamp(time, begin, end) - begin) / std::max(end - begin, 1e-9);
  };
  const std::string hint =
      fmt::format("{:.1f}\u2013{:.1f} s {}{}{}", spell.from, spell.until, word(spell.state),
                  spell.why.empty() ? "" : ": ", spell.words());
  // Of who noticed, the name is worth reading without a pointer.
  const std::string who =
      spell.state == State::noticed ? spell.why.substr(0, spell.why.find(':')) : "";
  return fmt::format(
      "<i class=\"{}\" data-from=\"{:.3f}\" data-until=\"{:.3f}\" "
      "style=\"left:{:.3f}%;width:{:.3f}%\" title=\"{}\">{}</i>",
      word(spell.state), spell.from, spell.until, percent(spell.from),
      percent(spell.until) - percent(spell.from), escaped(hint), escaped(who));
}

/// What a strip says to who cannot see it.
std::string spoken(const Strip& strip) {
  std::string out = strip.component + ":";
  for (const Spell& spell : strip.spells)
    if (spell.state != State::up)
      out += fmt::format(" {}{} from {:.1f} to {:.1f} s;", word(spell.state),
                         spell.state == State::noticed ? ": " + spell.words() : "", spell.from,
                         spell.until);
  return out.back() == ':' ? out + " up" : out.substr(0, out.size() - 1);
}

std::string html_of_strips(const ChartGroup& group) {
  if (group.strips.empty()) return "";
  const double begin = group.times.empty() ? 0 : group.times.front();
  std::string keys;
  for (std::size_t i = 0; i < names(State{}).size(); ++i)
    if (const auto state = static_cast<State>(i); occurs(group.strips, state))
      keys += fmt::format(" <i class=\"{0}\"></i>{0}", word(state));
  std::string out = fmt::format(
      "<figure class=\"strips\">\n<figcaption>{} <span class=\"key\">{}</span></figcaption>\n",
      escaped(group.strips_title), keys);
  for (const Strip& strip : group.strips) {
    out += fmt::format(
        "<div class=\"strip\" role=\"img\" aria-label=\"{}\"><span>{}</span><div class=\"bar\">",
        escaped(spoken(strip)), escaped(strip.component));
    for (const Spell& spell : strip.spells)
      if (spell.state != State::up) out += spell_html(spell, begin, group.end);
    out += "</div></div>\n";
  }
  return out + "</figure>\n";
}

std::string data_table(const ChartGroup& group) {
  std::vector<std::string> heads{"time, s"};
  std::vector<const Curve*> curves;
  for (const Chart& chart : group.charts)
    for (const Curve& curve : chart.curves) {
      heads.push_back(curve.name + (chart.unit.empty() ? "" : ", " + chart.unit));
      curves.push_back(&curve);
    }
  if (curves.empty()) return "";
  Table table{std::string(heads.size(), 'r'), heads};
  for (std::size_t i = 0; i < group.times.size(); ++i) {
    std::vector<Cell> row{fmt::format("{}", group.times[i])};
    for (const Curve* curve : curves)
      row.emplace_back(i < curve->values.size() && std::isfinite(curve->values[i])
                           ? fmt::format("{}", four_digits(curve->values[i]))
                           : "");
    table.row(std::move(row));
  }
  return html_fold("Data of the charts as a table", html_of(table));
}

}  // namespace

std::string html_of(const ChartGroup& group) {
  const bool drawn = !group.times.empty() && !group.charts.empty();
  if (!drawn && group.strips.empty()) return "";
  std::string out = "<div class=\"charts\">\n" + data(group);
  if (drawn) {
    for (const Chart& chart : group.charts)
      out += fmt::format(
          "<figure class=\"chart\">\n<figcaption>{}</figcaption>\n<div class=\"plot\" "
          "tabindex=\"0\" role=\"group\" aria-label=\"{}\"></div>\n</figure>\n",
          escaped(chart.title),
          escaped("Chart: " + chart.title +
                  ". Arrow keys move the cursor, plus and minus zoom, Escape shows all."));
    out +=
        "<noscript><p class=\"quiet\">The charts are drawn by a script; their data is in the table "
        "below.</p></noscript>\n<p class=\"spoken\" aria-live=\"polite\"></p>\n";
  }
  out += html_of_strips(group);
  if (!group.note.empty()) out += fmt::format("<p class=\"quiet\">{}</p>\n", marked_up(group.note));
  if (drawn) out += data_table(group);
  return out + "</div>\n";
}

}  // namespace spof::report
