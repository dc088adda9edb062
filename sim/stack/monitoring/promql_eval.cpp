#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "stack/monitoring/promql_node.hpp"

namespace spof::stack::monitoring {
namespace {

using Kind = Node::Kind;
using Vector = std::vector<Element>;

struct Value {
  double number = 0;     ///< of a scalar
  Vector elements = {};  ///< of a vector
};

/// Those labels by which elements are grouped or matched.
Labels chosen(const Labels& all, const Node& node) {
  Labels some;
  for (const auto& [name, value] : all) {
    const bool named = std::ranges::find(node.labels, name) != node.labels.end();
    if (node.keeps ? named : !named && name != metric_name) some.set(name, value);
  }
  return some;
}

void drop_names(Vector& elements) {
  for (Element& one : elements) one.labels.remove(metric_name);
}

class Evaluator {
 public:
  Evaluator(const SeriesStore& store, Millis now) : store_(store), now_(now) {}
  std::string wrong;

  Value of(const Node& node) {
    if (!wrong.empty()) return {};
    switch (node.kind) {
      case Kind::number:
        return {node.number};
      case Kind::selector:
        return {0, instant(node.selector)};
      case Kind::call:
        return call(node);
      case Kind::aggregate:
        return {0, aggregate(node)};
      case Kind::binary:
        return binary(node);
      case Kind::negate:
        break;
    }
    Value value = of(node.parts[0]);
    value.number = -value.number;
    for (Element& one : value.elements) one.value = -one.value;
    drop_names(value.elements);
    check_distinct(value.elements);
    return value;
  }

 private:
  std::vector<const Series*> select(const Selector& selector) const {
    std::vector<const Series*> found = store_.named(selector.name());
    std::erase_if(found, [&](const Series* one) { return !fit(selector.matchers, one->labels); });
    return found;
  }

  Vector instant(const Selector& selector) const {
    Vector found;
    for (const Series* one : select(selector))
      if (const Point* point = one->at(now_ - selector.offset))
        found.push_back({one->labels, point->value});
    return found;
  }

  /// Both ends of a range belong to it.
  Vector over_range(const Node& node, const Function& function) {
    const Selector& selector = node.parts[0].selector;
    Window window;
    window.now = now_;
    window.end = now_ - selector.offset;
    window.begin = window.end - selector.range;
    if (node.parts.size() > 1) window.argument = of(node.parts[1]).number;
    Vector found;
    for (const Series* one : select(selector)) {
      window.points.clear();
      const auto begin = std::ranges::lower_bound(one->points, window.begin, {}, &Point::date);
      const auto end = std::ranges::upper_bound(one->points, window.end, {}, &Point::date);
      std::copy_if(begin, end, std::back_inserter(window.points),
                   [](const Point& point) { return !is_stale(point.value); });
      if (window.points.size() >= function.least)
        found.push_back({one->labels, function.of_range(window)});
    }
    return found;
  }

  Value call(const Node& node) {
    const Function& function = *find_function(node.name);
    if (node.name == "time") return {to_seconds(now_)};
    Value value;
    if (function.of_range) {
      value.elements = over_range(node, function);
    } else {
      value = of(node.parts[0]);
      if (node.name == "absent") return {0, absent(node.parts[0], value.elements)};
      for (Element& one : value.elements) one.value = std::abs(one.value);
    }
    drop_names(value.elements);
    check_distinct(value.elements);
    return value;
  }

  /// Its labels are those that the selector says by equality, once.
  static Vector absent(const Node& node, const Vector& there) {
    if (!there.empty()) return {};
    Labels labels;
    std::set<std::string> seen;
    for (const Matcher& one : node.selector.matchers) {
      if (one.label == metric_name) continue;
      const bool says = one.match == Match::equal && seen.insert(one.label).second;
      labels.set(one.label, says ? one.value : "");
    }
    return {{labels, 1}};
  }

  Vector aggregate(const Node& node) {
    struct Group {
      double value = 0, mean = 0;
      double count = 0;
    };
    std::map<Labels, Group> groups;
    for (const Element& one : of(node.parts[0]).elements) {
      Group& group = groups[chosen(one.labels, node)];
      ++group.count;
      group.mean += one.value / group.count - group.mean / group.count;
      const bool replaces = group.count == 1 || std::isnan(group.value) ||
                            (node.name == "max" && one.value > group.value) ||
                            (node.name == "min" && one.value < group.value);
      if (node.name == "sum") {
        group.value += one.value;
      } else if (replaces) {
        group.value = one.value;
      }
    }
    Vector found;
    for (const auto& [labels, group] : groups)
      found.push_back({labels, node.name == "count" ? group.count
                               : node.name == "avg" ? group.mean
                                                    : group.value});
    return found;
  }

