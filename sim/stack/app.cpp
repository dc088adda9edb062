#include "stack/app.hpp"

#include <algorithm>

#include "base/append_new.hpp"
#include "stack/haproxy_options.hpp"
#include "stack/mysql_options.hpp"

namespace spof::stack {

/// Awaitable: a thread of one worker process, now or when one is free.
class App::Turn : public engine::Wait {
 public:
  Turn(App& app, Worker& worker, engine::Jobs::Handle job)
      : Wait(app), app_(app), worker_(worker), job_(job) {}
  ~Turn() override {
    if (thread_ && !app_.is_dying()) app_.give_thread(worker_, *thread_);
  }
  bool await_ready() { return (thread_ = app_.take_thread(worker_, job_)) != nullptr; }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    open();
    worker_.queue.push_back(token_);
    app_.measure();
  }
  Thread* await_resume() { return std::exchange(thread_, nullptr); }

 private:
  friend class App;
  App& app_;
  Worker& worker_;
  engine::Jobs::Handle job_;
  Thread* thread_ = nullptr;
};

/// Holds a thread for the time of one request.
class App::Lease {
 public:
  Lease(App& app, Worker& worker, Thread& thread) : app_(app), worker_(worker), thread_(thread) {}
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    if (!app_.is_dying()) app_.give_thread(worker_, thread_);
  }

 private:
  App& app_;
  Worker& worker_;
  Thread& thread_;
};

// Python computes on one thread of a process at a time (the interpreter lock): as many cores as
// processes.
App::App(Context& context, engine::Machine& machine, const AppOptions& options)
    : Component(context, "app", machine, options.processes, AppOptions::port),
      options_(options),
      random_(stream("demand")),
      luck_(stream("accept")),
      threads_in_use_(kernel().gauge(name() + "/threads")) {
  listener.backlog = std::min(options.backlog, 4096);  // somaxconn [TCP-4]
  listener.is_unix = options.listen == Listen::unix_socket;
  listener.idle_timeout = options.keepalive;  // [APP-14]
  machine.assets.push_back(number_of_release(options.version));
  listen(AppOptions::control_port, [this](const Message& message) { return obey(message); });
}

/// A manager's word about another primary: no request of a user, it needs no thread. Whoever read
/// from the old primary reads from the new one.
Task<> App::obey(const Message& message) {
  net::Exchange exchange(*this, message);
  const Body order = exchange.request();
  exchange.answer(success(order, 100));
  const std::string next = "mysql@" + network().fabric().name(order.source);
  const std::uint32_t old = primary_.ip;
  write_to(next, "a manager of the databases");
  for (net::Address& reader : readers_)
    if (reader.ip == old) reader = primary_;
  if (order.number == code(Command::write_to_restart))
    kernel().at(now(), [this] {
      stop_cleanly();
      boot();
    });
  co_return;
}

/// Who connects to the primary asks where its name leads, or has a copy of that record [DNS-4]; who
/// is connected does not ask. [APP-15]
net::Address App::resolve() {
  if (now() < copied_until_) return leads_to_;
  copied_until_ = now() + options_.database.name_ttl;
  const auto record = context_.records.find(address().ip);
  if (record == context_.records.end() || record->second == leads_to_) return leads_to_;
  leads_to_ = record->second;
  say({.what = What::write_to,
       .target = "mysql@" + network().fabric().name(leads_to_.ip),
       .version = "its name, when it connects"});
  return leads_to_;
}

void App::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires)
    if (wire.purpose == Purpose::write)
      primary_ = leads_to_ = address_of(wire);
    else
      readers_.push_back(address_of(wire));
}

/// The processes look their primary up for each statement, so that old connections idle on.
void App::command(const std::string& verb, const std::string& object, engine::Hold) {
  if (verb == "write_to") write_to(object, "an operator");
  if (verb == "reload" && is_ready()) reload();
  if (verb == "migrate" && is_alive()) start(migrate(object));
  if (verb == "stop_migrating")
    if (const auto one = migrations_.extract(object)) {
      cancel(one.mapped());
      say_migrated(object, false);
    }
  if (verb != "assets") return;
  keeps_assets_ = true;
  append_new(machine().assets, number_of_release(object));
}

