#include "stack/monitoring/rules_file.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <charconv>
#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <iterator>

namespace spof::stack::monitoring {
namespace {

/// Reads one file; what is wrong gets the line and the column where the value, or its name, begins.
class Reader {
 public:
  Reader(const std::string& path, Mistakes& mistakes) : path_(path), mistakes_(mistakes) {}

  RulesFile whole(const YAML::Node& root) {
    RulesFile file{path_, {}};
    if (root.IsNull()) return file;
    std::set<std::string> seen;
    each_field(root, "a rules file", {"groups"}, [&](const std::string&, const YAML::Node& groups) {
      each_item(groups, "groups", [&](const YAML::Node& one) {
        RuleGroup group = read_group(one);
        if (!group.name.empty() && !seen.insert(group.name).second)
          wrong(one, fmt::format("there is a group {} already", in_quotes(group.name)));
        file.groups.push_back(std::move(group));
      });
    });
    return file;
  }
  void wrong(const YAML::Mark& mark, std::string what) {
    mistakes_.add_at(place(mark), std::move(what));
  }

 private:
  Place place(const YAML::Mark& mark) const {
    if (mark.is_null()) return {path_, 1, 1};
    return {path_, mark.line + 1, mark.column + 1};
  }
  void wrong(const YAML::Node& node, std::string what) { wrong(node.Mark(), std::move(what)); }

  /// The fields of a map; those that are not allowed are mistakes.
  template <class Use>
  void each_field(const YAML::Node& node, const char* what, const std::vector<std::string>& allowed,
                  Use use) {
    if (!node.IsMap()) return wrong(node, fmt::format("{} has to be a map", what));
    std::set<std::string> seen;
    for (const auto& field : node) {
      const std::string name = field.first.IsScalar() ? field.first.Scalar() : "";
      if (!allowed.empty() && std::ranges::find(allowed, name) == allowed.end()) {
        wrong(field.first,
              fmt::format("{} has no field {}; {}", what, in_quotes(name), nearest(name, allowed)));
      } else if (!seen.insert(name).second) {
        wrong(field.first, fmt::format("{} is there twice", in_quotes(name)));
      } else {
        use(name, field.second);
      }
    }
  }
  template <class Use>
  void each_item(const YAML::Node& node, const char* what, Use use) {
    if (!node.IsSequence()) return wrong(node, fmt::format("{} has to be a list", what));
    for (const YAML::Node& one : node) use(one);
  }
  std::string text(const YAML::Node& node, const std::string& what) {
    if (!node.IsScalar()) wrong(node, what + " has to be a text");
    return node.IsScalar() ? node.Scalar() : "";
  }
  Millis duration(const YAML::Node& node, const std::string& what) {
    const Millis read = parse_duration(text(node, what));
    if (read < 0) wrong(node, what + " has to be a duration, such as 15s, 5m or 1h30m");
    return std::max<Millis>(read, 0);
  }

  RuleGroup read_group(const YAML::Node& node) {
    RuleGroup group;
    each_field(node, "a group", {"name", "interval", "rules"},
               [&](const std::string& name, const YAML::Node& value) {
                 if (name == "name") group.name = text(value, name);
                 if (name == "interval") group.interval = duration(value, name);
                 if (name == "rules" && !value.IsNull())
                   each_item(value, "rules",
                             [&](const YAML::Node& one) { group.rules.push_back(read_rule(one)); });
               });
    if (node.IsMap() && group.name.empty()) wrong(node, "a group needs a name");
    return group;
  }

  Rule read_rule(const YAML::Node& node) {
    static const std::regex metric("[A-Za-z_:][A-Za-z0-9_:]*");
    Rule rule;
    rule.place = place(node.Mark());
    bool only_of_alerts = false;
    each_field(node, "a rule",
               {"alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"},
               [&](const std::string& name, const YAML::Node& value) {
                 only_of_alerts |=
                     name == "for" || name == "keep_firing_for" || name == "annotations";
                 if (name == "alert") rule.alert = text(value, name);
                 if (name == "record") rule.record = text(value, name);
                 if (name == "expr") read_expression(value, rule);
                 if (name == "for") rule.hold = duration(value, name);
                 if (name == "keep_firing_for") rule.keep_for = duration(value, name);
                 if (name == "labels") rule.labels = read_texts(value, "labels");
                 if (name == "annotations") rule.annotations = read_texts(value, "annotations");
               });
    if (!node.IsMap()) return rule;
    if (rule.alert.empty() == rule.record.empty())
      wrong(node, "a rule has either alert or record, its name");
    if (rule.alert.empty() && only_of_alerts)
      wrong(node, "for, keep_firing_for and annotations belong to alerts");
    if (!rule.record.empty() && !std::regex_match(rule.record, metric))
      wrong(node, in_quotes(rule.record) + " cannot be a metric's name");
    if (!node["expr"]) wrong(node, "a rule needs expr");
    return rule;
  }

