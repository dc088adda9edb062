#pragma once
#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/strips.hpp"

namespace spof::report {

// What every page is made of, before a writer gives it a shape: terminal, Markdown or HTML. Texts
// may have `code` and **strong** words; each writer escapes what its format would take for more.
// What says nothing is left out by the writers: a text without letters, a line of a list without,
// a list without lines, a section of nothing. (A table says what could be in it.)

/// Whom a page is made for. A terminal is a summary: it gets fewer rows and no charts.
enum class Medium { screen, markdown, html };

/// What a thing says at a glance; decides its colour, and never the colour alone: the words must
/// say it, too.
enum class Tone { plain, good, warn, bad };
constexpr auto names(Tone) { return std::array{"plain", "good", "warn", "bad"}; }

/// The tone of a verdict's word (see Verdict): good for "healthy" and "survived", warn for
/// "interrupted", "degraded" and "stalled", bad for all others.
Tone tone_of_verdict(std::string_view word);

struct Paragraph {
  std::string text;
  bool quiet = false;  ///< a note in small print
};

struct List {
  std::vector<std::string> lines;
  bool numbered = false;  ///< where the order counts
};

/// Lines under a word: "SCENARIO", "/haproxy/redispatch: false → true". A terminal puts them beside
/// it.
struct Facts {
  std::string label;
  std::vector<std::string> lines;
  Tone tone = Tone::plain;
};

/// A figure to read first. "availability", "99.12 %", "98.9 % ... 99.3 %".
struct Card {
  std::string label;
  std::string value;
  std::string note = {};  ///< below it, small; may be empty, or several lines
  Tone tone = Tone::plain;
};
/// A row of cards that wraps where the page is narrow; HTML alone has it.
using Cards = std::vector<Card>;

/// A cell of a table. A text is enough: `table.row({"write", {"12.1 %", Tone::bad}})`.
struct Cell {
  Cell(const char* shown) : text(shown) {}                                // NOLINT: texts are cells
  Cell(std::string shown, Tone how = Tone::plain, std::string more = {})  // NOLINT
      : text(std::move(shown)), tone(how), hint(std::move(more)) {}
  Cell(std::string shown, double sorted_by) : text(std::move(shown)), key(sorted_by) {}

  std::string text;
  Tone tone = Tone::plain;  ///< other than plain: the cell has that colour
  std::string hint = {};    ///< shown where the pointer rests, and read aloud
  /// What a click on the column's head sorts by, in tables that sort; not a number: the text.
  double key = std::numeric_limits<double>::quiet_NaN();
};

struct Table {
  /// One letter per column: 'l' text, 't' sentences, which get room to wrap, 'r' number, 'c' word
  /// or mark in the middle.
  std::string alignment;
  std::vector<std::string> heads;  ///< a line break in one is one on a terminal only
  std::vector<std::vector<Cell>> rows = {};
  /// A click on a head, or Enter, sorts by that column.
  bool sortable = false;
  /// Where an HTML page is narrow each row becomes a block: its first cell, its texts with their
  /// heads, then its marks ('c'). For rows that say more than a narrow page is wide.
  bool stacked = false;
  /// Of a table that is wider than a terminal as many columns are shown side by side as fit, the
  /// rest below, with so many first ones each time. 0: it stays in one piece.
  std::size_t keys = 0;

