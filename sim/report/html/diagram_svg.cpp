#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/words.hpp"
#include "measure/chronicle.hpp"
#include "report/html/html_page.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

constexpr double part_width = 178, part_height = 50, gap = 14, padding = 12, title = 24;
constexpr double between_hosts = 46, between_rows = 58, margin = 8;
constexpr std::size_t most_hosts = 12, hosts_in_line = 4, word_letters = 27;

struct Box {
  double x = 0, y = 0, width = part_width, height = part_height;
  double middle() const { return x + width / 2; }
  double bottom() const { return y + height; }
};

/// A machine in the picture.
struct Host {
  std::string name;
  std::vector<const Diagram::Part*> parts;
  std::size_t row = 0;
  Box box;
};

/// Where everything stands: machines in rows, by how many steps a request needs to get there.
class Layout {
 public:
  explicit Layout(const Diagram& diagram) : diagram_(diagram) {
    for (const Diagram::Part& part : diagram.parts) {
      const std::string host = measure::host_of(part.name);
      if (!find(host)) hosts.push_back({host, {}, 0, {}});
      find(host)->parts.push_back(&part);
    }
    rank();
    fold();
    place();
  }

  /// Nothing stands between the two: the next one on its machine, or from the last one of a machine
  /// to the first one of a machine below.
  bool is_below(const Diagram::Arrow& arrow) const {
    for (const Host& one : hosts) {
      const auto from = std::ranges::find(one.parts, arrow.from, &Diagram::Part::name);
      if (from == one.parts.end()) continue;
      if (from + 1 != one.parts.end()) return (*(from + 1))->name == arrow.to;
      return std::ranges::any_of(hosts, [&](const Host& below) {
        return below.row > one.row && below.parts.front()->name == arrow.to;
      });
    }
    return false;
  }

  std::vector<Host> hosts;
  std::vector<std::pair<std::string, Box>> notes;  ///< "and 7 more like these"
  std::map<std::string, Box> boxes;                ///< of parts
  double width = 0, height = 0;

