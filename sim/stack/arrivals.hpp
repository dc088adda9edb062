#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "stack/clients_options.hpp"
#include "stack/replay.hpp"

namespace spof::stack {

/// When the next request of an open loop is due, and of which class.
class ArrivalProcess {
 public:
  /// `weights` of the classes; `classes` names them, for a replayed file.
  ArrivalProcess(const ClientsOptions& options, Random random, std::vector<double> weights,
                 std::vector<std::string> classes, double horizon);
  /// Starts anew from the first arrival.
  void restart();
  /// The date of the next arrival, after the one before; infinite: there is none. Throws
  /// std::runtime_error when a replayed file is not any more what it was when it was checked.
  double next();
  /// No request arrives from here on.
  double end() const { return end_; }
  /// Class of the arrival that `next` told of.
  std::uint8_t next_class();

 private:
  /// A part of the profile in which the rate is constant or changes linearly.
  struct Stretch {
    double from, until, rate, last;  ///< `last`: towards its end
    double rate_at(double date) const {
      return rate + (last - rate) * (date - from) / (until - from);
    }
  };
  Stretch stretch_at(double date) const;
  double highest_rate() const;
  double next_poisson();
  double next_constant();
  double next_replayed();
  const ClientsOptions& options_;
  Random random_, mix_;
  std::vector<double> weights_;
  double total_weight_ = 0;
  double date_ = 0, end_;
  double highest_ = 0;
  std::optional<ReplayFile> replay_;
  int replayed_class_ = -1;
};

}  // namespace spof::stack
