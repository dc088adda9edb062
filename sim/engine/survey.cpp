#include "engine/survey.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/json.hpp"
#include "engine/kernel.hpp"

namespace spof::engine {
namespace {

void look_at(Platform& platform, Survey& found) {
  for (const Mistake& one : platform.mistakes()) found.mistakes.add(one);
  std::vector<const Machine*> firsts;  // of each LAN
  for (const Machine& machine : platform.machines()) {
    found.hosts.push_back(machine.name());
    if (machine.has_disk()) found.with_disk.push_back(machine.name());
    for (const std::string& card : platform.cards_of(machine))
      found.cards.emplace_back(machine.name(), card);
    for (const Machine& other : platform.machines())
      if (machine.index() < other.index() &&
          !(platform.path(machine, other).exists && platform.path(other, machine).exists))
        found.unrouted.emplace_back(machine.name(), other.name());
    const auto first = std::ranges::find_if(firsts, [&](const Machine* one) {
      const Path& path = platform.path(*one, machine);
      return path.exists && path.links.size() <= 2;
    });
    const auto lan = static_cast<std::size_t>(first - firsts.begin());
    if (first == firsts.end()) firsts.push_back(&machine);
    found.lans.resize(firsts.size());
    found.lans[lan].push_back(machine.name());
  }
  found.links = platform.link_names();
}

/// From one process to the other: a line.
std::string to_line(const Survey& survey) {
  Json mistakes = Json::array();
  for (const Mistake& one : survey.mistakes)
    mistakes.push_back({one.pointer, one.what, one.at_key});
  const Json told = {{"hosts", survey.hosts}, {"with_disk", survey.with_disk},
                     {"links", survey.links}, {"cards", survey.cards},
                     {"lans", survey.lans},   {"unrouted", survey.unrouted},
                     {"mistakes", mistakes},  {"error", survey.error}};
  return told.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

Survey from_line(const std::string& line) {
  const Json told = Json::parse(line);
  Survey survey;
  told.at("hosts").get_to(survey.hosts);
  told.at("with_disk").get_to(survey.with_disk);
  told.at("links").get_to(survey.links);
  told.at("cards").get_to(survey.cards);
  told.at("lans").get_to(survey.lans);
  told.at("unrouted").get_to(survey.unrouted);
  told.at("error").get_to(survey.error);
  for (const Json& one : told.at("mistakes"))
    survey.mistakes.add({one.at(0), one.at(1), one.at(2), {}});
  return survey;
}

/// What SimGrid prints on its way down goes the same way. Nobody else is to look into its end.
[[noreturn]] void be_the_child(const PlatformSource& source, int pipe_end) {
  dup2(pipe_end, STDERR_FILENO);
  for (const int signal : {SIGABRT, SIGSEGV}) std::signal(signal, SIG_DFL);
  Survey found;
  try {
    Kernel kernel(source);
    look_at(kernel.platform(), found);
  } catch (const std::exception& error) {
    found.error = error.what();
  }
  const std::string text = to_line(found);
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t more = write(pipe_end, text.data() + sent, text.size() - sent);
    if (more <= 0) _exit(1);
    sent += static_cast<std::size_t>(more);
  }
  _exit(0);
}

std::string read_all(int pipe_end) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t more = read(pipe_end, buffer, sizeof buffer);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(more));
  }
}

/// SimGrid's last words when it gives up: "[0.000000] FILE:LINE: [root/CRITICAL] WHAT".
std::string last_words(const std::string& text) {
  const std::string mark = "/CRITICAL] ";
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return "SimGrid ends on it; has every host a route?";
  const std::size_t begin = at + mark.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

Survey survey(const PlatformSource& source) {
  int ends[2];
  if (pipe(ends) != 0) return {.error = std::string("no pipe: ") + std::strerror(errno)};
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    be_the_child(source, ends[1]);
  }
  close(ends[1]);
  const std::string text = child > 0 ? read_all(ends[0]) : "";
  close(ends[0]);
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const std::size_t line = text.rfind("{\"hosts\"");
  if (line != std::string::npos && text.ends_with("}\n")) return from_line(text.substr(line));
  return {.error = source.file + ": cannot be used as a platform: " + last_words(text)};
}

}  // namespace spof::engine