 private:
  Host* find(const std::string& name) {
    const auto found = std::ranges::find(hosts, name, &Host::name);
    return found == hosts.end() ? nullptr : &*found;
  }
  /// Whether requests go that way: a replica's source, a monitor, a manager of databases say
  /// nothing about a place.
  static bool leads(const Diagram::Arrow& arrow) {
    const std::string who = measure::section_of(arrow.from);
    return !arrow.copies && !arrow.watches && who != "db_manager" && who != "keepalived";
  }
  /// The users' machines are on top.
  void rank() {
    constexpr std::size_t unknown = 1000;
    for (Host& one : hosts) {
      const bool asked = std::ranges::any_of(diagram_.arrows, [&](const Diagram::Arrow& arrow) {
        return leads(arrow) && measure::host_of(arrow.to) == one.name &&
               measure::host_of(arrow.from) != one.name;
      });
      one.row = asked ? unknown : 0;
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (const Diagram::Arrow& arrow : diagram_.arrows) {
        const Host* from = find(measure::host_of(arrow.from));
        Host* to = find(measure::host_of(arrow.to));
        if (!from || !to || !leads(arrow) || from->row + 1 >= to->row) continue;
        to->row = from->row + 1;
        changed = true;
      }
    }
    for (Host& one : hosts)
      if (one.row == unknown) one.row = 1;  // nobody asks it, but others that nobody asks
  }
  std::size_t rows() const {
    return hosts.empty() ? 0 : std::ranges::max(hosts, {}, &Host::row).row + 1;
  }
  /// A long row becomes lines of about the same length; of a very long one the first ones stand for
  /// all.
  void fold() {
    std::vector<Host> folded;
    for (std::size_t row = 0, line = 0; row < rows(); ++row) {
      std::vector<Host> all;
      std::ranges::copy_if(hosts, std::back_inserter(all),
                           [&](const Host& one) { return one.row == row; });
      if (all.empty()) continue;
      const std::size_t shown = all.size() > most_hosts + 1 ? most_hosts : all.size();
      const std::size_t lines = (shown + hosts_in_line - 1) / hosts_in_line;
      const std::size_t length = (shown + lines - 1) / lines;
      for (std::size_t i = 0; i < all.size(); ++i) all[i].row = line + i / length;
      line += lines;
      if (shown < all.size()) {
        notes.emplace_back(fmt::format("and {} more machines", all.size() - shown),
                           Box{0, double(line - 1), 0, 0});
        all.resize(shown);
      }
      folded.insert(folded.end(), all.begin(), all.end());
    }
    hosts = std::move(folded);
  }
  void place() {
    if (hosts.empty()) return;
    for (Host& one : hosts) {
      one.box.width = part_width + 2 * padding;
      one.box.height = title + double(one.parts.size()) * (part_height + gap) - gap + padding;
    }
    std::vector<double> widths(rows(), -between_hosts);
    for (const Host& one : hosts) widths[one.row] += one.box.width + between_hosts;
    width = *std::ranges::max_element(widths) + 2 * margin;
    double y = margin;
    for (std::size_t row = 0; row < widths.size(); ++row) {
      double x = (width - widths[row]) / 2, tallest = 0;
      for (Host& one : hosts) {
        if (one.row != row) continue;
        one.box.x = x, one.box.y = y;
        x += one.box.width + between_hosts;
        tallest = std::max(tallest, one.box.height);
        double inside = y + title;
        for (const Diagram::Part* part : one.parts) {
          boxes[part->name] = {one.box.x + padding, inside};
          inside += part_height + gap;
        }
      }
      for (auto& [text, box] : notes)
        if (box.width == 0 && box.y == double(row)) box = {width / 2, y + tallest + 16, 1, 0};
      y += tallest + between_rows;
    }
    height = y - between_rows + margin + (notes.empty() ? 0 : 20);
    // From side to side within a column goes around it.
    for (const Diagram::Arrow& arrow : diagram_.arrows)
      if (const auto from = boxes.find(arrow.from), to = boxes.find(arrow.to);
          from != boxes.end() && to != boxes.end() && from->second.x == to->second.x &&
          !is_below(arrow))
        width = std::max(width, to->second.x + part_width + between_hosts);
  }

  const Diagram& diagram_;
};

/// At most two lines, so that a box holds them.
std::vector<std::string> in_two(const std::string& word) {
  if (width_of(word) <= word_letters) return {word};
  std::size_t cut = word.rfind(' ', word_letters);
  if (cut == std::string::npos) cut = word_letters;
  std::string rest = word.substr(word[cut] == ' ' ? cut + 1 : cut);
  if (width_of(rest) > word_letters) rest = rest.substr(0, word_letters - 1) + "\u2026";
  return {word.substr(0, cut), rest};
}

/// A mark beside the name, so that nothing is said by colour alone.
const char* mark_of(Tone tone) {
  constexpr const char* marks[] = {"", "\u2713 ", "! ", "\u2717 "};
  return marks[static_cast<std::size_t>(tone)];
}
std::string part_svg(const Diagram::Part& part, const Box& box) {
  std::string out = fmt::format(
      "<g class=\"part {}\"><title>{}{}</title><rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" "
      "height=\"{:.0f}\" rx=\"5\"/>",
      word(part.tone), escaped(part.name), escaped(part.word.empty() ? "" : ": " + part.word),
      box.x, box.y, box.width, box.height);
  const auto lines = part.word.empty() ? std::vector<std::string>{} : in_two(part.word);
  const std::string name = measure::section_of(part.name);
  out += fmt::format("<text class=\"name\" x=\"{:.0f}\" y=\"{:.0f}\">{}{}</text>", box.middle(),
                     box.y + (lines.empty()       ? 30
                              : lines.size() == 1 ? 22
                                                  : 17),
                     mark_of(part.tone), escaped(name.empty() ? part.name : name));
  for (std::size_t i = 0; i < lines.size(); ++i)
    out += fmt::format("<text class=\"word\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>", box.middle(),
                       box.y + (lines.size() == 1 ? 39 : 31) + 13 * double(i), escaped(lines[i]));
  return out + "</g>\n";
}

