#pragma once
#include <string>
#include <utility>
#include <vector>

#include "report/plot/plot_axes.hpp"
#include "report/plot/plot_data.hpp"

namespace spof::report {

/// Panels one above the other over one time axis, with faults as bands, and lines for who noticed
/// and who was back, their labels above the first panel.
class Frame {
 public:
  static constexpr const char* line_color = "#444444";

  std::size_t panels = 2;

  /// Makes the axis reach from `start` to `end`, in seconds, at least.
  void cover(double start, double end);
  /// To be called when the axis is as long as it will be. What several results have in common, is
  /// drawn once, in grey.
  void add(const std::vector<Band>& bands, const std::vector<Mark>& marks, const char* color);
  /// Gives the labels their places; to be called when all are there.
  void arrange();

  int height() const;  ///< of the picture, for a width of 900

  /// Commands before the first panel.
  std::string begin(const std::string& title, const std::string& subtitle) const;
  /// Commands before the plot of a panel; all but the first begin at zero.
  std::string panel(std::size_t index, const std::string& label) const;

 private:
  int top(std::size_t panel) const;
  double y(int pixels) const;  // a share of the height, from pixels below the upper edge
  double x(double share) const { return start_ + share * (end_ - start_); }
  void add_label(double time, const std::string& text, const char* color);
  std::string lines() const;

  bool empty_ = true;
  double start_ = 0, end_ = 1;
  std::vector<std::pair<double, double>> bands_;
  std::vector<PlacedLabel> labels_;
  std::size_t rows_ = 0;  // of labels
};

}  // namespace spof::report
