#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>

#include "analysis/strips.hpp"
#include "base/json.hpp"
#include "base/words.hpp"
#include "measure/chronicle.hpp"
#include "report/format.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// A query finds what is at most five minutes old.
constexpr double most_steps = 1500, longest_step = 60;

/// When every run begins, so that the same run has the same bytes: 2026-01-01T00:00:00Z.
constexpr std::int64_t run_begins = 1'767'225'600;

/// Dates in hundredths of a second from the run's begin: what reads milliseconds from text as a
/// binary fraction may be one short.
using Date = std::int64_t;
/// The first date at which what was true at that time is seen.
Date date_of(double time) { return static_cast<Date>(std::ceil(time * 100 - 1e-6)); }

using Labels = std::vector<std::pair<std::string, std::string>>;
/// A series by its labels, with a value for the end of each step; the first is that of the begin.
using Sampled = std::map<Labels, std::vector<double>>;
/// A series by its labels: from a date on it has this value, before the first none.
using Changing = std::map<Labels, std::map<Date, double>>;

/// Writes the series of the first seed's run as OpenMetrics text, sample by sample, in steps of one
/// window or, where it has very many, of several.
class MetricsSheet {
 public:
  explicit MetricsSheet(const Campaign& all) : campaign(all), run(all.results.front()) {
    double unit = run.window;
    for (const Load& load : run.loads) unit = std::max<double>(unit, load.length);
    const double wanted = std::min(run.duration / most_steps, longest_step);
    step = std::max(unit * std::max(1.0, std::ceil(wanted / unit - 1e-6)), 0.01);
    for (double time = 0; time < run.duration - 1e-6; time += step) dates_.push_back(date_of(time));
    if (date_of(run.duration) > dates_.back()) dates_.push_back(date_of(run.duration));
    for (const std::string& part : all.topology.parts()) add_quiet(part, part, "");
    for (const scenario::Edge& edge : all.topology.edges)
      if (edge.wire.purpose == stack::Purpose::server)
        add_quiet(edge.wire.label + " seen by " + edge.from, edge.wire.label, edge.from);
    for (const Lag& lag : run.lags)
      add_quiet("replication to " + lag.replica, lag.replica, lag.replica);
    std::ranges::sort(strips, {}, &Strip::component);
  }

  const Campaign& campaign;
  const Result& run;
  double step = 1;  ///< seconds
  /// What components are able to do and what others believe of them; of what no event tells, all is
  /// well.
  std::vector<Strip> strips = report::strips(run.events, run.duration);

  /// The value of the step in which this time is, of a series that begins with `initial`.
  double& at(std::vector<double>& series, double time, double initial = 0) const {
    series.resize(dates_.size(), initial);
    const auto steps = static_cast<std::size_t>(std::max(time, 0.0) / step + 1e-6);
    return series[std::min(steps + 1, series.size() - 1)];
  }
  /// What follows are samples of this family.
  void begin(const std::string& name, const std::string& type, const std::string& unit,
             const std::string& help) {
    out_ += fmt::format("# TYPE {} {}\n", name, type);
    if (!unit.empty()) out_ += fmt::format("# UNIT {} {}\n", name, unit);
    out_ += fmt::format("# HELP {} {}\n", name, help);
    name_ = name + (type == "counter" ? "_total" : type == "info" ? "_info" : "");
  }
  void add(const Sampled& all) {
    for (const auto& [labels, values] : all) {
      const std::string head = head_of(labels);
      for (std::size_t i = 0; i < values.size(); ++i) sample(head, dates_[i], values[i]);
    }
  }
  /// Samples at each step, and on the dates of the changes.
  void add(const Changing& all) {
    for (const auto& [labels, changes] : all) {
      const std::string head = head_of(labels);
      auto next = changes.begin();
      for (const Date date : dates_) {
        for (; next != changes.end() && next->first < date; ++next)
          sample(head, next->first, next->second);
        if (next != changes.end() && next->first == date) ++next;
        if (next != changes.begin()) sample(head, date, std::prev(next)->second);
      }
    }
  }
  std::string finish() { return std::move(out_ += "# EOF\n"); }

