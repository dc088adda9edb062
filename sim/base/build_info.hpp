#pragma once

#include <filesystem>

/// What this program was built from, and where it is installed.
namespace spof::build_info {

/// The release, for example "0.1.0".
extern const char* const version;

/// The commit, for example "v0.1.0-3-g1a2b3c4-dirty"; "" where it was built without git. It changes
/// with every commit: it belongs in run.json and `--version`, never in a reproducible report.
extern const char* const git_describe;

/// Where `cmake --install` puts scenarios/ and platforms/, for example "/usr/local/share/spof".
extern const char* const data_dir;

/// The installed scenarios/ and platforms/: ../share/spof beside the program's own folder where
/// that exists (an installation that was moved, or made with --prefix), otherwise `data_dir`.
std::filesystem::path data_folder();

}  // namespace spof::build_info
