#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "base/append_new.hpp"
#include "base/fields.hpp"
#include "base/file_text.hpp"
#include "base/mistakes.hpp"
#include "base/words.hpp"
#include "cli/find_scenario.hpp"
#include "cli/verbs.hpp"
#include "measure/summary.hpp"
#include "report/format.hpp"
#include "scenario/load.hpp"

namespace spof::cli {
namespace {

/// One line of a list, and what is said when it is asked for by name.
struct Entry {
  std::string name, help;
  std::string details = {};
};
using Entries = std::vector<Entry>;

std::string table_of(const Entries& entries) {
  std::size_t width = 0;
  for (const Entry& entry : entries) width = std::max(width, entry.name.size());
  std::string out;
  for (const Entry& entry : entries)
    out += fmt::format("  {:<{}}  {}\n", entry.name, width, entry.help);
  return out;
}

// ---- parameters ------------------------------------------------------------------------------

std::string default_of(const Parameter& parameter) {
  if (parameter.required) return "required";
  if (!parameter.default_text.empty()) return "default " + parameter.default_text;
  if (!parameter.otherwise.empty()) return "default: " + parameter.otherwise;
  return "optional";
}

std::string described(const Parameter& parameter) {
  std::string out =
      fmt::format("{}\n      {}; {}", parameter.pointer, parameter.type, default_of(parameter));
  if (!parameter.bounds.empty()) out += "; " + parameter.bounds;
  out += fmt::format("\n      {}", parameter.help);
  if (!parameter.source.empty()) out += fmt::format(" [{}]", parameter.source);
  return out + "\n";
}

/// A host of a section has all parameters of that again.
const std::string per_host = "/hosts/*/";

/// Those whose pointer begins with `prefix` (and which belong to that kind of a choice), each once.
std::string parameters_below(const std::string& prefix, const std::string& kind = "") {
  std::string out;
  for (const Parameter& parameter : scenario::parameters()) {
    const bool below = parameter.pointer.starts_with(prefix);
    const bool repeated = parameter.pointer.find(per_host) != std::string::npos;
    if (below && !repeated && (kind.empty() || parameter.kind == kind))
      out += "  " + described(parameter);
  }
  return out;
}

constexpr const char* per_host_help = "a host that runs one, by name; may set any of the above";

// ---- what the scenario's struct knows --------------------------------------------------------

template <class... Kind>
Entries kinds_of(std::type_identity<std::variant<Kind...>>) {
  return {{Kind::kind, Kind::help, parameters_below("/faults/", Kind::kind)}...};
}

/// Collects the sections of a scenario that are components.
struct Components {
  Entries found;

  template <class T>
  void operator()(const char*, T&, const About&) {}
  template <class Options>
  void operator()(const char* name, scenario::Section<Options>&, const About& about) {
    add(name, about);
  }
  void operator()(const char* name, Named<stack::ClientsOptions>&, const About& about) {
    add(name, about);
  }
  void add(const std::string& name, const About& about) {
    found.push_back({name, about.help, parameters_below("/" + name + "/")});
  }
};

// ---- topics: one function and one row each ----------------------------------------------------

Entries list_faults() { return kinds_of(std::type_identity<fault::Fault>{}); }

Entries list_components() {
  Components components;
  scenario::Scenario scenario;
  scenario.fields(components);
  return components.found;
}

Entries list_parameters() {
  Entries entries;
  for (const Parameter& parameter : scenario::parameters()) {
    if (const std::size_t at = parameter.pointer.find(per_host, 1); at != std::string::npos) {
      const std::string host = parameter.pointer.substr(0, at + per_host.size() - 1);
      if (entries.back().name != host) entries.push_back({host, per_host_help});
      continue;
    }
    const std::string kind = parameter.kind.empty() ? "" : fmt::format(" ({})", parameter.kind);
    entries.push_back({parameter.pointer, parameter.help + kind, "  " + described(parameter)});
  }
  return entries;
}

Entries list_algorithms() {
  return mapped(names(stack::Balance{}), [](const char* name) {
    return Entry{name, "for /haproxy/balance"};
  });
}

Entries list_metrics() {
  return mapped(measure::metrics(), [](const measure::Metric& metric) {
    return Entry{metric.name, fmt::format("{} ({})", metric.help, word(metric.unit))};
  });
}

Entries list_formats() {
  return mapped(report::formats(), [](const report::Format& format) {
    const char* when = format.standard ? "" : " (on request)";
    return Entry{format.name, fmt::format("{}: {}{}", format.file, format.help, when)};
  });
}

Entries list_scenarios() {
  return mapped(shipped_scenarios(), [](const std::filesystem::path& path) {
    const Json json = Json::parse(file_text(path), nullptr, false);
    const bool titled = json.is_object() && json.contains("title") && json["title"].is_string();
    return Entry{path.stem(), titled ? json["title"].get<std::string>() : ""};
  });
}

struct Topic {
  const char* name;
  const char* help;
  Entries (*entries)();
};

constexpr std::array topics{
    Topic{"scenarios", "the shipped scenarios, by the name to run them with", list_scenarios},
    Topic{"faults", "kinds of failure: /faults/*/kind", list_faults},
    Topic{"components", "what the stack is made of", list_components},
    Topic{"parameters", "everything a scenario or --set can set", list_parameters},
    Topic{"algorithms", "how HAProxy chooses a server", list_algorithms},
    Topic{"metrics", "what an expectation can ask for", list_metrics},
    Topic{"formats", "files that a run can write", list_formats},
};

[[noreturn]] void unknown(const char* what, const std::string& word,
                          const std::vector<std::string>& allowed, const std::string& list) {
  throw WrongInput{error_line(
      fmt::format("unknown {} {}; {}", what, in_quotes(word), nearest(word, allowed, list)))};
}

/// The entry of this name, or those that begin with it.
Entries chosen(const Entries& all, const std::string& name) {
  Entries exact, begun;
  for (const Entry& entry : all) {
    if (entry.name == name) exact.push_back(entry);
    if (entry.name.rfind(name, 0) == 0) begun.push_back(entry);
  }
  return exact.empty() ? begun : exact;
}

std::string shown(const Topic& topic, const std::string& name) {
  const Entries all = topic.entries();
  Entries entries = chosen(all, name);
  if (entries.empty()) entries = chosen(all, "/" + name);
  if (entries.empty() && !name.empty())
    unknown("name", name, names_in(all), fmt::format("spof list {}", topic.name));
  std::string out;
  for (const Entry& entry : entries) {
    if (name.empty() || entry.details.empty()) continue;
    const bool is_parameter = entry.name.front() == '/';
    out += (is_parameter ? "" : fmt::format("{}: {}\n\n", entry.name, entry.help)) + entry.details;
  }
  return out.empty() ? table_of(entries) : out;
}

}  // namespace

const std::vector<std::string> ListArguments::topics = names_in(cli::topics);

ExitCode execute(const ListArguments& arguments, Console& console) {
  if (arguments.topic.empty()) {
    const auto entry = [](const Topic& topic) { return Entry{topic.name, topic.help}; };
    console.print("spof list TOPIC [NAME]\n\n" + table_of(mapped(topics, entry)));
    return good;
  }
  const auto* const topic = std::ranges::find(topics, arguments.topic, &Topic::name);
  if (topic == topics.end()) unknown("topic", arguments.topic, arguments.topics, "spof list");
  console.print(shown(*topic, arguments.name));
  return good;
}

}  // namespace spof::cli
