#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "measure/summary.hpp"

namespace spof::measure {

/// The names that an expectation may use.
struct Vocabulary {
  std::vector<std::string> classes;
  std::vector<std::string> servers;
  std::vector<std::string> parts = {};  ///< daemons and hosts
};

enum class Comparison { equal, not_equal, less, at_most, greater, at_least, between };

/// A sentence about a run that is true or not. The grammar, all of it:
///
///     expectation = metric [ "(" name ")" ] [ phase ] condition [ phase ]
///     condition   = ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) limit
///                 | "==" limit "+-" tolerance
///                 | "between" limit "and" limit
///     limit       = share | duration | count | "never"        as the metric's unit demands
///     tolerance   = limit | number "%"
///     phase       = ( "before" | "during" | "after" ) "fault"
///
/// The name is a request class, a server for `server_share`, a daemon or host for `utilisation` and
/// its like; without one it is about all of them. Without a phase it is about the whole run; a
/// request belongs to the phase of its scheduled arrival, or to `during` if it was under way when
/// the fault struck. A tolerance in % is a part of the limit, or points when the limit itself is in
/// %. Bounds of `between` and of a tolerance are included. `never` is later than everything.
struct Expectation {
  std::string text;  ///< as the user wrote it
  Query query;
  Comparison comparison = Comparison::equal;
  double low = 0;   ///< the limit, or the lower of two
  double high = 0;  ///< the upper of two, only for `between`
};

/// An expectation or a question, or what is wrong with it and where.
template <class T>
struct Parsed {
  std::optional<T> made;
  std::size_t column = 0;  ///< from 1, in bytes
  std::string what;
};
Parsed<Expectation> parse_expectation(const std::string& text, const Vocabulary& vocabulary);
/// An expectation without its condition: "latency.p99(write) during fault".
Parsed<Query> parse_query(const std::string& text, const Vocabulary& vocabulary);

/// `==` and `!=` without a tolerance must be true of every run (one lost write is one too many);
/// everything else must be true of the mean over the runs. `unknown`: true of the mean, but its
/// 95 % interval reaches beyond the limit; more runs would tell. Only `fail` is a failure.
enum class Judgement { pass, unknown, fail };
constexpr auto names(Judgement) { return std::array{"pass", "unknown", "fail"}; }

/// What became of an expectation.
struct Judged {
  Expectation expectation;
  Estimate measured;
  Judgement judgement = Judgement::pass;
  std::string reason;  ///< for the user when it is not plain `pass`, else empty
};

/// Where there is nothing to measure in any run (no fault, no request of the class in the phase, no
/// result at all) an expectation fails: it could not have been checked.
Judged judge(const Expectation& expectation, const std::vector<Result>& results);

}  // namespace spof::measure
