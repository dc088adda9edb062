// Packet filters and datagrams between machines.
#include <string>

#include "catch.hpp"
#include "support/wire_lab.hpp"

using namespace spof;
using net::Rule;
using net::Verdict;
using test::in_a_process;
using test::WireLab;

namespace {

/// What lb1 hears of server1 port 80 when it asks `times` times at once behind such a rule there.
std::string behind(const Rule& rule, int times = 1) {
  return in_a_process([&] {
    WireLab lab;
    lab.talker("server1", 80);
    auto& client = lab.talker("lb1");
    lab.host("server1").install(rule);
    for (int i = 0; i < times; ++i) lab.ask_once(client, 10, lab.at("server1", 80), 0.5);
    lab.kernel.at(20, [&] { lab.host("server1").uninstall(rule); });
    lab.ask_once(client, 21, lab.at("server1", 80));
    return lab.run(30);
  });
}

}  // namespace

TEST_CASE("FW-1: a dropped SYN is silence, a reset a refusal, until the rule is taken away") {
  CHECK(behind({.port = 80, .verdict = Verdict::drop}) == "10.500 timed_out\n21.000 answer ok\n");
  CHECK(behind({.port = 80, .verdict = Verdict::reset}) == "10.000 refused\n21.000 answer ok\n");
  CHECK(behind({.port = 81, .verdict = Verdict::drop}) == "10.000 answer ok\n21.000 answer ok\n");
}

TEST_CASE("FW-1: of many refusals by ICMP six are heard at once, the rest is silence") {
  std::string expected;
  for (int i = 0; i < 6; ++i) expected += "10.000 refused\n";
  for (int i = 0; i < 2; ++i) expected += "10.500 timed_out\n";
  CHECK(behind({.port = 80, .verdict = Verdict::reject}, 8) == expected + "21.000 answer ok\n");
}

TEST_CASE("FW-1: what a machine refuses itself to send it hears of each time") {
  CHECK(in_a_process([] {
          WireLab lab;
          lab.talker("server1", 80);
          lab.host("lb1").install({.incoming = false, .port = 80, .verdict = Verdict::reject});
          for (int i = 0; i < 8; ++i)
            lab.ask_once(lab.talker("lb1"), 1, lab.at("server1", 80), 0.5);
          return lab.run(5);
        }).find("timed_out") == std::string::npos);
}

TEST_CASE("a rule for one peer, for what goes out, and one that spares what is established") {
  const auto asked = [](const Rule& rule, const std::string& where) {
    return in_a_process([&] {
      WireLab lab;
      auto& server = lab.talker("server1", 80);
      server.delay = 2;
      Rule mine = rule;
      if (rule.peer) mine.peer = &lab.machine("server2");
      lab.ask_once(lab.talker("lb1"), 1, lab.at("server1", 80), 5);
      lab.kernel.at(2, [&, mine] { lab.host(where).install(mine); });
      lab.ask_once(lab.talker("lb1"), 3, lab.at("server1", 80), 3);
      return lab.run(30);
    });
  };
  // The first connection stands when the rule comes.
  CHECK(asked({.spares_established = true}, "server1") == "3.000 answer ok\n6.000 timed_out\n");
  CHECK(asked({}, "lb1") == "6.000 timed_out\n6.000 answer timed_out\n");
  CHECK(asked({.incoming = false}, "server1") == "6.000 timed_out\n6.000 answer timed_out\n");
}

TEST_CASE("datagrams: to who reads the port, to all of a network, past nobody's filter") {
  CHECK(in_a_process([] {
          WireLab lab;
          for (const char* host : {"server1", "server2", "clients"}) {
            auto& reader = lab.talker(host);
            reader.read_datagrams(112);
            reader.on_datagram = [&lab, host](const engine::Message& message) {
              lab.note(std::string(host) + " heard " + std::to_string(message.body.number) +
                       " of " + lab.network.fabric().name(message.body.source));
            };
          }
          auto& sender = lab.talker("lb1");
          const auto say = [&](double date, std::uint64_t number) {
            lab.kernel.at(date, [&, number] {
              engine::Body body;
              body.number = number;
              sender.send_to_all(112, body);
              sender.send(lab.at("clients", 113), body);
            });
          };
          say(1, 1);
          lab.kernel.at(2, [&] { lab.host("server2").install({.port = 112}); });
          say(3, 2);
          lab.kernel.at(4, [&] { sender.send(lab.at("clients", 112), {}); });
          return lab.run(10);
        }) ==
        "1.000 server1 heard 1 of lb1\n1.000 server2 heard 1 of lb1\n3.000 server1 heard 2 of lb1\n"
        "4.020 clients heard 0 of lb1\n");
}
