#pragma once
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "report/pages/pages.hpp"

namespace spof::test {

/// A class of which this share fails once settled, with so many failures a run; of two seeds, 100
/// requests due while the failure lasts, for 50 s.
inline report::ClassFinding class_finding(std::string name, double settled, double failed) {
  report::ClassFinding one;
  one.name = std::move(name);
  one.settled = {settled, settled};
  one.failed = {failed, failed};
  one.slow = {0, 0};
  one.due = {40, 40};
  one.requests = {100, 100};
  one.outage = {failed > 0 ? 50.0 : 0, failed > 0 ? 50.0 : 0};
  one.p99_before = one.p99_during = 0.01;
  return one;
}

/// A failure of 50 s that does this to the classes; nobody notices, it ends with the repair.
inline report::Finding finding(std::string target, std::string kind,
                               std::vector<report::ClassFinding> classes) {
  report::Finding made;
  made.target = std::move(target);
  made.kind = std::move(kind);
  made.lasted = 50;
  made.settled_for = 20;
  made.classes = std::move(classes);
  made.detected = std::numeric_limits<double>::infinity();
  made.recovered = 50;
  made.last_errors = {50, 50};
  return made;
}

inline report::ClassFinding fine(std::string name) { return class_finding(std::move(name), 0, 0); }
inline report::ClassFinding gone(std::string name) {
  return class_finding(std::move(name), 1, 100);
}

/// What a failure of this kind does to read and write.
inline report::Finding part(std::string target, std::string kind, report::ClassFinding read,
                            report::ClassFinding write) {
  read.name = "read";
  write.name = "write";
  return finding(std::move(target), std::move(kind), {std::move(read), std::move(write)});
}

/// What two parts that fail together do to read and write.
inline report::Finding pair(const std::string& one, const std::string& other, std::string kind,
                            report::ClassFinding read, report::ClassFinding write) {
  report::Finding made =
      part(one + " + " + other, std::move(kind), std::move(read), std::move(write));
  made.parts = {one, other};
  return made;
}

/// A matrix "told" of these, ranked.
inline report::Matrix matrix_of(std::vector<report::Finding> findings,
                                std::vector<report::Finding> pairs = {}) {
  report::Matrix made;
  made.name = "told";
  made.runs = 2;
  made.seed = 1;
  made.duration = 100;
  for (report::Finding& one : findings) {
    // With nothing broken: the same requests, all answered.
    made.control = finding("nothing", "control", {});
    for (const report::ClassFinding& known : one.classes)
      made.control.classes.push_back(fine(known.name));
    made.cases.push_back({std::move(one), 0, {}});
  }
  made.pairs = std::move(pairs);
  report::rank(made);
  return made;
}

}  // namespace spof::test
