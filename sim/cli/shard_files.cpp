#include "cli/shard_files.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "base/build_info.hpp"
#include "base/fnv1a.hpp"
#include "base/words.hpp"

namespace spof::cli {
namespace {

namespace fs = std::filesystem;

/// Of header and pieces; a file of another format belongs to another command.
constexpr int part_format = 2;

std::string file_hash(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::uint64_t hash = fnv1a_start;
  std::array<char, 65536> block;
  do {
    in.read(block.data(), block.size());
    hash = fnv1a(std::string_view(block.data(), static_cast<std::size_t>(in.gcount())), hash);
  } while (in);
  return fmt::format("{:016x}", hash);
}

/// Of what decides a result but is not in the scenario itself.
Json files_of(const scenario::Scenario& scenario) {
  Json files = Json::object();
  files[scenario.platform] = file_hash(scenario.platform_file);
  for (const auto& [name, clients] : scenario.clients)
    if (!clients.replay.empty()) files[clients.replay] = file_hash(clients.replay_file);
  return files;
}

/// Where the pieces of this command are kept.
std::string part_path(const PieceCommand& command) {
  const std::uint64_t hash = fnv1a(json_text(plan::command_in(command.header)));
  const plan::Shard& shard = command.shard;
  const std::string part = shard.whole() ? "" : fmt::format("-{}of{}", shard.index, shard.count);
  return fs::path(command.output) / command.name /
         fmt::format("{}-{:08x}{}.parts", command.verb,
                     static_cast<std::uint32_t>(hash ^ hash >> 32), part);
}

}  // namespace

std::string program_name() {
  // Two builds of one commit differ when a file had not been committed, or the compiler is another.
  static const std::string program = file_hash("/proc/self/exe");
  const std::string commit = build_info::git_describe;
  return fmt::format("{} ({}{}build {})", build_info::version, commit, commit.empty() ? "" : ", ",
                     program);
}

PieceCommand piece_command(const std::string& verb, const ScenarioFile& file,
                           const PieceArguments& arguments, const Json& echoed,
                           std::size_t pieces) {
  const plan::Shard& shard = arguments.shard;
  return {verb,
          file.name,
          arguments.output,
          shard,
          {{"verb", verb},
           {"format", part_format},
           {"program", program_name()},
           {"name", file.name},
           {"arguments", echoed},
           {"scenario", file.loaded.resolved},
           {"files", files_of(*file.loaded.scenario)},
           {"pieces", pieces},
           {"shard", {{"index", shard.index}, {"count", shard.count}}}}};
}

std::unique_ptr<plan::Parts> open_parts(const PieceCommand& command) {
  const fs::path path = part_path(command);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error)
    throw std::runtime_error(
        fmt::format("cannot make {}: {}", path.parent_path().string(), error.message()));
  return std::make_unique<plan::Parts>(path, command.header);
}

std::optional<ExitCode> say_stopped(const PieceCommand& command, const plan::VariantsEnd& end,
                                    std::size_t done, std::size_t all, Console& console) {
  if (end.end == plan::PoolEnd::interrupted) {
    console.complain(
        fmt::format("interrupted: {} of {} pieces of {} {} are done and kept; run the same command "
                    "again to go on",
                    done, all, command.verb, command.name));
    return was_interrupted;
  }
  if (end.failures.empty()) return std::nullopt;
  console.complain(fmt::format("error: {} {}: {} of its runs failed, nothing written; {}",
                               command.verb, command.name, end.failures.size(),
                               end.failures.front()));
  return simulator_failed;
}

ExitCode say_part_done(const PieceCommand& command, std::size_t pieces, bool quiet,
                       Console& console) {
  if (quiet) return good;
  const std::string path = part_path(command);
  console.print(fmt::format("part {} of {}: {}, in {}\n`spof merge {}` when all parts are there\n",
                            command.shard.index, command.shard.count, counted(pieces, "piece"),
                            path, fs::path(path).parent_path().string()));
  return good;
}

void check_fit(const PieceCommand& command, const std::vector<std::string>& pieces,
               const plan::Parts& parts) {
  for (const char* member : {"scenario", "files", "pieces"})
    if (parts.header().at(member) != command.header.at(member))
      refuse(error_line(command.name + ": the scenario, or a file it names, was changed since its "
                                       "parts were made; run them again"));
  std::vector<std::string> missing = pieces;
  std::erase_if(missing, [&](const std::string& piece) { return parts.find(piece); });
  if (!missing.empty())
    refuse(error_line(fmt::format("{}: {} of {} pieces are missing, the first is {}", command.name,
                                  missing.size(), pieces.size(), missing.front())));
}

}  // namespace spof::cli
