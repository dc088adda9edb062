#include "cli/output_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "base/append_new.hpp"
#include "cli/arguments.hpp"
#include "cli/console.hpp"

namespace spof::cli {
namespace {

namespace fs = std::filesystem;

/// From the root on; where there is no current folder any more, as it was given.
fs::path whole(const fs::path& path) {
  std::error_code error;
  const fs::path found = fs::absolute(path, error);
  return error ? fs::path(".") / path : found;
}

/// Whether something can be made in a folder, found out by doing it: what the permissions say is
/// not all (root, a folder of the kernel's). 0 or the reason.
int refusal_of(const fs::path& folder) {
  std::string name = (folder / ".spof.XXXXXX").string();
  if (!mkdtemp(name.data())) return errno;
  rmdir(name.c_str());
  return 0;
}

}  // namespace

std::string find_result(const std::string& word) {
  std::error_code error;
  const fs::path made = fs::path(usual_folder) / word;
  return !word.empty() && !fs::exists(word, error) && fs::exists(made, error) ? made.string()
                                                                              : word;
}

std::string obstacle_to(const fs::path& folder) {
  std::error_code error;
  fs::path nearest_there = whole(folder);
  while (!fs::exists(nearest_there, error) && nearest_there.has_relative_path() &&
         nearest_there != ".")
    nearest_there = nearest_there.parent_path();
  const bool usable = fs::is_directory(nearest_there, error);
  const int refusal = usable ? refusal_of(nearest_there) : ENOTDIR;
  if (refusal == 0) return "";
  return error_line(fmt::format("cannot write results to {}: {}: {}", folder.string(),
                                nearest_there.string(), std::strerror(refusal)));
}

std::string obstacle_to_file(const fs::path& file) {
  std::error_code error;
  std::string why;
  const fs::path folder = whole(file).parent_path();
  if (fs::is_directory(file, error))
    why = "it is a folder; name a file in it";
  else if (fs::exists(file, error) && !fs::is_regular_file(file, error))
    why = "it is no ordinary file; without -o it goes to standard output";
  else if (!fs::is_directory(folder, error))
    why = fmt::format("there is no folder {}", folder.string());
  else if (const int refusal = refusal_of(folder); refusal != 0)
    why = std::strerror(refusal);
  if (why.empty()) return "";
  return fmt::format("cannot write {}: {}", file.string(), why);
}

void write_into(const std::string& folder, const std::vector<report::TextFile>& files) {
  const report::Written written = report::write_files(folder, files);
  if (!written.error.empty()) throw std::runtime_error(written.error);
}

std::string wrote(const std::string& folder, const std::vector<std::string>& files) {
  const auto name = [](const fs::path& file) { return file.filename().string(); };
  return fmt::format("wrote {}/{{{}}}\n", folder, fmt::join(mapped(files, name), ","));
}

}  // namespace spof::cli
