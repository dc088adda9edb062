#include "plan/pool.hpp"

#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <list>
#include <map>
#include <system_error>
#include <utility>

#include "plan/child.hpp"

namespace spof::plan {
namespace {

class Pool {
 public:
  Pool(const Work& work, unsigned at_once) : work_(work), at_once_(std::max(at_once, 1U)) {}

  PoolEnd run() {
    while (ended_ < work_.count) {
      if (interrupted()) return PoolEnd::interrupted;
      start_more();
      wait_and_read();
      conclude_ended();
      if (work_.tick) work_.tick(ended_);
    }
    return PoolEnd::finished;
  }

 private:
  void start_more() {
    while (started_ < work_.count && running_.size() < at_once_) {
      try {
        running_.emplace_back(started_, work_.job);
      } catch (const std::system_error& refusal) {
        if (!running_.empty()) {  // fewer at a time, then
          at_once_ = static_cast<unsigned>(running_.size());
          return;
        }
        keep(started_, {{}, refusal.what()});
      }
      ++started_;
    }
  }

  void wait_and_read() {
    if (running_.empty()) return;
    std::vector<pollfd> entries;
    for (const Child& child : running_) {
      entries.push_back({child.result_descriptor(), POLLIN, 0});
      entries.push_back({child.printed_descriptor(), POLLIN, 0});
    }
    constexpr timespec half_a_second{0, 500'000'000};
    if (signals_.wait(entries.data(), entries.size(), half_a_second) == 0) return;
    for (auto entry = entries.begin(); Child & child : running_) {
      const bool has_result = (entry++)->revents != 0, has_printed = (entry++)->revents != 0;
      if (has_printed) child.read_printed();
      if (has_result) child.read_result();
    }
  }

  void conclude_ended() {
    for (Child& child : running_)
      if (child.ended()) keep(child.index(), child.conclude());
    running_.remove_if([](const Child& child) { return child.ended(); });
    deliver_in_order();
  }

  void keep(std::size_t index, JobResult<Payload> result) {
    waiting_.emplace(index, std::move(result));
    ++ended_;
  }

  void deliver_in_order() {
    while (!waiting_.empty() && waiting_.begin()->first == delivered_) {
      JobResult<Payload> result = std::move(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      work_.deliver(delivered_++, std::move(result));
    }
  }

  const Work& work_;
  std::size_t at_once_;
  std::size_t started_ = 0, ended_ = 0, delivered_ = 0;
  InterruptGuard guard_;
  SignalsBlocked signals_;
  std::map<std::size_t, JobResult<Payload>> waiting_;  ///< ended, but an earlier one has not
  std::list<Child> running_;
};

}  // namespace

PoolEnd run_jobs(const Work& work, unsigned at_once) { return Pool(work, at_once).run(); }

unsigned usable_processors() {
  cpu_set_t set;
  const bool known = sched_getaffinity(0, sizeof set, &set) == 0;
  const long count = known ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
  return static_cast<unsigned>(std::max(count, 1L));
}

}  // namespace spof::plan
