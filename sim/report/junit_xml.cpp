#include <fmt/format.h>

#include <iterator>

#include "measure/words.hpp"
#include "report/format.hpp"

namespace spof::report {
namespace {

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '&')
      out += "&amp;";
    else if (letter == '<')
      out += "&lt;";
    else if (letter == '>')
      out += "&gt;";
    else if (letter == '"')
      out += "&quot;";
    else
      out += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
  }
  return out;
}

/// Some servers show the attribute, some the text.
std::string told(const char* element, const char* type, const std::string& message) {
  return fmt::format("\n      <{0} type=\"{1}\" message=\"{2}\">{2}</{0}>\n    ", element, type,
                     xml_text(message));
}

std::string outcome(const measure::Judged& judged) {
  const auto unit = judged.expectation.query.metric->unit;
  std::string message = "measured " + estimate_text(judged.measured, unit);
  if (!judged.reason.empty()) message += ", " + judged.reason;
  return judged.judgement == measure::Judgement::fail
             ? told("failure", "expectation", message)
             : fmt::format("\n      <system-out>{}</system-out>\n    ", xml_text(message));
}

}  // namespace

std::string junit_xml(const Campaign& campaign) {
  std::size_t failed = 0;
  double simulated = 0;  // seconds: a time that is the same on every machine
  for (const measure::Result& run : campaign.results) simulated += run.duration;
  std::string cases;
  for (const measure::Judged& judged : campaign.expectations) {
    failed += judged.judgement == measure::Judgement::fail ? 1U : 0U;
    fmt::format_to(std::back_inserter(cases),
                   "    <testcase classname=\"{}\" name=\"{}\" time=\"{}\">{}</testcase>\n",
                   xml_text(campaign.name), xml_text(judged.expectation.text), simulated,
                   outcome(judged));
  }
  for (const std::string& job : campaign.failed_jobs)
    fmt::format_to(
        std::back_inserter(cases), "    <testcase classname=\"{}\" name=\"{}\">{}</testcase>\n",
        xml_text(campaign.name), xml_text(job.substr(0, job.find(':'))), told("error", "run", job));
  const std::string counts =
      fmt::format("time=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\"", simulated,
                  campaign.expectations.size() + campaign.failed_jobs.size(), failed,
                  campaign.failed_jobs.size());
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n"
      "  <testsuite name=\"{1}\" {0}>\n{2}  </testsuite>\n</testsuites>\n",
      counts, xml_text(campaign.name), cases);
}

}  // namespace spof::report
