#include <fmt/format.h>

#include "report/document.hpp"

namespace spof::report {
namespace {

/// In one line, without what Markdown would take for markup, but for `code` and **strong** words.
std::string plain(std::string_view text, bool in_table = false) {
  std::string out;
  bool code = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    const bool strong = text.substr(i, 2) == "**";
    if (strong) ++i;
    if (letter == '`') code = !code;
    const bool marks = letter == '*' ? !strong : letter == '\\' || letter == '<' || letter == '[';
    if ((marks && !code) || (letter == '|' && in_table)) out += '\\';
    out += letter == '\n' ? ' ' : letter;
    if (strong) out += '*';
  }
  return out;
}

class Markdown {
 public:
  explicit Markdown(std::size_t level) : level_(level) {}

  void operator()(const Paragraph& one) {
    if (!one.text.empty()) begin() += plain(one.text) + '\n';
  }
  void operator()(const List& list) {
    const auto lines = said(list.lines);
    if (!lines.empty()) begin();
    for (const std::string& line : lines)
      out_ += (list.numbered ? "1. " : "- ") + plain(line) + '\n';
  }
  void operator()(const Facts& facts) {
    const auto lines = said(facts.lines);
    if (lines.size() == 1)
      begin() += facts.label + ": " + plain(lines.front()) + '\n';
    else if (!lines.empty()) {
      begin() += facts.label + ":\n";
      (*this)(List{lines});
    }
  }
  void operator()(const Table& table) {
    begin();
    std::vector<Cell> heads(table.heads.begin(), table.heads.end());
    line(heads);
    out_ += "|";
    for (const char side : table.alignment) out_ += side == 'r' ? "---:|" : "---|";
    out_ += '\n';
    for (const auto& row : table.rows) line(row);
  }
  void operator()(const Section& section) {
    const std::string inside = written(section.blocks, level_ + 1);
    if (!inside.empty())
      begin() += std::string(level_, '#') + " " + plain(section.heading) + "\n\n" + inside;
  }
  void operator()(const Picture& one) {
    begin() += fmt::format("![{}]({})\n", one.caption, one.file);
  }
  template <class Other>
  void operator()(const Other&) {}  // Markdown does not have it

  static std::string written(const Blocks& blocks, std::size_t level) {
    Markdown writer(level);
    for (const Block& block : blocks) std::visit(writer, block);
    return std::move(writer.out_);
  }

 private:
  /// Blocks are an empty line apart.
  std::string& begin() {
    if (!out_.empty()) out_ += '\n';
    return out_;
  }
  void line(const std::vector<Cell>& cells) {
    out_ += "|";
    for (const Cell& cell : cells) out_ += " " + plain(cell.text, true) + " |";
    out_ += '\n';
  }

  std::size_t level_;
  std::string out_;
};

}  // namespace

std::string in_markdown(const Blocks& blocks) { return Markdown::written(blocks, 2); }

std::string in_markdown(const Document& document) {
  std::string out = fmt::format("# {}\n", plain(document.title));
  if (!document.verdict.empty()) out += fmt::format("\n**{}**\n", plain(document.verdict));
  if (!document.subtitle.empty()) out += fmt::format("\n{}.\n", plain(document.subtitle));
  const std::string blocks = in_markdown(document.blocks);
  if (!blocks.empty()) out += '\n' + blocks;
  if (!document.footer.empty()) out += fmt::format("\n{}.\n", plain(document.footer));
  return out;
}

}  // namespace spof::report
