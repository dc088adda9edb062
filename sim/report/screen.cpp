#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/words.hpp"
#include "report/document.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// Without the marks of `code` and **strong** words.
std::string unmarked(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "**")
      ++i;
    else if (text[i] != '`')
      out += text[i];
  }
  return out;
}

std::string in_capitals(std::string text) {
  for (char& letter : text)
    letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

/// A colour of ANSI terminals; empty: none.
const char* color_of(Tone tone) {
  constexpr const char* colors[] = {"", "32", "33", "31"};
  return colors[static_cast<std::size_t>(tone)];
}
constexpr const char* bold = "1";

class Screen {
 public:
  explicit Screen(const TerminalOptions& options)
      : options_(options), width_(std::max<std::size_t>(options.width, 60)) {}

  void operator()(const Paragraph& one) {
    if (one.text.empty()) return;
    begin();
    line(" ", one.text, "");
  }
  void operator()(const List& list) {
    const auto lines = said(list.lines);
    if (!lines.empty()) begin();
    for (std::size_t i = 0; i < lines.size(); ++i)
      line(list.numbered ? fmt::format(" {}. ", i + 1) : " - ", lines[i], "");
  }
  void operator()(const Facts& facts) {
    const auto lines = said(facts.lines);
    if (!lines.empty()) begin(true);
    for (std::size_t i = 0; i < lines.size(); ++i)
      line(fmt::format(" {:<9} ", i == 0 ? in_capitals(facts.label) : ""), lines[i],
           facts.tone == Tone::plain ? bold : color_of(facts.tone));
  }
  void operator()(const Table& table);
  void operator()(const Section& section) {
    headings_.push_back(section.heading);
    for (const Block& block : section.blocks) std::visit(*this, block);
    if (!headings_.empty()) headings_.pop_back();  // nothing was shown below it
  }
  template <class Other>
  void operator()(const Other&) {}  // a terminal does not have it

  void head(const Document& document) {
    if (!document.subtitle.empty())
      out_ += painted(spelled(document.title), bold) + '\n' +
              wrapped(spelled(document.subtitle), width_) + "\n\n";
    out_ += painted(wrapped(spelled(document.verdict), width_), color_of(document.tone)) + '\n';
  }
  std::string text(const Blocks& blocks) {
    for (const Block& block : blocks) std::visit(*this, block);
    return std::move(out_);
  }

 private:
  std::string spelled(const std::string& text) const {
    return options_.unicode ? unmarked(text) : to_ascii(unmarked(text));
  }
  std::string painted(const std::string& text, const char* color) const {
    return options_.color && *color != '\0' ? fmt::format("\033[{}m{}\033[0m", color, text) : text;
  }

  /// Blocks are an empty line apart, but for a heading's first one, and facts. Headings wait until
  /// something comes below them.
  void begin(bool facts = false) {
    if (!out_.empty() && !(facts && facts_ && headings_.empty())) out_ += '\n';
    for (const std::string& heading : std::exchange(headings_, {}))
      out_ += painted(" " + in_capitals(spelled(heading)), bold) + '\n';
    facts_ = facts;
  }
  /// The text behind its label, wrapped under itself.
  void line(const std::string& label, const std::string& text, const char* color) {
    const std::size_t indent = width_of(label);
    std::string before = painted(label, color);
    for (const std::string& part : parts_of(text))
      for (const std::string& one : parts_of(wrapped(spelled(part), width_ - indent))) {
        out_ += before + one + '\n';
        before = std::string(indent, ' ');
      }
  }

  void columns(const Table& table, const std::vector<std::vector<std::string>>& texts,
               const std::vector<std::size_t>& widths, const std::vector<std::size_t>& shown);
  void cell(const std::string& text, std::size_t width, char side, const char* color, bool last);

  const TerminalOptions& options_;
  std::size_t width_;
  std::string out_;
  std::vector<std::string> headings_;
  bool facts_ = false;
};

void Screen::cell(const std::string& text, std::size_t width, char side, const char* color,
                  bool last) {
  const std::string padding(width - width_of(text), ' ');
  const bool right = side == 'r' || side == 'c';
  out_ += (right ? padding : "") + painted(text, text.empty() ? "" : color);
  if (!right && !last) out_ += padding;
  if (!last) out_ += "  ";
}

/// These columns of the table, and below each row its sentences.
void Screen::columns(const Table& table, const std::vector<std::vector<std::string>>& texts,
                     const std::vector<std::size_t>& widths,
                     const std::vector<std::size_t>& shown) {
  begin();
  const auto row = [&](const auto& text_of, const auto& color_of_column) {
    std::size_t end = shown.size();  // no blanks at the end of a line
    while (end > 1 && text_of(shown[end - 1]).empty()) --end;
    out_ += ' ';
    for (std::size_t i = 0; i < end; ++i)
      cell(text_of(shown[i]), widths[shown[i]], table.alignment[shown[i]],
           color_of_column(shown[i]), i + 1 == end);
    out_ += '\n';
  };
  std::vector<std::vector<std::string>> heads;
  std::size_t high = 1;
  for (std::size_t i = 0; i < table.heads.size(); ++i) {
    heads.push_back(parts_of(i == 0 ? in_capitals(table.heads[i]) : table.heads[i]));
    high = std::max(high, heads.back().size());
  }
  for (std::size_t k = 0; k < high; ++k)
    row([&](std::size_t i) { return k < heads[i].size() ? spelled(heads[i][k]) : std::string(); },
        [](std::size_t) { return bold; });
  for (std::size_t r = 0; r < texts.size(); ++r) {
    row([&](std::size_t i) { return texts[r][i]; },
        [&](std::size_t i) { return color_of(table.rows[r][i].tone); });
    for (std::size_t i = 0; i < table.alignment.size(); ++i)
      if (table.alignment[i] == 't' && !texts[r][i].empty())
        line("      ", (table.heads[i].empty() ? "" : table.heads[i] + ": ") + texts[r][i], "");
  }
}

void Screen::operator()(const Table& table) {
  if (!headings_.empty() && table.heads.front().empty()) {  // has room for the heading
    Table headed = table;
    headed.heads.front() = headings_.back();
    headings_.pop_back();
    return (*this)(headed);
  }
  std::vector<std::vector<std::string>> texts;
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.alignment.size(); ++i) {
    widths.push_back(0);
    for (const std::string& head : parts_of(table.heads[i]))
      widths.back() = std::max(widths.back(), width_of(spelled(head)));
  }
  for (const auto& row : table.rows) {
    texts.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      texts.back().push_back(spelled(row[i].text));
      widths[i] = std::max(widths[i], width_of(texts.back()[i]));
    }
  }
  std::vector<std::size_t> shown;
  std::size_t wide = 1, keys = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (table.alignment[i] == 't') continue;
    if (table.keys > 0 && shown.size() > table.keys && wide + widths[i] > width_) {
      columns(table, texts, widths, shown);
      shown.resize(table.keys);
      wide = keys;
    }
    shown.push_back(i);
    wide += widths[i] + 2;
    if (i + 1 == table.keys) keys = wide;
  }
  columns(table, texts, widths, shown);
}

}  // namespace

std::string on_screen(const Blocks& blocks, const TerminalOptions& options) {
  return Screen(options).text(blocks);
}

std::string on_screen(const Document& document, const TerminalOptions& options) {
  Screen screen(options);
  screen.head(document);
  return screen.text(document.blocks);
}

}  // namespace spof::report
