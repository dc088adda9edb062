#pragma once
#include <array>
#include <string>
#include <vector>

#include "analysis/year/yearly.hpp"

/// The arithmetic below `yearly`: failures as independent alternating renewal processes.
namespace spof::report {

/// What is counted: time in which a class is down, or requests that fail.
enum class Aspect : std::uint8_t { time, requests };

/// A Shape in numbers of one kind, indexed by Aspect.
struct Loss {
  std::array<double, 2> level{};      ///< 0..1, while settled
  std::array<double, 2> transient{};  ///< seconds
};
/// By class, "all" last, then by seed. "All" is down when any class is.
using Losses = std::vector<std::vector<Loss>>;

/// Works, fails, is repaired, works.
struct Process {
  std::string name;
  double rate = 0;                 ///< failures per second of working
  double repair = 0;               ///< seconds, mean
  double settle = 0;               ///< seconds
  std::vector<std::size_t> modes;  ///< of the input that it stands for: two for a common cause
  Losses losses;
  double failures() const { return rate / (1 + rate * repair); }  ///< per second, of any time
  double broken() const { return failures() * repair; }           ///< share of time
  double settled() const;  ///< share of time in which it is broken and the stack has settled
};

/// What two processes do while both are broken.
struct Both {
  std::size_t first = 0, second = 0;  ///< processes
  double settle = 0;
  Losses losses;
};

/// A year's failures.
struct YearModel {
  std::size_t classes = 0;  ///< without "all"
  std::size_t seeds = 1;
  std::vector<double> weights;  ///< of the classes in "all", sum 1
  std::vector<Process> processes;
  std::vector<Both> pairs;
};

/// The share of time in which both are broken, independently, and the stack has settled.
double both_settled(const YearModel& model, const Both& pair);

/// The model without the modes of this component; "" leaves none out. What strikes twins by a
/// common cause is a process of its own, taken from the rates of both.
YearModel year_model(const YearlyInput& input, const std::string& without);

/// The share of the year that is lost: settled failures as minimal cuts, then transients. `of`: a
/// class, or `model.classes` for all.
double expected_loss(const YearModel& model, std::size_t of, std::size_t seed, Aspect aspect);

/// What single years lose, as shares: by class ("all" last), then by aspect, then by year.
using Years = std::vector<std::array<std::vector<double>, 2>>;
Years drawn_years(const YearModel& model);

}  // namespace spof::report
