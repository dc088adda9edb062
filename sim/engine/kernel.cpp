#include "engine/kernel.hpp"

#include <xbt/log.h>

#include <simgrid/s4u.hpp>
#include <stdexcept>

#include "engine/process.hpp"

namespace spof::engine {
namespace sg4 = simgrid::s4u;

// ---- TimeoutLine --------------------------------------------------------------------------------
void TimeoutLine::add(Wait& wait) {
  wait.line_ = this;
  wait.deadline_ = now() + delay;
  wait.before_ = last_;
  wait.after_ = nullptr;
  (last_ ? last_->after_ : first_) = &wait;
  last_ = &wait;
  if (!armed_) arm();
}

void TimeoutLine::remove(Wait& wait) {
  (wait.before_ ? wait.before_->after_ : first_) = wait.after_;
  (wait.after_ ? wait.after_->before_ : last_) = wait.before_;
  wait.line_ = nullptr;
}

void TimeoutLine::arm() {
  armed_ = true;
  kernel_.at(first_->deadline_, [this] { fire(); });
}

/// `armed_` stays set meanwhile: whoever wakes may join the line, behind those that are due before.
void TimeoutLine::fire() {
  while (first_ && first_->deadline_ <= now()) {
    Wait& wait = *first_;
    remove(wait);
    wait.process_.accept(wait.token_, Outcome::timed_out);
  }
  if (first_) return arm();
  kernel_.timeouts_.erase(delay);  // destroys this line
}

// ---- PacketLine ---------------------------------------------------------------------------------
void PacketLine::add(const Parcel& parcel) {
  queue_.emplace_back(now() + delay, parcel);
  if (armed_) return;
  armed_ = true;
  kernel_.at(queue_[gone_].first, [this] { fire(); });
}

void PacketLine::fire() {
  while (gone_ < queue_.size() && queue_[gone_].first <= now()) {
    const Parcel parcel = queue_[gone_++].second;
    ++kernel_.packets;
    kernel_.deliver(parcel, true);
  }
  if (2 * gone_ >= queue_.size()) {  // seldom enough, and then few are left to move
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(gone_));
    gone_ = 0;
  }
  armed_ = !queue_.empty();
  if (armed_) kernel_.at(queue_[gone_].first, [this] { fire(); });
}

// ---- Kernel -------------------------------------------------------------------------------------
namespace {
/// SimGrid's engine; its arguments must outlive it. AddressSanitizer knows nothing of SimGrid's own
/// stacks, so under it every actor gets a thread.
void start_simgrid() {
  static char name[] = "spof", quiet[] = "--log=root.thres:critical";
  static char threads[] = "--cfg=contexts/factory:thread";
#ifdef SPOF_SANITIZED
  static char* arguments[] = {name, quiet, threads, nullptr};
#else
  static char* arguments[] = {name, quiet, nullptr, nullptr};
  (void)threads;
#endif
  static char** argv = arguments;
  static int argc = arguments[2] ? 3 : 2;
  static sg4::Engine* engine = new sg4::Engine(&argc, argv);  // lives as long as the OS process
  (void)engine;
  // CM02: the default, LV08, multiplies every latency by 13. No cross traffic: acknowledgements
  // cost up to 20 % more to simulate and change nothing on links far from full.
  for (const char* setting : {"network/model:CM02", "network/crosstraffic:0",
                              "contexts/stack-size:64", "network/TCP-gamma:0"})
    sg4::Engine::set_config(setting);
#ifdef SPOF_SANITIZED
  sg4::Engine::set_config("contexts/stack-size:1024");
#endif
}
}  // namespace

Kernel::Kernel(const PlatformSource& source) try
    : platform_((start_simgrid(), source)),
      activities_(
          agenda_, [this](const Parcel& one, bool whole) { deliver(one, whole); },
          solve_all || platform_.has_profiles()) {
  platform_.measure([this](std::string name) { return &gauge(std::move(name)); });
  platform_.disturbed = [this](Resource& link, bool cut) {
    cut ? activities_.fail(link) : activities_.hand_over(link);
  };
  sg4::Host::on_state_change_cb([this](const sg4::Host& host) {
    if (!host.is_on()) activities_.fail(host);
  });
} catch (const std::exception& error) {
  throw std::runtime_error(source.file + ": cannot be used as a platform: " + error.what());
}

void Kernel::add_timeout(double after, Wait& wait) { timeouts_.of(after, *this).add(wait); }

void Kernel::send(const Parcel& parcel, double extra_delay) {
  if (parcel.from == parcel.to && extra_delay <= 0) return carrier_->arrived(parcel);
  const Path& path = platform_.path(*parcel.from, *parcel.to);
  if (!platform_.can_reach(*parcel.from, *parcel.to)) return carrier_->lost(parcel);
  if (parcel.wire_bytes > segment_bytes && extra_delay <= 0)
    return activities_.transfer(parcel, path);
  for (Resource* link : path.links) link->carried(now(), parcel.wire_bytes);
  const double delay = path.latency + extra_delay;
  wires_.of(delay, *this).add(parcel);
}

void Kernel::clear_gauges(const std::string& process) {
  for (Gauge& one : gauges_)
    if (one.name().size() > process.size() && one.name()[process.size()] == '/' &&
        one.name().starts_with(process))
      one.set(0, 1);
}

/// Whether it has failed on its way, as SimGrid tells both ends at once, or cannot arrive: the real
/// ones hear nothing.
void Kernel::deliver(const Parcel& parcel, bool whole) {
  if (whole && platform_.can_reach(*parcel.from, *parcel.to))
    carrier_->arrived(parcel);
  else
    carrier_->lost(parcel);
}

}  // namespace spof::engine
