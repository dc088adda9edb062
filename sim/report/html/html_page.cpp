#include "report/html/html_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/words.hpp"
#include "report/text.hpp"

namespace spof::report {

namespace {

/// Replaces pairs of `mark` in escaped text by an element.
std::string paired(const std::string& text, std::string_view mark, std::string_view element) {
  std::string out;
  for (std::size_t at = 0;;) {
    const std::size_t open = text.find(mark, at);
    const std::size_t close =
        open == std::string::npos ? open : text.find(mark, open + mark.size());
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open - at);
    out += fmt::format("<{0}>{1}</{0}>", element,
                       text.substr(open + mark.size(), close - open - mark.size()));
    at = close + mark.size();
  }
}

std::string unbroken(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i)
    out += is_kept_together(text, i) ? "&nbsp;" : std::string(1, text[i]);
  return out;
}

/// `head`: what the cell says of itself where the table is stacked; may be empty.
std::string cell_html(const Cell& cell, char alignment, std::string_view head) {
  std::string out = fmt::format("<td class=\"{}", alignment);
  if (cell.tone != Tone::plain) out += fmt::format(" {}", word(cell.tone));
  out += '"';
  if (!head.empty()) out += fmt::format(" data-head=\"{}\"", escaped(head));
  if (std::isfinite(cell.key)) out += fmt::format(" data-key=\"{:.9g}\"", cell.key);
  if (!cell.hint.empty()) out += fmt::format(" title=\"{}\"", escaped(cell.hint));
  return out + ">" + marked_up(cell.text) + "</td>";
}

/// Nothing of a page may load or send anything: what a text could smuggle in stays without effect.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'";

/// Everything before the body; `charts`: with the plotting library.
std::string head(const Document& page, bool charts) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<link rel=\"icon\" "
      "href=\"data:,\">\n<title>{}</title>\n<style>\n{}{}{}{}</style>\n</head>\n",
      policy, escaped(page.title), charts ? assets::uplot_css : "", charts ? "\n" : "",
      assets::page_css, assets::stack_css);
}

std::string scripts(bool charts) {
  const std::string library = charts ? fmt::format("<script>\n/*!\nuPlot: {}*/\n{}</script>\n",
                                                   assets::uplot_license, assets::uplot_js)
                                     : "";
  return fmt::format("{}<script>\n{}</script>\n", library, assets::page_js);
}

}  // namespace

std::string escaped(std::string_view text) {
  return respelled(
      text, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}});
}

std::string marked_up(std::string_view text) {
  return paired(paired(unbroken(escaped(text)), "`", "code"), "**", "strong");
}

std::string html_fold(std::string_view summary, const std::string& body, bool open) {
  return fmt::format("<details{}>\n<summary>{}</summary>\n{}</details>\n", open ? " open" : "",
                     escaped(summary), body);
}

std::string html_of(const Table& table) {
  // Who scrolls with the keyboard has to be able to go there.
  std::string out = "<div class=\"table\" tabindex=\"0\"><table";
  if (table.sortable || table.stacked)
    out += fmt::format(" class=\"{}{}{}\"", table.sortable ? "sortable" : "",
                       table.sortable && table.stacked ? " " : "", table.stacked ? "stacked" : "");
  out += ">\n";
  out += "<thead><tr>";
  for (std::size_t i = 0; i < table.heads.size(); ++i)
    out += fmt::format("<th scope=\"col\" class=\"{}\">{}</th>",
                       i < table.alignment.size() ? table.alignment[i] : 'l',
                       marked_up(table.heads[i]));
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& cells : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < std::min(cells.size(), table.alignment.size()); ++i)
      out +=
          cell_html(cells[i], table.alignment[i], table.stacked && i > 0 ? table.heads.at(i) : "");
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table></div>\n";
}

namespace {

std::string html_of(const Blocks& blocks);

std::string html_of(const Paragraph& one) {
  if (one.text.empty()) return "";
  return fmt::format("<p{}>{}</p>\n", one.quiet ? " class=\"quiet\"" : "", marked_up(one.text));
}

std::string html_of(const List& list) {
  const auto lines = said(list.lines);
  if (lines.empty()) return "";
  const char* element = list.numbered ? "ol" : "ul";
  std::string out = fmt::format("<{}>\n", element);
  for (const std::string& line : lines) out += fmt::format("<li>{}</li>\n", marked_up(line));
  return out + fmt::format("</{}>\n", element);
}

std::string html_of(const Section& section) {
  const std::string body = html_of(section.blocks);
  if (body.empty()) return "";
  if (section.fold != Section::Fold::none)
    return html_fold(section.heading, body, section.fold == Section::Fold::open);
  return fmt::format("<section>\n<h2>{}</h2>\n{}</section>\n", escaped(section.heading), body);
}

std::string html_of(const Facts& facts) {
  return html_of(Section{facts.label, {List{facts.lines}}});
}

std::string html_of(const Source& source) {
  return html_fold(source.summary, fmt::format("<div class=\"source\"><button type=\"button\" "
                                               "class=\"copy\">Copy</button>\n<pre tabindex=\"0\">"
                                               "{}</pre></div>\n",
                                               escaped(source.text)));
}

std::string html_of(const Picture&) { return ""; }

std::string html_of(const Cards& cards) {
  if (cards.empty()) return "";
  std::string out = "<dl class=\"cards\">\n";
  for (const Card& card : cards) {
    out += fmt::format("<div class=\"card {}\"><dt>{}</dt><dd class=\"value\">{}</dd>",
                       word(card.tone), escaped(card.label), unbroken(escaped(card.value)));
    for (const std::string& note : parts_of(card.note))
      if (!note.empty()) out += fmt::format("<dd class=\"note\">{}</dd>", unbroken(escaped(note)));
    out += "</div>\n";
  }
  return out + "</dl>\n";
}

std::string html_of(const Blocks& blocks) {
  std::string out;
  for (const Block& block : blocks)
    out += std::visit([](const auto& one) { return html_of(one); }, block);
  return out;
}

}  // namespace

std::string in_html(const Document& page) {
  const std::string body = html_of(page.blocks);
  // No text can look like this: it would be escaped.
  const bool charts = body.find("<div class=\"charts\"") != std::string::npos;
  std::string out = head(page, charts);
  out += fmt::format("<body>\n<main>\n<header>\n<h1>{}</h1>\n", escaped(page.title));
  if (!page.subtitle.empty())
    out += fmt::format("<p class=\"subtitle\">{}</p>\n", marked_up(page.subtitle));
  if (!page.tag.empty() || !page.verdict.empty())
    out += fmt::format(
        "<p class=\"verdict {}\">{}{}</p>\n", word(page.tone),
        page.tag.empty() ? "" : fmt::format("<span class=\"tag\">{}</span> ", escaped(page.tag)),
        unbroken(escaped(page.verdict)));
  out += "</header>\n" + body + "</main>\n";
  if (!page.footer.empty()) out += fmt::format("<footer>{}</footer>\n", marked_up(page.footer));
  return out + scripts(charts) + "</body>\n</html>\n";
}

}  // namespace spof::report
