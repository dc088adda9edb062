#include "engine/survey.hpp"

#include <algorithm>
#include <catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using spof::engine::HostOptions;
using spof::engine::PlatformSource;
using spof::engine::Survey;
using Names = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

const std::string shipped = SPOF_SOURCE_DIR "/platforms/two-server.xml";

/// The survey of a platform file with this text, and of hosts added to it.
Survey survey_of(const std::string& content, const spof::Named<HostOptions>& hosts = {}) {
  std::string folder = std::filesystem::temp_directory_path() / "spof-survey-XXXXXX";
  REQUIRE(mkdtemp(folder.data()));
  std::ofstream(folder + "/file.xml")
      << R"(<?xml version='1.0'?><!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">)"
      << "<platform version=\"4.1\">" << content << "</platform>";
  const Survey found = spof::engine::survey({folder + "/file.xml", hosts});
  std::filesystem::remove_all(folder);
  return found;
}

/// One host a letter, each with a card, on a switch.
std::string lan(const std::string& letters, const std::string& routing = "Floyd") {
  std::string hosts, routes;
  for (const char letter : letters) {
    const std::string name(1, letter);
    hosts += "<host id='" + name + "' speed='1Gf'/><link id='" + name +
             "-nic' bandwidth='125MBps' latency='50us' sharing_policy='SPLITDUPLEX'/>";
    routes += "<route src='" + name + "' dst='switch'><link_ctn id='" + name +
              "-nic' direction='UP'/></route>";
  }
  return "<zone id='z' routing='" + routing + "'><router id='switch'/>" + hosts + routes;
}

HostOptions like(const std::string& host) {
  HostOptions options;
  options.like = host;
  return options;
}

/// "POINTER: WHAT" of each mistake.
Names mistakes_of(const Survey& survey) {
  Names lines;
  for (const spof::Mistake& one : survey.mistakes) lines.push_back(one.pointer + ": " + one.what);
  return lines;
}

}  // namespace

TEST_CASE("a survey tells hosts, their cards and disks, and who is on one LAN") {
  const Survey found = spof::engine::survey({shipped});
  CHECK(found.error.empty());
  CHECK(found.hosts == Names{"clients", "lb1", "ns1", "server1", "server2"});
  CHECK(found.with_disk == Names{"server1", "server2"});
  CHECK(found.links ==
        Names{"clients-nic", "internet", "lb1-nic", "ns1-nic", "server1-nic", "server2-nic"});
  CHECK(found.lans == std::vector<Names>{{"clients", "ns1"}, {"lb1", "server1", "server2"}});
  CHECK(found.cards == Pairs{{"clients", "clients-nic"},
                             {"lb1", "lb1-nic"},
                             {"ns1", "ns1-nic"},
                             {"server1", "server1-nic"},
                             {"server2", "server2-nic"}});
  CHECK(found.unrouted.empty());
}

TEST_CASE("an added host has a card, a disk and a LAN as that which it is like") {
  HostOptions outside;
  outside.network = "world";
  HostOptions bare;
  bare.disk = spof::Bandwidth(1e8);
  const Survey found = spof::engine::survey({shipped,
                                             {{"server3", like("server2")},
                                              {"server4", like("server3")},
                                              {"far", outside},
                                              {"x", bare}}});
  CHECK(mistakes_of(found).empty());
  CHECK(found.error.empty());
  CHECK(found.hosts ==
        Names{"clients", "far", "lb1", "ns1", "server1", "server2", "server3", "server4", "x"});
  CHECK(found.with_disk == Names{"server1", "server2", "server3", "server4", "x"});
  CHECK(found.lans == std::vector<Names>{{"clients", "far", "ns1"},
                                         {"lb1", "server1", "server2", "server3", "server4", "x"}});
  CHECK(std::count(found.cards.begin(), found.cards.end(),
                   Pairs::value_type{"server3", "server3-nic"}) == 1);
  CHECK(found.unrouted.empty());
}

