#include "base/record.hpp"
#include "base/words.hpp"
#include "report/pages/compare/compare_words.hpp"

namespace spof::report {
namespace {

Json side(const StoredReport& report, const std::string& label, std::size_t runs) {
  Json faults = Json::array();
  for (const FaultLine& fault : report.faults)
    faults.push_back({{"kind", fault.kind}, {"target", fault.target}});
  return {{"label", label},        {"file", report.path},
          {"name", report.name},   {"verdict", {{"word", report.word}, {"text", report.text}}},
          {"faults", faults},      {"seeds", report.seeds},
          {"runs_compared", runs}, {"fingerprint", report.fingerprint}};
}

Json row_json(const MetricChange& row) {
  Json out{{"metric", row.question.metric}};
  if (!row.question.request_class.empty()) out["class"] = row.question.request_class;
  if (!row.question.server.empty()) out["server"] = row.question.server;
  if (!row.question.phase.empty()) out["phase"] = row.question.phase;
  if (!row.question.failure.empty()) out["failure"] = row.question.failure;
  out["unit"] = word(row.unit);
  out["better"] = word(row.better);
  out["a"] = rounded(row.a);
  out["b"] = rounded(row.b);
  out["never_a"] = row.never_a;
  out["never_b"] = row.never_b;
  const bool known = row.finding != ChangeFinding::not_measured;
  out["difference_of"] = row.by_never ? "share of runs in which it never happened" : "values";
  out["difference"] = known ? rounded(row.gap.mean) : Json();
  out["half_width_95"] = row.gap.interval ? rounded(row.gap.half_width) : Json();
  out["p"] = row.gap.interval ? Json(row.gap.p) : Json();
  out["p_corrected"] = row.gap.interval ? Json(row.corrected) : Json();
  out["finding"] = word(row.finding);
  out["proven"] = row.proven();
  return out;
}

Json breaks(const std::vector<Breakage>& list) {
  Json out = Json::array();
  for (const Breakage& one : list)
    out.push_back({{"component", one.component},
                   {"kind", one.kind},
                   {"class", one.request_class},
                   {"verdict", one.verdict}});
  return out;
}

/// Single points of failure that only one side has, of matrices with the test of each.
Json tested(const std::vector<Breakage>& list, const Contrast& contrast) {
  Json out = breaks(list);
  if (!contrast.a->matrix) return out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    out[i]["proof"] = word(proof_of(contrast, list[i]));
    const MetricChange* const row = settled_row(contrast, list[i]);
    out[i]["settled_availability"] = row ? row_json(*row) : Json();
  }
  return out;
}

Json spofs(const Contrast& contrast) {
  const SpofChanges& changes = contrast.spofs;
  return {{"gained", tested(changes.gained, contrast)},
          {"lost", tested(changes.lost, contrast)},
          {"kept", breaks(changes.kept)},
          {"tested_in_a_only", breaks(changes.only_tested_first)},
          {"tested_in_b_only", breaks(changes.only_tested_second)}};
}

Json failures(const std::vector<FailureChange>& list) {
  Json out = Json::array();
  for (const FailureChange& change : list)
    out.push_back({{"failure", change.name},
                   {"classes", change.classes},
                   {"per_run", rounded(change.per_run)}});
  return out;
}

Json scenario(const std::vector<ScenarioChange>& changes) {
  const auto value = [](const std::string& text) {
    return text.empty() ? Json() : Json::parse(text);
  };
  Json out = Json::array();
  for (const ScenarioChange& change : changes)
    out.push_back({{"pointer", change.pointer},
                   {"a", value(change.a)},
                   {"b", value(change.b)},
                   {"inherited_by", change.copies}});
  return out;
}

/// What only matrices have.
void add_matrix(const Contrast& contrast, Json& out) {
  const auto side_of = [](const StoredFate& fate) {
    return Json{{"fate", word(fate.fate)}, {"settled_availability", rounded(fate.availability)}};
  };
  Json& fates = out["fates"] = Json::array();
  for (const FateChange& change : contrast.fates)
    fates.push_back({{"component", change.a.component},
                     {"kind", change.a.kind},
                     {"class", change.a.request_class},
                     {"a", side_of(change.a)},
                     {"b", side_of(change.b)}});
  out["failures_tried_in_a_only"] = failures_only_in(*contrast.a, *contrast.b);
  out["failures_tried_in_b_only"] = failures_only_in(*contrast.b, *contrast.a);
  for (const auto& [name, report] :
       {std::pair("year_a", contrast.a), std::pair("year_b", contrast.b)}) {
    Json& year = out[name] = Json::array();
    for (const StoredYear& one : report->year)
      year.push_back({{"class", one.request_class},
                      {"outage_min", rounded(one.outage_min)},
                      {"failed_requests", rounded(one.failed_requests)},
                      {"availability_time", rounded(1 - one.unavailability)}});
  }
}

Json contrast_json(const Contrast& contrast) {
  Json rows = Json::array();
  for (const MetricChange& row : contrast.rows) rows.push_back(row_json(row));
  Json out{{"of", contrast.a->matrix ? "matrix" : "report"},
           {"sentence", told(contrast).sentence},
           {"a", side(*contrast.a, contrast.label_a, contrast.pairing.runs_a)},
           {"b", side(*contrast.b, contrast.label_b, contrast.pairing.runs_b)},
           {"paired", contrast.pairing.paired},
           {"warnings", contrast.warnings},
           {"scenario", scenario(contrast.scenario)},
           {"single_points_of_failure", spofs(contrast)},
           {"failures_only_in_a", failures(contrast.failures_lost)},
           {"failures_only_in_b", failures(contrast.failures_gained)},
           {"metrics", rows}};
  if (contrast.a->matrix) add_matrix(contrast, out);
  return out;
}

}  // namespace

std::string compare_json(const Contrasts& contrasts) {
  Json list = Json::array();
  for (const Contrast& contrast : contrasts.list) list.push_back(contrast_json(contrast));
  const Json out{{"format", 1}, {"one_sided", contrasts.one_sided}, {"comparisons", list}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace spof::report
