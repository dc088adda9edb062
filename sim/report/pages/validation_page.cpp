#include <fmt/format.h>

#include <cmath>

#include "analysis/validation/validation.hpp"
#include "base/append_new.hpp"
#include "base/words.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

std::string number_text(double value) {
  const double size = std::abs(value);
  if (size >= 100 || value == std::floor(value)) return fmt::format("{:.0f}", value);
  return size >= 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}

/// Of so many runs.
std::string spread_text(std::size_t runs, double mean, double sd) {
  if (runs == 0) return "never";
  return runs == 1 ? number_text(mean) : fmt::format("{} ± {}", number_text(mean), number_text(sd));
}
std::string measured_text(const Compared& row) {
  return spread_text(static_cast<std::size_t>(row.measured.n), row.measured.mean, row.measured.sd);
}
std::string simulated_text(const Compared& row) {
  return spread_text(row.simulated.size(), row.mean, row.sd);
}

std::string error_text(const Compared& row) {
  if (row.simulated.empty() || row.measured.n == 0) return "";
  const double error = row.mean - row.measured.mean;
  if (row.measured.mean == 0) return error == 0 ? "0" : fmt::format("{:+.2f}", error);
  return fmt::format("{:+.1f} %", 100 * error / row.measured.mean);
}

std::string fit_text(const Compared& row) {
  const std::string fit = word(row.verdict);
  const std::string text = row.why.empty() ? fit : fmt::format("{}: {}", fit, row.why);
  return row.mechanism.empty() ? text : fmt::format("{} [{}]", text, row.mechanism);
}

/// Both sides agree that nothing happened: worth a count, not a line.
bool nothing(const Compared& row) {
  return row.verdict == Fit::within && row.mean == 0 && row.measured.mean == 0;
}

bool random(const Compared& row) { return row.why == "drawn at random on both sides"; }

std::vector<Cell> cells(const Compared& row) {
  return {row.measured.request_class, row.measured.quantity, measured_text(row),
          simulated_text(row),        error_text(row),       fit_text(row)};
}

struct Count {
  std::size_t judged = 0, within = 0, nothing = 0;
};

Count count(const Validation& validation, const std::string& case_name = "") {
  Count count;
  for (const Compared& row : validation.rows) {
    if (!case_name.empty() && row.measured.case_name != case_name) continue;
    count.judged += row.verdict != Fit::reported;
    count.within += row.verdict == Fit::within;
    count.nothing += nothing(row);
  }
  return count;
}

std::vector<std::string> cases_of(const Validation& validation) {
  std::vector<std::string> cases;
  for (const Compared& row : validation.rows) append_new(cases, row.measured.case_name);
  return cases;
}

/// The rows of one case; `reported`: also those that no goal judges.
Table table_of(const Validation& validation, const std::string& case_name, bool reported) {
  Table table{"llrrrl", {"class", "quantity", "measured", "simulated", "error", "verdict"}};
  for (const Compared& row : validation.rows) {
    if (row.measured.case_name != case_name || nothing(row) || random(row)) continue;
    if (reported || row.verdict != Fit::reported) table.row(cells(row));
  }
  return table;
}

std::string case_line(const Validation& validation, const std::string& case_name) {
  const Count all = count(validation, case_name);
  std::string line = fmt::format("{} of {} within", all.within, all.judged);
  if (all.nothing > 0) line += fmt::format(", {} of them zero on both sides", all.nothing);
  return line;
}

Table outside(const Validation& validation) {
  Table table{"lllrrrll",
              {"case", "class", "quantity", "measured", "simulated", "error", "why", "mechanism"}};
  for (const Compared& row : validation.rows) {
    if (row.verdict != Fit::outside) continue;
    table.row({row.measured.case_name, row.measured.request_class, row.measured.quantity,
               measured_text(row), simulated_text(row), error_text(row), row.why, row.mechanism});
  }
  return table;
}

/// Per case a line: what a mechanism explains.
Table explained_by(const Validation& validation, const std::string& mechanism) {
  std::vector<std::pair<std::string, std::vector<std::string>>> cases;
  for (const Compared& row : validation.rows)
    if (const Measured& m = row.measured; row.mechanism == mechanism)
      value_at(cases, m.case_name).push_back(m.request_class + " " + m.quantity);
  Table table{"ll", {"case", "outside"}};
  for (const auto& [name, quantities] : cases) table.row({name, joined(quantities, ", ")});
  return table;
}

/// What each mechanism is, and per case what it explains. Where all is within there is nothing.
Section why(const Validation& validation) {
  Section section{"Why", {}};
  if (all_within(validation)) return section;
  section.blocks.emplace_back(
      Paragraph{"Which mechanism the quantities outside would need, by what it can be seen, and "
                "why it is not there."});
  auto mechanisms = validation.mechanisms;
  if (outside_for(validation, unexplained) > 0)
    mechanisms.push_back({unexplained, "Nobody has said why."});
  for (const Mechanism& one : mechanisms) {
    Section& told = std::get<Section>(section.blocks.emplace_back(Section{one.name, {}}));
    for (std::string& text : parts_of(one.text, "\n\n"))
      told.blocks.emplace_back(Paragraph{std::move(text)});
    told.blocks.emplace_back(explained_by(validation, one.name));
  }
  return section;
}

