#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>
#include <system_error>

#include "base/fields.hpp"
#include "base/mistakes.hpp"
#include "cli/shard_files.hpp"
#include "cli/verbs.hpp"

namespace spof::cli {
namespace {

namespace fs = std::filesystem;
using plan::PartFile;

constexpr const char* again = "run the same command again";

bool is_part_name(const std::string& name) {
  const std::size_t dash = name.rfind('-');
  return fs::path(name).extension() == ".parts" && dash != std::string::npos &&
         name.find("of", dash) != std::string::npos;
}

/// The files meant: a folder stands for what --shard left in it, sorted by name.
std::vector<std::string> files_meant(const std::vector<std::string>& words, std::string& mistakes) {
  std::set<std::string> seen;
  std::vector<std::string> files;
  const auto add = [&](const std::string& file) {
    std::error_code error;
    if (seen.insert(fs::weakly_canonical(file, error).string()).second) files.push_back(file);
  };
  for (const std::string& word : words) {
    std::error_code error;
    if (!fs::is_directory(word, error)) {
      add(word);
      continue;
    }
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(word, error))
      if (is_part_name(entry.path().filename())) found.insert(entry.path());
    if (found.empty()) mistakes += error_line(word + " has no part of a command");
    for (const std::string& file : found) add(file);
  }
  return files;
}

std::vector<PartFile> read_all(const std::vector<std::string>& files, std::string& mistakes) {
  std::vector<PartFile> parts;
  for (const std::string& file : files) {
    try {
      parts.push_back(plan::read_part_file(file));
    } catch (const std::runtime_error& error) {
      mistakes += error_line(error.what());
    }
  }
  return parts;
}

/// "results/x/sweep-1a2b3c4d-2of4.parts" as part of "results/x/sweep-1a2b3c4d-*"
std::string family(const std::string& path) { return path.substr(0, path.rfind('-')) + "-*"; }

/// Parts of one command only.
std::string mixture(const std::vector<PartFile>& parts) {
  std::set<std::string> families;
  bool mixed = false;
  for (const PartFile& part : parts) {
    mixed = mixed || plan::command_in(part.header) != plan::command_in(parts.front().header);
    families.insert(family(part.path));
  }
  if (!mixed) return "";
  std::string out =
      error_line("these are parts of several commands; merge those of one at a time:");
  for (const std::string& each : families) out += "  " + each + "\n";
  return out;
}

plan::Shard shard_of(const PartFile& part) {
  const Json& shard = part.header.at("shard");
  return {shard.at("index").get<unsigned>(), shard.at("count").get<unsigned>()};
}

/// Every part must be there, and done.
std::string gaps(const std::vector<PartFile>& parts) {
  const unsigned count = shard_of(parts.front()).count;
  const auto pieces = parts.front().header.at("pieces").get<std::size_t>();
  std::map<unsigned, const PartFile*> by_index;
  std::string out;
  for (const PartFile& part : parts) {
    const plan::Shard shard = shard_of(part);
    if (shard.count != count)
      return error_line(fmt::format("{} is a part of {}, {} is one of {}", parts.front().path,
                                    count, part.path, shard.count));
    by_index[shard.index] = &part;
  }
  for (unsigned i = 1; i <= count; ++i) {
    const auto found = by_index.find(i);
    if (found == by_index.end()) {
      out += error_line(fmt::format("part {} of {} is missing", i, count));
      continue;
    }
    const std::size_t wanted = plan::Shard{i, count}.turns(pieces);
    if (found->second->pieces < wanted)
      out +=
          error_line(fmt::format("part {} of {} is not finished, it has {} of {} pieces: {}; {}", i,
                                 count, found->second->pieces, wanted, found->second->path, again));
  }
  return out;
}

std::string unknown_program(const std::vector<PartFile>& parts) {
  std::string out;
  for (const PartFile& part : parts) {
    const auto made_by = part.header.at("program").get<std::string>();
    if (made_by != program_name())
      out += error_line(fmt::format("{} was made by spof {}, this is {}; {}", part.path, made_by,
                                    program_name(), again));
  }
  return out;
}

template <class Arguments>
ExitCode finish_as(const PartFile& first, const MergeArguments& merge, plan::Parts& parts,
                   Console& console) {
  Arguments arguments;
  Mistakes mistakes;
  read_fields(first.header.at("arguments"), arguments, mistakes);
  if (!mistakes.empty())
    refuse(error_line(fmt::format("{} is damaged: {}", first.path, mistakes[0].what)));
  arguments.output = merge.output;
  arguments.quiet = merge.quiet;
  if constexpr (requires { arguments.command_line; }) arguments.command_line = merge.command_line;
  return finish(arguments, parts, console);
}

ExitCode put_together(const std::vector<PartFile>& files, const MergeArguments& arguments,
                      Console& console) {
  plan::Parts parts;
  for (const PartFile& file : files) parts.merge(file.path);
  const PartFile& first = files.front();
  const auto verb = first.header.at("verb").get<std::string>();
  if (verb == "run") return finish_as<RunArguments>(first, arguments, parts, console);
  if (verb == "matrix") return finish_as<MatrixArguments>(first, arguments, parts, console);
  if (verb == "sweep") return finish_as<SweepArguments>(first, arguments, parts, console);
  throw WrongInput{
      error_line(fmt::format("{}: spof knows no parts of {}", first.path, in_quotes(verb)))};
}

}  // namespace

ExitCode execute(const MergeArguments& arguments, Console& console) {
  if (arguments.quiet) console.be_quiet();
  std::string mistakes;
  const std::vector<std::string> names = files_meant(arguments.parts, mistakes);
  const std::vector<PartFile> files = read_all(names, mistakes);
  refuse(mistakes);
  try {
    for (const auto check : {unknown_program, mixture, gaps}) refuse(check(files));
    return put_together(files, arguments, console);
  } catch (const Json::exception& error) {
    throw WrongInput{
        error_line(fmt::format("{} is damaged: {}", files.front().path, error.what()))};
  }
}

}  // namespace spof::cli
