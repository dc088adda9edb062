// Keeps the house in order: who may include whom, how long a file and a function may grow, what may
// lie where. Argument: the project's folder. Prints every breach as file:line: what is wrong.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "source.hpp"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_file = 400;
constexpr std::size_t longest_function = 70;

struct File {
  std::string name;  // from the project's folder, with '/'
  fs::path path;
  std::string text;
  std::vector<std::string> lines;

  bool in(const std::string& folder) const { return name.rfind(folder + "/", 0) == 0; }
  bool ends(const std::string& end) const {
    return name.size() >= end.size() &&
           name.compare(name.size() - end.size(), end.size(), end) == 0;
  }
  bool is_cpp() const { return ends(".cpp") || ends(".hpp"); }
};

int breaches = 0;

void breach(const std::string& where, std::size_t line, const std::string& what) {
  if (line > 0) {
    std::printf("%s:%zu: %s\n", where.c_str(), line, what.c_str());
  } else {
    std::printf("%s: %s\n", where.c_str(), what.c_str());
  }
  ++breaches;
}

File read(const fs::path& root, const fs::path& path) {
  File file{fs::relative(path, root).generic_string(), path, {}, {}};
  std::ifstream in(path, std::ios::binary);
  file.text.assign(std::istreambuf_iterator<char>(in), {});
  std::istringstream lines(file.text);
  for (std::string line; std::getline(lines, line);) file.lines.push_back(line);
  return file;
}

/// What belongs to the project: not what git, the build and the runs left there.
bool is_ours(const std::string& name) {
  if (name == ".git" || name == ".build" || name == ".cache") return false;
  return name.rfind("results/", 0) != 0 || name == "results/README.md" ||
         name.rfind("results/grafana", 0) == 0 || name.rfind("results/reference", 0) == 0;
}

std::vector<File> read_all(const fs::path& root) {
  std::vector<File> files;
  for (auto i = fs::recursive_directory_iterator(root); i != fs::recursive_directory_iterator();
       ++i) {
    if (!is_ours(fs::relative(i->path(), root).generic_string())) {
      i.disable_recursion_pending();
    } else if (i->is_regular_file()) {
      files.push_back(read(root, i->path()));
    }
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.name < b.name; });
  return files;
}

// ---- the ladder: a file includes only from its own folder or a lower rung
// ------------------------

const std::map<std::string, int> rungs = {
    {"base", 0},     {"engine", 1}, {"net", 2},      {"measure", 3}, {"stack", 4},  {"fault", 4},
    {"scenario", 5}, {"world", 6},  {"analysis", 7}, {"plan", 8},    {"report", 9}, {"cli", 10}};

bool may_include(const std::string& from, const std::string& to) {
  return from == to || rungs.at(to) < rungs.at(from);
}

void check_own_include(const File& file, std::size_t line, const std::string& header) {
  const auto folder_of = [](const std::string& name) { return name.substr(0, name.find('/')); };
  const std::string from = folder_of(file.name.substr(4));  // behind "sim/"
  const std::string to = folder_of(header);
  if (!rungs.count(from)) return breach(file.name, line, "no rung of the ladder is called " + from);
  if (!rungs.count(to)) {
    return breach(file.name, line, "include \"folder/" + header + "\": the root is sim/");
  }
  if (!may_include(from, to)) {
    breach(file.name, line, from + " must not know " + to + " (\"" + header + "\")");
  }
}

void check_includes(const File& file, std::set<std::string>& users_of_cli11) {
  static const std::regex include(R"rx(^\s*#\s*include\s*(["<])([^">]+)[">])rx");
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::smatch match;
    if (!std::regex_search(file.lines[i], match, include)) continue;
    const std::string header = match[2];
    if (match[1] == "\"") check_own_include(file, i + 1, header);
    const std::string library = header.substr(0, header.find('/'));
    if ((library == "simgrid" || library == "xbt") && !file.in("sim/engine")) {
      breach(file.name, i + 1, "only sim/engine knows SimGrid");
    }
    if (library == "CLI") {
      users_of_cli11.insert(file.name);
      if (!file.in("sim/cli")) breach(file.name, i + 1, "only sim/cli knows CLI11");
    }
  }
}

