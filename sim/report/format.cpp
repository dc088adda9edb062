#include "report/format.hpp"

#include <algorithm>
#include <array>

#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

constexpr std::array all_formats{
    Format{"json", "report.json", true,
           "the failover report for programs: every figure, the resolved scenario, a fingerprint",
           report_json},
    Format{"md", "report.md", true,
           "the failover report for people: verdict, causal timeline, tables", report_md},
    Format{"html", "report.html", true,
           "the same as a page for a browser, with charts; one file that loads nothing",
           report_html},
    Format{"stack", "stack.svg", true,
           "the stack as a picture: who asks whom, what broke and whom it reached",
           [](const Campaign& campaign) { return in_svg(stack_diagram(campaign)); }},
    Format{"latency", "latency.csv", true,
           "latency and outcomes over time: a row per seed, window, class and outcome",
           latency_csv},
    Format{"events", "events.csv", true, "every change of state and its cause", events_csv},
    Format{"quantiles", "quantiles.csv", true,
           "latency of correct answers by phase and class: its quantiles, over all runs",
           quantiles_csv},
    Format{"utilisation", "utilisation.csv", false,
           "how much of each thread pool, core, disk, link and queue was taken, over time",
           utilisation_csv},
    Format{"run", "run.json", true,
           "where, when and how fast: all that differs between two runs of the same scenario",
           run_json},
    Format{"requests", "requests.csv", false, "a row per request (large)", requests_csv},
    Format{"junit", "junit.xml", false, "the expectations as test cases, for CI servers",
           junit_xml},
    Format{"openmetrics", "metrics.om", false,
           "the first run's series with dates, for Prometheus and Grafana: results/grafana",
           openmetrics},
};

}  // namespace

std::string run_json(const Campaign& campaign) {
  const Json content = campaign.provenance.is_null() ? Json::object() : campaign.provenance;
  return json_text(content, 2) + "\n";
}

std::span<const Format> formats() { return all_formats; }

const Format* find_format(const std::string& word) {
  const auto* const found = std::ranges::find_if(all_formats, [&](const Format& format) {
    return word == format.name || word == format.file;
  });
  return found == all_formats.end() ? nullptr : found;
}

std::vector<std::string> format_names(bool only_standard) {
  std::vector<std::string> names;
  for (const Format& format : all_formats)
    if (format.standard || !only_standard) names.emplace_back(format.name);
  return names;
}

}  // namespace spof::report
