#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "base/mistakes.hpp"
#include "cli/find_scenario.hpp"
#include "cli/verbs.hpp"

namespace spof::cli {
namespace {

namespace fs = std::filesystem;

/// `to` as it is written in a file of `folder`: relative within one tree, else absolute.
std::string path_from(const fs::path& folder, const fs::path& to) {
  const fs::path here = fs::weakly_canonical(folder), there = fs::weakly_canonical(to);
  const fs::path relative = there.lexically_relative(here);
  const bool same_tree = there.string().rfind(fs::current_path().string() + "/", 0) == 0;
  return same_tree && !relative.empty() ? relative : there;
}

Json example_fault() {
  return {{"kind", "crash"}, {"target", "nginx@server1"}, {"at", "40s"}, {"for", "30s"}};
}

/// A scenario that tells the story of `from`, or a first one, so that there is something to change.
Json starting_scenario(const fs::path& from, const fs::path& folder) {
  std::ifstream file(from);
  const Json original = Json::parse(file, nullptr, false);
  const auto part = [&](const char* name, const Json& otherwise) {
    return original.is_object() && original.contains(name) ? original[name] : otherwise;
  };
  const Json title = part("title", from.stem().string());
  const bool has_story = original.is_object() && original.contains("faults");
  Json scenario;
  const fs::path schema = from.parent_path() / "scenario.schema.json";
  if (fs::exists(schema)) scenario["$schema"] = path_from(folder, schema);
  scenario["title"] = has_story ? "Like \"" + title.get<std::string>() + "\", but ..."
                                : std::string("Web server 1 dies");
  scenario["extends"] = path_from(folder, from);
  scenario["faults"] = has_story ? original["faults"] : Json::array({example_fault()});
  scenario["expect"] = has_story ? part("expect", Json::array())
                                 : Json::array({"availability >= 99%"});
  return scenario;
}

/// Creates the file whole or not at all; never touches one that is there. 0 or the reason.
int create(const std::string& path, const std::string& text) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return errno;
  const ssize_t wrote = write(descriptor, text.data(), text.size());
  int error = wrote < 0 ? errno : 0;
  if (error == 0 && static_cast<std::size_t>(wrote) != text.size()) error = ENOSPC;
  if (close(descriptor) != 0 && error == 0) error = errno;
  if (error != 0) unlink(path.c_str());
  return error;
}

}  // namespace

ExitCode execute(const NewArguments& arguments, Console& console) {
  std::string mistakes;
  if (load_all({arguments.from}, {}, mistakes).empty() || !mistakes.empty()) {
    console.note(mistakes);
    return wrong_input;
  }
  const fs::path folder = fs::absolute(arguments.file).parent_path();
  const Json scenario = starting_scenario(find_scenario(arguments.from), folder);
  const std::string text = scenario.dump(2) + "\n";
  if (arguments.file == "-") {
    console.print(text);
    return good;
  }
  if (const int error = create(arguments.file, text); error != 0) {
    const char* const reason =
        error == EEXIST ? "it is there already, and stays as it is" : std::strerror(error);
    console.complain(fmt::format("error: cannot write {}: {}", arguments.file, reason));
    return error == EEXIST ? wrong_input : simulator_failed;
  }
  console.print(fmt::format("wrote {0}; change it, then: spof run {0}\n", arguments.file));
  return good;
}

}  // namespace spof::cli