TEST_CASE("what is wrong with added hosts is told of all of them") {
  HostOptions nowhere;
  nowhere.network = "land";
  const Survey found = spof::engine::survey({shipped,
                                             {{"server2", like("server1")},
                                              {"lan", like("server1")},
                                              {"server1-disk", like("server1")},
                                              {"a b", like("server1")},
                                              {"lost", nowhere},
                                              {"copy", like("server9")},
                                              {"disk", like("server1-disk")},
                                              {"good", like("lb1")}}});
  CHECK(
      mistakes_of(found) ==
      Names{
          R"(/hosts/server2: the platform has a host "server2" already)",
          R"(/hosts/lan: the platform has a router or a zone "lan" already)",
          R"(/hosts/server1-disk: the platform has a host "server1-disk" already)",
          R"(/hosts/a b: a host's name is of letters, digits, ".", "-" and "_")",
          R"(/hosts/lost/network: there is no router "land" to start from; did you mean "lan"?)",
          R"(/hosts/copy/like: there is no host "server9" to start from; did you mean "server1"?)",
          R"(/hosts/disk/like: there is no host "server1-disk" to start from; did you mean "server1"?)"});
  CHECK(found.hosts == Names{"clients", "good", "lb1", "ns1", "server1", "server2"});
}

TEST_CASE("a host cannot be added under the name of somebody's card, or without a router") {
  const Survey taken =
      survey_of(lan("ab") + "</zone>", {{"c", like("a")}, {"a-nic", like("a")}, {"b", like("a")}});
  CHECK(mistakes_of(taken) == Names{R"(/hosts/a-nic: the platform has a link "a-nic" already)",
                                    R"(/hosts/b: the platform has a host "b" already)"});
  CHECK(survey_of("<zone id='z' routing='Floyd'><router id='switch'/><host id='a' speed='1Gf'/>"
                  "<link id='line' bandwidth='1GBps' latency='1us'/>"
                  "<link id='c-nic' bandwidth='1GBps' latency='1us'/>"
                  "<route src='a' dst='switch'><link_ctn id='line'/></route></zone>",
                  {{"c", like("a")}})
            .mistakes.size() == 1);
  const Survey alone =
      survey_of("<zone id='z' routing='Full'><host id='a' speed='1Gf'/></zone>", {{"b", {}}});
  REQUIRE(alone.mistakes.size() == 1);
  CHECK(alone.mistakes[0].what.find("no host of the platform has a route") == 0);
}

TEST_CASE("hosts without a route to each other are named") {
  const Pairs expected{{"a", "c"}, {"b", "c"}};
  CHECK(survey_of(lan("ab") + "</zone>").unrouted.empty());
  const std::string extra = "<host id='c' speed='1Gf'/>";
  const auto with_c = [&](const char* routing) {
    std::string content = lan("ab", routing) + "</zone>";
    return survey_of(content.insert(content.find("<route "), extra));
  };
  CHECK(with_c("Floyd").unrouted == expected);
  CHECK(with_c("Dijkstra").error.find("has every host a route?") != std::string::npos);
  const Survey full = survey_of(lan("ab", "Full") + "</zone>", {{"c", like("a")}});
  CHECK(full.unrouted == Pairs{{"a", "b"}, {"a", "c"}, {"b", "c"}});
}

TEST_CASE("what SimGrid dies of is said in its own words") {
  const auto error = [](const std::string& content) { return survey_of(content).error; };
  const std::string twice = error(lan("aa") + "</zone>");
  CHECK(twice.find("cannot be used as a platform: Refusing to create a second host named 'a'.") !=
        std::string::npos);
  std::string routed = lan("ab") + "</zone>";
  routed.insert(routed.rfind("</zone>"),
                "<route src='a' dst='switch'><link_ctn id='a-nic' direction='UP'/></route>");
  CHECK(error(routed).find("The route between a and switch already exists") != std::string::npos);
  CHECK(spof::engine::survey({"/no/such/file.xml"}).error.find("/no/such/file.xml") == 0);
}
