#pragma once
#include <deque>
#include <string>
#include <vector>

#include "stack/component.hpp"
#include "stack/dns_options.hpp"

namespace spof::stack {

/// A name server: answers with the addresses, their order rotated by one each time [DNS-7]; which
/// of them are in the record may change by command, or by checks of its own. [DNS-11] A lookup is
/// an exchange over a connection here, one round trip more than the datagram it really is.
class NameServer final : public Component {
 public:
  NameServer(Context& context, engine::Machine& machine, const DnsOptions& options);
  void wired(const std::vector<Wire>& wires) override;
  /// `set_record`: the record is that address alone, from now on. It survives a restart.
  void command(const std::string& verb, const std::string& object, engine::Hold by) override;

 protected:
  void started() override;
  Task<> serve(const Message& message) override;

 private:
  const DnsOptions& options_;
  Random random_;
  std::uint64_t turn_ = 0;
  Task<> check(std::size_t index);
  std::uint32_t record() const;
  void say_record(What what, std::size_t about);
  std::vector<net::Address> checked_;  ///< none: the record does not depend on checks
  std::uint32_t good_ = ~0U;           ///< a bit for each address, the first is the lowest
  std::uint32_t set_ = 0;              ///< by command; 0: not
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
  /// What a lookup came to: which of its addresses it names, and the first to try; without a
  /// record: it failed.
  struct Answer {
    const Record* record = nullptr;
    std::size_t first = 0;
    std::uint32_t named = ~0U;  ///< a bit for each address
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
