// What is alone ends at a date known beforehand, what shares ends when SimGrid says. Each story is
// told twice, the second time with everything left to SimGrid, and is the same.
#include <fmt/format.h>

#include <functional>
#include <string>

#include "catch.hpp"
#include "engine/station.hpp"
#include "support/wire_lab.hpp"

using namespace spof;
using engine::Direction;

namespace {

/// Works, as long as it lives.
class Worker final : public engine::Process {
 public:
  Worker(engine::Kernel& kernel, std::string name, engine::Machine& machine,
         engine::Processor* processor)
      : Process(kernel, std::move(name), machine), station_(*this, processor, 10) {}
  engine::Task<> work(double amount, std::function<void()> done) {
    co_await station_.use(amount);
    done();
  }

 protected:
  void started() override {}
  void requested(const engine::Message&) override {}
  void ended(bool) override { station_.clear(); }

 private:
  engine::Station station_;
};

/// The machines of platforms/two-server.xml. Notes what ends: "1.5000 B".
class Lab final : public engine::Carrier {
 public:
  Lab() : kernel({SPOF_SOURCE_DIR "/platforms/two-server.xml"}) { kernel.set_carrier(*this); }
  engine::Machine& machine(const char* name) { return *kernel.platform().find_machine(name); }
  Worker& worker(const char* host, bool on_disk) {
    engine::Machine& its = machine(host);
    workers_.push_back(
        std::make_unique<Worker>(kernel, host, its, on_disk ? its.disk() : its.cpu()));
    workers_.back()->boot();
    return *workers_.back();
  }
  void work(Worker& who, double date, double amount, const char* name) {
    kernel.at(date, [this, &who, amount, name] {
      who.start(who.work(amount, [this, name] { note(name); }));
    });
  }
  void send(const char* from, const char* to, double date, double bytes, const char* name) {
    kernel.at(date, [this, from, to, bytes, name] {
      engine::Parcel parcel;
      parcel.from = &machine(from);
      parcel.to = &machine(to);
      parcel.what = static_cast<std::uint8_t>(name[0]);
      parcel.wire_bytes = bytes;
      kernel.send(parcel);
    });
  }
  void arrived(const engine::Parcel& parcel) override { note({static_cast<char>(parcel.what)}); }
  void lost(const engine::Parcel& parcel) override {
    note(fmt::format("{} is lost", static_cast<char>(parcel.what)));
  }
  void note(const std::string& what) { notes += fmt::format("{:.4f} {}\n", engine::now(), what); }
  engine::Kernel kernel;
  std::string notes;

 private:
  std::vector<std::unique_ptr<Worker>> workers_;
};

void check(const std::function<void(Lab&)>& story, const std::string& expected) {
  for (const bool solve_all : {false, true}) {
    INFO((solve_all ? "all left to SimGrid" : "what is alone ends by itself"));
    CHECK(test::in_a_process([&] {
            engine::Kernel::solve_all = solve_all;
            Lab& lab = *new Lab;  // SimGrid keeps pointers into it
            story(lab);
            lab.kernel.run_until(10);
            return lab.notes;
          }) == expected);
  }
}

}  // namespace

TEST_CASE("who comes second halves the speed of the first, with what is left of it") {
  check(
      [](Lab& lab) {
        Worker& disk = lab.worker("server1", true);  // 200 MB/s
        lab.work(disk, 1, 200e6, "A");
        lab.work(disk, 1.5, 150e6, "B");
        lab.work(disk, 4, 200e6, "C");  // alone again
      },
      "2.5000 A\n2.7500 B\n5.0000 C\n");
}

TEST_CASE("as many computations as cores do not feel each other, one more slows down all") {
  check(
      [](Lab& lab) {
        Worker& two_cores = lab.worker("lb1", false);
        lab.work(two_cores, 1, 1e9, "A");
        lab.work(two_cores, 1.25, 1e9, "B");
        lab.work(two_cores, 1.5, 1e9, "C");
      },
      "2.2500 A\n2.5000 B\n2.7500 C\n");
}

TEST_CASE("who leaves early gives back what it had; who dies with the machine ends nothing") {
  check(
      [](Lab& lab) {
        Worker& one = lab.worker("server1", true);
        Worker& other = lab.worker("server1", true);
        lab.work(one, 1, 200e6, "A");
        lab.work(other, 1.5, 200e6, "B");
        lab.kernel.at(2, [&other] { other.kill(); });  // A: half a second alone, half with B
        lab.work(one, 5, 200e6, "C");
        lab.kernel.at(5.5, [&lab] { lab.machine("server1").power(false); });
      },
      "2.2500 A\n");
}

TEST_CASE("flows share a link from when their first bytes arrive") {
  check(
      [](Lab& lab) {
        lab.send("server1", "lb1", 1, 12.5e6, "A");  // 0.1 s, and 0.1 ms of latency
        lab.send("server2", "lb1", 1.05, 12.5e6, "B");
        lab.send("server1", "lb1", 2, 12.5e6, "C");
        lab.send("lb1", "server1", 2, 12.5e6, "D");  // the other direction
      },
      "1.1501 A\n1.2001 B\n2.1001 C\n2.1001 D\n");
}

TEST_CASE("a link that gets narrower, or fails, does so to what is under way") {
  check(
      [](Lab& lab) {
        engine::Platform& platform = lab.kernel.platform();
        lab.send("server1", "lb1", 1, 12.5e6, "A");
        lab.kernel.at(1.0501,
                      [&] { platform.scale_bandwidth(1, "lb1-nic", Direction::both, 0.5); });
        lab.kernel.at(2, [&] { platform.mend(1); });
        lab.send("server1", "lb1", 3, 12.5e6, "B");
        lab.send("clients", "lb1", 3.04, 12.5e6, "C");  // 20 ms away: nothing of it is here yet
        lab.kernel.at(3.05, [&] { platform.cut(2, "lb1-nic", Direction::both); });
        lab.kernel.at(4, [&] { platform.mend(2); });
        lab.send("server1", "lb1", 5, 12.5e6, "D");
        lab.kernel.at(5.05, [&] { lab.machine("lb1").power(false); });
      },
      "1.1501 A\n3.0500 B is lost\n3.0500 C is lost\n5.0500 D is lost\n");
}

TEST_CASE("flows over different links that share one each") {
  check(
      [](Lab& lab) {
        lab.send("lb1", "clients", 1, 12.5e6, "A");
        lab.send("server1", "server2", 1.05, 12.5e6, "C");
        lab.send("lb1", "server2", 1.06, 1.25e6, "B");
        lab.kernel.at(2, [&] {
          lab.kernel.platform().scale_bandwidth(1, "server2-nic", Direction::to, 0.1);
        });
        lab.send("lb1", "clients", 3, 12.5e6, "D");
        lab.send("lb1", "server2", 3.05, 1.25e6, "E");  // narrow at its other end
      },
      "1.0801 B\n1.1300 A\n1.1601 C\n3.1278 D\n3.1501 E\n");
}
