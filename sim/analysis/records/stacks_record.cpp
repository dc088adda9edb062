#include "analysis/records/stacks_record.hpp"

#include "analysis/records/records.hpp"

namespace spof::report {
namespace {

StackRecord stack_of(const Matrix& matrix) {
  StackRecord made;
  made.name = matrix.name;
  made.title = matrix.title;
  made.verdict = matrix_verdict(matrix);
  made.machines = matrix.money.machines;
  MatrixRecord record = matrix_record(matrix);
  made.single_points = std::move(record.single_points);
  made.year = std::move(record.year.classes);
  made.money = std::move(record.money);
  return made;
}

StackCellRecord cell_of(const StackCell& cell) {
  StackCellRecord made;
  made.has_part = cell.has_part;
  made.parts = cell.parts;
  made.text = cell_text(cell);
  made.settled_availability = made.interrupted = made.recovered =
      std::numeric_limits<double>::quiet_NaN();
  if (!cell.finding) return made;
  made.component = cell.finding->target;
  made.fate = worst_fate(*cell.finding);
  made.down_for = classes_down(*cell.finding);
  made.settled_availability = settled_availability(*cell.finding);
  made.interrupted = interruption(*cell.finding);
  made.recovered = cell.finding->recovered;
  made.lost_writes = cell.finding->lost_writes;
  return made;
}

std::vector<SpofChangeRecord> changes_of(const std::vector<SpofChange>& changes) {
  std::vector<SpofChangeRecord> made;
  for (const SpofChange& one : changes)
    made.push_back({one.base, one.aspects, one.classes, one.proven, one.with_part});
  return made;
}

StackStepRecord step_of(const Stacks& stacks, const StackStep& step) {
  StackStepRecord made;
  made.from = stacks.matrices[step.from]->name;
  made.to = stacks.matrices[step.to]->name;
  made.lost = changes_of(step.lost);
  made.gained = changes_of(step.gained);
  for (const auto& [name, minutes] : step.saved_min) made.saved.push_back({name, minutes});
  made.saved_requests = step.saved_requests;
  made.machines = step.machines;
  if (step.hosts) made.hosts.emplace(*step.hosts);
  if (step.all) made.all.emplace(*step.all);
  return made;
}

}  // namespace

std::string stacks_json(const Stacks& stacks) {
  StacksRecord made;
  made.verdict = stacks_verdict(stacks);
  for (const Matrix* one : stacks.matrices) made.stacks.push_back(stack_of(*one));
  for (const StackStep& one : stacks.steps) made.steps.push_back(step_of(stacks, one));
  for (const StackRow& row : stacks.rows) {
    auto& written = made.failures.emplace_back(StackRowRecord{row.role.text(), row.kind, {}});
    for (const StackCell& cell : row.cells) written.stacks.push_back(cell_of(cell));
  }
  return echo_fields(made).dump(2) + "\n";
}

Json stacks_schema() {
  return record_schema<StacksRecord>("spof matrix of several scenarios",
                                     "several web stacks side by side, by spof");
}

}  // namespace spof::report
