// A machine's firewall: its limits, its table of connections, its queue of half open ones.
#include <string>

#include "catch.hpp"
#include "support/wire_lab.hpp"

using namespace spof;
using net::Verdict;
using test::in_a_process;
using test::Talker;
using test::WireLab;

namespace {

using Line = net::Firewall::Line;

/// A server on server1 port 80 behind a firewall of one line for that port.
struct Lab : WireLab {
  explicit Lab(Line line) : wall(host("server1").build_firewall()) {
    line.port = 80;
    wall.lines.push_back(std::move(line));
    wall.enable(true);
  }
  net::Firewall& wall;
  Talker& server = talker("server1", 80);
  Talker& client = talker("lb1");
  void ask(double date, double patience = 0.5) {
    ask_once(client, date, at("server1", 80), patience);
  }
};

/// A flood of SYNs to server1 for 3 s from 10 s on, and who gets in at which date.
std::string flooded(bool cookies, bool known) {
  return in_a_process([&] {
    Lab lab({});
    lab.host("server1").syn_cookies = cookies;
    if (known) lab.ask(1);
    for (int i = 0; i < 3000; ++i)
      lab.kernel.at(10 + i * 1e-3, [&lab, i] {
        lab.network.send_bare_syn(lab.machine("clients"), lab.at("server1", 80),
                                  static_cast<std::uint32_t>(i));
      });
    for (const double date : {20.0, 72.0, 76.5}) lab.ask(date);
    std::string told = lab.run(100);
    return told + std::to_string(lab.network.dropped_syns) + " dropped\n";
  });
}

}  // namespace

TEST_CASE("FW-2: ufw limit lets five in within 30 s, and who keeps trying stays out") {
  CHECK(in_a_process([] {
          Lab lab({.recent = true, .above = Verdict::reject});
          for (const double date : {1, 2, 3, 4, 5, 6, 20, 34, 48}) lab.ask(date);
          lab.ask(79);
          return lab.run(90);
        }) ==
        "1.000 answer ok\n2.000 answer ok\n3.000 answer ok\n4.000 answer ok\n5.000 answer ok\n"
        "6.000 refused\n20.000 refused\n34.000 refused\n48.000 answer ok\n79.000 answer ok\n");
}

TEST_CASE("FW-4: above a rate, and above a number of connections, of one address") {
  CHECK(in_a_process([] {
          Lab lab({.rate = net::Meter(1, 2), .above = Verdict::reset});
          for (const double date : {1.0, 1.1, 1.2, 2.3, 2.4}) lab.ask(date);
          return lab.run(10);
        }) == "1.000 answer ok\n1.100 answer ok\n1.200 refused\n2.300 answer ok\n2.400 refused\n");
  CHECK(in_a_process([] {
          Lab lab({.connections = 2});
          lab.server.delay = 1;  // the third gets in with its second SYN, at 2.2 s
          for (const double date : {1.0, 1.1, 1.2, 3.0}) lab.ask(date, 1.5);
          return lab.run(10);
        }) == "2.000 answer ok\n2.100 answer ok\n3.208 answer ok\n4.000 answer ok\n");
}

TEST_CASE("FW-3: a full table drops who comes and who goes, until entries have had their time") {
  CHECK(in_a_process([] {
          Lab lab({});
          lab.wall.conntrack_max = 3;
          lab.talker("server2", 81);
          for (const double date : {1, 2, 3, 4}) lab.ask(date);
          lab.ask_once(lab.server, 5, lab.at("server2", 81), 0.5);
          lab.ask(120.9);
          lab.ask(121.1);
          return lab.run(130);
        }) ==
        "1.000 answer ok\n2.000 answer ok\n3.000 answer ok\n4.500 timed_out\n5.500 timed_out\n"
        "121.100 answer ok\n121.400 timed_out\n");
}

TEST_CASE("FW-3: a firewall that is loaded anew finds its table as it was; a boot does not") {
  const auto fourth = [](bool boots) {
    return in_a_process([boots] {
      Lab lab({});
      lab.wall.conntrack_max = 3;
      for (const double date : {1, 2, 3}) lab.ask(date);
      lab.kernel.at(3.5, [&lab, boots] {
        lab.wall.enable(false);
        if (boots) lab.wall.forget();
        lab.wall.enable(true);
      });
      lab.ask(4);
      return lab.run(10);
    });
  };
  const std::string three = "1.000 answer ok\n2.000 answer ok\n3.000 answer ok\n";
  CHECK(fourth(false) == three + "4.500 timed_out\n");
  CHECK(fourth(true) == three + "4.000 answer ok\n");
}

TEST_CASE("FW-8: a datagram from whom one was sent to is let in, one to a group is not") {
  CHECK(in_a_process([] {
          WireLab lab;
          net::Firewall& wall = lab.host("server1").build_firewall();
          wall.lines.push_back({.incoming = true, .verdict = Verdict::drop});
          wall.enable(true);
          auto& inside = lab.talker("server1");
          auto& outside = lab.talker("lb1");
          inside.read_datagrams(112);
          inside.on_datagram = [&lab](const engine::Message&) { lab.note("heard"); };
          outside.read_datagrams(112);
          lab.kernel.at(1, [&] { outside.send(lab.at("server1", 112), {}); });
          lab.kernel.at(2, [&] { inside.send(lab.at("lb1", 112), {}); });
          lab.kernel.at(3, [&] { outside.send(lab.at("server1", 112), {}); });
          lab.kernel.at(4, [&] { outside.send_to_all(112, {}); });
          lab.kernel.at(604, [&] { outside.send(lab.at("server1", 112), {}); });
          return lab.run(610);
        }) == "3.000 heard\n");
}

TEST_CASE("FW-5: without cookies a flood locks strangers out for as long as entries live") {
  // 1537 of the first 1.54 s are kept, for 63 s.
  CHECK(flooded(false, false) ==
        "20.500 timed_out\n72.500 timed_out\n76.500 answer ok\n1465 dropped\n");
  CHECK(flooded(false, true) ==
        "1.000 answer ok\n20.000 answer ok\n72.000 answer ok\n76.500 answer ok\n1463 dropped\n");
  CHECK(flooded(true, false) ==
        "20.000 answer ok\n72.000 answer ok\n76.500 answer ok\n0 dropped\n");
}
