#include "engine/survey.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string_view>

#include "engine/kernel.hpp"

namespace spof::engine {
namespace {

/// What the child says: one line a thing, its first letter the kind.
std::string describe(const std::string& platform) {
  std::string text;
  const auto tell = [&text](char kind, const std::string& what) { text += kind + what + '\n'; };
  try {
    Kernel kernel(platform, 1);
    for (const Machine& machine : kernel.platform().machines()) {
      tell('h', machine.name());
      if (machine.has_disk()) tell('d', machine.name());
      for (const std::string& card : kernel.platform().cards_of(machine))
        tell('c', machine.name() + '\t' + card);
    }
    for (const std::string& link : kernel.platform().link_names()) tell('l', link);
    tell('.', "");
  } catch (const std::exception& error) {
    tell('e', error.what());
  }
  return text;
}

[[noreturn]] void be_the_child(const std::string& platform, int pipe_end) {
  // What SimGrid prints on its way down is said better by the parent.
  if (!std::freopen("/dev/null", "w", stderr)) _exit(1);
  const std::string text = describe(platform);
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

void note(Survey& survey, char kind, std::string what) {
  if (kind == 'h') survey.hosts.push_back(std::move(what));
  if (kind == 'd') survey.with_disk.push_back(std::move(what));
  if (kind == 'c') {
    const std::size_t tab = what.find('\t');
    survey.cards.emplace_back(what.substr(0, tab), what.substr(tab + 1));
  }
  if (kind == 'l') survey.links.push_back(std::move(what));
  if (kind == 'e') survey.error = std::move(what);
}

}  // namespace

Survey survey(const std::string& platform) {
  Survey found;
  int ends[2];
  if (pipe(ends) != 0) return {.error = std::string("no pipe: ") + std::strerror(errno)};
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    be_the_child(platform, ends[1]);
  }
  close(ends[1]);
  const std::string text = child > 0 ? read_all(ends[0]) : "";
  close(ends[0]);
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  bool complete = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    note(found, text[begin], text.substr(begin + 1, end - begin - 1));
    complete = complete || text[begin] == '.';
    begin = end + 1;
  }
  if (found.error.empty() && !complete)
    found.error = platform + ": SimGrid cannot use it: is there a route between every two hosts?";
  return found;
}

}  // namespace spof::engine
