#include "base/append_new.hpp"
#include "base/record.hpp"
#include "base/words.hpp"
#include "report/pages/compare/compare_words.hpp"

namespace spof::report {
namespace {

Json side(const StoredReport& report, const std::string& label, std::size_t runs) {
  const auto fault = [](const FaultLine& one) {
    return Json{{"kind", one.kind}, {"target", one.target}};
  };
  return {{"label", label},
          {"file", report.path},
          {"name", report.name},
          {"verdict", {{"word", report.verdict.word}, {"text", report.verdict.text}}},
          {"faults", mapped(report.faults, fault)},
          {"seeds", report.seeds},
          {"runs_compared", runs},
          {"fingerprint", report.fingerprint}};
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
  return mapped(list, [](const Breakage& one) {
    return Json{{"component", one.component},
                {"kind", one.kind},
                {"class", one.request_class},
                {"verdict", one.verdict}};
  });
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
  return mapped(list, [](const FailureChange& change) {
    return Json{{"failure", change.name},
                {"classes", change.classes},
                {"per_run", rounded(change.per_run)}};
  });
}

Json scenario(const std::vector<ScenarioChange>& changes) {
  const auto value = [](const std::string& text) {
    return text.empty() ? Json() : Json::parse(text);
  };
  return mapped(changes, [&](const ScenarioChange& change) {
    return Json{{"pointer", change.pointer},
                {"a", value(change.a)},
                {"b", value(change.b)},
                {"inherited_by", change.copies}};
  });
}

/// What only matrices have.
void add_matrix(const Contrast& contrast, Json& out) {
  const auto side_of = [](const StoredFate& fate) {
    return Json{{"fate", word(fate.fate)}, {"settled_availability", rounded(fate.availability)}};
  };
  out["fates"] = mapped(contrast.fates, [&](const FateChange& change) {
    return Json{{"component", change.a.component},
                {"kind", change.a.kind},
                {"class", change.a.request_class},
                {"a", side_of(change.a)},
                {"b", side_of(change.b)}};
  });
  out["failures_tried_in_a_only"] = failures_only_in(*contrast.a, *contrast.b);
  out["failures_tried_in_b_only"] = failures_only_in(*contrast.b, *contrast.a);
  const auto year = [](const StoredYear& one) {
    return Json{{"class", one.request_class},
                {"outage_min", rounded(one.outage_min)},
                {"failed_requests", rounded(one.failed_requests)},
                {"availability_time", rounded(1 - one.unavailability)}};
  };
  out["year_a"] = mapped(contrast.a->year, year);
  out["year_b"] = mapped(contrast.b->year, year);
}

Json contrast_json(const Contrast& contrast) {
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
           {"metrics", mapped(contrast.rows, row_json)}};
  if (contrast.a->matrix) add_matrix(contrast, out);
  return out;
}

}  // namespace

std::string compare_json(const Contrasts& contrasts) {
  const Json out{{"format", 1},
                 {"one_sided", contrasts.one_sided},
                 {"comparisons", mapped(contrasts.list, contrast_json)}};
  return json_text(out, 1) + "\n";
}

}  // namespace spof::report
