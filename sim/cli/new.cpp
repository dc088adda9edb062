#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/file_text.hpp"
#include "base/json.hpp"
#include "base/write_all.hpp"
#include "cli/find_scenario.hpp"
#include "cli/verbs.hpp"

namespace spof::cli {
namespace {

namespace fs = std::filesystem;

/// `to` as it is written in a file of `folder`: relative within one tree, as a home or a project
/// is, so that both can be moved and copied together; else absolute.
std::string path_from(const fs::path& folder, const fs::path& to) {
  constexpr std::ptrdiff_t shared = 3;  // "/", "home", "me"
  std::error_code error;
  const fs::path here = fs::weakly_canonical(folder, error),
                 there = fs::weakly_canonical(to, error);
  const fs::path relative = there.lexically_relative(here);
  const auto parted = std::mismatch(here.begin(), here.end(), there.begin(), there.end()).first;
  const bool same_tree = std::distance(here.begin(), parted) >= shared ||
                         there.string().rfind(fs::current_path(error).string() + "/", 0) == 0;
  return same_tree && !relative.empty() ? relative : there;
}

/// The first web server there is, or else whatever the user will name.
Json example_fault(const scenario::Scenario& scenario) {
  const auto& hosts = scenario.nginx.hosts;
  const std::string target = hosts.empty() ? "DAEMON@HOST" : "nginx@" + hosts.front().first;
  return {{"kind", "crash"}, {"target", target}, {"at", "40s"}, {"for", "30s"}};
}

/// A scenario that tells the story of `from`, or a first one, so that there is something to change.
Json starting_scenario(const ScenarioFile& from, const fs::path& folder) {
  const std::string text = file_text(from.path);
  const Json original = Json::parse(text);  // it has been read before
  Json scenario;
  const Json schema = original.value("$schema", Json());
  if (schema.is_string())
    scenario["$schema"] =
        path_from(folder, fs::path(from.path).parent_path() / schema.get<std::string>());
  scenario["title"] = "Like \"" + from.loaded.scenario->title + "\", but ...";
  scenario["extends"] = path_from(folder, from.path);
  const bool has_story = original.contains("faults") && !original["faults"].empty();
  if (!has_story) {
    scenario["title"] = "A web server dies";
    scenario["faults"] = Json::array({example_fault(*from.loaded.scenario)});
    scenario["expect"] = Json::array({"availability >= 99%"});
    return scenario;
  }
  scenario["faults"] = original["faults"];
  if (original.contains("expect")) scenario["expect"] = original["expect"];
  return scenario;
}

/// Creates the file whole or not at all; never touches one that is there. 0 or the reason.
int create(const std::string& path, const std::string& text) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return errno;
  int error = write_all(descriptor, text);
  if (close(descriptor) != 0 && error == 0) error = errno;
  if (error != 0) unlink(path.c_str());
  return error;
}

}  // namespace

ExitCode execute(const NewArguments& arguments, Console& console) {
  std::string mistakes;
  const std::vector<ScenarioFile> from = load_all({arguments.from}, {}, mistakes);
  refuse(mistakes);
  std::error_code nowhere;  // without a current folder all paths stay as they are
  const fs::path folder = fs::absolute(arguments.file, nowhere).parent_path();
  const Json scenario = starting_scenario(from.front(), folder);
  const std::string text = scenario.dump(2) + "\n";
  if (arguments.file == "-") {
    console.print(text);
    return good;
  }
  if (const int error = create(arguments.file, text); error != 0) {
    const char* const reason =
        error == EEXIST ? "it is there already, and stays as it is" : std::strerror(error);
    console.complain(fmt::format("error: cannot write {}: {}", arguments.file, reason));
    const bool lacks_room = error == ENOSPC || error == EDQUOT || error == EIO || error == EFBIG;
    return lacks_room ? simulator_failed : wrong_input;  // as with -o
  }
  console.print(fmt::format("wrote {0}; change it, then: spof run {0}\n", arguments.file));
  return good;
}

}  // namespace spof::cli
