#include "engine/kernel.hpp"

#include <xbt/log.h>

#include <algorithm>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>
#include <stdexcept>

#include "engine/process.hpp"

namespace spof::engine {
namespace sg4 = simgrid::s4u;
using simgrid::kernel::timer::Timer;

double now() { return sg4::Engine::get_clock(); }

/// Work in progress in SimGrid, and whom to tell of its end: a parcel's carrier or a waiting
/// coroutine.
struct Operation {
  Kernel* kernel = nullptr;
  sg4::ActivityPtr activity;
  Token token;
  Parcel parcel;
};

// ---- Agenda -------------------------------------------------------------------------------------
void Agenda::add(double date, std::function<void()> action) {
  heap_.push_back({date, added_++, std::move(action)});
  std::push_heap(heap_.begin(), heap_.end());
  if (!firing_) arm();
}

void Agenda::arm() {
  if (heap_.empty()) return;
  const double first = heap_.front().date;
  if (timer_ && armed_for_ <= first) return;
  if (timer_) timer_->remove();
  armed_for_ = first;
  timer_ = Timer::set(first, [this] { fire(); });
}

void Agenda::fire() {
  timer_ = nullptr;
  firing_ = true;
  while (!heap_.empty() && heap_.front().date <= now()) {
    std::pop_heap(heap_.begin(), heap_.end());
    const std::function<void()> action = std::move(heap_.back().action);
    heap_.pop_back();
    action();
  }
  firing_ = false;
  arm();
}

// ---- TimeoutLine --------------------------------------------------------------------------------
void TimeoutLine::add(Wait& wait) {
  wait.line_ = this;
  wait.deadline_ = now() + delay_;
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
  kernel_.timeouts_.erase(kernel_.timeouts_.find(delay_));  // destroys this line
}

// ---- PacketLine ---------------------------------------------------------------------------------
void PacketLine::add(const Parcel& parcel) {
  queue_.emplace_back(now() + delay_, parcel);
  if (armed_) return;
  armed_ = true;
  kernel_.at(queue_.front().first, [this] { fire(); });
}

void PacketLine::fire() {
  while (!queue_.empty() && queue_.front().first <= now()) {
    const Parcel parcel = queue_.front().second;
    queue_.pop_front();
    kernel_.deliver(parcel);
  }
  armed_ = !queue_.empty();
  if (armed_) kernel_.at(queue_.front().first, [this] { fire(); });
}

// ---- Kernel -------------------------------------------------------------------------------------
/// SimGrid completes a cancelled activity once more, as late as in the round of the next date: an
/// activity is freed two dates after its burial.
struct Kernel::Graveyard {
  double date = 0, before = 0;  ///< the dates of the last two sweeps
  std::deque<std::pair<double, sg4::ActivityPtr>> graves;
  void sweep() {
    if (now() > date) before = std::exchange(date, now());
    while (!graves.empty() && graves.front().first < before) graves.pop_front();
  }
  void bury(sg4::ActivityPtr&& activity) { graves.emplace_back(now(), std::move(activity)); }
};

struct Completion {
  static void heard(const sg4::Activity& constant) {
    auto& activity = const_cast<sg4::Activity&>(constant);
    auto* operation = activity.get_data<Operation>();
    if (!operation) return;
    activity.set_data(nullptr);
    operation->kernel->completed(operation, activity.get_state() == sg4::Activity::State::FINISHED);
  }
};

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
  sg4::Activity::on_completion_cb([](const sg4::Activity& one) { Completion::heard(one); });
}
}  // namespace

Kernel::Kernel(const PlatformSource& source) : graveyard_(new Graveyard) {
  start_simgrid();
  try {
    platform_ = std::make_unique<Platform>(source);
  } catch (const std::exception& error) {
    throw std::runtime_error(source.file + ": cannot be used as a platform: " + error.what());
  }
}
Kernel::~Kernel() = default;

void Kernel::run_until(Seconds horizon) {
  // Not an actor that sleeps until then: it would die with its host, and every daemon with it.
  sg4::Engine::get_instance()->run_until(horizon);
}

void Kernel::at(double date, std::function<void()> action) { agenda_.add(date, std::move(action)); }

void Kernel::add_timeout(double after, Wait& wait) {
  timeouts_.try_emplace(after, after, *this).first->second.add(wait);
}

void Kernel::send(const Parcel& parcel, double extra_delay) {
  if (parcel.from == parcel.to && extra_delay <= 0) return carrier_->arrived(parcel);
  const Path& path = platform_->path(*parcel.from, *parcel.to);
  if (!platform_->can_reach(*parcel.from, *parcel.to)) return carrier_->lost(parcel);
  if (parcel.wire_bytes > segment_bytes && extra_delay <= 0) return transfer(parcel);
  const double delay = path.latency + extra_delay;
  wires_.try_emplace(delay, delay, *this).first->second.add(parcel);
}

void Kernel::deliver(const Parcel& parcel) {
  ++packets;
  if (platform_->can_reach(*parcel.from, *parcel.to))
    carrier_->arrived(parcel);
  else
    carrier_->lost(parcel);
}

void Kernel::transfer(const Parcel& parcel) {
  ++transfers;
  Operation* operation = new_operation();
  operation->parcel = parcel;
  auto comm = sg4::Comm::sendto_init();
  comm->set_data(operation);
  operation->activity = comm;
  comm->set_payload_size(static_cast<std::uint64_t>(parcel.wire_bytes))
      ->set_source(parcel.from->host())
      ->set_destination(parcel.to->host());  // starts it
}

Operation* Kernel::execute(sg4::Host* host, double amount, const Token& token) {
  if (!host->is_on()) return nullptr;
  ++computations;
  Operation* operation = new_operation();
  operation->token = token;
  auto exec = sg4::Exec::init();
  exec->set_data(operation);
  operation->activity = exec;
  exec->set_flops_amount(amount)->set_host(host)->start();
  return operation;
}

Operation* Kernel::new_operation() {
  ++in_service_;
  graveyard_->sweep();
  if (free_.empty()) {
    operations_.push_back(std::make_unique<Operation>());
    operations_.back()->kernel = this;
    return operations_.back().get();
  }
  Operation* operation = free_.back();
  free_.pop_back();
  operation->token = {};
  return operation;
}

void Kernel::cancel(Operation* operation) {
  --in_service_;
  sg4::ActivityPtr activity = std::move(operation->activity);
  free_.push_back(operation);
  activity->set_data(nullptr);  // cancel() completes a computation twice
  activity->cancel();
  graveyard_->bury(std::move(activity));
}

void Kernel::completed(Operation* operation, bool finished) {
  --in_service_;
  graveyard_->bury(std::move(operation->activity));
  const Token token = operation->token;
  const Parcel parcel = operation->parcel;
  free_.push_back(operation);
  if (token.process) {
    Wait* wait = token.process->find(token);
    if (!wait) return;
    wait->operation_ = nullptr;
    if (finished) token.process->accept(token);
  } else if (finished && platform_->can_reach(*parcel.from, *parcel.to)) {
    carrier_->arrived(parcel);
  } else {  // SimGrid tells both ends at once; the real ones hear nothing
    carrier_->lost(parcel);
  }
}

}  // namespace spof::engine