// ---- sizes
// ----------------------------------------------------------------------------------------

void check_sizes(const File& file, std::vector<std::size_t>& lengths) {
  if (file.lines.size() > longest_file) {
    breach(file.name, 0,
           std::to_string(file.lines.size()) + " lines; at most " + std::to_string(longest_file));
  }
  for (const auto& function : tree::functions_of(file.text)) {
    lengths.push_back(function.length);
    if (function.length > longest_function) {
      breach(file.name, function.line,
             "a function of " + std::to_string(function.length) + " lines; at most " +
                 std::to_string(longest_function));
    }
  }
}

void print_sizes(std::vector<std::size_t> lengths) {
  if (lengths.empty()) return;
  std::sort(lengths.begin(), lengths.end());
  std::printf("%zu functions: median %zu lines, nine in ten up to %zu, longest %zu\n",
              lengths.size(), lengths[lengths.size() / 2], lengths[lengths.size() * 9 / 10],
              lengths.back());
}

// ---- words (each is put together from two halves, or this file would breach its own rule)
// ----------

void check_words(const File& file) {
  static const std::regex unfinished(std::string("\\b(TO") + "DO|FIX" + "ME|XX" + "X|[Ss]t" +
                                     "ub(?! resolver)|[Pp]lace" + "holder|not imple" +
                                     "mented)\\b(?!=)");
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::smatch match;
    if (std::regex_search(file.lines[i], match, unfinished)) {
      breach(file.name, i + 1, "unfinished: \"" + match.str() + "\"");
    }
  }
}

void check_paths(const File& file) {
  static const std::vector<std::string> foreign = {
      std::string("/wo") + "rk/", std::string("/fa") + "rm/", std::string("/tmp/ba") + "sh_jobs"};
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    for (const auto& path : foreign) {
      if (file.lines[i].find(path) != std::string::npos) {
        breach(file.name, i + 1, "a path of one machine: " + path);
      }
    }
  }
}

/// What happened is asked of an event's fields, whom a fault struck of its target's: nobody but who
/// makes the words for people takes them apart.
void check_nobody_reads(const File& file) {
  static const std::map<std::string, std::set<std::string>> makers = {
      {"\"-nic\"", {"sim/engine/added_hosts.cpp"}},
      {"\" | \"", {"sim/fault/catalogue.cpp", "sim/cli/completion_scripts.cpp"}},
      {"\" + \"", {"sim/plan/breaks.cpp"}},
      {"detail.find(", {}},
      {"sentence(event).find(", {}},
      {"sentence(event) ==", {}},
      {"told.find(", {}},
      {"told ==", {}}};
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string code = file.lines[i].substr(0, file.lines[i].find("//"));
    for (const auto& [words, who] : makers) {
      if (code.find(words) != std::string::npos && !who.count(file.name)) {
        breach(file.name, i + 1, "words for people are read: " + words);
      }
    }
  }
}

// ---- places
// ---------------------------------------------------------------------------------------

void check_top_level(const fs::path& root) {
  static const std::set<std::string> allowed = {
      "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "platforms",
      "results",        "scenarios",         "sim",     "tests"};
  for (const auto& entry : fs::directory_iterator(root)) {
    const std::string name = entry.path().filename().string();
    if (name.front() != '.' && !allowed.count(name)) {
      breach(name, 0, "does not belong at the top level");
    }
  }
}

/// The folders in the first column of the table in tests/README.md are those that exist.
void check_test_folders(const fs::path& root) {
  const std::string readme = "tests/README.md";
  std::map<std::string, std::size_t> named;  // with their lines
  const File file = read(root, root / readme);
  static const std::regex folder("`([a-z]+)/`");
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (file.lines[i].rfind("| `", 0) != 0) continue;
    const std::string cell = file.lines[i].substr(0, file.lines[i].find('|', 1));
    for (std::sregex_iterator match(cell.begin(), cell.end(), folder), end; match != end; ++match)
      named[(*match)[1]] = i + 1;
  }
  for (const auto& entry : fs::directory_iterator(root / "tests"))
    if (entry.is_directory() && named.erase(entry.path().filename().string()) == 0)
      breach(readme, 0, "does not name tests/" + entry.path().filename().string());
  for (const auto& [name, line] : named) breach(readme, line, "there is no tests/" + name);
}

