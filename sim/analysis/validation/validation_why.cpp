#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "analysis/validation/validation.hpp"
#include "base/append_new.hpp"
#include "base/csv.hpp"
#include "base/mistakes.hpp"

namespace spof::report {
namespace {

std::vector<Mechanism> mechanisms_in(std::string_view text) {
  std::vector<Mechanism> found;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    if (line.rfind("## ", 0) == 0)
      found.push_back({std::string(line.substr(3)), ""});
    else if (!found.empty())
      found.back().text += std::string(line) + "\n";
  }
  for (Mechanism& one : found) {
    one.text.erase(0, one.text.find_first_not_of('\n'));
    one.text.erase(one.text.find_last_not_of('\n') + 1);
  }
  return found;
}

/// A line of outside.csv; what is wrong with it otherwise.
std::string read_row(std::string_view line, const std::vector<std::string>& known, Statement& row) {
  const auto fields = plain_fields(line);
  const auto nothing = [](std::string_view field) { return field.empty(); };
  if (fields.size() != 5 || std::ranges::any_of(fields, nothing))
    return "not case,class,quantity,why,mechanism";
  for (std::size_t i = 0; std::string * text : {&row.case_name, &row.request_class, &row.quantity,
                                                &row.why, &row.mechanism})
    *text = fields[i++];
  if (has(known, row.mechanism)) return "";
  return fmt::format("there is no mechanism {}; {}", in_quotes(row.mechanism),
                     nearest(row.mechanism, known));
}

bool fits(const std::string& glob, const std::string& text) {
  return fnmatch(glob.c_str(), text.c_str(), 0) == 0;
}

bool fits(const Statement& statement, const Compared& row) {
  const Measured& m = row.measured;
  return fits(statement.case_name, m.case_name) && fits(statement.request_class, m.request_class) &&
         fits(statement.quantity, m.quantity) && fits(statement.why, row.why);
}

}  // namespace

Statements read_statements(std::string_view outside, const std::string& file,
                           std::string_view mechanisms, std::string& mistakes) {
  Statements found{{}, mechanisms_in(mechanisms)};
  std::vector<std::string> known;
  for (const Mechanism& one : found.mechanisms) known.push_back(one.name);
  for (int number = 1; !outside.empty(); ++number) {
    const std::string_view line = next_line(outside);
    if (number == 1 || line.empty() || line.front() == '#') continue;
    found.rows.push_back({.line = number});
    const std::string wrong = read_row(line, known, found.rows.back());
    if (!wrong.empty()) mistakes += fmt::format("{}:{}: error: {}\n", file, number, wrong);
  }
  return found;
}

void explain(Validation& validation, const Statements& statements, bool whole) {
  std::vector<bool> used(statements.rows.size());
  for (Compared& row : validation.rows) {
    if (row.verdict != Fit::outside) continue;
    const auto place =
        std::ranges::find_if(statements.rows, [&](const Statement& one) { return fits(one, row); });
    row.mechanism = unexplained;
    if (place == statements.rows.end()) continue;
    row.mechanism = place->mechanism;
    used[static_cast<std::size_t>(place - statements.rows.begin())] = true;
  }
  for (const Mechanism& one : statements.mechanisms) {
    if (outside_for(validation, one.name) > 0) validation.mechanisms.push_back(one);
  }
  for (std::size_t i = 0; whole && i < used.size(); ++i) {
    const Statement& one = statements.rows[i];
    if (used[i]) continue;
    validation.stale.push_back(fmt::format("line {} of outside.csv, {},{},{},{},{}", one.line,
                                           one.case_name, one.request_class, one.quantity, one.why,
                                           one.mechanism));
  }
}

bool all_within(const Validation& validation) {
  return std::ranges::find(validation.rows, Fit::outside, &Compared::verdict) ==
         validation.rows.end();
}

std::size_t outside_for(const Validation& validation, const std::string& mechanism) {
  return static_cast<std::size_t>(
      std::ranges::count(validation.rows, mechanism, &Compared::mechanism));
}

}  // namespace spof::report
