#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

std::string xml_text(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char letter) { return letter < 0x20; }, ' ');
  return respelled(text, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}});
}

/// Some servers show the attribute, some the text.
std::string told(const char* element, const char* type, const std::string& message) {
  return fmt::format("\n      <{0} type=\"{1}\" message=\"{2}\">{2}</{0}>\n    ", element, type,
                     xml_text(message));
}

std::string outcome(const Judged& judged) {
  const std::string message = measured_text(judged);
  return judged.judgement == Judgement::fail
             ? told("failure", "expectation", message)
             : fmt::format("\n      <system-out>{}</system-out>\n    ", xml_text(message));
}

}  // namespace

std::string junit_xml(const Campaign& campaign) {
  double simulated = 0;  // seconds: a time that is the same on every machine
  for (const Result& run : campaign.results) simulated += run.duration;
  std::string cases;
  for (const Judged& judged : campaign.expectations)
    fmt::format_to(std::back_inserter(cases),
                   "    <testcase classname=\"{}\" name=\"{}\" time=\"{}\">{}</testcase>\n",
                   xml_text(campaign.name), xml_text(judged.expectation.text), simulated,
                   outcome(judged));
  for (const std::string& job : campaign.failed_jobs)
    fmt::format_to(
        std::back_inserter(cases), "    <testcase classname=\"{}\" name=\"{}\">{}</testcase>\n",
        xml_text(campaign.name), xml_text(job.substr(0, job.find(':'))), told("error", "run", job));
  const std::string counts =
      fmt::format("time=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\"", simulated,
                  campaign.expectations.size() + campaign.failed_jobs.size(),
                  judged_as(campaign, Judgement::fail), campaign.failed_jobs.size());
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n"
      "  <testsuite name=\"{1}\" {0}>\n{2}  </testsuite>\n</testsuites>\n",
      counts, xml_text(campaign.name), cases);
}

}  // namespace spof::report
