#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "base/write_all.hpp"
#include "report/format.hpp"

namespace spof::report {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, const char* why = std::strerror(errno)) {
  throw std::runtime_error(fmt::format("cannot write {}: {}", path.string(), why));
}

/// A file beside its final name; removed at the end of its life unless it took that name.
class Draft {
 public:
  Draft(fs::path path) : path_(std::move(path)) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }

  /// Puts the text on the disk.
  void write(std::string_view text) {
    std::error_code ignored;
    if (fs::is_directory(path_, ignored)) refuse(path_, "it is a directory");
    std::string name =
        (path_.parent_path() / ("." + path_.filename().string() + ".XXXXXX")).string();
    const int file = ::mkstemp(name.data());
    if (file < 0) refuse(path_);
    temporary_ = name;
    int error = write_all(file, text);
    if (error == 0 && (::fchmod(file, permissions()) != 0 || ::fsync(file) != 0)) error = errno;
    if (::close(file) != 0 && error == 0) error = errno;
    if (error != 0) refuse(path_, std::strerror(error));
  }

  /// Returns the name that it has from now on.
  std::string publish() {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) refuse(path_);
    temporary_.clear();
    return path_.string();
  }

 private:
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

}  // namespace

Written write_files(const std::string& directory, const std::vector<std::string>& names,
                    const Campaign& campaign) {
  std::vector<TextFile> files;
  for (const std::string& name : names)
    if (const Format* const format = find_format(name))
      files.push_back({format->file, format->write(campaign)});
    else
      return {{}, fmt::format("unknown format \"{}\"", name)};
  return write_files(directory, files);
}

Written write_files(const std::string& directory, const std::vector<TextFile>& files) {
  const fs::path folder = directory;
  Written written;
  try {
    std::error_code error;
    if (!folder.empty()) fs::create_directories(folder, error);
    if (error) return {{}, fmt::format("cannot make {}: {}", directory, error.message())};
    std::deque<Draft> drafts;
    for (const TextFile& file : files) drafts.emplace_back(folder / file.name).write(file.text);
    for (Draft& draft : drafts) written.files.push_back(draft.publish());
  } catch (const std::runtime_error& error) {
    return {{}, error.what()};
  }
  sync_directory(folder.empty() ? "." : folder);
  return written;
}

}  // namespace spof::report
