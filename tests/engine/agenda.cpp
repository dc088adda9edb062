// What is asked for comes at its date, and at one date in the order in which it was asked for:
// whatever else waits, and also what is asked for meanwhile.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "catch.hpp"
#include "engine/kernel.hpp"
#include "support/wire_lab.hpp"

using namespace spof;

namespace {

/// Asks for things at few or many different dates, each of which may ask for more.
class Asker {
 public:
  Asker(engine::Kernel& kernel, std::uint64_t seed, int dates)
      : kernel_(kernel), random_(seed, "agenda"), dates_(dates) {}
  void ask(double from) {
    const int whole = static_cast<int>(random_.uniform() * dates_);
    const double date = from + whole * 0.25;
    const std::size_t number = asked.size();
    asked.emplace_back(date, number);
    kernel_.at(date, [this, date, number] {
      came.emplace_back(engine::now(), number);
      for (int more = static_cast<int>(random_.uniform() * 3); more > 0 && asked.size() < 5000;
           --more)
        ask(date);
    });
  }
  std::vector<std::pair<double, std::size_t>> asked, came;

 private:
  engine::Kernel& kernel_;
  Random random_;
  int dates_;
};

}  // namespace

TEST_CASE("what is asked for comes by date, then in the order of asking") {
  for (const int dates : {1, 3, 1000})
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      INFO(dates << " dates, seed " << seed);
      CHECK(test::in_a_process([&] {
              // SimGrid keeps pointers into it.
              engine::Kernel& kernel =
                  *new engine::Kernel({SPOF_SOURCE_DIR "/platforms/two-server.xml"});
              Asker asker(kernel, seed, dates);
              for (int i = 0; i < 500; ++i) asker.ask(0);
              kernel.run_until(1e6);
              std::ranges::sort(asker.asked);
              return std::string(asker.came == asker.asked ? "in order" : "not in order");
            }) == "in order");
    }
}
