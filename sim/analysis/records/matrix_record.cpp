#include "analysis/records/matrix_record.hpp"

#include <cmath>

#include "analysis/records/records.hpp"

namespace spof::report {
namespace {

/// The share of each seed, once settled; not a number where nobody asks.
std::vector<Figure> answered(const ClassFinding& one) {
  std::vector<Figure> shares;
  for (std::size_t seed = 0; seed < one.settled.size(); ++seed)
    shares.emplace_back(one.due[seed] > 0 ? 1 - one.settled[seed] : std::nan(""));
  return shares;
}

BreakRecord break_of(const Finding& finding) {
  BreakRecord made{finding, {}, numbers(finding.lost), {}, {}, {}};
  for (const ClassFinding& one : finding.classes)
    made.classes.push_back({one, one.fate(), settled_availability(one), numbers(one.failed),
                            numbers(one.slow), answered(one)});
  return made;
}

BreakRecord case_of(const MatrixCase& one) {
  BreakRecord made = break_of(one.finding);
  made.on_call = response_of(one);
  made.changes_tried = one.tried;
  made.remedies = one.remedies;
  return made;
}

YearShareRecord in_a_year(const YearShare& share, double units) {
  return {share.expected * units, share.low * units, share.high * units, share.year_low * units,
          share.year_high * units};
}

AvailabilityRecord availability(double unavailability) {
  AvailabilityRecord made{std::round((1 - unavailability) * 1e9) / 1e9, {}};
  if (unavailability > 0) made.nines = std::round(nines(unavailability) * 1e3) / 1e3;
  return made;
}

}  // namespace

YearRecord year_record(const Yearly& year) {
  YearRecord made{year.with_pairs, year.common_cause, {}, year.components};
  for (const ClassYear& one : year.classes)
    made.classes.push_back({one.name, in_a_year(one.down, year_s / 60),
                            in_a_year(one.failed, one.per_second * year_s),
                            availability(one.down.expected), availability(one.failed.expected)});
  return made;
}

MatrixRecord matrix_record(const Matrix& matrix) {
  MatrixRecord made;
  made.name = matrix.name;
  made.title = matrix.title;
  made.verdict = matrix_verdict(matrix);
  made.runs = matrix.runs;
  made.seed = matrix.seed;
  made.duration = matrix.duration;
  made.nothing_broken = break_of(matrix.control);
  for (const MatrixGrid& grid : grids(matrix))
    for (const MatrixRow& row : grid.rows)
      if (grid.die && row.worst == Fate::down)
        made.single_points.push_back({row.target, down_for(row)});
  for (const MatrixCase& one : matrix.cases) made.failures.push_back(case_of(one));
  for (const Finding& pair : matrix.pairs) made.pairs.push_back(break_of(pair));
  made.year = year_record(matrix.year);
  made.machines = matrix.money.machines;
  if (matrix.money.all()) made.money = matrix.money;
  made.policy = matrix.policy;
  made.scenario = matrix.scenario;
  return made;
}

std::string matrix_json(const Matrix& matrix) {
  return echo_fields(matrix_record(matrix)).dump(2) + "\n";
}

Json matrix_schema() {
  return record_schema<MatrixRecord>("spof matrix",
                                     "every failure of a web stack and what it costs, by spof");
}

}  // namespace spof::report
