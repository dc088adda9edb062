#include "base/build_info.hpp"

#include <system_error>

namespace spof::build_info {

std::filesystem::path data_folder() {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (!failed) {
    auto beside = program.parent_path().parent_path() / "share" / "spof";
    if (std::filesystem::is_directory(beside, failed)) return beside;
  }
  return data_dir;
}

}  // namespace spof::build_info
