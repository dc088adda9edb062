#pragma once
#include <string>

#include "cli/console.hpp"
#include "plan/campaign.hpp"

namespace spof::cli {

/// Shows " primary-crash  ███████████████░░░░░  15/20 runs   1.2 M req/s   eta 3 s" on the console,
/// as often as that wants it.
class ProgressBar {
 public:
  ProgressBar(std::string name, Console& console) : name_(std::move(name)), console_(console) {}
  ~ProgressBar() { console_.show_progress(""); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  void operator()(const plan::Progress& progress);

 private:
  std::string name_;
  Console& console_;
  double shown_at_s_ = -1;
};

/// Runs with so many processes at a time (0: as many as there are processors), shown by `bar`.
plan::CampaignOptions options_of(unsigned jobs, ProgressBar& bar,
                                 plan::Keep keep = plan::Keep::none);

}  // namespace spof::cli