  /// One more column, at the end.
  void column(char side, std::string head);
  /// As many cells as columns; missing ones at the end are empty.
  void row(std::vector<Cell> cells);
};

/// A line of a chart: one value per place of the axis, not-a-number where there is none.
struct Curve {
  std::string name;
  std::vector<double> values;
  /// Those below `colors` tell subjects apart (classes, sides of a comparison); `ok` and `failed`
  /// mean it.
  int color = 0;
  bool dashed = false;
  bool filled = false;  ///< down to the axis
  /// Places of its own instead of the group's; ends of an interval around each value. Pictures
  /// alone have them.
  std::vector<double> x = {}, low = {}, high = {};
  static constexpr std::size_t colors = 8;
  static constexpr int ok = 100, failed = 101, grey = 6;
};
/// A span of the axis that is shaded: a failure.
struct ChartBand {
  double from = 0, until = 0;
  std::string label;        ///< few words; may be empty
  int color = Curve::grey;  ///< of its label, in a picture
};
/// A dashed line across the charts.
struct ChartMark {
  double at = 0;
  std::string label;
  int color = Curve::grey;
};
struct Chart {
  std::string title;
  std::string unit;          ///< of the values: "ms" (shown as s from 1,000 on), "/s", "%", ""
  bool logarithmic = false;  ///< values up to 0 are not drawn then
  std::vector<Curve> curves;
  /// Finite: nothing can be larger; a picture's axis ends there and begins where the values do.
  /// Else it begins at zero.
  double top = std::numeric_limits<double>::infinity();
};
/// Whether any of them is ever in this state.
bool occurs(const std::vector<Strip>& strips, State state);

/// Charts over one axis of time in seconds, linked: the cursor and the zoom (drag; double click
/// ends it; arrow keys, + and -) are those of all. Bands, marks and strips are drawn through all of
/// them. HTML has them, and pictures: there the axis may also be another than time.
struct ChartGroup {
  std::vector<double> times;  ///< rising: where each value's window begins
  double end = 0;             ///< of the last window
  std::vector<Chart> charts;
  std::vector<ChartBand> bands;
  std::vector<ChartMark> marks;
  std::vector<Strip> strips;  ///< one without spells heads those below it
  std::string strips_title = "Components";
  std::string note;  ///< how the values were made; below the charts
  // What a picture has instead of the page around it.
  std::string title = {}, subtitle = {};
  std::string axis = "time, s";
  /// Of an axis that is not time: its marks, each with a text; values are points then, not windows.
  std::vector<std::pair<double, std::string>> tics = {};
  bool logarithmic = false;  ///< that axis
};

/// A text as it is, with a button that copies it: a scenario, a command line. HTML alone has it.
struct Source {
  std::string summary, text;
};

/// The stack as a picture: machines as boxes, from the users downwards, the daemons on them, and
/// arrows of who asks whom. HTML alone has it, and the file stack.svg.
struct Diagram {
  struct Part {
    std::string name;  ///< "nginx@server1": below it the second half is its machine's
    Tone tone = Tone::plain;
    std::string word = {};  ///< what its colour says: "crash", "lost its applications"
  };
  struct Arrow {
    std::string from, to;  ///< names of parts
    std::string label;     ///< shown where the pointer rests: "read, write"
    bool broken = false;
    bool copies = false;   ///< a replica's, of its source: drawn dashed
    bool watches = false;  ///< monitoring's: drawn faintly, and no part of a request's way
  };
  std::vector<Part> parts;       ///< in the order in which a request meets them
  std::vector<Part> hosts = {};  ///< machines that a word stands for
  std::vector<Arrow> arrows = {};
};

/// A picture that lies beside the page; Markdown alone has it.
struct Picture {
  std::string caption, file;
};

struct Section;
using Block = std::variant<Paragraph, List, Facts, Cards, Table, ChartGroup, Diagram, Source,
                           Picture, Section>;
using Blocks = std::vector<Block>;

/// Blocks under a heading.
struct Section {
  enum class Fold { none, open, closed };
  std::string heading;
  Blocks blocks;
  Fold fold = Fold::none;  ///< of an HTML page: behind its heading; printed open
};

/// A page, verdict first.
struct Document {
  /// Of the page and its tab: "The primary database dies". A terminal shows it with its subtitle.
  std::string title;
  std::string subtitle = {};  ///< "primary-crash, 5 runs × 120 s, seeds 1 to 5"
  std::string tag = {};  ///< the verdict in a word or two: "single point of failure", "2 worse"
  Tone tone = Tone::plain;
  std::string verdict = {};  ///< and in a sentence
  Blocks blocks = {};
  std::string footer = {};  ///< one line of text, "Fingerprint ..."; may be empty
};

/// Appends blocks to others.
void append(Blocks& blocks, Blocks more);

/// For writers: the lines that say something.
std::vector<std::string> said(std::vector<std::string> lines);

/// What the terminal can show.
struct TerminalOptions {
  std::size_t width = 100;  ///< characters in a line; 60 or more are used
  bool unicode = true;      ///< false: plain ASCII
  bool color = false;
};

/// The writers. Each ends with a newline; the same document gives the same bytes.
std::string on_screen(const Document& document, const TerminalOptions& options);
std::string on_screen(const Blocks& blocks, const TerminalOptions& options);
std::string in_markdown(const Document& document);
std::string in_markdown(const Blocks& blocks);
/// One file that loads nothing, with style and scripts of html/assets inside.
std::string in_html(const Document& document);
/// A picture in a file of its own, with its colours, for pages that show pictures.
std::string in_svg(const Diagram& diagram);
/// A gnuplot script, its data inline, that draws NAME.FORMAT for each of `formats` ("svg", "png").
std::string in_gnuplot(const ChartGroup& group, const std::string& name,
                       const std::vector<std::string>& formats);

}  // namespace spof::report
