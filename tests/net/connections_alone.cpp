// Connections between two kernels, without a stack around them. lb1 and the servers are on one LAN,
// 0.2 ms there and back; clients are 40 ms away, beyond the gateway.
#include <string>

#include "catch.hpp"
#include "support/wire_lab.hpp"

using namespace spof;
using test::in_a_process;
using test::WireLab;

TEST_CASE("a connection and a question take a round trip each, on one machine no time at all") {
  CHECK(in_a_process([] {
          WireLab lab;
          lab.talker("server1", 80);
          lab.ask_once(lab.talker("clients"), 1, lab.at("server1", 80));
          lab.ask_once(lab.talker("server1"), 2, lab.at("server1", 80));
          return lab.run(10);
        }) == "1.080 answer ok\n2.000 answer ok\n");
}

TEST_CASE("TCP-3: a port where nobody listens, or whose daemon died, refuses after a round trip") {
  CHECK(in_a_process([] {
          WireLab lab;
          auto& server = lab.talker("server1", 80);
          auto& client = lab.talker("clients");
          lab.ask_once(client, 1, lab.at("server1", 81));
          lab.kernel.at(2, [&] { server.kill(); });
          lab.ask_once(client, 3, lab.at("server1", 80));
          lab.kernel.at(4, [&] { lab.machine("server1").power(false); });
          lab.ask_once(client, 5, lab.at("server1", 80));
          return lab.run(10);
        }) == "1.040 refused\n3.040 refused\n7.000 timed_out\n");
}

TEST_CASE("TCP-4: a hung daemon's kernel holds backlog + 1 connections; a further SYN is silence") {
  CHECK(
      in_a_process([] {
        WireLab lab;
        auto& server = lab.talker("server1", 80);
        server.listener.backlog = 2;
        auto& client = lab.talker("server2");
        lab.kernel.at(0.5, [&] { server.stop_running(1); });
        for (int i = 0; i < 4; ++i) lab.ask_once(client, 1 + i * 0.01, lab.at("server1", 80), 0.5);
        lab.kernel.at(5, [&] { server.go_on(1); });
        return lab.run(10);
        // Three connect and wait for an answer in vain, the fourth for the connection.
      }) ==
      "1.500 answer timed_out\n1.510 answer timed_out\n1.520 answer timed_out\n1.530 timed_out\n");
}

TEST_CASE("TCP-11: a daemon killed with a question unread resets, one that had read it says FIN") {
  const auto killed_at = [](double date) {
    return in_a_process([date] {
      WireLab lab;
      auto& server = lab.talker("server1", 80);
      server.delay = 1;
      lab.kernel.at(1.03, [&] { server.stop_running(1); });
      lab.ask_once(lab.talker("clients"), 1, lab.at("server1", 80), 5);
      lab.kernel.at(date, [&] { server.kill(); });
      lab.kernel.at(1.07, [&] { server.go_on(1); });
      return lab.run(10);
    });
  };
  CHECK(killed_at(1.065) == "1.085 answer reset\n");  // it came at 1.06 and nobody has read it
  CHECK(killed_at(1.5) == "1.520 answer closed\n");
}

TEST_CASE("a FIN does not overtake the data before it") {
  CHECK(in_a_process([] {
          WireLab lab;
          auto& server = lab.talker("server1", 80);
          auto& big = lab.talker("server1");
          server.listen(81, [&](const engine::Message& message) -> engine::Task<> {
            net::Exchange exchange(server, message);
            engine::Body answer = exchange.request();
            answer.bytes = 5e6;  // on its way for 40 ms and more when the connection is closed
            exchange.answer(answer);
            co_return;
          });
          lab.ask_once(lab.talker("clients"), 1, lab.at("server1", 81));
          (void)big;
          return lab.run(10).substr(6);
        }) == "answer ok\n");
}

TEST_CASE("two ports of one daemon are answered by two stories; both end with it") {
  CHECK(in_a_process([] {
          WireLab lab;
          auto& server = lab.talker("server1", 80);
          auto& scraper = lab.talker("server2");
          server.listen(9100, [&](const engine::Message& message) -> engine::Task<> {
            lab.note("scraped");
            net::Exchange exchange(server, message);
            exchange.answer(exchange.request());
            co_return;
          });
          lab.ask_once(scraper, 1, lab.at("server1", 80));
          lab.ask_once(scraper, 2, lab.at("server1", 9100));
          lab.kernel.at(3, [&] { server.kill(); });
          lab.ask_once(scraper, 4, lab.at("server1", 9100));
          lab.kernel.at(5, [&] { server.boot(); });
          lab.ask_once(scraper, 6, lab.at("server1", 9100));
          return lab.run(10);
        }) ==
        "1.000 answer ok\n2.000 scraped\n2.000 answer ok\n4.000 refused\n6.000 scraped\n6.000 "
        "answer ok\n");
}
