#pragma once
#include <algorithm>
#include <deque>
#include <utility>

#include "net/socket.hpp"

namespace spof::stack {

/// Connections to one server that may be used again: hardly more than were in use at once lately,
/// however many clients there are. The threads of HAProxy are not told apart. [HA-38]
class IdleConnections {
 public:
  static constexpr double purge_delay = 5;  ///< pool-purge-delay

  std::size_t size() const { return idle_.size(); }
  /// So many of the server's connections are in use now.
  void in_use(int used) {
    most_used_ = std::max(most_used_, used);
    needed_ = std::max(needed_, most_used_);
  }
  /// Keeps one of the `used` while one of so many threads has none, or as many may be needed; else
  /// it is closed.
  void keep(net::Socket&& socket, int used, int threads) {
    if (!socket.is_usable()) return;
    forget_closed();
    const int all = used + static_cast<int>(idle_.size());
    if (static_cast<int>(idle_.size()) < threads || all <= std::max(used, needed_))
      idle_.push_back(std::move(socket));
  }
  /// No socket if there is none.
  net::Socket take() {
    while (!idle_.empty()) {
      net::Socket socket = std::move(idle_.back());
      idle_.pop_back();
      if (socket.is_usable()) return socket;
    }
    return {};
  }
  /// Closes half of those that were not needed, and forgets half of what was needed before.
  void purge(int used) {
    forget_closed();
    const int all = used + static_cast<int>(idle_.size());
    const int excess = all - std::max(most_used_, needed_);
    for (int i = 0; i < (excess + 1) / 2 && !idle_.empty(); ++i) idle_.pop_front();
    needed_ = std::max((needed_ + most_used_) / 2, most_used_);
    most_used_ = used;
  }
  void clear() { idle_.clear(); }
  bool purging = false;  ///< somebody will, after each purge_delay

 private:
  void forget_closed() {
    std::erase_if(idle_, [](const net::Socket& one) { return !one.is_usable(); });
  }
  std::deque<net::Socket> idle_;
  int most_used_ = 0;  ///< at once, since the last purge
  int needed_ = 0;     ///< at once, as of before
};

}  // namespace spof::stack