void App::write_to(const std::string& database, const char* by) {
  primary_ = leads_to_ = address_of(database, MysqlOptions::port);
  if (options_.database.read_from == ReadFrom::primary) readers_ = {primary_};
  say({.what = What::write_to, .target = database, .version = by});
}

bool App::is_ready() const {
  return Daemon::is_ready() &&
         std::ranges::any_of(workers_, [](const Worker& one) { return one.ready; });
}

std::size_t App::kept_connections() const {
  std::size_t kept = 0;
  for (const auto* list : {&workers_, &old_})
    for (const Worker& worker : *list) {
      kept += worker.leaked.size();
      for (const Pool& pool : worker.pools) kept += pool.idle.size();
      for (const auto& thread : worker.threads)
        for (const Kept& one : thread->sockets) kept += one.socket ? 1 : 0;
    }
  return kept;
}

void App::started() {
  Daemon::started();  // it says itself when it serves
  workers_.clear();
  old_.clear();
  load_code();
  hire();
  listener.limit = 0;
  start(arbiter());
  if (epoch() > 1) return start(boot_master());
  for (Worker& worker : workers_) serves(worker);
}

/// Its migrations end with it. Not modelled: that `manage.py` is a process beside it.
void App::ended(bool silently) {
  for (const auto& [version, job] : std::exchange(migrations_, {})) say_migrated(version, false);
  Component::ended(silently);
}

/// The first one that does makes the application serve.
void App::serves(Worker& worker) {
  const auto is_ready = [](const Worker& one) { return one.ready; };
  const bool first = std::none_of(workers_.begin(), workers_.end(), is_ready) &&
                     !std::exchange(worker.succeeds, false);
  worker.ready = true;
  listener.limit += connections_per_process();
  if (!first) return;
  const bool changed = std::exchange(changes_, false);
  if ((epoch() > 1 || reloads > 0) && !changed) say({.what = What::serving, .target = name()});
  const bool has_bug =
      release_ && (release_->errors > 0 || release_->fails_check || release_->leaks > 0);
  say({.what = changed ? What::deployed : What::release,
       .target = name(),
       .setting = has_bug ? 1 : 0,
       .version = version_});
}

/// One is free, or may be made.
bool App::has_thread(const Worker& worker) const {
  return worker.ready &&
         (!worker.idle.empty() || static_cast<int>(worker.threads.size()) < threads_per_process());
}

/// Whichever process wakes first accepts. A sync process accepts only when it is free.
App::Worker& App::choose_worker() {
  const std::size_t first = luck_.below(workers_.size());
  const auto worker = [&](std::size_t i) {
    return std::next(workers_.begin(), static_cast<std::ptrdiff_t>((first + i) % workers_.size()));
  };
  for (std::size_t i = 0; i < workers_.size(); ++i)
    if (is_sync() ? has_thread(*worker(i)) : worker(i)->ready) return *worker(i);
  return *worker(0);
}

App::Thread* App::take_thread(Worker& worker, engine::Jobs::Handle job) {
  if (!has_thread(worker)) return nullptr;
  if (worker.idle.empty()) {
    worker.threads.push_back(std::make_unique<Thread>());
    worker.idle.push_back(worker.threads.back().get());
  }
  Thread* thread = worker.idle.front();
  worker.idle.pop_front();
  thread->busy_since = now();
  thread->job = job;
  measure();
  return thread;
}

/// A thread is taken as long as its request is, whether it computes or waits for the database.
void App::measure() {
  std::size_t taken = 0, waiting = 0;
  for (const auto* list : {&workers_, &old_})
    for (const Worker& worker : *list) {
      taken += worker.threads.size() - worker.idle.size();
      waiting += worker.queue.size();
    }
  const auto processes = static_cast<int>(workers_.size() + old_.size());
  threads_in_use_.set(static_cast<double>(taken), processes * threads_per_process(), waiting);
}

void App::give_thread(Worker& worker, Thread& thread) {
  thread.busy_since = -1;
  worker.idle.push_back(&thread);
  feed(worker);
  if (thread.killed && thread.busy_since < 0) {
    std::erase(worker.idle, &thread);
    std::erase_if(worker.threads, [&](const auto& one) { return one.get() == &thread; });
  }
  if (worker.successor && held_by(worker) == 0)
    start(succeed(*std::exchange(worker.successor, nullptr)));
  measure();
}

