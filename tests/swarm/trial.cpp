#include "trial.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "analysis/campaign_of.hpp"
#include "base/fields.hpp"
#include "plan/pool.hpp"
#include "report/format.hpp"
#include "report_checks.hpp"
#include "support/any_scenario.hpp"
#include "twist.hpp"
#include "world/run.hpp"

namespace spof::test {
namespace {

constexpr char invalid = '!', separator = '\n';

/// A run that hangs is a failed run: its process is ended after so much processor time.
void limit_time() {
  constexpr rlim_t seconds = 60;
  const rlimit limit{seconds, seconds};
  setrlimit(RLIMIT_CPU, &limit);
}

std::uint64_t hash_of(const std::string& text, std::uint64_t hash) {
  for (const char letter : text)
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  return hash;
}

/// How often a scenario runs: as it is, once more, and with a twist.
constexpr std::size_t runs = 3;

/// How every request ended, in one number.
std::uint64_t hash_of(const std::vector<measure::Sample>& samples) {
  std::string text;
  for (const measure::Sample& one : samples)
    text += fmt::format("{} {} {} {} {} {} {}\n", one.id, one.arrival.value, one.end.value,
                        static_cast<int>(one.outcome), static_cast<int>(one.cause), one.server,
                        one.tries);
  return hash_of(text, 0);
}

/// Of a run in this process: how the requests ended, a hash of all that is told of them, then all
/// that is wrong.
std::string story_of(scenario::Scenario scenario, bool twisted) {
  limit_time();
  const Twist twist = twisted ? twist_of(scenario) : Twist();
  scenario.faults.insert(scenario.faults.end(), twist.faults.begin(), twist.faults.end());
  const world::RunOutput output =
      world::run(scenario, {.seed = scenario.seed, .keep_requests = true, .check = true});
  scenario::ScenarioFile file{"random", "random", {}};
  file.loaded.scenario = scenario;
  file.loaded.resolved = echo_fields(scenario);
  const report::Campaign campaign = report::campaign_of(file, {output.result}, {});
  world::Wrong wrong;
  check_reports(campaign, wrong);
  std::uint64_t hash = output.result.fingerprint;
  for (const report::Format& format : report::formats())
    hash = hash_of(format.write(campaign), hash);
  const auto& samples = output.result.samples;
  if (!twist.name.empty()) return "\n" + twist.broken_by(samples);
  if (twisted) return fmt::format("{} requests, {:016x}", samples.size(), hash_of(samples));
  std::string text =
      fmt::format("{} requests, {:016x}, told {:016x}\n", samples.size(), hash_of(samples), hash);
  for (const auto* lines : {&output.wrong, &wrong.lines()})
    for (const std::string& line : *lines) text += line + "\n";
  return text;
}

/// "requests", "its process was killed by SIGSEGV": alike for all sizes of one mistake.
std::string key_of(const std::string& text, bool died) {
  if (died) {
    std::string key = text.substr(0, text.find(separator));
    std::erase_if(key, [](char letter) { return letter >= '0' && letter <= '9'; });
    return key;
  }
  const std::size_t line = std::min(text.find(separator), text.size() - 1) + 1;
  return text.substr(line, text.find(':', line) - line);
}

using Stories = std::vector<plan::JobResult<plan::Payload>>;

/// Of the runs of one scenario.
Verdict verdict_of(Stories::const_iterator story) {
  Verdict verdict;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < runs; ++i, ++story) {
    std::string text =
        story->value ? std::string(story->value->begin(), story->value->end()) : story->failure;
    const std::size_t cut = story->value ? text.find(separator) : text.npos;
    if (cut != text.npos) verdict.dropped = std::stoul(text.substr(0, cut));
    verdict.is_valid = verdict.is_valid && !text.starts_with(invalid);
    texts.push_back(cut == text.npos ? text : text.substr(cut + 1));
    if (verdict.is_valid && verdict.key.empty()) verdict.key = key_of(texts.back(), !story->value);
    if (!verdict.key.empty() && verdict.text.empty()) verdict.text = texts.back();
  }
  if (!verdict.is_valid || !verdict.key.empty()) return verdict;
  if (texts[0] != texts[1])
    verdict.key = "not the same twice";
  else if (texts[2] != "\n" && !texts[0].starts_with(texts[2]))
    verdict.key = "a vain fault changes requests";
  verdict.text = fmt::format("{}{}{}", texts[0], texts[1], texts[2]);
  return verdict;
}

plan::Payload bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

std::vector<Verdict> run_all(std::size_t count, unsigned at_once,
                             const std::function<std::string(std::size_t, bool twisted)>& story) {
  Stories stories(runs * count);
  plan::Work work;
  work.count = stories.size();
  work.job = [&](std::size_t i) { return bytes_of(story(i / runs, i % runs == 2)); };
  work.deliver = [&](std::size_t i, plan::JobResult<plan::Payload> result) {
    stories[i] = std::move(result);
  };
  if (plan::run_jobs(work, at_once) == plan::PoolEnd::interrupted) std::exit(130);
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < count; ++i)
    verdicts.push_back(verdict_of(stories.begin() + static_cast<std::ptrdiff_t>(runs * i)));
  return verdicts;
}