/// The files that the first column of a README's tables names lie in its folder.
void check_named_files(const File& file) {
  static const std::regex named("`([a-z0-9_/]+)(\\.hpp|\\.cpp|\\.\\*)`");
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (file.lines[i].rfind("| `", 0) != 0) continue;
    const std::string cell = file.lines[i].substr(0, file.lines[i].find('|', 1));
    for (std::sregex_iterator match(cell.begin(), cell.end(), named), end; match != end; ++match) {
      const std::string name = file.path.parent_path() / (*match)[1].str();
      const bool any = (*match)[2] == ".*";
      if (any ? !fs::exists(name + ".hpp") && !fs::exists(name + ".cpp")
              : !fs::exists(name + (*match)[2].str()))
        breach(file.name, i + 1, "there is no " + (*match)[0].str());
    }
  }
}

/// What the code cites, as [HA-14] or as an option's source, has its row in a README of sim.
void check_facts(const std::vector<File>& files) {
  static const std::regex cited(R"rx(\[([A-Z]+-[0-9]+)\]|source = "([A-Z]+-[0-9]+)")rx");
  static const std::regex row(R"(^\| ([A-Z]+-[0-9]+) \|)");
  std::set<std::string> explained;
  std::smatch match;
  for (const File& file : files)
    for (const std::string& line : file.lines)
      if (file.in("sim") && !file.is_cpp() && std::regex_search(line, match, row))
        explained.insert(match[1]);
  for (const File& file : files) {
    if (!file.in("sim") || !file.is_cpp()) continue;
    for (std::sregex_iterator one(file.text.begin(), file.text.end(), cited), end; one != end;
         ++one) {
      const std::string fact = (*one)[1].matched ? (*one)[1] : (*one)[2];
      if (!explained.count(fact)) breach(file.name, 0, fact + " is not explained");
    }
  }
}

void check_run_bit(const File& file) {
  if (file.text.rfind("#!", 0) != 0) return;
  if ((fs::status(file.path).permissions() & fs::perms::owner_exec) == fs::perms::none) {
    breach(file.name, 0, "starts with #! but cannot be executed");
  }
}

// ---- the reader of functions, on text whose answer is known
// -----------------------------------------

void check_reader() {
  const std::string sample =
      "namespace a {\n"
      "struct S : T<int> {\n"
      "  S() : a{1}, b({2}) {\n    x();\n  }\n"             // 3 lines
      "  int c = 1'000;\n  std::vector<int> d = {1, 2};\n"  // none
      "  auto f() const -> int { return '}'; }\n"           // 1
      "};\n"
      "template <class T>\nvoid g(T t = {}) {\n  if (t) {\n    // }\n  }\n}\n"  // 5
      "const auto table = std::array{1,\n 2};\n"
      "Task<R> S::serve(R r) {\n  co_return R{R\"(})\"};\n}\n"  // 3
      "}\n";
  std::string lengths;
  for (const auto& function : tree::functions_of(sample)) {
    lengths += std::to_string(function.length) + " ";
  }
  if (lengths != "3 1 5 3 ") breach("tests/tree/source.hpp", 0, "misreads functions: " + lengths);
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path root = fs::canonical(argc > 1 ? argv[1] : ".");
  check_reader();
  check_top_level(root);
  check_test_folders(root);
  std::set<std::string> users_of_cli11;
  std::vector<std::size_t> lengths;
  const std::vector<File> files = read_all(root);
  check_facts(files);
  for (const File& file : files) {
    if (file.text.find('\0') != std::string::npos) continue;  // not text
    check_paths(file);
    check_run_bit(file);
    if (file.ends("README.md")) check_named_files(file);
    if (file.in("sim") || file.in("tests")) check_words(file);
    if (!file.in("sim") || !file.is_cpp()) continue;
    check_includes(file, users_of_cli11);
    check_sizes(file, lengths);
    check_nobody_reads(file);
  }
  if (users_of_cli11.size() > 2)
    breach("sim/cli", 0, "CLI11 costs seconds: the reader and the table of verbs are enough");
  print_sizes(lengths);
  std::printf("%d breaches\n", breaches);
  return breaches == 0 ? 0 : 1;
}
