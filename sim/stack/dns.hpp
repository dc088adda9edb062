#pragma once
#include <deque>
#include <string>
#include <vector>

#include "stack/component.hpp"
#include "stack/dns_options.hpp"

namespace spof::stack {

/// A name server: answers with the addresses, their order rotated by one each time. [DNS-7]
/// A lookup is an exchange over a connection here, one round trip more than the datagram it really
/// is.
class NameServer final : public Component {
 public:
  NameServer(Context& context, engine::Machine& machine, const DnsOptions& options);

 protected:
  Task<> serve(const Message& message) override;

 private:
  const DnsOptions& options_;
  Random random_;
  std::uint64_t turn_ = 0;
};

/// The caches that one population of clients sits behind, each with its own copy of the record and
/// its own remaining time to live. [DNS-1] [DNS-4]
class Resolver {
 public:
  /// What a name server answers; without one the addresses are simply known.
  struct Record {
    net::Address server = {};
    std::vector<net::Address> addresses = {};
  };
  /// What a lookup came to, and which of its addresses is the first to try; without a record: it
  /// failed.
  struct Answer {
    const Record* record = nullptr;
    std::size_t first = 0;
  };
  /// Runs in the clients' process. The records in the order in which their servers are asked.
  Resolver(Component& owner, const DnsOptions& options, std::vector<Record> records, Random random);
  void restart();

  /// The record as the cache of this client holds it, if it still does.
  bool is_cached(std::uint32_t client, Answer* answer) const;
  /// Asks the name servers; requests of the same cache wait for the same lookup,
  /// each for as long as it has patience.
  Task<Answer> look_up(std::uint32_t client, double patience);

 private:
  struct Cache {
    double expires = -1;
    Answer answer;
    bool asking = false;
    std::deque<Token> waiting;
  };
  Task<> ask_servers(Cache& cache);
  Task<bool> ask_one(const Record& record, Cache& cache);
  Component& owner_;
  const DnsOptions& options_;
  std::vector<Record> records_;
  Random random_;
  std::deque<Cache> caches_;
};

}  // namespace spof::stack
