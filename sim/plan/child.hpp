#pragma once
#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "plan/pool.hpp"

namespace spof::plan {

/// A file descriptor, closed at the end of its life.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept { std::swap(number_, other.number_); }
  Descriptor& operator=(Descriptor other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }
  int get() const { return number_; }
  void close();

 private:
  int number_ = -1;
};

/// One job in a process of its own, and the two pipes by which it reports: the framed result, and
/// what it prints. Killed and reaped at the end of its life.
///
/// On the result pipe: one byte, 'R' (the result) or 'E' (an exception's message); the length, 8
/// bytes in this machine's order; then that many bytes.
class Child {
 public:
  /// Forks. Throws std::system_error where the machine refuses a pipe or a process. In the child
  /// this never returns: it runs `job` and ends the process.
  Child(std::size_t index, const std::function<Payload(std::size_t)>& job);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  std::size_t index() const { return index_; }
  int result_descriptor() const { return result_.get(); }
  int printed_descriptor() const { return printed_.get(); }

  /// Takes what has arrived; never blocks. Afterwards `ended()` may be true.
  void read_result();
  /// Whether something had arrived.
  bool read_printed();
  /// The result pipe has been closed, by the end of the process if by nothing else.
  bool ended() const { return ended_; }

  /// Waits for the process (which has ended, or is about to) and says what came of it.
  JobResult<Payload> conclude();

 private:
  std::string failure_of(int status) const;

  std::size_t index_;
  pid_t pid_ = -1;
  Descriptor result_, printed_;
  Payload received_;     ///< header and body
  std::string tail_;     ///< the end of what it printed
  std::string refused_;  ///< why this process could not take the result; normally empty
  bool ended_ = false;
};

}  // namespace spof::plan