/// Gives threads to requests that wait for one.
void App::feed(Worker& worker) {
  while (!worker.queue.empty()) {
    auto* turn = static_cast<Turn*>(find(worker.queue.front()));
    if (turn && !(turn->thread_ = take_thread(worker, turn->job_))) return;
    if (turn) accept(worker.queue.front());
    worker.queue.pop_front();
  }
}

Task<> App::serve(const Message& message) {
  if (is_stopping() && !is_sync()) listener.open = false;
  net::Exchange exchange(*this, message);
  if (is_sync()) exchange.close_after();  // [APP-14]
  const engine::Jobs::Handle job = co_await Self{};
  Worker& worker = choose_worker();
  Thread* thread = co_await Turn(*this, worker, job);
  const Lease lease(*this, worker, *thread);
  if (worker.left > 0 && --worker.left == 0 && worker.leaves < 0) spend(worker);
  Body answer = co_await execute(worker, *thread, exchange.request());
  answer.count = number_of_release(worker.version);
  count(worker, exchange.request(), answer);
  if (worker.leaves >= 0) --listener.limit;  // its place is nobody's
  co_await respond(exchange, answer, 0);
}

/// The business logic: some computing, then at most one statement.
Task<Body> App::execute(Worker& worker, Thread& thread, Body request) {
  if (is_struck()) co_return failure(request, errors.last().status, Cause::injected);
  const RequestClass& wanted = class_of(request);
  if (request.verb == code(Verb::check)) {
    co_await compute(options_.page_cpu.draw(random_));
    const auto asked = static_cast<AnsweredBy>(request.number);
    if (worker.release && worker.release->fails_check)
      co_return failure(request, worker.release->status, Cause::bad_release);
    if (asked < AnsweredBy::database) co_return success(request, 200);
    request.verb = code(Verb::ping);
    co_return co_await query(worker, thread, asked == AnsweredBy::primary ? primary_ : reader(),
                             request);
  }
  const ReleaseOptions* code_base = worker.release;
  co_await compute(wanted.cpu.app.draw(random_) * (code_base ? code_base->cost : 1));
  if (code_base && code_base->errors > 0 && luck_.chance(code_base->errors))
    co_return failure(request, code_base->status, Cause::bad_release);
  if (const double pause = wanted.sleep.draw(random_); pause > 0) co_await sleep_for(pause);
  if (wanted.kind <= RequestKind::page) co_return success(request, wanted.response);
  request.number = names_in_statement(worker);
  request.verb = code(Verb::query);
  const bool writes = wanted.kind == RequestKind::write;
  Body answer = co_await query(worker, thread, writes ? primary_ : reader(), request);
  if (answer.status < 400) answer.bytes = wanted.response;
  co_return answer;
}

net::Address App::reader() { return readers_[turn_++ % readers_.size()]; }

/// SIGKILL: what they have accepted dies with them; new ones take their place. Nothing is accepted
/// before all of that is gone: who is left would go on in the midst of it.
void App::kill_workers(const std::vector<Worker*>& silent) {
  std::vector<engine::Jobs::Handle> dying;
  for (Worker* worker : silent) {
    say({.what = What::worker_killed, .target = name()});
    listener.limit -= worker->leaves < 0 ? connections_per_process() : held_by(*worker);
    for (const auto& thread : worker->threads)
      if (thread->busy_since >= 0) dying.push_back(thread->job);
    for (const Token& token : std::exchange(worker->queue, {}))
      if (const auto* turn = static_cast<Turn*>(find(token))) dying.push_back(turn->job_);
    retire(*worker);
    worker->ready = false;
  }
  if (std::ranges::none_of(workers_, &Worker::ready)) ++reloads;  // the last was among them
  const int left = std::exchange(listener.limit, 0);
  for (const engine::Jobs::Handle job : dying) cancel(job);  // its lease gives the thread back
  for (Worker* worker : silent) worker->pools.clear();
  listener.limit = left;
  for (Worker* worker : silent)
    if (worker->leaves < 0) start(import_into(*worker));
}

std::unique_ptr<Component> AppOptions::build(Context& context, engine::Machine& machine,
                                             const AppOptions& options) {
  return std::make_unique<App>(context, machine, options);
}

}  // namespace spof::stack
