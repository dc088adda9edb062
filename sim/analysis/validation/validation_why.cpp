#include "analysis/validation/validation_why.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>

#include "base/csv.hpp"
#include "base/mistakes.hpp"

namespace spof::report {
namespace {

constexpr std::array paragraphs{"Needed: ", "Measured: ", "Not there: "};

/// Takes the first line off a text.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool starts(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

class Reader {
 public:
  Reader(std::string outside, std::string mechanisms, std::string& mistakes)
      : outside_(std::move(outside)), mechanisms_(std::move(mechanisms)), mistakes_(mistakes) {}

  void read_mechanisms(std::string_view text) {
    for (int line = 1; !text.empty(); ++line) {
      const std::string_view one = next_line(text);
      if (starts(one, "## ")) {
        open(std::string(one.substr(3)), line);
      } else if (!lines_.empty()) {
        found_.mechanisms.back().text += std::string(one) + "\n";
      }
    }
    finish();
  }

  void read_rows(std::string_view text) {
    for (int line = 1; !text.empty(); ++line) {
      const std::string_view one = next_line(text);
      if (line == 1 || one.empty() || one.front() == '#') continue;
      const auto fields = plain_fields(one);
      const auto nothing = [](std::string_view field) { return field.empty(); };
      if (fields.size() != 5 || std::any_of(fields.begin(), fields.end(), nothing)) {
        complain(outside_, line, "not case,class,quantity,why,mechanism");
        continue;
      }
      Statement row{std::string(fields[0]), std::string(fields[1]), std::string(fields[2]),
                    std::string(fields[3]), std::string(fields[4]), line};
      if (!knows(row.mechanism)) {
        complain(outside_, line,
                 fmt::format("{} has no mechanism {}; {}", mechanisms_, in_quotes(row.mechanism),
                             nearest(row.mechanism, names())));
        continue;
      }
      found_.rows.push_back(std::move(row));
    }
  }

  /// A mechanism that nothing needs is a mistake, too: it would stay for ever.
  Statements result() {
    for (std::size_t i = 0; i < found_.mechanisms.size(); ++i) {
      const std::string& name = found_.mechanisms[i].name;
      const auto is_it = [&](const Statement& row) { return row.mechanism == name; };
      if (std::none_of(found_.rows.begin(), found_.rows.end(), is_it))
        complain(mechanisms_, lines_[i],
                 fmt::format("no line of {} names {}", outside_, in_quotes(name)));
    }
    return std::move(found_);
  }

 private:
  void complain(const std::string& file, int line, const std::string& what) {
    mistakes_ += fmt::format("{}:{}: error: {}\n", file, line, what);
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Mechanism& one : found_.mechanisms) names.push_back(one.name);
    return names;
  }
  bool knows(const std::string& name) const {
    const auto all = names();
    return std::find(all.begin(), all.end(), name) != all.end();
  }

  void open(std::string name, int line) {
    finish();
    if (knows(name)) complain(mechanisms_, line, in_quotes(name) + " is there twice");
    if (name == unexplained) complain(mechanisms_, line, "no mechanism may be called so");
    found_.mechanisms.push_back({std::move(name), ""});
    lines_.push_back(line);
  }

  /// The text of the last mechanism is complete.
  void finish() {
    if (lines_.empty()) return;
    std::string& text = found_.mechanisms.back().text;
    text.erase(0, text.find_first_not_of('\n'));
    text.erase(text.find_last_not_of('\n') + 1);
    for (const char* paragraph : paragraphs) {
      if (starts(text, paragraph) || text.find(std::string("\n\n") + paragraph) != text.npos)
        continue;
      complain(mechanisms_, lines_.back(),
               fmt::format("{} has no paragraph that begins with \"{}\"",
                           in_quotes(found_.mechanisms.back().name), paragraph));
    }
  }

  std::string outside_, mechanisms_;
  std::string& mistakes_;
  Statements found_;
  std::vector<int> lines_;  ///< of the mechanisms' headings
};

bool fits(const std::string& glob, const std::string& text) {
  return fnmatch(glob.c_str(), text.c_str(), 0) == 0;
}

bool fits(const Statement& statement, const Compared& row) {
  const Measured& m = row.measured;
  return fits(statement.case_name, m.case_name) && fits(statement.request_class, m.request_class) &&
         fits(statement.quantity, m.quantity) && fits(statement.why, row.why);
}

}  // namespace

Statements read_statements(std::string_view outside, const std::string& outside_file,
                           std::string_view mechanisms, const std::string& mechanisms_file,
                           std::string& mistakes) {
  Reader reader(outside_file, mechanisms_file, mistakes);
  reader.read_mechanisms(mechanisms);
  reader.read_rows(outside);
  return reader.result();
}

void explain(Validation& validation, const Statements& statements, bool whole) {
  std::vector<bool> used(statements.rows.size());
  for (Compared& row : validation.rows) {
    if (row.verdict != Fit::outside) continue;
    const auto place = std::find_if(statements.rows.begin(), statements.rows.end(),
                                    [&](const Statement& one) { return fits(one, row); });
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

std::size_t outside_for(const Validation& validation, const std::string& mechanism) {
  return static_cast<std::size_t>(
      std::count_if(validation.rows.begin(), validation.rows.end(),
                    [&](const Compared& row) { return row.mechanism == mechanism; }));
}

}  // namespace spof::report