 private:
  void add_quiet(const std::string& name, const std::string& about, const std::string& by) {
    if (std::ranges::find(strips, name, &Strip::component) == strips.end())
      strips.push_back({name, {{0, run.duration}}, about, by});
  }
  static std::string escaped(const std::string& text) {
    return respelled(text, {{'\\', "\\\\"}, {'"', "\\\""}, {'\n', " "}});
  }
  std::string head_of(const Labels& labels) const {
    std::string head =
        fmt::format(R"({}{{scenario="{}",seed="{}")", name_, escaped(campaign.name), run.seed);
    for (const auto& [label, value] : labels)
      head += fmt::format(R"(,{}="{}")", label, escaped(value));
    return head + "} ";
  }
  void sample(const std::string& head, Date date, double value) {
    out_ += head;
    out_ += std::isnan(value) ? "NaN" : fmt::format("{}", std::round(value * 1e6) / 1e6);
    fmt::format_to(std::back_inserter(out_), " {}.{:02}\n", run_begins + date / 100, date % 100);
  }

  std::vector<Date> dates_;
  std::string name_, out_;
};

Sampled requests(const MetricsSheet& sheet) {
  Sampled found;
  for (const WindowRow& row : sheet.run.windows)
    sheet.at(found[{{"class", sheet.campaign.plan.classes[row.request_class]},
                    {"outcome", word(row.outcome)}}],
             row.start) += static_cast<double>(row.requests);
  for (auto& [labels, series] : found)
    for (std::size_t i = 1; i < series.size(); ++i) series[i] += series[i - 1];
  return found;
}

/// Of several windows in a step, the largest.
Sampled latency(const MetricsSheet& sheet) {
  Sampled found;
  for (const WindowRow& row : sheet.run.windows)
    for (const auto& [quantile, microseconds] :
         {std::pair{"0.5", row.p50}, {"0.9", row.p90}, {"0.99", row.p99}, {"1", row.max}}) {
      double& most = sheet.at(found[{{"class", sheet.campaign.plan.classes[row.request_class]},
                                     {"outcome", word(row.outcome)},
                                     {"quantile", quantile}}],
                              row.start, no_figure);
      most = std::fmax(most, static_cast<double>(microseconds) / 1e6);
    }
  return found;
}

Changing failures(const MetricsSheet& sheet) {
  Changing found;
  for (const Phase phase : {Phase::before, Phase::during, Phase::after})
    for (std::size_t i = 0; i < sheet.run.classes; ++i)
      for (const Failure& one : sheet.run.tally(phase, i).failures)
        found[{{"class", sheet.campaign.plan.classes[i]},
               {"outcome", word(one.outcome)},
               {"cause", word(one.cause)},
               {"phase", word(phase)}}] = {
            {0, 0}, {date_of(sheet.run.span(phase).second), static_cast<double>(one.requests)}};
  return found;
}

/// 1 while something holds of it.
std::map<Date, double> course_of(const Strip& strip, auto holds) {
  std::map<Date, double> course;
  for (const Spell& spell : strip.spells) course[date_of(spell.from)] = holds(spell);
  return course;
}
bool is_able(const Spell& spell) { return spell.state <= State::impaired; }

Changing states(const MetricsSheet& sheet) {
  Changing found;
  for (const Strip& strip : sheet.strips)
    for (const State state : {State::up, State::impaired, State::down, State::starting})
      if (strip.by.empty())
        found[{{"component", strip.about}, {"state", word(state)}}] =
            course_of(strip, [&](const Spell& spell) { return spell.state == state; });
  return found;
}

/// Daemons of a kind, as their exporter shows them.
Changing able(const MetricsSheet& sheet, const std::string& kind) {
  Changing found;
  for (const Strip& strip : sheet.strips)
    if (strip.by.empty() && section_of(strip.about) == kind)
      found[{{"job", kind}, {"instance", host_of(strip.about)}}] = course_of(strip, is_able);
  return found;
}

/// Whose scrape succeeds: of HAProxy, which shows a page of its own, and of hosts.
Changing up(const MetricsSheet& sheet) {
  Changing found = able(sheet, "haproxy");
  std::set<std::string> hosts;
  for (const std::string& part : sheet.campaign.topology.parts()) hosts.insert(host_of(part));
  for (const Strip& strip : sheet.strips)
    if (strip.by.empty() && hosts.contains(strip.about))
      found[{{"job", "node"}, {"instance", strip.about}}] = course_of(strip, is_able);
  return found;
}