  Value binary(const Node& node) {
    const Operator& what = *find_operator(node.name);
    const Value left = of(node.parts[0]), right = of(node.parts[1]);
    const bool left_is_scalar = node.parts[0].type == ValueType::scalar;
    const bool right_is_scalar = node.parts[1].type == ValueType::scalar;
    if (left_is_scalar && right_is_scalar) return {what.apply(left.number, right.number)};
    Vector found;
    if (what.sort == Operator::Sort::set) {
      found = set_of(node, left.elements, right.elements);
    } else if (left_is_scalar || right_is_scalar) {
      for (const Element& one : left_is_scalar ? right.elements : left.elements)
        put(found, node, what, one.labels, left_is_scalar ? left.number : one.value,
            left_is_scalar ? one.value : right.number, one.value);
    } else {
      found = matched(node, what, left.elements, right.elements);
    }
    check_distinct(found);
    return {0, std::move(found)};
  }

  /// A comparison is a filter that lets `kept` through, or with `bool` a value.
  static bool put(Vector& found, const Node& node, const Operator& what, Labels labels, double left,
                  double right, double kept) {
    const double value = what.apply(left, right);
    const bool filters = what.sort == Operator::Sort::comparison && !node.returns_bool;
    if (filters && value == 0) return false;
    if (!filters) labels.remove(metric_name);
    found.push_back({std::move(labels), filters ? kept : value});
    return true;
  }

  Vector matched(const Node& node, const Operator& what, const Vector& left, const Vector& right) {
    std::map<Labels, double> others;
    for (const Element& one : right)
      if (!others.emplace(chosen(one.labels, node), one.value).second)
        fail("several series on the right side match", chosen(one.labels, node));
    Vector found;
    std::set<Labels> matched;
    for (const Element& one : left) {
      const Labels key = chosen(one.labels, node);
      const auto other = others.find(key);
      if (other == others.end()) continue;
      // What is filtered keeps its name, unless on() or ignoring() take it.
      Labels labels = node.keeps ? key : one.labels;
      for (const std::string& label : node.labels)
        if (!node.keeps) labels.remove(label);
      if (put(found, node, what, labels, one.value, other->second, one.value) &&
          !matched.insert(key).second)
        fail("several series on the left side match", key);
    }
    return found;
  }

  static Vector set_of(const Node& node, const Vector& left, const Vector& right) {
    std::set<Labels> keys;
    for (const Element& one : node.name == "or" ? left : right)
      keys.insert(chosen(one.labels, node));
    Vector found;
    if (node.name == "or") found = left;
    for (const Element& one : node.name == "or" ? right : left)
      if (keys.contains(chosen(one.labels, node)) == (node.name == "and")) found.push_back(one);
    return found;
  }

  void check_distinct(const Vector& elements) {
    std::set<Labels> seen;
    for (const Element& one : elements)
      if (!seen.insert(one.labels).second) fail("two results have the same labels:", one.labels);
  }

  void fail(const char* what, const Labels& labels) {
    if (wrong.empty()) wrong = what + (" " + to_text(labels));
  }

  const SeriesStore& store_;
  Millis now_;
};

template <class Use>
void each_selector(const Node& node, const Use& use) {
  if (node.kind == Kind::selector) use(node.selector);
  for (const Node& part : node.parts) each_selector(part, use);
}

}  // namespace

const std::string& Selector::name() const {
  static const std::string none;
  for (const Matcher& one : matchers)
    if (one.label == metric_name && one.match == Match::equal) return one.value;
  return none;
}

Answer Query::evaluate(const SeriesStore& store, Millis now) const {
  Evaluator evaluator(store, now);
  Value value = evaluator.of(*root_);
  if (!evaluator.wrong.empty()) return {{}, evaluator.wrong};
  if (root_->type == ValueType::scalar) return {{{{}, value.number}}};
  return {std::move(value.elements)};
}

std::vector<Selector> Query::selectors() const {
  std::vector<Selector> all;
  if (root_) each_selector(*root_, [&](const Selector& one) { all.push_back(one); });
  return all;
}

Millis Query::reach() const {
  Millis reach = 0;
  for (const Selector& one : selectors())
    reach = std::max(reach, one.offset + std::max(one.range, SeriesStore::look_back));
  return reach;
}

}  // namespace spof::stack::monitoring
