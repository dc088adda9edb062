#pragma once
#include <cstddef>
#include <vector>

namespace spof {

/// A difference of two means, and how far chance may have made it.
struct Gap {
  double mean = 0;        ///< second minus first
  double half_width = 0;  ///< of its 95 % confidence interval (Student)
  /// Chance of a difference this large or larger where there is none, two-sided. 0 where nothing
  /// varies, 1 for a difference of 0.
  double p = 1;
  bool interval = false;  ///< false: too few values, `half_width` and `p` say nothing

  bool excludes_zero() const {
    return interval && (mean - half_width > 0 || mean + half_width < 0);
  }
};

/// Second minus first, pair by pair, of the pairs where that is a number.
std::vector<double> differences(const std::vector<double>& first,
                                const std::vector<double>& second);
/// Of differences that belong together, pair by pair. No interval for fewer than two.
Gap paired_gap(const std::vector<double>& differences);

/// Of two samples that do not belong together, after Welch; his degrees of freedom are rounded
/// down. No interval when one of them has fewer than two values.
/// `step` is how finely the values are known (0: exactly). Few values may be equal by chance: the
/// spread of a sample without any is that of the other one, and never less than half a step; and a
/// difference of up to one step has p = 1 and 0 in its interval.
Gap welch_gap(const std::vector<double>& a, const std::vector<double>& b, double step = 0);

/// The chance that Student's t with so many degrees of freedom (1 or more) is beyond `t` on either
/// side.
double student_p(double t, std::size_t degrees_of_freedom);

/// Holm's correction for many tests at once: the values that may be held against the level that one
/// test alone is held against, in the order given. Rejecting all up to 5 % rejects a true
/// hypothesis in at most 5 % of all comparisons, whatever depends on what.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace spof
