#include <algorithm>

#include "base/append_new.hpp"
#include "stack/app.hpp"

// What an application does with releases of its code base.
namespace spof::stack {

/// What lies on the disk when its workers import it. [APP-9]
void App::load_code() {
  const std::string before =
      std::exchange(version_, release.any() ? release.last() : std::string(options_.version));
  changes_ = !before.empty() && before != version_;
  release_ = release_of(version_);
  if (!keeps_assets_) machine().assets.clear();
  append_new(machine().assets, number_of_release(version_));
  answered_ = failed_ = 0;
}

/// SIGHUP: the master keeps its socket and starts new workers; the old ones take nothing more,
/// finish what they have accepted, and end. Until the new ones have imported the application
/// whoever comes waits in the backlog. [APP-13]
void App::reload() {
  ++reloads;
  ++generation_;
  load_code();
  for (Worker& worker : workers_) {
    retire(worker);
    worker.leaves = now();
  }
  for (Worker& worker : old_) worker.successor = nullptr;
  old_.splice(old_.end(), workers_);
  listener.limit = 0;
  for (const Worker& worker : old_) listener.limit += held_by(worker);
  hire();
  for (Worker& worker : workers_) start(import_into(worker));
}

double App::failed_share() const {
  return answered_ == 0 ? 0 : static_cast<double>(failed_) / static_cast<double>(answered_);
}

void App::count(const Worker& worker, const Body& request, const Body& answer) {
  if (request.verb == code(Verb::check)) return;
  if (worker.leaves < 0) {
    ++answered_;
    failed_ += answer.status >= 500;
  }
  if (!options_.releases.empty()) context_.recorder.answered(now(), worker.version);
}

const ReleaseOptions* App::release_of(const std::string& version) const {
  const auto found =
      std::ranges::find(options_.releases, version, &Named<ReleaseOptions>::value_type::first);
  return found == options_.releases.end() ? nullptr : &found->second;
}

/// `manage.py migrate`, from this host: one connection, one statement. [DB-27]
Task<> App::migrate(std::string version) {
  if (has_migrated(version) || migrations_.contains(version)) co_return;
  const engine::Jobs::Handle self = co_await Self{};
  migrations_.emplace(version, self);
  const bool is_done = co_await alter(version);
  migrations_.erase(version);
  say_migrated(version, is_done);
}

Task<bool> App::alter(std::string version) {
  const MigrationOptions& how = *release_of(version)->migration;
  const net::Address primary = resolve();
  net::Socket socket = co_await dial(primary, options_.database.connect_timeout);
  if (!socket) co_return false;
  const Cause refusal = co_await log_in(socket, tls_at(primary));
  if (refusal != Cause::none) co_return false;
  Body order;
  order.verb = code(Verb::order);
  const double patience = how.lock_wait_timeout.value_or(0);
  order.number = code(how.locks ? Command::alter_locking : Command::alter) |
                 static_cast<std::uint64_t>(patience * 1e3) << 8;
  order.bytes = 300;
  order.flags = net::keep_open;
  order.source = static_cast<std::uint32_t>(how.takes * 1e3);
  order.count = number_of_release(version);
  say({.what = What::migrating,
       .target = name(),
       .setting = how.locks ? 1 : 0,
       .version = version});
  for (;;) {
    const net::Reply reply = co_await ask(socket, order, 0);
    if (reply.outcome != Outcome::ok) co_return false;
    if (reply.body.status < 500) co_return true;
    co_await sleep_for(how.retry);
  }
}

void App::say_migrated(const std::string& version, bool is_done) {
  say({.what = What::migrated,
       .target = name(),
       .figure = is_done ? 0.0 : 1.0,
       .setting = release_of(version)->migration->locks ? 1 : 0,
       .version = version});
}

bool App::has_loaded(const std::string& one) const {
  return std::ranges::any_of(workers_, [&](const Worker& it) { return it.version == one; });
}

bool App::has_migrated(const std::string& to) const {
  const ReleaseOptions* one = release_of(to);
  return !one || !one->migration ||
         std::ranges::any_of(context_.migrations, [&](const auto& migration) {
           return migration.first == number_of_release(to);
         });
}

/// What a statement names that is not in every schema: as `number` of the request the release whose
/// migration brings it, and above that the one whose migration takes it away. A release is older
/// than those that stand behind it.
std::uint64_t App::names_in_statement(const Worker& worker) {
  std::uint64_t names = 0;
  if (worker.release && worker.release->migration &&
      luck_.chance(worker.release->migration->new_fails))
    names = number_of_release(worker.version);
  for (auto one = options_.releases.rbegin(); one != options_.releases.rend(); ++one) {
    const auto& [version, later] = *one;
    if (version == worker.version) break;
    if (later.migration && luck_.chance(later.migration->old_fails))
      return names | std::uint64_t{number_of_release(version)} << 16;
  }
  return names;
}

/// Whether a statement's connection is not given back: the next one opens another.
bool App::leaks(const Worker& worker) {
  return worker.release && luck_.chance(worker.release->leaks);
}

}  // namespace spof::stack
