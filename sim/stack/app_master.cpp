#include <algorithm>
#include <cmath>

#include "stack/app.hpp"

// What Gunicorn's master does with its workers: starts them, watches them, ends them.
namespace spof::stack {

/// The master listens before its workers have imported the application: at first connections are
/// refused, then they wait in the backlog. [APP-12]
Task<> App::boot_master() {
  listener.open = false;
  co_await compute(options_.boot_time);
  if (is_stopping()) co_return;
  listener.open = true;
  for (Worker& worker : workers_) start(import_into(worker));
}

Task<> App::import_into(Worker& worker) {
  const std::uint32_t mine = generation_;
  co_await compute(options_.import_time);
  if (is_stopping() || mine != generation_) co_return;
  serves(worker);
  feed(worker);
  network().accept_waiting(listener);
}

/// SIGTERM. Threads: a connection wakes every process, or the end of the second for which it looks
/// for one; it closes the listening socket, finishes what it has begun, and needs a second to end
/// [APP-10]. Sync: processes without a request end, but the kernel takes connections as long as one
/// that has a request holds the socket, and resets them when that ends [APP-11]. Who was stopped
/// has looked for long enough when it goes on: the socket is closed at once [HA-49]. After
/// graceful_timeout they are killed. [APP-1]
void App::stop_cleanly() {
  constexpr double look = 1;
  const double ending = is_hung() ? 0.5 : 1;
  const double patience = options_.graceful_timeout;
  if (is_sync()) {
    constexpr double of_each = 0.3, of_master = 0.13;  // to end a process' interpreter, on a core
    const double at_once = std::ceil(double(options_.processes) / machine().cores());
    listener.limit = 0;
    return stop_gracefully(
        {.patience = patience, .listens = patience, .least = of_master + of_each * at_once});
  }
  Random phase = stream(("stop " + std::to_string(epoch())).c_str());
  double last = 0;
  for (const Worker& worker : workers_)
    if (worker.ready && !is_hung()) last = std::max(last, look * phase.uniform());
  stop_gracefully({.patience = patience, .listens = last, .least = ending});
}

/// Gunicorn's arbiter looks every second and kills who is silent for too long: a sync worker while
/// it has a request; one with threads says each second that it lives, until it was told to end.
/// [APP-1] Old ones that have finished are gone. [APP-13]
Task<> App::arbiter() {
  for (;;) {
    looked_ = now();
    co_await sleep_for(1);
    std::vector<Worker*> silent;
    for (auto* list : {&workers_, &old_})
      for (Worker& worker : *list)
        if (is_silent(worker)) silent.push_back(&worker);
    if (!silent.empty()) kill_workers(silent);
    std::erase_if(old_, [](const Worker& one) { return held_by(one) == 0; });
  }
}

bool App::is_silent(const Worker& worker) const {
  if (!worker.ready || worker.threads.empty()) return false;
  const double since = is_sync() ? worker.threads.front()->busy_since : worker.leaves;
  return since >= 0 && now() - since > options_.timeout;
}

/// All were stopped and go on at one date, and everybody's second is long over: the arbiter looks
/// at once, a worker says at once that it lives. Which of them the scheduler takes first is chance;
/// whom the arbiter finds still silent is killed. [APP-1]
void App::resumed() {
  if (now() - looked_ > options_.timeout && !is_stopping()) {
    const double arbiter = luck_.uniform();
    std::vector<Worker*> silent;
    for (Worker& worker : workers_)
      if (worker.ready && luck_.uniform() > arbiter) silent.push_back(&worker);
    if (!silent.empty()) kill_workers(silent);
  }
  Component::resumed();
}

/// New processes, which have not imported anything yet.
void App::hire() {
  for (int i = 0; i < options_.processes; ++i) hire_one();
}

App::Worker& App::hire_one() {
  Worker& worker = workers_.emplace_back();
  worker.version = version_;
  worker.release = release_;
  if (options_.max_requests > 0)
    worker.left = options_.max_requests + luck_.below(options_.max_requests_jitter + 1);
  return worker;
}

/// It has served its last request: it takes nothing more and ends when it has finished what it has
/// accepted; only then the master starts another. [APP-18]
void App::spend(Worker& worker) {
  const auto self = std::ranges::find(workers_, &worker, [](Worker& one) { return &one; });
  retire(worker);
  worker.leaves = now();
  listener.limit -= connections_per_process() - held_by(worker);
  old_.splice(old_.end(), workers_, self);
  worker.successor = &hire_one();
  worker.successor->succeeds = true;
  if (std::ranges::none_of(workers_, &Worker::ready))
    say({.what = What::worker_killed, .target = name(), .setting = 1});
}

Task<> App::succeed(Worker& worker) {
  constexpr double reaped = 0.08;
  const std::uint32_t mine = generation_;
  co_await sleep_for(reaped);
  if (mine == generation_) co_await import_into(worker);
}

/// Requests that it has accepted.
int App::held_by(const Worker& worker) {
  return static_cast<int>(worker.threads.size() - worker.idle.size() + worker.queue.size());
}

/// It takes nothing more; of its threads those are left that have a request.
void App::retire(Worker& worker) {
  worker.idle.clear();
  worker.leaked.clear();
  std::erase_if(worker.threads, [](const auto& one) { return one->busy_since < 0; });
  for (const auto& busy : worker.threads) busy->killed = true;
}

}  // namespace spof::stack