constexpr const char* goals =
    "Within the goal means: the same kinds of failure and no others (up to one request a run); "
    "counts, also of failures after the repair, within 10 % or three standard deviations of the "
    "measurement; times within 5 % or 0.25 s, and what comes after the repair counts from there; "
    "medians of runs that were alone on their machine, and any of 100 ms and more, within 15 %; "
    "p90 and p99 of 100 ms and more within 10 %; lost and phantom writes within a factor of two or "
    "three writes; the replica's lag, sampled once a second, within 10 % or 15 transactions, and "
    "when it is connected again within 1 s. A quantity that varies from run to run is also within "
    "when both means are no further apart than two standard errors of their difference, for which "
    "the larger of the two standard deviations, and for a count at least its square root, stands "
    "for both: \"by the spread of the runs\"; a time also when the measurement lies in the range "
    "of the simulated runs, for it depends on where the checks were at the fault. Reported and not "
    "judged: what neighbours on the machine may have made of latencies below 100 ms, and maxima.";

}  // namespace

std::string verdict_of(const Validation& validation) {
  const Count all = count(validation);
  std::string text = fmt::format("{} of {} quantities within the goal", all.within, all.judged);
  std::vector<std::string> parts;
  for (const std::string& name : cases_of(validation)) {
    const Count one = count(validation, name);
    if (one.within < one.judged)
      parts.push_back(fmt::format("{} in {}", one.judged - one.within, name));
  }
  if (!parts.empty()) text += "; outside: " + listed(parts);
  return text + ".";
}

std::string explained(const Validation& validation) {
  if (all_within(validation)) return "";
  std::vector<std::string> parts;
  for (const Mechanism& one : validation.mechanisms)
    parts.push_back(fmt::format("{} {}", one.name, outside_for(validation, one.name)));
  return fmt::format("Why: {}{}unexplained {}.", fmt::join(parts, ", "), parts.empty() ? "" : "; ",
                     outside_for(validation, unexplained));
}

Document validation_page(const Validation& validation, Medium medium) {
  const bool page = medium != Medium::screen;
  Document made{"Simulated and measured, side by side"};
  made.verdict = verdict_of(validation);
  made.tone = all_within(validation) ? Tone::good : Tone::warn;
  made.blocks.emplace_back(Paragraph{explained(validation)});
  if (page)
    append(made.blocks,
           {Paragraph{fmt::format(
                "Measured: `tests/reality/`, which says how. Simulated: {} seeds of each case, by "
                "`spof validate`. Mean ± standard deviation of the runs.",
                validation.runs)},
            Paragraph{goals}, Picture{"measured against simulated", "validation.svg"},
            Section{"Outside the goal", {outside(validation)}}, why(validation)});
  for (const std::string& name : cases_of(validation))
    made.blocks.emplace_back(Section{
        name, {Paragraph{case_line(validation, name) + "."}, table_of(validation, name, page)}});
  List notes;
  for (const std::string& line : validation.left_out)
    notes.lines.push_back("not compared: " + line);
  for (const std::string& line : validation.stale)
    notes.lines.push_back("explains nothing that is outside: " + line);
  made.blocks.emplace_back(std::move(notes));
  return made;
}

std::string validation_gnuplot() {
  return R"(# Draws validation.svg from validation.csv: gnuplot validation.gnuplot
# One point per judged quantity that is not zero on either side; bars are standard deviations.
set datafile separator comma
set terminal svg size 900,900 dynamic background rgb 'white' font 'sans-serif,14'
set output 'validation.svg'
set title 'Measured and simulated: every judged quantity, its mean and standard deviation'
set xlabel 'measured'
set ylabel 'simulated'
set logscale xy
set grid lc rgb '#dddddd' lw 1
set key top left
set size square
set xrange [0.1:100000]
set yrange [0.1:100000]
above_zero(x) = x > 0.1 ? x : 0.1001
is(goal) = (strcol(4) eq goal && strcol(12) ne 'reported' && $5 > 0 && $8 > 0)
low(mean, sd) = above_zero(mean - sd)
plot x with lines lc rgb '#888888' title 'equal', \
  1.1*x with lines lw 0.5 lc rgb '#bbbbbb' title '10 % apart', x/1.1 with lines lw 0.5 lc rgb '#bbbbbb' notitle, \
)"
         R"(  for [i=1:6] 'validation.csv' every ::1 using \
    (is(word('kinds count time latency order replication', i)) ? $5 : NaN):8:(low($5, $6)):($5+$6):(low($8, $9)):($8+$9) \
    with xyerrorbars pt 7 ps 0.5 lw 1 lc rgb word('#d62728 #ff7f0e #2ca02c #1f77b4 #9467bd #8c564b', i) \
    title word('"failures by kind" "other counts" "times, s" "latencies, ms" "lost and phantom writes" "replica behind"', i)
)";
}

}  // namespace spof::report
