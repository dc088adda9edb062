#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/agenda.hpp"
#include "engine/message.hpp"
#include "engine/platform.hpp"

namespace spof::engine {

/// Computations and transfers in progress. **What is alone needs no solver**: while the users of a
/// resource do not outnumber its places (a processor's cores; one, of a link) each ends at a date
/// known beforehand, and the agenda knows it. When one comes too many, all that use the resource
/// become SimGrid's activities, with what is left of them: what they get of it is SimGrid's
/// business. A transfer uses its links from when its first byte has arrived: before, and that is
/// the path's latency as it was when it left, it is in nobody's way.
class Activities {
 public:
  /// Hears of the end of a transfer; `whole`: no link has failed under it.
  using Carried = std::function<void(const Parcel& parcel, bool whole)>;
  /// `solve_all`: everything is SimGrid's from its begin to its end, whose clock sets the pace.
  Activities(Agenda& agenda, Carried carried, bool solve_all);
  ~Activities();
  Activities(const Activities&) = delete;
  Activities& operator=(const Activities&) = delete;

  /// Starts a computation; null if the host is off. `token` is woken at its end.
  Operation* compute(Processor& processor, double amount, const Token& token);
  void transfer(const Parcel& parcel, const Path& path);
  void cancel(Operation* operation);
  /// The resource is going to change its speed.
  void hand_over(const Resource& resource);
  /// A link fails, or a host, and with it what SimGrid does not know.
  void fail(const Resource& link);
  void fail(const simgrid::s4u::Host& host);

  std::uint64_t solved = 0;  ///< SimGrid's activities started
  std::size_t in_service() const { return operations_.size() - free_.size(); }

 private:
  struct Graveyard;
  friend struct Completion;
  Operation& fresh(const Resources& uses);
  void begin(Operation& one);
  void run_alone(Operation& one);
  void hand_over(Operation& one);
  void solve(Operation& one);
  void start(Operation& one);
  void leave(Operation& one);
  void ended(Operation& one, bool finished);
  void retire(Operation& one);
  void keep_left(Operation& one);
  template <class Hit>
  void fail_each(Hit is_hit);
  /// Calls `action` at the date unless the operation has come to something else before.
  template <void (Activities::*action)(Operation&)>
  std::function<void()> unless_changed(Operation& one);
  void failed(Operation& one) { ended(one, false); }
  void finished(Operation& one) { ended(one, true); }
  Agenda& agenda_;
  Carried carried_;
  const bool solve_all_;
  std::unique_ptr<Graveyard> graveyard_;
  std::vector<std::unique_ptr<Operation>> operations_;
  std::vector<Operation*> free_;
  std::uint64_t changes_ = 0;
};

}  // namespace spof::engine