  void read_expression(const YAML::Node& node, Rule& rule) {
    rule.expr = text(node, "expr");
    std::string what;
    std::size_t at = 0;
    rule.query = Query::parse(rule.expr, what, at);
    if (node.IsScalar() && !what.empty())
      wrong(node, fmt::format("expr, character {}: {}", at + 1, what));
  }

  std::vector<std::pair<std::string, std::string>> read_texts(const YAML::Node& node,
                                                              const char* what) {
    static const std::regex label("[A-Za-z_][A-Za-z0-9_]*");
    std::vector<std::pair<std::string, std::string>> all;
    each_field(node, what, {}, [&](const std::string& name, const YAML::Node& value) {
      if (!std::regex_match(name, label) || name == metric_name)
        wrong(value, in_quotes(name) + " cannot be the name of a label");
      all.emplace_back(name, text(value, in_quotes(name)));
      const std::string bad = template_mistake(all.back().second);
      if (!bad.empty()) wrong(value, fmt::format("{}: {}", in_quotes(name), bad));
    });
    return all;
  }

  const std::string& path_;
  Mistakes& mistakes_;
};

/// Shortest digits, as Go prints a float64: 1e+06.
std::string go_text(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (std::isnan(value)) return "NaN";
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                 std::chars_format::general);
  return {digits.data(), end.ptr};
}

/// Puts in the place of each `{{ ... }}` what `meaning` says of its inside.
std::string replace_braces(const std::string& text,
                           const std::function<std::string(const std::string&)>& meaning) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t open = 0; (open = text.find("{{", done)) != text.npos;) {
    const std::size_t close = text.find("}}", open);
    out += text.substr(done, open - done);
    if (close == text.npos) return out + meaning("");
    const std::string inside = text.substr(open + 2, close - open - 2);
    const std::size_t first = inside.find_first_not_of(" \t");
    const std::size_t last = inside.find_last_not_of(" \t");
    out += meaning(first == inside.npos ? "" : inside.substr(first, last - first + 1));
    done = close + 2;
  }
  return out + text.substr(done);
}

constexpr std::string_view label_prefix = "$labels.";

}  // namespace

std::string expand(const std::string& text, const Labels& labels, double value) {
  return replace_braces(text, [&](const std::string& inside) {
    if (inside == "$value") return go_text(value);
    return labels.get(std::string_view(inside).substr(label_prefix.size()));
  });
}

std::string template_mistake(const std::string& text) {
  std::string wrong;
  replace_braces(text, [&](const std::string& inside) {
    const bool is_label =
        inside.starts_with(label_prefix) && inside.size() > label_prefix.size() &&
        std::ranges::all_of(inside.substr(label_prefix.size()), [](unsigned char letter) {
          return std::isalnum(letter) || letter == '_';
        });
    if (!is_label && inside != "$value" && wrong.empty())
      wrong = in_quotes("{{ " + inside + " }}") +
              " is not understood; there are {{ $value }} and "
              "{{ $labels.NAME }}";
    return std::string();
  });
  return wrong;
}

Millis RulesFile::reach() const {
  Millis reach = 0;
  for (const RuleGroup& group : groups)
    for (const Rule& rule : group.rules) reach = std::max(reach, rule.query.reach());
  return reach;
}

bool RulesFile::watches(const Labels& labels) const {
  for (const RuleGroup& group : groups)
    for (const Rule& rule : group.rules)
      for (const Selector& one : rule.query.selectors())
        if (fit(one.matchers, labels)) return true;
  return false;
}

RulesFile parse_rules(const std::string& text, const std::string& path, Mistakes& mistakes) {
  Reader reader(path, mistakes);
  try {
    return reader.whole(YAML::Load(text));
  } catch (const YAML::Exception& mistake) {
    reader.wrong(mistake.mark, "not YAML: " + mistake.msg);
    return {path, {}};
  }
}

RulesFile read_rules(const std::string& path, Mistakes& mistakes) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.is_open() && !file.bad()) return parse_rules(text, path, mistakes);
  mistakes.add_at({path, 0, 0}, "cannot be read");
  return {path, {}};
}

}  // namespace spof::stack::monitoring
