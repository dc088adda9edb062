#include "cli/provenance.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "base/build_info.hpp"
#include "base/file_text.hpp"
#include "base/words.hpp"

/// SimGrid's own, from its C interface: the version at run time, without its headers.
extern "C" void sg_version_get(int* major, int* minor, int* patch);

namespace spof::cli {
namespace {

std::string simgrid_version() {
  int major = 0, minor = 0, patch = 0;
  sg_version_get(&major, &minor, &patch);
  return patch == 0 ? fmt::format("{}.{}", major, minor)
                    : fmt::format("{}.{}.{}", major, minor, patch);
}

std::string compiler() {
#ifdef __clang__
  return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

/// As /proc/cpuinfo names it; "" where it does not.
std::string processor() {
  for (const std::string& line : parts_of(file_text("/proc/cpuinfo")))
    if (const std::size_t colon = line.find(": ");
        line.starts_with("model name") && colon != std::string::npos)
      return line.substr(colon + 2);
  return "";
}

double three_decimals(double value) { return std::round(value * 1e3) / 1e3; }

Json machine() {
  utsname names{};
  uname(&names);
  return {{"host", names.nodename},
          {"system", fmt::format("{} {}", names.sysname, names.release)},
          {"architecture", names.machine},
          {"processor", processor()},
          {"processors", plan::usable_processors()}};
}

}  // namespace

Json versions() {
  Json out;
  out["spof"] = build_info::version;
  out["commit"] = build_info::git_describe;
  out["compiler"] = compiler();
  out["simgrid"] = simgrid_version();
  out["fmt"] =
      fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100);
  out["nlohmann_json"] = fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR,
                                     NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH);
  return out;
}

Json provenance(const std::string& command_line, const plan::CampaignRuns& campaign,
                unsigned jobs) {
  const std::time_t now = std::time(nullptr);
  double cpu_seconds = 0, peak_memory_mb = 0;
  std::uint64_t requests = 0, activities = 0, timers = 0;
  for (const auto& run : campaign.runs) {
    if (!run.value) continue;
    const world::Cost& cost = run.value->cost;
    cpu_seconds += cost.cpu_seconds;
    peak_memory_mb = std::max(peak_memory_mb, cost.peak_memory_mb);
    requests += plan::requests_in(run.value->result);
    activities += cost.activities;
    timers += cost.timers;
  }
  Json out;
  out["command"] = command_line;
  out["ended"] = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
  out["versions"] = versions();
  out["machine"] = machine();
  out["jobs"] = jobs;
  out["wall_s"] = three_decimals(campaign.wall_s);
  out["cpu_s"] = three_decimals(cpu_seconds);
  out["requests"] = requests;
  out["requests_per_cpu_s"] =
      cpu_seconds > 0 ? std::round(static_cast<double>(requests) / cpu_seconds) : 0.0;
  out["peak_memory_mb"] = three_decimals(peak_memory_mb);
  out["activities"] = activities;
  out["timers"] = timers;
  return out;
}

}  // namespace spof::cli
