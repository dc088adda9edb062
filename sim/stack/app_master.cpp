#include <algorithm>

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
  co_await compute(options_.import_time);
  if (is_stopping()) co_return;
  serves(worker);
  feed(worker);
  network().accept_waiting(listener);
}

/// SIGTERM. Threads: a connection wakes every process, or the end of the second for which it looks
/// for one; it closes the listening socket, finishes what it has begun, and needs a second to end
/// [APP-10]. Sync: processes without a request end, but the kernel takes connections as long as one
/// that has a request holds the socket, and resets them when that ends [APP-11]. After
/// graceful_timeout (30 s) they are killed. [APP-1]
void App::stop_cleanly() {
  constexpr double graceful_timeout = 30, look = 1, ending = 1;
  if (is_sync()) {
    listener.limit = 0;
    return stop_gracefully({.patience = graceful_timeout, .listens = graceful_timeout});
  }
  Random phase = stream(("stop " + std::to_string(epoch())).c_str());
  double last = 0;
  for (const Worker& worker : workers_)
    if (worker.ready) last = std::max(last, look * phase.uniform());
  stop_gracefully({.patience = graceful_timeout, .listens = last, .least = ending});
}

/// Gunicorn's arbiter looks every second and kills who is silent for too long: a sync worker while
/// it has a request; one with threads says each second that it lives. [APP-1]
Task<> App::arbiter() {
  for (;;) {
    looked_ = now();
    co_await sleep_for(1);
    std::vector<Worker*> silent;
    if (is_sync())
      for (Worker& worker : workers_)
        if (is_silent(worker)) silent.push_back(&worker);
    if (!silent.empty()) kill_workers(silent);
  }
}

bool App::is_silent(const Worker& worker) const {
  if (!worker.ready || worker.threads.empty()) return false;
  const double since = worker.threads.front()->busy_since;  // sync: its only one
  return since >= 0 && now() - since > options_.timeout;
}

/// All were stopped and go on at one date, and everybody's second is long over: the arbiter looks
/// at once, a worker says at once that it lives. Which of them the scheduler takes first is chance;
/// whom the arbiter finds still silent is killed. [APP-1]
void App::resumed() {
  if (now() - looked_ > options_.timeout) {
    const double arbiter = luck_.uniform();
    std::vector<Worker*> silent;
    for (Worker& worker : workers_)
      if (worker.ready && luck_.uniform() > arbiter) silent.push_back(&worker);
    if (!silent.empty()) kill_workers(silent);
  }
  Component::resumed();
}

/// It takes nothing more; of its threads those are left that have a request.
void App::retire(Worker& worker) {
  worker.ready = false;
  worker.idle.clear();
  worker.leaked.clear();
  std::erase_if(worker.threads, [](const auto& one) { return one->busy_since < 0; });
  for (const auto& busy : worker.threads) busy->killed = true;
}

}  // namespace spof::stack