/// Down to what stands below, or else from side to side: of two in one column around the others.
std::string path_of(const Box& from, const Box& to, bool down) {
  const bool right = to.x >= from.x, same = to.x == from.x;
  const double x1 = down ? from.middle() : right ? from.x + from.width : from.x;
  const double y1 = down ? from.bottom() : from.y + from.height / 2;
  const double x2 = down ? to.middle() : right && !same ? to.x - 2 : to.x + to.width + 2;
  const double y2 = down ? to.y - 2 : to.y + to.height / 2;
  const double bend = down ? (y2 - y1) / 2 : right ? between_hosts : -between_hosts;
  const double back = same && !down ? bend : -bend;
  return down ? fmt::format("M{0:.0f} {1:.0f}C{0:.0f} {2:.0f} {3:.0f} {4:.0f} {3:.0f} {5:.0f}", x1,
                            y1, y1 + bend, x2, y2 - bend, y2)
              : fmt::format("M{:.0f} {:.0f}C{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f}", x1, y1,
                            x1 + bend, y1, x2 + back, y2, x2, y2);
}

std::string drawing(const Diagram& diagram, const std::string& style) {
  const Layout layout(diagram);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"stack\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
      "width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\" aria-label=\"The stack: who asks "
      "whom\">\n{2}<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
      "markerUnits=\"userSpaceOnUse\" markerWidth=\"11\" markerHeight=\"11\" orient=\"auto\"><path "
      "d=\"M0 0L8 4L0 8z\"/></marker>"
      "</defs>\n",
      layout.width, layout.height, style);
  for (const Host& host : layout.hosts) {
    const auto marked = std::ranges::find(diagram.hosts, host.name, &Diagram::Part::name);
    const bool told = marked != diagram.hosts.end();
    const Box& box = host.box;
    out += fmt::format(
        "<g class=\"host {}\"><rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" "
        "rx=\"8\"/><text x=\"{:.0f}\" y=\"{:.0f}\">{}{}{}</text></g>\n",
        told ? word(marked->tone) : "", box.x, box.y, box.width, box.height, box.x + padding,
        box.y + 17, told ? mark_of(marked->tone) : "", escaped(host.name),
        told && !marked->word.empty() ? escaped(": " + marked->word) : "");
  }
  for (const Diagram::Arrow& arrow : diagram.arrows) {
    const auto from = layout.boxes.find(arrow.from), to = layout.boxes.find(arrow.to);
    if (from == layout.boxes.end() || to == layout.boxes.end()) continue;
    out += fmt::format(
        "<path class=\"arrow{}{}{}\" d=\"{}\" marker-end=\"url(#tip)\"><title>{} \u2192 "
        "{}: {}</title></path>\n",
        arrow.broken ? " broken" : "", arrow.copies ? " copies" : "",
        arrow.watches ? " watches" : "", path_of(from->second, to->second, layout.is_below(arrow)),
        escaped(arrow.from), escaped(arrow.to), escaped(arrow.label));
  }
  for (const Host& host : layout.hosts)
    for (const Diagram::Part* part : host.parts)
      out += part_svg(*part, layout.boxes.at(part->name));
  for (const auto& [text, box] : layout.notes)
    out += fmt::format("<text class=\"note\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n", box.x, box.y,
                       escaped(text));
  return out + "</svg>\n";
}

}  // namespace

std::string html_of(const Diagram& diagram) {
  constexpr double least = 0.65;  // of its size: the small letters have 8 pixels then
  if (diagram.parts.empty()) return "";
  return fmt::format("<div class=\"picture\" style=\"--least:{:.0f}px\">{}</div>\n",
                     least * Layout(diagram).width, drawing(diagram, ""));
}

std::string in_svg(const Diagram& diagram) {
  return drawing(diagram, fmt::format("<style>\n{}</style>\n", assets::stack_css));
}

}  // namespace spof::report
