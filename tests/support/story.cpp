#include "support/story.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "analysis/campaign_of.hpp"
#include "analysis/causes/causes.hpp"
#include "base/fields.hpp"
#include "plan/campaign.hpp"
#include "scenario/check.hpp"
#include "scenario/document.hpp"

namespace spof::test {
namespace {

const std::string small_stack = R"({
  "title": "A story", "platform": ")" SPOF_SOURCE_DIR R"(/platforms/two-server.xml",
  "duration": "20s",
  "classes": { "file": { "kind": "static", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
  "clients": { "users": { "connect_to": "haproxy@lb1", "arrivals": "constant", "rate": "10/s", "timeout": "100s" } },
  "haproxy": { "fresh_start": true, "hosts": { "lb1": {} }, "servers": { "server1": {}, "server2": {} } },
  "nginx": { "hosts": { "server1": {}, "server2": {} } },
  "app": { "hosts": { "server1": {}, "server2": {} } },
  "mysql": { "hosts": { "server1": {}, "server2": { "replica_of": "server1" } } }
})";

scenario::Scenario story(const std::string& patch) {
  Mistakes mistakes;
  Document document = parse_document(small_stack, "small stack", mistakes);
  merge_document(document, parse_document(patch, "story", mistakes));
  scenario::Scenario scenario;
  if (mistakes.empty()) read_into(document, scenario, mistakes);
  scenario.platform_file = scenario.platform;
  if (mistakes.empty()) scenario::check(scenario, mistakes);
  if (!mistakes.empty()) throw std::runtime_error(format_mistakes(document, mistakes));
  return scenario;
}

bool is(std::string_view wanted, const std::string& text) {
  return wanted.empty() || wanted == text;
}

}  // namespace

std::string merged(const std::string& patch, const std::string& over) {
  Mistakes mistakes;
  Document document = parse_document(patch, "patch", mistakes);
  merge_document(document, parse_document(over, "over", mistakes));
  if (!mistakes.empty()) throw std::runtime_error(format_mistakes(document, mistakes));
  return document.value.dump();
}

world::RunOutput run_seed(const scenario::Scenario& scenario, std::uint64_t seed,
                          bool keep_requests) {
  const plan::Keep keep = keep_requests ? plan::Keep::all : plan::Keep::none;
  plan::JobResult<world::RunOutput> made;
  const plan::PoolEnd end = plan::run_each(
      {{&scenario, seed}}, {1, keep, {}, keep_requests},
      [&](std::size_t, plan::JobResult<world::RunOutput> run) { made = std::move(run); });
  if (end == plan::PoolEnd::interrupted) throw std::runtime_error("interrupted");
  if (!made.value) throw std::runtime_error(made.failure);
  return std::move(*made.value);
}

measure::Result play(const std::string& patch, std::uint64_t seed) {
  return run_seed(story(patch), seed, true).result;
}

report::Campaign campaign_of_story(const std::string& patch) {
  const scenario::Scenario scenario = story(patch);
  report::Campaign made = report::campaign_of(scenario, {play(patch)});
  made.scenario = echo_fields(scenario);
  return made;
}

std::string why(const std::string& patch) {
  std::string text;
  for (const report::Cause& link : report::causes(campaign_of_story(patch)))
    text += report::when_text(link) + " " + link.text + '\n';
  return text;
}

std::vector<measure::Result> play_seeds(const std::string& patch, int seeds, bool keep) {
  scenario::Scenario scenario = story(patch);
  scenario.runs = seeds;
  auto campaign =
      plan::run_campaign(scenario, {2, keep ? plan::Keep::all : plan::Keep::none, {}, keep});
  std::vector<measure::Result> results;
  for (auto& run : campaign.runs) {
    if (!run.value) throw std::runtime_error(run.failure);
    results.push_back(std::move(run.value->result));
  }
  return results;
}

std::vector<measure::Sample> by_arrival(const measure::Result& result, int request_class) {
  std::vector<measure::Sample> samples;
  for (const measure::Sample& one : result.samples)
    if (request_class < 0 || one.request_class == request_class) samples.push_back(one);
  std::sort(samples.begin(), samples.end(), [](const measure::Sample& a, const measure::Sample& b) {
    return a.arrival < b.arrival || (!(b.arrival < a.arrival) && a.id < b.id);
  });
  return samples;
}

std::vector<measure::LogLine> log_between(const measure::Result& result, double from,
                                          double until) {
  std::vector<measure::LogLine> lines;
  for (const measure::LogLine& one : result.logs)
    if (one.line.accepted >= from && one.line.accepted < until) lines.push_back(one);
  std::stable_sort(lines.begin(), lines.end(),
                   [](const measure::LogLine& a, const measure::LogLine& b) {
                     return a.line.accepted < b.line.accepted;
                   });
  return lines;
}

double date_of(const measure::Result& result, std::string_view event, std::string_view source,
               std::string_view target, double from) {
  for (const measure::Event& one : result.events)
    if (one.time >= from && word_of(one.what) == event && is(source, one.source) &&
        is(target, one.target))
      return one.time;
  return std::numeric_limits<double>::infinity();
}

std::uint64_t requests_of(const measure::Result& result) {
  std::uint64_t sum = 0;
  for (const measure::Tally& tally : result.tallies) sum += tally.requests();
  return sum;
}

std::uint64_t ended(const measure::Result& result, measure::Outcome outcome) {
  std::uint64_t sum = 0;
  for (const measure::Tally& tally : result.tallies)
    sum += tally.outcomes[static_cast<std::size_t>(outcome)];
  return sum;
}

}  // namespace spof::test
