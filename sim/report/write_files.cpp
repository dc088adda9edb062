#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>

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
  Draft(Draft&& other) noexcept
      : path_(std::move(other.path_)), temporary_(std::move(other.temporary_)) {
    other.temporary_.clear();
  }
  Draft& operator=(Draft&&) = delete;
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
    const bool good = put(file, text) && ::fchmod(file, permissions()) == 0 && ::fsync(file) == 0;
    const int error = good ? 0 : errno;
    const bool closed = ::close(file) == 0;
    if (!good) refuse(path_, std::strerror(error));
    if (!closed) refuse(path_);
  }

  /// Returns the name that it has from now on.
  std::string publish() {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) refuse(path_);
    temporary_.clear();
    return path_.string();
  }

 private:
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

/// `add_all` is given what adds a file, by name and text; all take their names together.
template <class AddAll>
Written together(const fs::path& folder, const AddAll& add_all) {
  Written written;
  try {
    std::error_code error;
    if (!folder.empty()) fs::create_directories(folder, error);
    if (error) return {{}, fmt::format("cannot make {}: {}", folder.string(), error.message())};
    std::vector<Draft> drafts;
    add_all([&](const std::string& name, std::string_view text) {
      drafts.emplace_back(folder / name).write(text);
    });
    for (Draft& draft : drafts) written.files.push_back(draft.publish());
  } catch (const std::runtime_error& error) {
    return {{}, error.what()};
  }
  sync_directory(folder.empty() ? "." : folder);
  return written;
}

}  // namespace

Written write_files(const std::string& directory, const std::vector<std::string>& names,
                    const Campaign& campaign) {
  for (const std::string& name : names)
    if (!find_format(name)) return {{}, fmt::format("unknown format \"{}\"", name)};
  return together(directory, [&](const auto& add) {
    for (const std::string& name : names)
      add(find_format(name)->file, find_format(name)->write(campaign));
  });
}

Written write_files(const std::string& directory, const std::vector<TextFile>& files) {
  return together(directory, [&](const auto& add) {
    for (const TextFile& file : files) add(file.name, file.text);
  });
}

}  // namespace spof::report
