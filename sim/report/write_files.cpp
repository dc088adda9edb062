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

/// Files that take their names together.
class Batch {
 public:
  explicit Batch(const std::string& directory) : folder_(directory.empty() ? "." : directory) {}

  std::string make_folder() const {
    std::error_code error;
    fs::create_directories(folder_, error);
    return error ? fmt::format("cannot make {}: {}", folder_.string(), error.message()) : "";
  }

  std::string add(const std::string& name, std::string_view text) {
    drafts_.emplace_back(folder_ / name);
    const std::string wrong = obstacle(drafts_.back().path());
    return wrong.empty() ? drafts_.back().write(text) : wrong;
  }

  Written publish() {
    Written written;
    for (Draft& draft : drafts_) {
      const std::string wrong = draft.publish();
      if (!wrong.empty()) return {{}, wrong};
      written.files.push_back(draft.path().string());
    }
    sync_directory(folder_);
    return written;
  }

 private:
  fs::path folder_;
  std::vector<Draft> drafts_;
};

}  // namespace

Written write_files(const std::string& directory, const std::vector<std::string>& names,
                    const Campaign& campaign) {
  for (const std::string& name : names)
    if (!find_format(name)) return {{}, fmt::format("unknown format \"{}\"", name)};
  Batch batch(directory);
  std::string wrong = batch.make_folder();
  for (std::size_t i = 0; i < names.size() && wrong.empty(); ++i) {
    const Format& format = *find_format(names[i]);
    wrong = batch.add(format.file, format.write(campaign));
  }
  return wrong.empty() ? batch.publish() : Written{{}, wrong};
}

Written write_files(const std::string& directory, const std::vector<TextFile>& files) {
  Batch batch(directory);
  std::string wrong = batch.make_folder();
  for (std::size_t i = 0; i < files.size() && wrong.empty(); ++i)
    wrong = batch.add(files[i].name, files[i].text);
  return wrong.empty() ? batch.publish() : Written{{}, wrong};
}

}  // namespace spof::report
