#include "support/wire_lab.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "plan/pool.hpp"

namespace spof::test {

const char* word(engine::Outcome outcome) {
  static constexpr std::array words{"ok",    "timed_out", "refused", "unreachable",
                                    "again", "reset",     "closed"};
  return words[static_cast<std::size_t>(outcome)];
}

engine::Task<> Talker::serve(const engine::Message& message) {
  net::Exchange exchange(*this, message);
  if (delay > 0) co_await sleep_until(engine::now() + delay);
  engine::Body answer = exchange.request();
  answer.flags = 0;
  answer.bytes = 100;
  exchange.answer(answer);
}

WireLab::WireLab()
    : kernel(engine::PlatformSource{SPOF_SOURCE_DIR "/platforms/two-server.xml"}),
      network(kernel, net::SynTimes::linux_6_1()) {}

Talker& WireLab::talker(const std::string& host, std::uint16_t port) {
  talkers_.push_back(std::make_unique<Talker>(
      network, fmt::format("talker{}@{}", talkers_.size(), host), machine(host), 1, port));
  return *talkers_.back();
}

void WireLab::note(const std::string& what) {
  notes_ += fmt::format("{:.3f} {}\n", engine::now(), what);
}

void WireLab::ask_once(Talker& who, double date, net::Address whom, double patience) {
  kernel.at(date, [this, &who, whom, patience] { who.start(once(who, whom, patience)); });
}

engine::Task<> WireLab::once(Talker& who, net::Address whom, double patience) {
  net::Socket socket = co_await who.dial(whom, patience);
  if (!socket) co_return note(word(socket.outcome()));
  engine::Body question;
  question.bytes = 100;
  const net::Reply reply = co_await who.ask(socket, question, patience);
  note(fmt::format("answer {}", word(reply.outcome)));
}

std::string WireLab::run(double until) {
  for (const auto& one : talkers_) one->boot();
  kernel.run_until(until);
  return notes_;
}

std::string in_a_process(const std::function<std::string()>& experiment) {
  std::string text;
  plan::run_jobs({1,
                  [&](std::size_t) {
                    const std::string said = experiment();
                    return plan::Payload(said.begin(), said.end());
                  },
                  [&](std::size_t, plan::JobResult<plan::Payload> result) {
                    if (!result.value) throw std::runtime_error(result.failure);
                    text.assign(result.value->begin(), result.value->end());
                  }},
                 1);
  return text;
}

}  // namespace spof::test
