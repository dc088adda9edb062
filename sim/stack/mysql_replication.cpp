#include <algorithm>

#include "stack/mysql.hpp"

namespace spof::stack {
namespace {

constexpr std::uint64_t largest_event_group = 1000;  // transactions in one answer to a replica
constexpr std::uint64_t largest_batch = 16;          // transactions that the applier takes at once
constexpr std::size_t longest_log = 1'000'000;       // beyond, only positions are known

}  // namespace

// ---- On the primary -----------------------------------------------------------------------------
/// The dump thread: answers with the events after the replica's position, or, when there are none
/// for half its net_timeout, with a heartbeat. [DB-8] [DB-12]
Task<Body> Mysql::dump(Body request) {
  const double heartbeat = options_.net_timeout / 2;
  // A replica that has more than its restarted primary: the tail of the binary log was lost. [DB-4]
  if (request.number > committed_) co_return failure(request, 500, Cause::db_lost);
  while (request.number == committed_) {
    const Outcome outcome = co_await engine::Enlisted(*this, dumps_, heartbeat);
    if (outcome == Outcome::timed_out) break;
  }
  const std::uint64_t count = std::min(committed_ - request.number, largest_event_group);
  Body answer = success(request, 60);
  for (std::uint64_t i = 0; i < count; ++i)
    if (const Entry* event = entry(request.number + i))
      answer.bytes += static_cast<double>(event->bytes);
  answer.number = request.number + count;
  answer.count = static_cast<std::uint16_t>(count);
  co_return answer;
}

void Mysql::wake_dumps() {
  trim_log();
  for (const Token& one : std::exchange(dumps_, {})) accept(one);
}

/// Forgets what every replica has applied.
void Mysql::trim_log() {
  std::uint64_t needed = committed_;
  for (const Mysql* replica : replicas_) needed = std::min(needed, replica->committed_);
  while (!log_.empty() && (log_start_ < needed || log_.size() > longest_log)) {
    log_.pop_front();
    ++log_start_;
  }
  if (log_.empty()) log_start_ = committed_;
}

const Mysql::Entry* Mysql::entry(std::uint64_t position) const {
  if (position < log_start_ || position - log_start_ >= log_.size()) return nullptr;
  return &log_[position - log_start_];
}

// ---- On the replica -----------------------------------------------------------------------------
/// The I/O thread. A lost connection is opened again at once, then every connect_retry. [DB-12]
Task<> Mysql::fetch_log() {
  for (bool first = true;; first = false) {
    net::Socket link = co_await dial(primary_->address(), options_.net_timeout);
    if (link) {
      fetching_ = true;
      if (!first) say({.what = What::replication_started, .target = primary_->name()});
      while (co_await fetch_once(link)) {
      }
      fetching_ = false;
    } else {
      co_await sleep_for(options_.connect_retry);
    }
  }
}

/// Asks for the next events; false when the connection is of no use any more.
Task<bool> Mysql::fetch_once(net::Socket& link) {
  Body request;
  request.verb = code(Verb::dump);
  request.number = received_;
  request.bytes = 60;
  request.flags = net::keep_open;
  net::Reply events = co_await ask(link, request, options_.net_timeout);
  if (events.outcome != Outcome::ok) {
    const bool silent = events.outcome == Outcome::timed_out;
    say({.what = What::replication_stopped,
         .target = primary_->name(),
         .figure = silent ? double(options_.net_timeout) : 0});
    co_return false;
  }
  if (events.body.status >= 500) {
    say({.what = What::replication_broken, .target = primary_->name()});
    co_await sleep_for(options_.connect_retry);
    co_return false;
  }
  received_ = std::max(received_, events.body.number);
  if (applier_.process && committed_ < received_) accept(applier_);
  co_return true;
}

/// The applier: in the order of the log, applier_workers at a time. [DB-10]
Task<> Mysql::apply_log() {
  for (;;) {
    while (committed_ >= received_ || machine().is_disk_full()) {
      co_await engine::Nap(*this, applier_, machine().is_disk_full() ? 1 : 0);
    }
    const Entry* next = primary_->entry(committed_);
    if (options_.delay > 0 && next) co_await sleep_until(next->committed_at + options_.delay);
    std::uint64_t count = 0;
    double cpu = 0, bytes = 0;
    for (; count < std::min(received_ - committed_, largest_batch); ++count) {
      const Entry* event = primary_->entry(committed_ + count);
      if (count > 0 && event && event->committed_at + options_.delay > now()) break;
      cpu += event ? static_cast<double>(event->cpu) : 0;
      bytes += event ? static_cast<double>(event->bytes) : 0;
    }
    int left = static_cast<int>(
        std::min<std::uint64_t>(count, static_cast<std::uint64_t>(options_.applier_workers)));
    if (left == 1) {
      co_await compute(cpu);
    } else {
      for (int worker = 0, workers = left; worker < workers; ++worker)
        start(apply_part(cpu / workers, &left));
      while (left > 0) co_await engine::Nap(*this, batch_);
    }
    co_await flush(bytes);
    committed_ += count;
    if (!replicas_.empty()) wake_dumps();
  }
}

/// `left` lives in the applier's frame, which outlives its parts: both die with the process, parts
/// last, without touching it.
Task<> Mysql::apply_part(double cpu, int* left) {
  co_await compute(cpu);
  if (--*left == 0 && batch_.process) accept(batch_);
}

Seconds Mysql::lag() const {
  if (!is_replica() || committed_ >= primary_->committed_) return 0;
  const Entry* oldest = primary_->entry(committed_);
  return oldest ? now() - oldest->committed_at : 0;
}

double Mysql::transactions_behind() const {
  if (!is_replica() || committed_ >= primary_->committed_) return 0;
  return static_cast<double>(primary_->committed_ - committed_);
}

}  // namespace spof::stack
