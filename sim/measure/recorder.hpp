#pragma once
#include <memory>
#include <string>

#include "measure/event.hpp"
#include "measure/sample.hpp"

namespace spof::measure {

struct Plan;
struct Result;
struct Writes;

/// Watches one run and sums it up. Memory depends on the number of windows, classes and outcomes,
/// never on the number of requests (unless `keep_requests`).
class Recorder {
 public:
  explicit Recorder(Plan plan);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// A request has ended. Called once for each, in order of `end`; the hot path (about 50 ns).
  void request(const Sample& sample);
  /// A try has failed, and its client will send the request again: `arrival` and `end` are the
  /// try's.
  void sent_again(const Sample& sample);
  /// A component changed its state. Called in order of time.
  void event(Event event);
  /// True when log() keeps what it is given: spares the caller the trouble of composing a line.
  bool wants_log() const;
  void log(const HttpLog& line);
  /// Replication lag of a replica now, sampled once a second by the world.
  void lag(Seconds now, const std::string& replica, Seconds true_lag, double transactions_behind);
  /// What became of the writes of clients that are counted; told once, at the end of the run.
  void writes(const Writes& writes);

  /// An application has answered a user; of one whose releases nobody speaks of it is not told.
  void answered(Seconds now, const std::string& version);

  /// Closes the books. The recorder is empty afterwards. `seed` is the caller's to set.
  Result finish();

 private:
  class Books;
  std::unique_ptr<Books> books_;
};

}  // namespace spof::measure
