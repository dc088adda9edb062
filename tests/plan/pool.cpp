#include "plan/pool.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <new>
#include <numeric>
#include <stdexcept>

#include "catch.hpp"

using namespace spof::plan;

namespace {

using Results = std::vector<JobResult<Payload>>;

Payload bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

std::string text_of(const JobResult<Payload>& result) {
  return result.value ? std::string(result.value->begin(), result.value->end()) : "(none)";
}

/// Runs the jobs; every delivery must come in order.
Results run_all(std::size_t count, unsigned at_once, std::function<Payload(std::size_t)> job) {
  Results results;
  const PoolEnd end = run_jobs({count, std::move(job),
                                [&](std::size_t index, JobResult<Payload> result) {
                                  REQUIRE(index == results.size());
                                  results.push_back(std::move(result));
                                }},
                               at_once);
  REQUIRE(end == PoolEnd::finished);
  return results;
}

std::string failure_of(std::function<Payload()> job) {
  const Results results =
      run_all(3, 2, [&](std::size_t index) { return index == 1 ? job() : bytes_of("fine"); });
  REQUIRE(results.size() == 3);
  CHECK(text_of(results[0]) == "fine");
  CHECK(text_of(results[2]) == "fine");
  CHECK(results[0].failure.empty());
  CHECK_FALSE(results[1].value);
  return results[1].failure;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_children() { return waitpid(-1, nullptr, WNOHANG) == 0 || errno != ECHILD; }

/// Two processes meet: whoever waits goes on when the other has signalled.
class Gate {
 public:
  Gate() {
    if (pipe(ends_) != 0) throw std::runtime_error("pipe");
  }
  ~Gate() {
    close(ends_[0]);
    close(ends_[1]);
  }
  void wait() const {
    char byte = 0;
    while (read(ends_[0], &byte, 1) < 0 && errno == EINTR) {
    }
  }
  void open() const { [[maybe_unused]] const auto wrote = write(ends_[1], "x", 1); }

 private:
  int ends_[2];
};

}  // namespace

TEST_CASE("results come in job order whatever the timing") {
  const Gate gate;  // job 0 cannot end before job 3 has begun
  const Results results = run_all(4, 4, [&](std::size_t index) {
    if (index == 0) gate.wait();
    if (index == 3) gate.open();
    return bytes_of("job " + std::to_string(index));
  });
  REQUIRE(results.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(text_of(results[i]) == "job " + std::to_string(i));
}

TEST_CASE("one at a time and four at a time give the same") {
  const auto job = [](std::size_t index) { return Payload(index * 1000, std::uint8_t(index)); };
  const Results one = run_all(20, 1, job), four = run_all(20, 4, job);
  for (std::size_t i = 0; i < 20; ++i) CHECK(one[i].value == four[i].value);
}

TEST_CASE("no more jobs at a time than allowed") {
  // One at a time: `mkdir` refuses where the one before has not taken its folder away.
  std::string path = "/tmp/spof-test-pool-XXXXXX";
  REQUIRE(mkdtemp(path.data()) != nullptr);
  rmdir(path.c_str());
  const Results results = run_all(10, 1, [&](std::size_t) {
    const bool alone = mkdir(path.c_str(), 0700) == 0;
    rmdir(path.c_str());
    return bytes_of(alone ? "alone" : "two at once");
  });
  for (const auto& result : results) CHECK(text_of(result) == "alone");
}

TEST_CASE("nothing to do is done at once") { CHECK(run_all(0, 4, nullptr).empty()); }

TEST_CASE("zero at a time means one") {
  CHECK(text_of(run_all(1, 0, [](std::size_t) { return bytes_of("x"); })[0]) == "x");
}

TEST_CASE("an empty result is a result") {
  const Results results = run_all(1, 1, [](std::size_t) { return Payload{}; });
  REQUIRE(results[0].value);
  CHECK(results[0].value->empty());
}

TEST_CASE("a job killed by a signal fails by the signal's name, the others go on") {
  const std::string killed = failure_of([]() -> Payload {
    std::cerr << "last words" << std::endl;
    std::raise(SIGKILL);
    return {};
  });
  CHECK(contains(killed, "SIGKILL"));
  CHECK(contains(killed, "last words"));
  const std::string aborted = failure_of([]() -> Payload {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
  });
  CHECK(contains(aborted, "SIGABRT"));
}

TEST_CASE("an exception's message is the failure") {
  CHECK(failure_of([]() -> Payload { throw std::runtime_error("no such host: lb9"); }) ==
        "no such host: lb9");
  CHECK(failure_of([]() -> Payload { throw std::runtime_error(""); }) != "");
  CHECK(contains(failure_of([]() -> Payload { throw 7; }), "unknown type"));
  CHECK(failure_of([]() -> Payload { throw std::bad_alloc(); }) == "out of memory");
}

TEST_CASE("an exit before the result is a failure with code and last words") {
  const std::string why = failure_of([]() -> Payload {
    std::cerr << std::string(100'000, '.') << "\nthe end\n";
    _exit(3);
  });
  CHECK(contains(why, "exit code 3"));
  CHECK(contains(why, "the end"));
  CHECK(why.size() < 5000);
  CHECK(contains(failure_of([]() -> Payload { _exit(0); }), "exit code 0"));
}

TEST_CASE("what a job prints reaches neither the result nor the user's screen") {
  const Results results = run_all(1, 1, [](std::size_t) {
    for (int i = 0; i < 100'000; ++i) std::cout << "noise ";  // far more than a pipe holds
    std::cout << std::flush;
    return bytes_of("signal");
  });
  CHECK(text_of(results[0]) == "signal");
}

TEST_CASE("a hundred megabytes arrive, from several at once") {
  constexpr std::size_t size = 100'000'000;
  const Results results = run_all(2, 2, [](std::size_t index) {
    Payload payload(size);
    std::iota(payload.begin(), payload.end(), std::uint8_t(index));
    return payload;
  });
  for (std::size_t i = 0; i < 2; ++i) {
    REQUIRE(results[i].value);
    CHECK(results[i].value->size() == size);
    CHECK(results[i].value->back() == std::uint8_t(i + size - 1));
  }
}

TEST_CASE("an interruption kills the children and delivers what had ended") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    std::size_t delivered = 0;
    const pid_t parent = getpid();
    const PoolEnd end = run_jobs({5,
                                  [&](std::size_t index) -> Payload {
                                    if (index == 0) return {};
                                    if (index == 1) kill(parent, signal);
                                    for (;;) pause();
                                  },
                                  [&](std::size_t, JobResult<Payload>) { ++delivered; }},
                                 1);
    CHECK(end == PoolEnd::interrupted);
    CHECK(delivered == 1);
    CHECK_FALSE(has_children());
  }
}

TEST_CASE("an interruption is seen by an outer guard and gone with it") {
  {
    const InterruptGuard guard;
    CHECK_FALSE(interrupted());
    std::raise(SIGTERM);
    CHECK(interrupted());
    const Work work{1, [](std::size_t) { return Payload{}; }, [](std::size_t, auto) {}};
    CHECK(run_jobs(work, 1) == PoolEnd::interrupted);
  }
  const InterruptGuard fresh;
  CHECK_FALSE(interrupted());
}

TEST_CASE("a signal that was ignored stays ignored") {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  const pid_t parent = getpid();
  CHECK(run_all(1, 1, [&](std::size_t) {
          kill(parent, SIGHUP);
          return Payload{};
        }).size() == 1);
  std::signal(SIGHUP, before);
}

TEST_CASE("a Ctrl-C that reaches a child is left to the parent") {
  CHECK(text_of(run_all(1, 1, [](std::size_t) {
          std::raise(SIGINT);
          return bytes_of("went on");
        })[0]) == "went on");
}

TEST_CASE("works where the caller ignores SIGCHLD") {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  CHECK(contains(failure_of([]() -> Payload { _exit(9); }), "exit code 9"));
  std::signal(SIGCHLD, before);
}

TEST_CASE("an exception of the receiver passes through and leaves no child") {
  const Work work{3, [](std::size_t) { return Payload{}; },
                  [](std::size_t, JobResult<Payload>) { throw std::runtime_error("disk full"); }};
  CHECK_THROWS_WITH(run_jobs(work, 2), "disk full");
  CHECK_FALSE(has_children());
}

// The sanitizers open descriptors of their own to look at memory.
#ifndef SPOF_SANITIZED
TEST_CASE("a refused process fails the job with the machine's word") {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const int next = dup(0);  // no descriptor beyond this one: pipes are refused
  close(next);
  const rlimit none{static_cast<rlim_t>(next), files.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  Results results;
  run_jobs({2, [](std::size_t) { return Payload{}; },
            [&](std::size_t, JobResult<Payload> result) { results.push_back(std::move(result)); }},
           2);
  setrlimit(RLIMIT_NOFILE, &files);
  REQUIRE(results.size() == 2);
  CHECK(contains(results[0].failure, "cannot create a pipe"));
  CHECK(contains(results[0].failure, "Too many open files"));
}

TEST_CASE("with few processes to be had the pool goes on with those") {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const int next = dup(0);
  close(next);
  const rlimit few{static_cast<rlim_t>(next) + 7, files.rlim_max};  // room for two or three
  setrlimit(RLIMIT_NOFILE, &few);
  const Results results = run_all(12, 12, [](std::size_t) { return bytes_of("ran"); });
  setrlimit(RLIMIT_NOFILE, &files);
  for (const auto& result : results) CHECK(text_of(result) == "ran");
}
#endif

TEST_CASE("progress is told while jobs run") {
  std::vector<std::size_t> told;
  run_jobs({3, [](std::size_t) { return Payload{}; }, [](std::size_t, JobResult<Payload>) {},
            [&](std::size_t ended) { told.push_back(ended); }},
           1);
  REQUIRE_FALSE(told.empty());
  CHECK(std::is_sorted(told.begin(), told.end()));
  CHECK(told.back() == 3);
}

TEST_CASE("there is a processor") { CHECK(usable_processors() >= 1); }