/// Pointers to all members and elements, what holds others first.
void collect(const Json& json, const std::string& pointer, std::vector<std::string>& all) {
  if (!json.is_structured()) return;
  for (const auto& [name, value] : json.items()) all.push_back(child_pointer(pointer, name));
  for (const auto& [name, value] : json.items()) collect(value, child_pointer(pointer, name), all);
}

}  // namespace

std::vector<Verdict> try_scenarios(std::uint64_t first, std::size_t count, unsigned at_once) {
  const std::string folder = std::filesystem::temp_directory_path().string();
  return run_all(count, at_once, [&](std::size_t i, bool twisted) {
    const AnyScenario any = any_scenario(first + i);
    if (!any.is_valid) return std::string(1, invalid);
    const std::string platform = platform_of(any, folder);
    const struct Remove {
      const std::string& path;
      bool is_own;
      ~Remove() {
        if (is_own) std::filesystem::remove(path);
      }
    } remove{platform, !any.platform.empty()};
    Mistakes none;
    return fmt::format("{}\n{}", any.dropped,
                       story_of(read_scenario(any.json, platform, none), twisted));
  });
}

Verdict try_scenario(const Json& json, const std::string& platform_file) {
  Mistakes mistakes;
  const scenario::Scenario scenario = read_scenario(json, platform_file, mistakes);
  if (!mistakes.empty())
    return {.is_valid = false, .dropped = 0, .key = "", .text = mistakes[0].what};
  return run_all(1, 2,
                 [&](std::size_t, bool twisted) { return "0\n" + story_of(scenario, twisted); })
      .front();
}

Json shrunk(Json json, const std::string& platform_file, const std::string& key, int tries) {
  for (bool smaller = true; smaller && tries > 0;) {
    smaller = false;
    std::vector<std::string> all;
    collect(json, "", all);
    std::reverse(all.begin(), all.end());  // later elements of a list first: their numbers hold
    std::stable_sort(all.begin(), all.end(), [](const std::string& a, const std::string& b) {
      return std::count(a.begin(), a.end(), '/') < std::count(b.begin(), b.end(), '/');
    });
    for (const std::string& pointer : all) {
      Json less = json;
      if (tries <= 0 || !drop(less, pointer)) continue;
      Mistakes mistakes;
      read_scenario(less, platform_file, mistakes);
      if (!mistakes.empty()) continue;
      --tries;
      if (try_scenario(less, platform_file).key != key) continue;
      json = std::move(less);
      smaller = true;
    }
  }
  return json;
}

}  // namespace spof::test
