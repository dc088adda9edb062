#include "stack/dns.hpp"

#include <algorithm>
#include <cmath>

namespace spof::stack {

NameServer::NameServer(Context& context, engine::Machine& machine, const DnsOptions& options)
    : Component(context, "dns", machine, 1, DnsOptions::port),
      options_(options),
      random_(stream("demand")) {}

void NameServer::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires) checked_.push_back(address_of(wire));
}

void NameServer::started() {
  Component::started();
  good_ = ~0U;
  for (std::size_t i = 0; i < checked_.size(); ++i) start(check(i));
}

/// The addresses that are good; without one the standbys that are; without one all that it knows.
std::uint32_t NameServer::record() const {
  if (set_) return set_;
  const std::uint32_t first = (1U << options_.addresses.size()) - 1;
  const std::uint32_t standby = (1U << options_.all_addresses().size()) - 1 - first;
  if (good_ & first) return good_ & first;
  return good_ & standby ? good_ & standby : first;
}

Task<> NameServer::check(std::size_t index) {
  const RecordCheck& how = *options_.health_check;
  co_await sleep_for(how.interval * random_.uniform());
  for (int failures = 0;;) {
    const bool passed = co_await gets_page(checked_[index], Verb::check, how.timeout);
    failures = passed ? 0 : failures + 1;
    const std::uint32_t before = record(), bit = 1U << index;
    if (passed) good_ |= bit;
    if (failures > how.tolerated_failures) good_ &= ~bit;
    if (record() != before)
      say_record(passed ? What::record_restored : What::record_failed_over, index);
    co_await sleep_for(how.interval);
  }
}

void NameServer::command(const std::string& verb, const std::string& object, engine::Hold) {
  if (verb != "set_record") return;
  const auto all = options_.all_addresses();
  const auto found = std::ranges::find(all, object);
  if (found == all.end()) return;
  set_ = 1U << (found - all.begin());
  say_record(What::record_set, static_cast<std::size_t>(found - all.begin()));
}

void NameServer::say_record(What what, std::size_t about) {
  const auto all = options_.all_addresses();
  std::string names;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (record() >> i & 1) names += (names.empty() ? "" : ", ") + all[i];
  say({.what = what, .target = all[about], .version = names});
}

Task<> NameServer::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  Body request = exchange.request();
  co_await compute(options_.cpu.draw(random_));
  if (is_struck())
    co_return exchange.answer(failure(request, errors.last().status, Cause::injected));
  Body answer = success(request, 100);
  answer.count = static_cast<std::uint16_t>(turn_++ % options_.all_addresses().size());
  answer.source = record();
  answer.number = static_cast<std::uint64_t>(std::llround(options_.ttl * 1e6));
  exchange.answer(answer);
}

Resolver::Resolver(Component& owner, const DnsOptions& options, std::vector<Record> records,
                   Random random)
    : owner_(owner), options_(options), records_(std::move(records)), random_(random) {}

/// A run does not start with every cache empty: each has a record of the first server, with a part
/// of its life behind it.
void Resolver::restart() {
  caches_.clear();
  caches_.resize(static_cast<std::size_t>(options_.caches));
  for (Cache& cache : caches_) {
    cache.expires = now() + std::max(options_.ttl, options_.minimum_ttl) * random_.uniform();
    cache.answer = {&records_.front(), random_.below(options_.addresses.size()),
                    (1U << options_.addresses.size()) - 1};
  }
}

bool Resolver::is_cached(std::uint32_t client, Answer* answer) const {
  const Cache& cache = caches_[client % caches_.size()];
  *answer = cache.answer;
  return !cache.answer.record->server || cache.expires > now();
}

Task<Resolver::Answer> Resolver::look_up(std::uint32_t client, double patience) {
  Cache& cache = caches_[client % caches_.size()];
  if (!cache.asking) {
    cache.asking = true;
    owner_.start(ask_servers(cache));
  }
  co_await engine::Enlisted(owner_, cache.waiting, patience);
  co_return cache.expires >= now() ? cache.answer : Answer();
}

/// The listed servers in order, `attempts` rounds; then the lookup has failed. [DNS-1]
Task<> Resolver::ask_servers(Cache& cache) {
  bool found = false;
  for (int round = 0; round < options_.attempts && !found; ++round)
    for (std::size_t i = 0; i < records_.size() && !found; ++i)
      found = co_await ask_one(records_[i], cache);
  cache.asking = false;
  for (const Token& one : std::exchange(cache.waiting, {})) owner_.accept(one);
}

Task<bool> Resolver::ask_one(const Record& record, Cache& cache) {
  net::Socket socket = co_await net::Dial(owner_, record.server, options_.timeout);
  if (!socket) co_return false;
  Body question;
  question.verb = code(Verb::lookup);
  question.bytes = 60;
  net::Reply reply = co_await net::Ask(owner_, socket, question, options_.timeout);
  if (!reply) co_return false;
  cache.answer = {&record, reply.body.count, reply.body.source};
  cache.expires =
      now() + std::max<double>(options_.minimum_ttl, static_cast<double>(reply.body.number) / 1e6);
  co_return true;
}

std::unique_ptr<Component> DnsOptions::build(Context& context, engine::Machine& machine,
                                             const DnsOptions& options) {
  return std::make_unique<NameServer>(context, machine, options);
}

}  // namespace spof::stack
