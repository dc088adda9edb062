// An address that moves from one machine to another, seen from its own network and from outside.
#include <string>

#include "catch.hpp"
#include "support/wire_lab.hpp"

using namespace spof;
using test::in_a_process;
using test::WireLab;

namespace {

/// Asks on one connection at two dates, and notes both.
engine::Task<> twice(WireLab& lab, test::Talker& who, net::Address whom, double second) {
  net::Socket socket = co_await who.dial(whom, 2);
  engine::Body question;
  question.bytes = 100;
  question.flags = net::keep_open;
  net::Reply reply = co_await who.ask(socket, question, 2);
  lab.note(std::string("first ") + test::word(reply.outcome));
  co_await who.sleep_until(second);
  reply = co_await who.ask(socket, question, 5);
  lab.note(std::string("second ") + test::word(reply.outcome));
}

/// The address moves from server1 to server2 at 5 s, announced or not.
void move(WireLab& lab, std::uint32_t ip, bool announced) {
  lab.host("server1").take(ip);
  lab.kernel.at(5, [&lab, ip, announced] {
    lab.host("server1").release(ip);
    lab.host("server2").take(ip);
    if (announced) lab.network.announce(lab.machine("server2"), ip);
  });
}

}  // namespace

TEST_CASE("VR-11: connections do not move with an address: the new owner answers with a reset") {
  for (const char* client : {"lb1", "clients"}) {
    INFO(client);
    CHECK(in_a_process([client] {
            WireLab lab;
            const std::uint32_t ip = lab.network.fabric().ip("10.0.0.100");
            lab.talker("server1", 80);
            lab.talker("server2", 80);
            move(lab, ip, true);
            auto& who = lab.talker(client);
            who.story = [&](test::Talker& me) { return twice(lab, me, {ip, 80}, 6); };
            lab.ask_once(who, 8, {ip, 80});
            std::string notes = lab.run(20);
            std::string words;
            for (std::size_t at = 0; at < notes.size(); at = notes.find('\n', at) + 1)
              words +=
                  notes.substr(notes.find(' ', at) + 1, notes.find('\n', at) - notes.find(' ', at));
            return words;
          }) == "first ok\nsecond reset\nanswer ok\n");
  }
}

TEST_CASE("who is not told that an address moved goes on sending to the old owner: silence") {
  CHECK(in_a_process([] {
          WireLab lab;
          const std::uint32_t ip = lab.network.fabric().ip("10.0.0.100");
          lab.talker("server1", 80);
          lab.talker("server2", 80);
          move(lab, ip, false);
          auto& knows = lab.talker("lb1");
          auto& outside = lab.talker("ns1");
          lab.ask_once(knows, 1, {ip, 80});
          lab.ask_once(knows, 6, {ip, 80});
          lab.ask_once(outside, 6, {ip, 80});  // the gateway asks now: it did not know before
          return lab.run(20);
        }) == "1.000 answer ok\n6.120 answer ok\n8.000 timed_out\n");
}

TEST_CASE(
    "an address that nobody has is silence; one of a machine that lost power is gone after it") {
  CHECK(in_a_process([] {
          WireLab lab;
          const std::uint32_t ip = lab.network.fabric().ip("10.0.0.100");
          auto& server = lab.talker("server1", 80);
          auto& client = lab.talker("server2");
          lab.ask_once(client, 1, {ip, 80});
          lab.kernel.at(4, [&] { lab.host("server1").take(ip); });
          lab.ask_once(client, 5, {ip, 80});
          lab.kernel.at(6, [&] { lab.machine("server1").power(false); });
          lab.kernel.at(7, [&] {
            lab.machine("server1").power(true);
            server.boot();
          });
          lab.ask_once(client, 8, {ip, 80});
          lab.ask_once(client, 8, lab.at("server1", 80));
          return lab.run(20);
        }) == "3.000 timed_out\n5.000 answer ok\n8.000 answer ok\n10.000 timed_out\n");
}

TEST_CASE("an announcement over a cut link is not heard") {
  // Cut in one direction: the card keeps its link, and the host its neighbours.
  CHECK(in_a_process([] {
          WireLab lab;
          const std::uint32_t ip = lab.network.fabric().ip("10.0.0.100");
          lab.talker("server1", 80);
          lab.talker("server2", 80);
          auto& client = lab.talker("lb1");
          lab.ask_once(client, 1, {ip, 80});
          lab.kernel.at(4.9,
                        [&] { lab.kernel.platform().cut(1, "lb1-nic", engine::Direction::to); });
          move(lab, ip, true);
          lab.kernel.at(5.1, [&] { lab.kernel.platform().mend(1); });
          lab.ask_once(client, 6, {ip, 80});
          return lab.run(20);
        }) == "1.000 answer ok\n8.000 timed_out\n");
}