/// The backend that has a server line; a section without names is called after itself.
std::string proxy_of(const MetricsSheet& sheet, const std::string& server) {
  const Json::json_pointer place("/haproxy/backends");
  if (sheet.campaign.scenario.contains(place))
    for (const auto& [name, backend] : sheet.campaign.scenario[place].items())
      if (backend.contains("servers") && backend["servers"].contains(server)) return name;
  return "haproxy";
}

const char* status_of(const Spell& spell) {
  if (spell.state == State::impaired) return spell.why == "drain" ? "DRAIN" : "MAINT";
  return spell.state == State::up ? "UP" : "DOWN";
}

Changing server_status(const MetricsSheet& sheet) {
  Changing found;
  for (const Strip& strip : sheet.strips)
    for (const std::string status : {"DOWN", "UP", "MAINT", "DRAIN"})
      if (!strip.by.empty() && strip.by != strip.about)
        found[{{"job", "haproxy"},
               {"instance", host_of(strip.by)},
               {"proxy", proxy_of(sheet, strip.about)},
               {"server", strip.about},
               {"state", status}}] =
            course_of(strip, [&](const Spell& spell) { return status_of(spell) == status; });
  return found;
}

Changing log_arrives(const MetricsSheet& sheet) {
  Changing found;
  for (const Strip& strip : sheet.strips)
    if (strip.by == strip.about)
      found[{{"job", "mysql"}, {"instance", host_of(strip.about)}}] = course_of(strip, is_able);
  return found;
}

Sampled lag(const MetricsSheet& sheet) {
  Sampled found;
  const double step = measure::lag_step(sheet.run.window, sheet.run.duration);
  for (const Lag& lag : sheet.run.lags)
    for (std::size_t i = 0; i < lag.course.size(); ++i) {
      double& most = sheet.at(found[{{"database", lag.replica}}], static_cast<double>(i) * step);
      most = std::max(most, lag.course[i]);
    }
  return found;
}

void add_mean(const MetricsSheet& sheet, const Load& load, double Load::Window::*what,
              std::vector<double>& series) {
  for (const Load::Window& one : load.windows)
    sheet.at(series, static_cast<double>(one.number) * load.length) += one.*what / sheet.step;
}

template <double Load::Window::*What>
Sampled loads(const MetricsSheet& sheet) {
  Sampled found;
  for (const Load& load : sheet.run.loads)
    add_mean(sheet, load, What, found[{{"part", load.part}, {"of", load.what}}]);
  return found;
}

/// What HAProxy's page calls a queue: `word` is what its gauges are called.
Sampled queue(const MetricsSheet& sheet, const std::string& word, bool of_servers) {
  Sampled found;
  for (const Load& load : sheet.run.loads) {
    if (!load.what.starts_with(word)) continue;
    const std::size_t name = word.size() + std::string_view(" of ").size();
    const std::string whose = load.what.size() > name ? load.what.substr(name) : "haproxy";
    Labels labels{{"job", "haproxy"},
                  {"instance", host_of(load.part)},
                  {"proxy", of_servers ? proxy_of(sheet, whose) : whose}};
    if (of_servers) labels.emplace_back("server", whose);
    add_mean(sheet, load, &Load::Window::waiting, found[labels]);
  }
  return found;
}

Changing faults(const MetricsSheet& sheet) {
  Changing found;
  for (const Episode& one : episodes_of(sheet.run.events)) {
    auto& course = found[{{"kind", measure::word_of(one.kind)}, {"target", one.target}}];
    course[0] += 0;
    course[date_of(one.from)] += 1;
    if (one.repaired < sheet.run.duration) course[date_of(one.repaired)] -= 1;
  }
  for (auto& [labels, course] : found) {
    double sum = 0;
    for (auto& [date, value] : course) value = sum += value;
  }
  return found;
}

