#include "stack/dns.hpp"

#include <fmt/format.h>

namespace spof::stack {

NameServer::NameServer(Context& context, engine::Machine& machine, const DnsOptions& options)
    : Component(context, "dns", machine, 1), options_(options), random_(stream("demand")) {}

Task<> NameServer::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  Body request = exchange.request();
  co_await compute(options_.cpu.draw(random_));
  if (is_struck()) co_return exchange.answer(failure(request, error_status, Cause::injected));
  Body answer = success(request, 100);
  answer.number = turn_++ % options_.addresses.size();
  exchange.answer(answer);
}

Resolver::Resolver(Component& owner, const DnsOptions& options, std::vector<NameServer*> servers,
                   std::vector<net::Daemon*> addresses, Random random)
    : owner_(owner),
      options_(options),
      servers_(std::move(servers)),
      addresses_(std::move(addresses)),
      random_(random) {}

/// A run does not start with every cache empty: each record has a part of its life behind it.
void Resolver::restart() {
  caches_.clear();
  caches_.resize(static_cast<std::size_t>(options_.caches));
  for (Cache& cache : caches_) {
    cache.expires = now() + options_.ttl * random_.uniform();
    cache.first = static_cast<int>(random_.below(addresses_.size()));
  }
}

bool Resolver::is_cached(std::uint32_t client, Answer* answer) const {
  const Cache& cache = caches_[client % caches_.size()];
  answer->first = cache.first;
  return servers_.empty() || cache.expires > now();
}

Task<Resolver::Answer> Resolver::look_up(std::uint32_t client, double patience) {
  Cache& cache = caches_[client % caches_.size()];
  if (!cache.asking) {
    cache.asking = true;
    owner_.start(ask_servers(cache));
  }
  co_await engine::Enlisted(owner_, cache.waiting, patience);
  co_return Answer{cache.expires >= now() ? cache.first : -1};
}

/// The listed servers in order, `attempts` rounds; then the lookup has failed. [DNS-1]
Task<> Resolver::ask_servers(Cache& cache) {
  bool found = false;
  for (int round = 0; round < options_.attempts && !found; ++round)
    for (std::size_t i = 0; i < servers_.size() && !found; ++i)
      found = co_await ask_one(*servers_[i], cache);
  cache.asking = false;
  for (const Token& one : std::exchange(cache.waiting, {})) owner_.accept(one);
}

Task<bool> Resolver::ask_one(NameServer& server, Cache& cache) {
  net::Socket socket = co_await net::Dial(owner_, server, options_.timeout);
  if (!socket) co_return false;
  Body question;
  question.verb = code(Verb::lookup);
  question.bytes = 60;
  net::Reply reply = co_await net::Ask(owner_, socket, question, options_.timeout);
  if (!reply) co_return false;
  cache.first = static_cast<int>(reply.body.number);
  cache.expires = now() + options_.ttl;
  co_return true;
}

}  // namespace spof::stack
