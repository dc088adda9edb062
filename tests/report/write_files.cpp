#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "report/format.hpp"
#include "support/campaign.hpp"

namespace fs = std::filesystem;
using namespace spof::report;

namespace {

/// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "spof-report.XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
  fs::path path;
};

void put(const fs::path& path, const char* text) { std::ofstream(path) << text; }

std::string content(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("a campaign is written, and written over") {
  const Folder folder;
  const auto directory = (folder.path / "new" / "primary-crash").string();
  for (int i = 0; i < 2; ++i) {
    const Written written = write_files(directory, format_names(true), spof::test::campaign());
    CHECK(written.error.empty());
    CHECK(written.files.size() == 8);
    for (const auto& file : written.files) CHECK(fs::file_size(file) > 10);
  }
  CHECK(std::distance(fs::directory_iterator(directory), fs::directory_iterator()) == 8);
}

TEST_CASE("an unknown format writes nothing") {
  const Folder folder;
  const Written written =
      write_files(folder.path.string(), {"json", "pdf"}, spof::test::campaign());
  CHECK(written.error == "unknown format \"pdf\"");
  CHECK(folder.entries() == 0);
}

TEST_CASE("what cannot be written leaves old files whole and no temporary ones") {
  const Folder folder;
  put(folder.path / "report.json", "old");
  fs::create_directory(folder.path / "report.md");
  const Written written = write_files(folder.path.string(), {"json", "md"}, spof::test::campaign());
  CHECK(written.error.find("report.md: it is a directory") != std::string::npos);
  CHECK(written.files.empty());
  CHECK(content(folder.path / "report.json") == "old");
  CHECK(folder.entries() == 2);
}

TEST_CASE("a file in the place of the directory is a message") {
  const Folder folder;
  put(folder.path / "results", "");
  const Written written =
      write_files((folder.path / "results").string(), {"json"}, spof::test::campaign());
  CHECK(written.error.find("cannot ") == 0);
}

TEST_CASE("a full disk leaves old files whole and no temporary ones") {
  const Folder folder;
  put(folder.path / "report.json", "old");
  put(folder.path / "run.json", "old");
  const auto campaign = spof::test::campaign();
  const pid_t child = ::fork();
  if (child == 0) {  // a limit on the size of files stands in for the end of the disk
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100, 100};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const Written written = write_files(folder.path.string(), {"run", "json"}, campaign);
    ::_exit(written.error.find("report.json: File too large") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(content(folder.path / "report.json") == "old");
  CHECK(content(folder.path / "run.json") == "old");
  CHECK(folder.entries() == 2);
}
