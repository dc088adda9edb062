#pragma once
#include <string>

#include "analysis/causes/causes.hpp"
#include "base/fields.hpp"
#include "scenario/scenario.hpp"
#include "support/campaign.hpp"

namespace spof::test {

inline Json server(const char* answered_by) {
  return {
      {"address", ""},
      {"backup", false},
      {"check", {{"kind", "httpchk"}, {"answered_by", answered_by}, {"inter", "2s"}, {"fall", 3}}}};
}

/// Two servers with everything each; the primary database on the first.
inline Json two_servers(const char* answered_by = "nginx") {
  const Json app{{"processes", 2},
                 {"threads", 8},
                 {"worker_class", "gthread"},
                 {"database", {{"read_from", "local"}}}};
  Json made;
  made["clients"]["users"]["connect_to"] = "haproxy@lb1";
  made["classes"] = {{"static", {{"kind", "static"}}}, {"write", {{"kind", "write"}}}};
  made["haproxy"] = {{"retries", 3}, {"redispatch", false}, {"timeout", {{"connect", "5s"}}}};
  made["haproxy"]["hosts"]["lb1"]["servers"] = {{"server1", server(answered_by)},
                                                {"server2", server(answered_by)}};
  made["nginx"]["hosts"] = {{"server1", Json::object()}, {"server2", Json::object()}};
  made["app"]["hosts"] = {{"server1", app}, {"server2", app}};
  made["mysql"]["hosts"] = {{"server1", {{"replica_of", ""}}},
                            {"server2", {{"replica_of", "server1"}, {"connect_retry", "1m"}}}};
  return made;
}

/// A campaign of one run: ten requests of each class a second, those of writes told by `write`.
template <class Write, class Tell>
report::Campaign told(const Write& write, const Tell& tell) {
  Tale recorder(plan());
  for (int i = 0; i < 600; ++i) {
    recorder.request(sample(i / 10.0, 0.01, 0));
    recorder.request(write(i / 10.0));
  }
  tell(recorder);
  report::Campaign made;
  made.name = "told";
  made.plan = plan();
  made.faults = {{"crash", "mysql@server1", 20, 40}};
  made.scenario = two_servers();
  made.results.push_back(recorder.finish());
  made.results[0].seed = 1;
  return made;
}

inline void tell_fault(Tale& recorder, measure::Event fault) {
  recorder.event(fault);
  fault.time = 40;
  fault.what = measure::What::repaired;
  recorder.event(fault);
}
inline void tell_fault(Tale& recorder, measure::What kind, const char* target) {
  tell_fault(recorder, struck(20, kind, target, 20));
}

/// Who talks to whom follows from what its scenario says.
inline report::Campaign wired(report::Campaign campaign) {
  scenario::Scenario scenario;
  Mistakes what_is_left_out;
  read_fields(campaign.scenario, scenario, what_is_left_out);
  campaign.topology = scenario::topology_of(scenario);
  return campaign;
}

inline std::string all(const report::Campaign& campaign) {
  std::string text;
  for (const report::Cause& link : report::causes(wired(campaign)))
    text += report::when_text(link) + " " + link.text + '\n';
  return text;
}

}  // namespace spof::test
