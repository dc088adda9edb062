#pragma once
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "report/text.hpp"

namespace spof::report {

/// What the HTML pages (report, matrix, compare) are made of: one file each that loads nothing,
/// with style and scripts of sim/report/assets inside. Every function escapes the text that it is
/// given; only arguments named `html` or `body` are markup, made by these functions.

/// What a thing says at a glance; decides its colour, and never the colour alone: the words must
/// say it, too.
enum class Tone { plain, good, warn, bad };

/// The tone of a verdict's word (see Verdict): good for "healthy" and "survived", warn for
/// "interrupted", "degraded" and "stalled", bad for all others.
Tone tone_of_verdict(std::string_view word);

/// Text as HTML shows it, in content and in quoted attributes.
std::string escaped(std::string_view text);
/// The same for text with `code` and **strong** words, as the story's functions make it.
std::string marked_up(std::string_view text);

/// A paragraph of text; `quiet` for a note in small grey print.
std::string html_paragraph(std::string_view text, bool quiet = false);
/// A list of lines through `marked_up`; `numbered` where the order counts. Nothing for no lines.
std::string html_list(const std::vector<std::string>& lines, bool numbered = false);
/// A section with its heading; nothing where there is no body. Headings need not be unique.
std::string html_section(std::string_view heading, const std::string& body);
/// What is folded away behind its summary, unless `open`; printed open.
std::string html_fold(std::string_view summary, const std::string& body, bool open = false);
/// A fold with a text as it is, and a button that copies it: a scenario, a command line.
std::string html_source(std::string_view summary, std::string_view text);

/// A figure to read first. "availability", "99.12 %", "98.9 % ... 99.3 %".
struct Card {
  std::string label;
  std::string value;
  std::string note = {};  ///< below it, small; may be empty, or several lines
  Tone tone = Tone::plain;
};
/// A row of cards that wraps where the page is narrow.
std::string html_cards(const std::vector<Card>& cards);

/// A cell of a table. A text is enough: `table.row({"write", {"12.1 %", Tone::bad}})`.
struct Cell {
  Cell(const char* shown) : text(shown) {}             // NOLINT: texts are cells
  Cell(std::string shown) : text(std::move(shown)) {}  // NOLINT
  Cell(std::string shown, Tone how) : text(std::move(shown)), tone(how) {}
  /// `hint` is shown where the pointer rests, and read aloud.
  Cell(std::string shown, Tone how, std::string more)
      : text(std::move(shown)), tone(how), hint(std::move(more)) {}

  std::string text;
  Tone tone = Tone::plain;  ///< other than plain: the cell has that colour
  std::string hint = {};
  /// What a click on the column's head sorts by, in tables that sort; not a number: the text.
  double key = std::numeric_limits<double>::quiet_NaN();
};

/// A table that scrolls sideways by itself where the page is narrow.
class HtmlTable {
 public:
  /// One letter per column: 'l' text, 't' sentences, which get room to wrap, 'r' number, 'c' word
  /// or mark in the middle.
  HtmlTable(std::string alignment, std::vector<std::string> heads)
      : alignment_(std::move(alignment)), heads_(std::move(heads)) {}
  /// As many cells as columns; missing ones at the end are empty. Texts go through `marked_up`.
  HtmlTable& row(std::vector<Cell> cells);
  /// A click on a head, or Enter, sorts by that column.
  HtmlTable& sortable();
  /// Where the page is narrow each row becomes a block: its first cell, its texts with their heads,
  /// then its marks ('c'). For rows that say more than a narrow page is wide. A head for each
  /// column.
  HtmlTable& stacked();
  /// Said above the table, and to who cannot see it.
  HtmlTable& caption(std::string text);
  std::string html() const;
  bool empty() const { return rows_.empty(); }

 private:
  std::string alignment_, caption_;
  std::vector<std::string> heads_;
  std::vector<std::vector<Cell>> rows_;
  bool sortable_ = false, stacked_ = false;
};
/// The same of a table of texts whose first row is its head.
std::string html_table(const Table& table);

/// A line of a chart: one value per place of the axis, not-a-number where there is none.
struct Curve {
  std::string name;
  std::vector<double> values;
  /// Colours: 0 to 7 tell subjects apart (classes, sides of a comparison); `ok` and `failed` mean
  /// it.
  int color = 0;
  bool dashed = false;
  bool filled = false;  ///< down to the axis
  static constexpr int ok = 100, failed = 101;
};
/// A span of the axis that is shaded: a failure.
struct ChartBand {
  double from = 0, until = 0;
  std::string label;  ///< few words; may be empty
};
/// A dashed line across the charts.
struct ChartMark {
  double at = 0;
  std::string label;
};
struct Chart {
  std::string title;
  std::string unit;          ///< of the values: "ms" (shown as s from 1,000 on), "/s", "%", ""
  bool logarithmic = false;  ///< values up to 0 are not drawn then
  std::vector<Curve> curves;
};
/// One part of the site over time: up where no spell says otherwise.
struct ChartSpell {
  double from = 0, until = 0;
  std::string state;  ///< "impaired", "down", "starting": a CSS class, shown with `why`
  std::string why;
};
struct ChartStrip {
  std::string label;
  std::vector<ChartSpell> spells;
};

/// Charts over one axis of time in seconds, linked: the cursor and the zoom (drag; double click
/// ends it; arrow keys, + and -) are those of all. Bands, marks and strips are drawn through all of
/// them.
struct ChartGroup {
  std::vector<double> times;  ///< rising: where each value's window begins
  double end = 0;             ///< of the last window
  std::vector<Chart> charts;
  std::vector<ChartBand> bands;
  std::vector<ChartMark> marks;
  std::vector<ChartStrip> strips;
  std::string strips_title = "Components";
  std::string note;  ///< how the values were made; below the charts
};
/// The charts, the strips below them, and all values as a table in a fold. A page without any chart
/// carries no plotting library. Nothing where there are neither times nor strips.
std::string html_charts(const ChartGroup& group);

/// A page, verdict first.
struct HtmlPage {
  std::string title;          ///< of the page and its tab: "The primary database dies"
  std::string subtitle = {};  ///< "primary-crash, 5 runs × 120 s, seeds 1 to 5"
  std::string tag = {};  ///< the verdict in a word or two: "single point of failure", "2 worse"
  Tone tone = Tone::plain;
  std::string verdict = {};  ///< and in a sentence
  std::string body = {};     ///< sections
  std::string footer = {};   ///< one line of text, "Fingerprint ..."; may be empty
};
/// The whole file. The same page gives the same bytes.
std::string html_page(const HtmlPage& page);

}  // namespace spof::report
