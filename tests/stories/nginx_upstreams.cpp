// Nginx with one or several application servers behind it.
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Cause;
using measure::Outcome;
using measure::Sample;
using test::play;

namespace {

/// One Nginx, with these applications behind it, and one worker unless `nginx` says otherwise.
std::string behind(const std::string& apps, const std::string& nginx, const std::string& more,
                   const std::string& page = R"("kind": "page")") {
  return test::merged(R"({ "classes": { "file": null, "page": { )" + page +
                          R"(, "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "haproxy": { "servers": { "server2": null } }, "app": { "threads": 64 },
    "nginx": { "worker_processes": 1, "upstream": [)" +
                          apps + "] } }",
                      R"({ "nginx": { "keepalive_timeout": "75s")" + nginx + " }, " + more + " }");
}

const std::string both = R"("app@server1", "app@server2")";
const std::string one = R"("app@server1")";
const std::string crash_2 =
    R"("faults": [{ "kind": "crash", "target": "app@server2", "at": "5050ms" }])";

std::vector<Sample> failed(const measure::Result& result) {
  std::vector<Sample> found;
  for (const Sample& sample : test::by_arrival(result))
    if (sample.outcome != Outcome::ok) found.push_back(sample);
  return found;
}

}  // namespace

TEST_CASE("NG-3: an upstream that refuses is replaced by the next") {
  CHECK(failed(play(behind(both, "", crash_2))).empty());
}

TEST_CASE("NG-4: one failure disables an upstream for ten seconds, then one request probes it") {
  const auto bad = failed(
      play(behind(both, R"(, "proxy_next_upstream": [])", R"("duration": "45s", )" + crash_2)));
  REQUIRE(bad.size() == 4);
  for (std::size_t i = 0; i < bad.size(); ++i) {
    CHECK(bad[i].outcome == Outcome::http_502);
    CHECK(bad[i].cause == Cause::upstream_refused);
    // It is out until the eleventh whole second after the one of its failure. [NG-10]
    CHECK(bad[i].arrival == near(5.1 + 11 * static_cast<double>(i)).margin(0.35));
  }
}

TEST_CASE("NG-4: max_fails 0 disables nothing, 3 takes three failures") {
  const auto with = [](const std::string& max_fails) {
    return failed(play(behind(both, R"(, "proxy_next_upstream": [], "max_fails": )" + max_fails,
                              R"("duration": "15s", )" + crash_2)))
        .size();
  };
  CHECK(static_cast<double>(with("0")) == near(49).margin(2));
  CHECK(with("3") == 3);
}

TEST_CASE("NG-4: failures within fail_timeout add up, whatever succeeds in between") {
  // Four short breaks of 2 s each: the fourth falls into the ten seconds after the third failure.
  const auto bad = failed(play(behind(both, R"(, "proxy_next_upstream": [], "max_fails": 3)",
                                      R"("clients": { "users": { "rate": "20/s" } },
       "faults": [{ "kind": "crash", "target": "app@server2", "at": "5020ms", "for": "100ms", "times": 4, "every": "2s" }])")));
  CHECK(bad.size() == 3);
}

TEST_CASE("NG-4: an upstream that answers its probe is in use again") {
  // Application 2 is away from 5 s to 15 s. From 40 s on application 1 answers 500, so that the
  // share of errors tells how much of the traffic it gets: half.
  const auto result = play(behind(both, "", R"("duration": "60s",
    "faults": [{ "kind": "crash", "target": "app@server2", "at": "5s", "for": "10s" },
               { "kind": "error", "target": "app@server1", "at": "40s" }])"));
  const auto bad = failed(result);
  CHECK(static_cast<double>(bad.size()) == near(100).margin(5));
}

TEST_CASE("NG-4: a group of one is always tried") {
  const auto result = play(behind(one, "",
                                  R"("app": { "boot_time": "0s", "import_time": "0s" },
         "faults": [{ "kind": "crash", "target": "app@server1", "at": "5s", "for": "5s" }])"));
  const auto bad = failed(result);
  CHECK(static_cast<double>(bad.size()) == near(50).margin(1));
  for (const Sample& sample : bad) {
    CHECK(sample.outcome == Outcome::http_502);
    CHECK(sample.cause == Cause::upstream_refused);
    CHECK(sample.arrival < 10);
  }
}

TEST_CASE("NG-4: with every upstream disabled the answer is a 502 at once") {
  const auto result =
      play(behind(both, "",
                  R"("faults": [{ "kind": "crash", "target": "app@server1", "at": "5s" },
                    { "kind": "crash", "target": "app@server2", "at": "5s" }])"));
  const auto bad = failed(result);
  REQUIRE(bad.size() > 140);
  int tried = 0;
  for (const Sample& sample : bad) {
    CHECK(sample.outcome == Outcome::http_502);
    CHECK(sample.end - sample.arrival < 0.1);
    tried += sample.cause == Cause::upstream_refused;
  }
  CHECK(tried <= 4);
  CHECK(bad.back().cause == Cause::no_live_upstream);
}

TEST_CASE("NG-3: a request already sent goes to the next upstream, unless it is a write") {
  for (const bool write : {false, true}) {
    INFO((write ? "writes" : "reads"));
    const std::string page =
        std::string(R"("sleep": "1s", "kind": )") + (write ? "\"write\"" : "\"page\"");
    const auto result = play(behind(both, "", crash_2, page));
    const auto bad = failed(result);
    int late = 0;
    for (const Sample& sample : test::by_arrival(result))
      late += sample.outcome == Outcome::ok && sample.end - sample.arrival > 1.2;
    if (write) {
      CHECK(bad.size() == 5);
      CHECK(late == 0);
      for (const Sample& sample : bad) CHECK(sample.cause == Cause::upstream_closed);
    } else {
      CHECK(bad.empty());
      CHECK(late == 5);
    }
  }
}

TEST_CASE("NG-5: a silent application is a 504 after proxy_read_timeout, or another one's answer") {
  const std::string hang =
      R"("faults": [{ "kind": "hang", "target": "app@server1", "at": "5050ms" }])";
  const auto alone = failed(play(behind(one, R"(, "proxy_read_timeout": "3s")", hang)));
  REQUIRE(alone.size() > 140);
  for (const Sample& sample : alone) {
    CHECK(sample.outcome == Outcome::http_504);
    CHECK(sample.cause == Cause::upstream_timeout);
    CHECK(sample.end - sample.arrival == near(3.08).margin(0.01));
  }
  const auto result = play(behind(both, R"(, "proxy_read_timeout": "3s")", hang));
  CHECK(failed(result).empty());
  int late = 0;
  for (const Sample& sample : test::by_arrival(result)) late += sample.end - sample.arrival > 3;
  // Half of what came in the first three seconds, and a probe later.
  CHECK(late == near(15).margin(3));
}

TEST_CASE("NG-10: every worker finds out for itself, unless they share a zone") {
  // 20 requests a second; each worker's first one to the dead application fails. Of five workers
  // each accepts 16 in a row. [NG-11]
  const auto failures = [](const std::string& nginx) {
    const auto bad = failed(play(
        behind(both, R"(, "proxy_next_upstream": [], )" + nginx,
               R"("duration": "14s", "clients": { "users": { "rate": "20/s" } }, )" + crash_2)));
    for (const Sample& sample : bad) CHECK(sample.arrival < 9.3);
    return bad.size();
  };
  CHECK(failures(R"("worker_processes": 1)") == 1);
  CHECK(failures(R"("worker_processes": 5)") == 5);
  CHECK(failures(R"("worker_processes": 5, "zone": true)") == 1);
  CHECK(failures(R"("worker_processes": null)") == 4);  // auto: the cores of its host
}

TEST_CASE("NG-10: whole seconds are compared: out until the eleventh after that of the failure") {
  // The only good one of two fails once, after a part of a second: 502 until floor(t) + 11.
  for (const std::string part : {"100", "500", "900"}) {
    const auto bad = failed(play(behind(
        both, "",
        R"("clients": { "users": { "rate": "100/s" } }, "faults": [
          { "kind": "crash", "target": "app@server2", "at": "100ms" },
          { "kind": "crash", "target": "app@server1", "at": "5)" +
            part + R"(ms", "for": "20ms" }], "app": { "boot_time": "0s", "import_time": "0s" })")));
    REQUIRE(!bad.empty());
    CHECK(bad.back().arrival + 0.06 == near(16).margin(0.02));
    CHECK(bad.front().arrival + 0.06 == near(5 + std::stod(part) / 1000).margin(0.02));
  }
}

TEST_CASE("NG-1: connections are each worker's own; who finds none is closed at once") {
  // Pages that last longer than the run, each of two connections: of six, two are taken from the
  // start, with the others a worker holds two pages. Of three the second and the third have got one
  // when the first is full, stays at the head of the line, and closes all that come. [NG-11]
  const auto held = [](const std::string& nginx, const std::string& faults = "") {
    const auto result = play(behind(
        one, nginx, R"("haproxy": { "timeout": { "server": "100s" } }, "faults": [)" + faults + "]",
        R"("kind": "page", "sleep": "30s")"));
    for (const Sample& sample : failed(result)) CHECK(sample.end - sample.arrival < 0.1);
    return test::requests_of(result) - failed(result).size();
  };
  CHECK(held(R"(, "worker_connections": 6)") == 2);
  CHECK(held(R"(, "worker_processes": 3, "worker_connections": 6)") == 4);
  // Who has less than an eighth left moves on with each: all are filled.
  CHECK(held(R"(, "worker_processes": 3, "worker_connections": 66)") == 96);
  CHECK(held(R"(, "worker_connections": 6)",
             R"({ "kind": "reload", "target": "nginx@server1", "at": "10s" })") == 4);
}

TEST_CASE("NG-1: an odd rest is left for clients, and not for their applications: 500") {
  for (const int listens : {1, 2}) {
    const auto result = play(R"({ "classes": { "page": { "kind": "page", "sleep": "30s" } },
      "haproxy": { "timeout": { "server": "100s" }, "servers": { "server2": null } },
      "app": { "threads": 64 }, "nginx": { "worker_processes": 1, "worker_connections": 64,
                                           "listens": )" +
                             std::to_string(listens) + " } }");
    int files = 0;
    const auto bad = failed(result);
    REQUIRE(bad.size() > 30);
    for (const Sample& sample : bad) {
      files += sample.request_class == 0;
      CHECK(sample.cause == (listens == 1 ? Cause::server_closed : Cause::worker_connections));
      CHECK(sample.outcome == (listens == 1 ? Outcome::http_502 : Outcome::http_500));
    }
    CHECK((files > 30) == (listens == 1));
    CHECK((files == 0) == (listens == 2));
  }
}

TEST_CASE("NG-11: workers of a reload know no failures") {
  const auto failures = [](const std::string& fault) {
    return failed(play(behind(both, R"(, "proxy_next_upstream": [])",
                              R"("duration": "12s", "faults": [
        { "kind": "crash", "target": "app@server2", "at": "5050ms" })" +
                                  fault + "]")))
        .size();
  };
  CHECK(failures("") == 1);
  CHECK(failures(R"(, { "kind": "reload", "target": "nginx@server1", "at": "8s" })") == 2);
}

TEST_CASE("NG-4: a client that leaves during the probe makes a hung upstream whole") {
  // Measured: from then on every second request came to it, 38 of 136 timed out.
  const auto result = play(behind(both, R"(, "zone": true, "proxy_read_timeout": "5s")", R"(
    "duration": "60s", "haproxy": { "timeout": { "server": "3s" } },
    "clients": { "users": { "connect_to": "nginx@server1", "stop": "20s", "timeout": "20s" },
                 "hasty": { "host": "clients", "arrivals": "constant", "rate": "4/s", "start": "20s",
                            "timeout": "3s", "connect_to": "nginx@server1" } },
    "faults": [{ "kind": "hang", "target": "app@server2", "at": "10s" }])"));
  std::size_t given_up = 0;
  for (const Sample& sample : failed(result)) given_up += sample.outcome == Outcome::timeout;
  CHECK(given_up > 40);
}

TEST_CASE(
    "NG-4: whom it passes over is told once, by the first worker, and who has answered again") {
  const auto result = play(behind(both, R"(, "worker_processes": 4)",
                                  R"("duration": "60s", "faults": [
      { "kind": "crash", "target": "app@server2", "at": "5s", "for": "20s" }])"));
  std::vector<double> disabled, enabled;
  for (const measure::Event& one : result.events) {
    if (one.what == measure::What::disabled) disabled.push_back(one.time);
    if (one.what == measure::What::enabled) enabled.push_back(one.time);
  }
  REQUIRE(disabled.size() == 1);
  CHECK(disabled.front() == near(5.1).margin(0.3));
  REQUIRE(enabled.size() == 1);
  CHECK(enabled.front() > 26);
  CHECK(test::date_of(play(behind(one, "", crash_2)), "disabled") > 100);
}

TEST_CASE("NG-16: weights, backups, and statuses after which the next one is asked") {
  const auto bad = [](const std::string& nginx, const std::string& more = "",
                      const char* page = R"("kind": "page")") {
    const auto result = play(behind(both, ", " + nginx,
                                    R"("duration": "40s", "faults": [
        { "kind": "error", "target": "app@server2", "share": "100%", "at": "0s" })" +
                                        more + "]",
                                    page));
    return static_cast<double>(failed(result).size()) /
           static_cast<double>(test::requests_of(result));
  };
  const std::string second = R"("upstream_servers": { "app@server2": )";
  CHECK(bad(second + R"({ "weight": 3 } })") == near(0.75).margin(0.03));
  CHECK(bad(second + R"({ "down": true } })") == 0);
  CHECK(bad(second + R"({ "backup": true } })") == 0);
  // The other one is gone from 20 s on, and one in ten seconds asks it.
  CHECK(bad(second + R"({ "backup": true } })",
            R"(, { "kind": "crash", "target": "app@server1", "at": "20s" })") ==
        near(0.5).margin(0.03));
  CHECK(bad(R"("proxy_next_upstream": ["error", "timeout", "http_503"])") ==
        near(0.5).margin(0.03));
  const std::string on_500 = R"("proxy_next_upstream": ["error", "timeout", "http_500"])";
  CHECK(bad(on_500) == 0);
  CHECK(bad(on_500, "", R"("kind": "write")") > 0);  // once in ten seconds
  CHECK(bad(R"("proxy_next_upstream": ["error", "timeout", "http_500", "non_idempotent"])", "",
            R"("kind": "write")") == 0);
  CHECK(bad(on_500 + R"(, "proxy_next_upstream_tries": 1)") > 0);
}
