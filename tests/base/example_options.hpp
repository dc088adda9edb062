#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/fields.hpp"

/// One options struct with a member of every kind, for the tests of reading and writing.
namespace example {

using namespace spof;

enum class Balance { roundrobin, static_rr, leastconn };
constexpr auto names(Balance) { return std::array{"roundrobin", "static-rr", "leastconn"}; }

struct Check {
  Seconds inter = 2;
  std::optional<Seconds> fastinter;
  int fall = 3;
  bool http = false;
  Balance balance = Balance::roundrobin;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("inter", inter,
          {.help = "gap between the end of a check and the next", .source = "HA-14", .min = 0.001});
    visit("fastinter", fastinter,
          {.help = "gap while the state is changing", .source = "HA-15", .otherwise = "inter"});
    visit("fall", fall, {.help = "failed checks until down", .min = 1, .max = 100});
    visit("http", http, {.help = "ask for a page"});
    visit("balance", balance, {.help = "who is next"});
  }
};

struct Crash {
  static constexpr const char* kind = "crash";
  std::string target;
  Seconds at = 0;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("target", target, {.help = "what dies", .required = true});
    visit("at", at, {.help = "when it dies", .required = true});
  }
};

struct Loss {
  static constexpr const char* kind = "loss";
  Share share = 0.05;
  std::optional<Seconds> duration;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("share", share, {.help = "packets lost"});
    visit("duration", duration, {.help = "how long", .otherwise = "to the end"});
  }
};

using Fault = std::variant<Crash, Loss>;

struct Server {
  int weight = 1;
  std::optional<Seconds> slowstart = 10;
  Check check;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("weight", weight, {.help = "share of the requests", .min = 0, .max = 256});
    visit("slowstart", slowstart, {.help = "time to full weight"});
    visit("check", check, {.help = "how it is watched"});
  }
};

struct Scenario {
  std::string title;
  std::uint64_t seed = 1;
  double factor = 0.1;
  Rate rate = 100;
  Bytes page = 10'000;
  Bandwidth link = 125e6;
  Distribution cpu = Distribution::lognormal(0.002, 0.8);
  SizeDistribution body = Distribution::constant(1500);
  CountDistribution pages = Distribution::uniform(1, 5);
  std::vector<Seconds> marks = {1, 2};
  std::vector<std::string> expect;
  std::vector<Fault> faults;
  Named<int> weights;
  Named<Server> pools;
  Server defaults;
  Named<Server> servers;
  std::optional<Fault> last;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("title", title, {.help = "one line"});
    visit("seed", seed, {.help = "of all random streams"});
    visit("factor", factor, {.help = "a plain number", .min = 0, .max = 1});
    visit("rate", rate, {.help = "requests", .max = 1e6});
    visit("page", page, {.help = "size of a page"});
    visit("link", link, {.help = "of the link"});
    visit("cpu", cpu, {.help = "time on the processor"});
    visit("body", body, {.help = "size of a body"});
    visit("pages", pages, {.help = "pages per visit"});
    visit("marks", marks, {.help = "moments", .min = 0.5});
    visit("expect", expect, {.help = "what must hold"});
    visit("faults", faults, {.help = "what breaks"});
    visit("weights", weights, {.help = "by name", .max = 3});
    visit("pools", pools, {.help = "by name"});
    visit("defaults", defaults, {.help = "of every server"});
    visit("servers", Derived{servers, defaults}, {.help = "each starts as the defaults"});
    visit("last", last, {.help = "one more fault"});
  }
};

}  // namespace example
