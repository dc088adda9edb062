#include "stack/dns.hpp"

#include <cmath>

namespace spof::stack {

NameServer::NameServer(Context& context, engine::Machine& machine, const DnsOptions& options)
    : Component(context, "dns", machine, 1, DnsOptions::port),
      options_(options),
      random_(stream("demand")) {}

Task<> NameServer::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  Body request = exchange.request();
  co_await compute(options_.cpu.draw(random_));
  if (is_struck()) co_return exchange.answer(failure(request, errors.last().status, Cause::injected));
  Body answer = success(request, 100);
  answer.count = static_cast<std::uint16_t>(turn_++ % options_.addresses.size());
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
    cache.expires = now() + options_.ttl * random_.uniform();
    cache.answer = {&records_.front(), random_.below(records_.front().addresses.size())};
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
  cache.answer = {&record, reply.body.count};
  cache.expires = now() + static_cast<double>(reply.body.number) / 1e6;
  co_return true;
}

std::unique_ptr<Component> DnsOptions::build(Context& context, engine::Machine& machine,
                                             const DnsOptions& options) {
  return std::make_unique<NameServer>(context, machine, options);
}

}  // namespace spof::stack