Changing events(const MetricsSheet& sheet) {
  Changing found;
  for (const Event& event : sheet.run.events)
    found[{{"source", event.source},
           {"event", measure::word_of(event.what)},
           {"target", event.target},
           {"role", word(event.role())}}][date_of(event.time)] =
        static_cast<double>(run_begins) + event.time;
  return found;
}

Changing writes(const MetricsSheet& sheet) {
  const measure::Writes& all = sheet.run.writes;
  Changing found;
  for (const auto& [fate, count] :
       {std::pair{"acknowledged", all.acknowledged}, {"lost", all.lost},
        {"phantom", all.phantom.number}, {"duplicate", all.twice.number}})
    found[{{"fate", fate}}] = {{date_of(sheet.run.duration), static_cast<double>(count)}};
  return found;
}

/// A metric family. Where an exporter of the real daemon shows the same, it has its name and
/// labels.
struct Family {
  const char* name;
  const char* type;
  const char* unit;
  const char* help;
  void (*add)(MetricsSheet&);
};

/// Adds what a function of the sheet finds.
template <auto Find>
void all(MetricsSheet& sheet) {
  sheet.add(Find(sheet));
}

constexpr std::array families{
    Family{"spof_run", "info", "", "1: what was simulated",
           [](MetricsSheet& s) {
             s.add(Changing{{{{"title", s.campaign.title}}, {{0, 1}}}});
           }},
    Family{"spof_step_seconds", "gauge", "seconds", "time between two samples",
           [](MetricsSheet& s) {
             s.add(Changing{{{}, {{0, s.step}}}});
           }},
    Family{"spof_requests", "counter", "", "requests due so far, by how they ended", all<requests>},
    Family{"spof_failures", "counter", "", "failed requests, counted when their phase ends",
           all<failures>},
    Family{"spof_request_latency_seconds", "gauge", "seconds",
           "of the requests due in this step, from then to the answer or the failure",
           all<latency>},
    Family{"spof_component_state", "gauge", "", "1 while a component is in this state",
           all<states>},
    Family{"spof_fault_in_force", "gauge", "", "strikes of a fault that are not taken away",
           all<faults>},
    Family{"spof_event_timestamp_seconds", "gauge", "seconds", "when this happened last",
           all<events>},
    Family{"spof_utilisation_ratio", "gauge", "ratio", "share of all places that is taken",
           all<loads<&Load::Window::busy>>},
    Family{"spof_saturation_ratio", "gauge", "ratio", "share of the step with no place free",
           all<loads<&Load::Window::full>>},
    Family{"spof_waiting", "gauge", "", "who waits for a place",
           all<loads<&Load::Window::waiting>>},
    Family{"spof_replication_lag_seconds", "gauge", "seconds",
           "age of the oldest committed transaction that a replica lacks, the most in a step",
           all<lag>},
    Family{"spof_writes", "gauge", "", "what became of writes; told at the end", all<writes>},
    Family{"up", "gauge", "", "1 while HAProxy, or a host, answers", all<up>},
    Family{"mysql_up", "gauge", "", "1 while the database answers",
           [](MetricsSheet& s) { s.add(able(s, "mysql")); }},
    Family{"nginx_up", "gauge", "", "1 while Nginx answers",
           [](MetricsSheet& s) { s.add(able(s, "nginx")); }},
    Family{"haproxy_server_status", "gauge", "", "1 while HAProxy takes a server to be so",
           all<server_status>},
    Family{"haproxy_server_current_queue", "gauge", "", "who waits for this server",
           [](MetricsSheet& s) { s.add(queue(s, "slots", true)); }},
    Family{"haproxy_backend_current_queue", "gauge", "", "who waits for any server",
           [](MetricsSheet& s) { s.add(queue(s, "queue", false)); }},
    Family{"mysql_slave_status_slave_io_running", "gauge", "",
           "1 while a replica is connected to its source", all<log_arrives>},
};

}  // namespace

std::string openmetrics(const Campaign& campaign) {
  if (campaign.results.empty()) return "# EOF\n";
  MetricsSheet sheet(campaign);
  for (const Family& family : families) {
    sheet.begin(family.name, family.type, family.unit, family.help);
    family.add(sheet);
  }
  return sheet.finish();
}

}  // namespace spof::report
