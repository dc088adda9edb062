#include "engine/activities.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <simgrid/kernel/resource/NetworkModelIntf.hpp>
#include <simgrid/s4u.hpp>
#include <utility>

#include "engine/process.hpp"

namespace spof::engine {
namespace sg4 = simgrid::s4u;

struct Operation {
  Activities* activities;
  const Resources* uses = nullptr;
  Token token;                     ///< of a computation
  const Path* path = nullptr;      ///< of a transfer
  Processor* processor = nullptr;  ///< of a computation
  Parcel parcel;
  double amount = 0;  ///< flops or bytes, when it begins to use what it uses
  double rate = 0;    ///< a second, when it is alone
  double end = 0;
  double since = 0;  ///< it uses what it uses
  bool is_alone = false, is_solved = false;
  std::uint64_t change = 0;  ///< number of what it last came to
  sg4::ActivityPtr activity;
  bool is_on(const sg4::Host& host) const {
    return path ? parcel.from->host() == &host || parcel.to->host() == &host
                : processor->host == &host;
  }
};

/// SimGrid completes a cancelled activity once more, as late as in the round of the next date: an
/// activity is freed two dates after its burial.
struct Activities::Graveyard {
  double date = 0, before = 0;  ///< the dates of the last two sweeps
  std::deque<std::pair<double, sg4::ActivityPtr>> graves;
  void sweep() {
    const double today = sg4::Engine::get_clock();
    if (today > date) before = std::exchange(date, today);
    while (!graves.empty() && graves.front().first < before) graves.pop_front();
  }
  void bury(sg4::ActivityPtr&& activity) {
    graves.emplace_back(sg4::Engine::get_clock(), std::move(activity));
  }
};

namespace {

/// A transfer that SimGrid gets has its latency behind it; nearly none is left. (With none at all
/// SimGrid would share as if the path had no latency.) Of several at one date those that go another
/// way have a little more left than the last, for SimGrid 3.32 overlooks some of the links of flows
/// that begin to share in one step: it looks at what is connected with a flow's first link, and not
/// even at that if another flow has changed this link in this step.
double latency_left(double date, const Resources* way) {
  static double last_date = -1;
  static const Resources* last_way = nullptr;
  static int ways = 0;
  if (date != std::exchange(last_date, date))
    ways = 0;
  else if (way != last_way)
    ++ways;
  last_way = way;
  const double step = std::max(2e-9, date * 1e-15);  // two of surf/precision; some of the date's
  return ways == 0 ? 1e-300 : ways * step;
}
double latency_share = 0;  ///< of the transfer that starts now

}  // namespace

struct Completion {
  static void heard(const sg4::Activity& constant) {
    auto& activity = const_cast<sg4::Activity&>(constant);
    auto* operation = activity.get_data<Operation>();
    if (!operation) return;
    activity.set_data(nullptr);
    Agenda::catch_up();
    operation->activities->ended(*operation,
                                 activity.get_state() == sg4::Activity::State::FINISHED);
  }
};

Activities::Activities(Agenda& agenda, Carried carried, bool solve_all)
    : agenda_(agenda),
      carried_(std::move(carried)),
      solve_all_(solve_all),
      graveyard_(new Graveyard) {
  sg4::Activity::on_completion_cb([](const sg4::Activity& one) { Completion::heard(one); });
  if (solve_all_) agenda_.in_simgrid(1);
  sg4::Engine::get_instance()->get_netzone_root()->get_network_model()->set_lat_factor_cb(
      [](auto&&...) { return latency_share; });
}
Activities::~Activities() = default;

Operation& Activities::fresh(const Resources& uses) {
  if (free_.empty()) {
    operations_.push_back(std::make_unique<Operation>());
    operations_.back()->activities = this;
    free_.push_back(operations_.back().get());
  }
  Operation& one = *free_.back();
  free_.pop_back();
  one.uses = &uses;
  one.change = ++changes_;
  return one;
}

template <void (Activities::*action)(Operation&)>
std::function<void()> Activities::unless_changed(Operation& one) {
  return [&one, change = one.change] {
    if (one.change == change) (one.activities->*action)(one);
  };
}

Operation* Activities::compute(Processor& processor, double amount, const Token& token) {
  if (!processor.host->is_on()) return nullptr;
  Operation& one = fresh(processor.itself);
  one.token = token;
  one.processor = &processor;
  one.path = nullptr;
  one.amount = amount;
  begin(one);
  return &one;
}

void Activities::transfer(const Parcel& parcel, const Path& path) {
  Operation& one = fresh(path.links);
  one.token = {};
  one.path = &path;
  one.parcel = parcel;
  one.amount = std::floor(parcel.wire_bytes);
  if (solve_all_ || path.latency <= 0 || parcel.follows) return begin(one);
  agenda_.add(now() + path.latency, unless_changed<&Activities::begin>(one));
}

void Activities::begin(Operation& one) {
  one.since = now();
  one.rate = one.path ? one.path->bandwidth : one.processor->speed;
  const bool fits = one.rate > 0 && std::all_of(one.uses->begin(), one.uses->end(),
                                                [](auto* each) { return each->has_place(); });
  if (fits && !solve_all_) return run_alone(one);
  for (const Resource* each : *one.uses)
    if (!each->has_place()) hand_over(*each);
  solve(one);
}

void Activities::run_alone(Operation& one) {
  one.is_alone = true;
  one.end = now() + one.amount / one.rate;
  for (Resource* each : *one.uses) {
    each->alone.push_back(&one);
    each->measure();
  }
  agenda_.add(one.end, unless_changed<&Activities::finished>(one));
}

void Activities::hand_over(const Resource& resource) {
  const std::vector<Operation*> alone = resource.alone;
  for (Operation* one : alone) hand_over(*one);
}

/// What ends at this date, as SimGrid sees dates, may as well end by itself.
void Activities::hand_over(Operation& one) {
  constexpr double precision = 1e-9;  // surf/precision
  if (one.end - now() <= precision) return;
  one.amount = (one.end - now()) * one.rate;
  leave(one);
  solve(one);
}

void Activities::solve(Operation& one) {
  one.is_solved = true;
  for (Resource* each : *one.uses) {
    ++each->solved;
    each->measure();
  }
  agenda_.in_simgrid(1);
  agenda_.with_simgrid(unless_changed<&Activities::start>(one));
}

void Activities::start(Operation& one) {
  ++solved;
  graveyard_->sweep();
  if (one.path) {
    latency_share = solve_all_ && !one.parcel.follows
                        ? 1
                        : latency_left(now(), one.uses) / std::max(one.path->latency, 1e-9);
    auto comm = sg4::Comm::sendto_init();
    comm->set_data(&one);
    one.activity = comm;
    comm->set_payload_size(static_cast<std::uint64_t>(std::max(1.0, std::round(one.amount))))
        ->set_source(one.parcel.from->host())
        ->set_destination(one.parcel.to->host());  // starts it
  } else {
    auto exec = sg4::Exec::init();
    exec->set_data(&one);
    one.activity = exec;
    exec->set_flops_amount(one.amount)->set_host(one.processor->host)->start();
  }
}

/// In the order in which they began. Whom it concerns hears of it when the change is complete.
template <class Hit>
void Activities::fail_each(Hit is_hit) {
  std::vector<Operation*> hit;
  for (const auto& one : operations_)
    if (one->uses && !one->activity && is_hit(*one)) hit.push_back(one.get());
  std::ranges::sort(hit, [](auto* a, auto* b) { return a->change < b->change; });
  for (Operation* one : hit) {
    keep_left(*one);
    leave(*one);
    agenda_.add(now(), unless_changed<&Activities::failed>(*one));
  }
}

void Activities::fail(const Resource& link) {
  fail_each([&link](const Operation& one) {
    return std::find(one.uses->begin(), one.uses->end(), &link) != one.uses->end();
  });
}

void Activities::fail(const sg4::Host& host) {
  fail_each([&host](const Operation& one) { return one.is_on(host); });
}

/// Uses nothing any more; whatever it was to come to does not happen.
void Activities::leave(Operation& one) {
  if (std::exchange(one.is_alone, false))
    for (Resource* each : *one.uses) std::erase(each->alone, &one);
  if (std::exchange(one.is_solved, false)) {
    for (Resource* each : *one.uses) --each->solved;
    agenda_.in_simgrid(-1);
  }
  for (Resource* each : *one.uses) each->measure();
  one.change = ++changes_;
}

void Activities::retire(Operation& one) {
  leave(one);
  one.uses = nullptr;
  if (one.activity) graveyard_->bury(std::move(one.activity));
  one.activity = nullptr;
  free_.push_back(&one);
}

void Activities::cancel(Operation* operation) {
  if (operation->activity) {
    operation->activity->set_data(nullptr);  // cancel() completes a computation twice
    operation->activity->cancel();
  }
  retire(*operation);
}

/// What a transfer that fails has still to carry. Within its latency none has arrived.
void Activities::keep_left(Operation& one) {
  if (!one.path) return;
  const double left = one.is_alone   ? (one.end - now()) * one.rate
                      : one.activity ? one.activity->get_remaining()
                                     : one.parcel.wire_bytes;
  one.parcel.moved = one.parcel.moved || left < one.parcel.wire_bytes;
  one.parcel.wire_bytes = std::clamp(left, 1.0, one.parcel.wire_bytes);
}

void Activities::ended(Operation& one, bool finished) {
  const Token token = one.token;
  const bool is_transfer = one.path;
  if (!finished && one.activity) keep_left(one);
  if (is_transfer && finished)
    for (Resource* each : *one.uses) each->carried(one.since, one.parcel.wire_bytes);
  const Parcel parcel = one.parcel;
  retire(one);
  if (is_transfer) return carried_(parcel, finished);
  Wait* wait = token.process->find(token);
  if (!wait) return;
  wait->operation_ = nullptr;
  if (finished) token.process->accept(token);
}

}  // namespace spof::engine
