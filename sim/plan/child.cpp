#include "plan/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <new>
#include <string_view>
#include <system_error>

#include "base/write_all.hpp"

namespace spof::plan {
namespace {

constexpr std::size_t tail_kept = 4096, header_size = 9;

struct Pipe {
  Descriptor reader, writer;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot create a pipe");
  }
  Pipe made{Descriptor(ends[0]), Descriptor(ends[1])};
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return made;
}

/// Bytes read; 0 at the end of the pipe; -1 when nothing is there now.
ssize_t read_some(int descriptor, void* to, std::size_t size) {
  for (;;) {
    const ssize_t got = ::read(descriptor, to, size);
    if (got >= 0) return got;
    if (errno == EINTR) continue;
    return errno == EAGAIN ? -1 : 0;
  }
}

// ---- in the child -----------------------------------------------------------------------------

bool send(int descriptor, char kind, const auto& bytes) {
  std::array<std::uint8_t, header_size> header{static_cast<std::uint8_t>(kind)};
  const std::uint64_t length = bytes.size();
  std::memcpy(&header[1], &length, sizeof length);
  return write_all(descriptor, header) == 0 && write_all(descriptor, bytes) == 0;
}

bool send_failure(int descriptor, std::string_view message) {
  return send(descriptor, 'E', message.empty() ? "an exception without a message" : message);
}

bool run_and_send(std::size_t index, const std::function<Payload(std::size_t)>& job,
                  int descriptor) {
  try {
    return send(descriptor, 'R', job(index));
  } catch (const std::bad_alloc&) {
    return send_failure(descriptor, "out of memory");
  } catch (const std::exception& error) {
    return send_failure(descriptor, error.what());
  } catch (...) {
    return send_failure(descriptor, "an exception of unknown type");
  }
}

/// `_exit`: neither the parent's buffers nor its destructors are the child's business.
[[noreturn]] void live_as_child(std::size_t index, const std::function<Payload(std::size_t)>& job,
                                pid_t parent, const Descriptor& result, const Descriptor& printed) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before it could be watched
  reset_signals_in_child();
  dup2(printed.get(), STDOUT_FILENO);
  dup2(printed.get(), STDERR_FILENO);
  const bool sent = run_and_send(index, job, result.get());
  _exit(sent ? 0 : 1);
}

std::string name_of_signal(int signal) {
  const char* const name = sigabbrev_np(signal);
  const char* const words = sigdescr_np(signal);
  if (name == nullptr) return fmt::format("signal {}", signal);
  return fmt::format("SIG{} ({})", name, words == nullptr ? "" : words);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return status;
}

}  // namespace

void Descriptor::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

Child::Child(std::size_t index, const std::function<Payload(std::size_t)>& job) : index_(index) {
  Pipe result = make_pipe();
  Pipe printed = make_pipe();
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) {
    throw std::system_error(errno, std::generic_category(), "cannot start a process");
  }
  if (pid_ == 0) live_as_child(index, job, parent, result.writer, printed.writer);
  result_ = std::move(result.reader);
  printed_ = std::move(printed.reader);
}

Child::~Child() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  wait_for(pid_);
}

/// Takes at most a few pipe-fulls, so that one talkative child does not keep the others waiting.
void Child::read_result() {
  std::array<std::uint8_t, 65536> chunk;
  for (int round = 0; round < 16; ++round) {
    const ssize_t got = read_some(result_.get(), chunk.data(), chunk.size());
    if (got == 0) ended_ = true;
    if (got <= 0) return;
    try {
      received_.insert(received_.end(), chunk.begin(), chunk.begin() + got);
    } catch (const std::bad_alloc&) {
      refused_ =
          fmt::format("no memory here for more than {} bytes of its result", received_.size());
      kill(pid_, SIGKILL);
      ended_ = true;
      return;
    }
  }
}

bool Child::read_printed() {
  std::array<char, 4096> chunk;
  const ssize_t got = read_some(printed_.get(), chunk.data(), chunk.size());
  if (got == 0) printed_.close();
  if (got <= 0) return false;
  tail_.append(chunk.data(), static_cast<std::size_t>(got));
  if (tail_.size() > 2 * tail_kept) tail_.erase(0, tail_.size() - tail_kept);
  return true;
}

JobResult<Payload> Child::conclude() {
  const int status = wait_for(std::exchange(pid_, -1));
  while (printed_.get() >= 0 && read_printed()) {
  }
  std::uint64_t length = 0;
  const bool has_header = received_.size() >= header_size;
  if (has_header) std::memcpy(&length, &received_[1], sizeof length);
  const bool whole = has_header && received_.size() - header_size == length;
  const bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0 && whole && refused_.empty();
  if (!good) return {{}, failure_of(status)};
  const bool is_result = received_[0] == 'R';
  received_.erase(received_.begin(), received_.begin() + header_size);
  if (is_result) return {std::move(received_), {}};
  return {{}, std::string(received_.begin(), received_.end())};
}

std::string Child::failure_of(int status) const {
  std::string why = refused_;
  if (why.empty() && WIFSIGNALED(status)) {
    why = fmt::format("its process was killed by {}", name_of_signal(WTERMSIG(status)));
    if (WTERMSIG(status) == SIGKILL) why += "; by someone, or by the kernel for want of memory";
  } else if (why.empty()) {
    why = fmt::format("its process ended with exit code {} before its result was whole",
                      WEXITSTATUS(status));
  }
  std::string last = tail_.substr(tail_.size() - std::min(tail_.size(), tail_kept));
  while (!last.empty() && last.back() == '\n') last.pop_back();
  return last.empty() ? why : fmt::format("{}; the last it said:\n{}", why, last);
}

}  // namespace spof::plan
