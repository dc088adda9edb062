#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "report/format.hpp"

namespace spof::report {
namespace {

namespace fs = std::filesystem;

/// A file beside its final name; removed at the end of its life unless it took that name.
class Draft {
 public:
  Draft(fs::path path) : path_(std::move(path)) {}
  Draft(Draft&& other) noexcept
      : path_(std::move(other.path_)), temporary_(std::move(other.temporary_)) {
    other.temporary_.clear();
  }
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }

  /// Puts the text on the disk. Returns what went wrong, "" when nothing did.
  std::string write(std::string_view text) {
    std::string name =
        (path_.parent_path() / ("." + path_.filename().string() + ".XXXXXX")).string();
    const int file = ::mkstemp(name.data());
    if (file < 0) return complaint();
    temporary_ = name;
    const bool good = put(file, text) && ::fchmod(file, permissions()) == 0 && ::fsync(file) == 0;
    const std::string wrong = good ? "" : complaint();
    if (::close(file) != 0 && wrong.empty()) return complaint();
    return wrong;
  }

  std::string publish() {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return complaint();
    temporary_.clear();
    return "";
  }

  const fs::path& path() const { return path_; }

 private:
  std::string complaint() const {
    return fmt::format("cannot write {}: {}", path_.string(), std::strerror(errno));
  }

  static bool put(int file, std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(file, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  static mode_t permissions() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
  }

  fs::path path_;
  std::string temporary_;
};

void sync_directory(const fs::path& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

/// What stands in the way of these files taking their names, "" if nothing: a directory of that
/// name.
std::string obstacle(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored)
             ? fmt::format("cannot write {}: it is a directory", path.string())
             : "";
}

}  // namespace

Written write_files(const std::string& directory, const std::vector<std::string>& names,
                    const Campaign& campaign) {
  for (const std::string& name : names)
    if (!find_format(name)) return {{}, fmt::format("unknown format \"{}\"", name)};
  const fs::path folder = directory.empty() ? "." : directory;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return {{}, fmt::format("cannot make {}: {}", folder.string(), error.message())};
  std::vector<Draft> drafts;
  for (const std::string& name : names) {
    const Format& format = *find_format(name);
    drafts.emplace_back(folder / format.file);
    if (const std::string wrong = obstacle(drafts.back().path()); !wrong.empty())
      return {{}, wrong};
    const std::string wrong = drafts.back().write(format.write(campaign));
    if (!wrong.empty()) return {{}, wrong};
  }
  Written written;
  for (Draft& draft : drafts) {
    const std::string wrong = draft.publish();
    if (!wrong.empty()) return {{}, wrong};
    written.files.push_back(draft.path().string());
  }
  sync_directory(folder);
  return written;
}

}  // namespace spof::report
