#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

#include "base/mistakes.hpp"
#include "stack/monitoring/promql_node.hpp"

namespace spof::stack::monitoring {
namespace {

using Kind = Node::Kind;

bool begins_word(char letter) {
  return std::isalpha(static_cast<unsigned char>(letter)) || letter == '_' || letter == ':';
}
bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool continues_word(char letter) { return begins_word(letter) || is_digit(letter); }

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& letter : out)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return out;
}

/// Names of what there is, for a message.
std::vector<std::string> known_functions() {
  std::vector<std::string> all(aggregations.begin(), aggregations.end());
  for (const Function& one : functions()) all.emplace_back(one.name);
  return all;
}

/// Reads an expression from left to right. The first mistake ends it: what follows sees the end of
/// the text.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}
  std::string wrong;
  std::size_t at = 0;

  Node whole() {
    Node made = expression(1);
    if (!is_end() && rest().starts_with("=")) fail(here(), "compares with \"==\"");
    if (!is_end()) fail(here(), "cannot follow: " + in_quotes(rest().substr(0, 20)));
    if (made.type == ValueType::range)
      fail(0, "a range is no result; give it to a function, such as rate");
    return made;
  }

 private:
  static constexpr int deepest = 100;

  void fail(std::size_t place, std::string what) {
    if (!wrong.empty()) return;
    wrong = std::move(what);
    at = place;
    position_ = text_.size();
  }

  std::string_view rest() const { return text_.substr(position_); }
  std::size_t here() {
    while (position_ < text_.size()) {
      if (text_[position_] == '#') {
        position_ = std::min(text_.find('\n', position_), text_.size());
      } else if (std::isspace(static_cast<unsigned char>(text_[position_]))) {
        ++position_;
      } else {
        break;
      }
    }
    return position_;
  }
  /// Does nothing at the end, where a mistake leads.
  void skip(std::size_t count) { position_ = std::min(position_ + count, text_.size()); }
  bool is_end() { return here() == text_.size(); }
  char next() { return is_end() ? '\0' : text_[position_]; }
  bool eat(std::string_view what) {
    here();
    if (!rest().starts_with(what)) return false;
    position_ += what.size();
    return true;
  }
  void expect(std::string_view what) {
    if (!eat(what)) fail(here(), fmt::format("expected {}", what));
  }
  /// The word that comes next; it stays there.
  std::string_view word() {
    if (!begins_word(next())) return {};
    const auto end = std::find_if_not(rest().begin(), rest().end(), continues_word);
    return rest().substr(0, static_cast<std::size_t>(end - rest().begin()));
  }
  bool eat_word(std::string_view what) {
    if (lower(word()) != what) return false;
    position_ += what.size();
    return true;
  }

  Node expression(int least_precedence) {
    if (++depth_ > deepest) fail(position_, "too many parentheses within each other");
    Node left = unary();
    while (true) {
      const std::size_t place = here();
      const Operator* found = operator_at(rest());
      if (!found || found->precedence < least_precedence) break;
      position_ += found->name.size();
      Node made{.kind = Kind::binary, .name = std::string(found->name)};
      read_modifiers(made);
      Node right = expression(found->precedence + 1);
      made.parts.push_back(std::move(left));
      made.parts.push_back(std::move(right));
      type_binary(made, *found, place);
      left = std::move(made);
    }
    --depth_;
    return left;
  }

  void read_modifiers(Node& made) {
    made.returns_bool = eat_word("bool");
    for (const bool keeps : {true, false}) {
      if (!eat_word(keeps ? "on" : "ignoring")) continue;
      made.keeps = keeps;
      made.labels = label_list();
    }
    for (const std::string_view word : {"group_left", "group_right"})
      if (lower(this->word()) == word)
        fail(here(), fmt::format("{} is not modelled: one series to one", word));
  }

  void type_binary(Node& made, const Operator& what, std::size_t place) {
    using enum ValueType;
    const ValueType left = made.parts[0].type, right = made.parts[1].type;
    const bool scalars = left == scalar && right == scalar;
    if (left == range || right == range) fail(place, "an operator takes no range");
    if (what.sort == Operator::Sort::set && (left == scalar || right == scalar))
      fail(place, fmt::format("{} takes vectors, no number", what.name));
    if (what.sort != Operator::Sort::comparison && made.returns_bool)
      fail(place, "bool belongs to comparisons");
    if (what.sort == Operator::Sort::comparison && scalars && !made.returns_bool)
      fail(place, "two numbers are compared with bool, as in 1 > bool 2");
    if ((left == scalar || right == scalar) && (made.keeps || !made.labels.empty()))
      fail(place, "on and ignoring are for two vectors");
    made.type = scalars ? scalar : vector;
  }

  std::vector<std::string> label_list() {
    std::vector<std::string> labels;
    expect("(");
    while (wrong.empty() && next() != ')') {
      const std::string_view label = word();
      if (label.empty() || label.find(':') != label.npos) fail(here(), "expected a label");
      labels.emplace_back(label);
      skip(label.size());
      if (!eat(",")) break;
    }
    expect(")");
    return labels;
  }

  Node unary() {
    const std::size_t place = here();
    const bool negative = eat("-");
    if (!negative && !eat("+")) return primary();
    if (++depth_ > deepest) fail(position_, "too many signs");
    Node inner = unary();
    --depth_;
    if (inner.type == ValueType::range) fail(place, "a range has no sign");
    if (!negative) return inner;
    Node made{.kind = Kind::negate, .type = inner.type};
    made.parts.push_back(std::move(inner));
    return made;
  }

  Node primary() {
    const char first = next();
    if (eat("(")) {
      Node inner = expression(1);
      expect(")");
      if (next() == '[') fail(here(), "subqueries are not modelled");
      return inner;
    }
    if (is_digit(first) || first == '.') return number();
    if (first == '{') return selector("");
    if (first == '"' || first == '\'' || first == '`')
      fail(here(), "no function that is modelled takes text");
    const std::string_view name = word();
    if (name.empty()) {
      fail(here(), is_end() ? "expected an expression"
                            : "expected an expression, not " + in_quotes(rest().substr(0, 20)));
      return {};
    }
    return named(name);
  }

  Node named(std::string_view name) {
    const std::size_t place = here();
    position_ += name.size();
    const std::string word_after = lower(word());
    const bool calls = next() == '(' || word_after == "by" || word_after == "without";
    const std::string lowered = lower(name);
    if (calls && std::ranges::find(aggregations, lowered) != aggregations.end())
      return aggregate(lowered);
    if (next() == '(') return call(name, place);
    if (lowered == "inf" || lowered == "nan") {
      using Limits = std::numeric_limits<double>;
      return {.number = lowered == "inf" ? Limits::infinity() : Limits::quiet_NaN()};
    }
    return selector(name);
  }

  Node number() {
    const std::size_t place = here();
    double value = 0;
    const char* const begin = rest().data();
    const char* const limit = begin + rest().size();
    const bool is_hex = rest().starts_with("0x") || rest().starts_with("0X");
    const auto [end, error] = is_hex
                                  ? std::from_chars(begin + 2, limit, value, std::chars_format::hex)
                                  : std::from_chars(begin, limit, value);
    if (error != std::errc{} || (end != limit && continues_word(*end))) {
      fail(place, "not a number: " + in_quotes(rest().substr(0, 20)));
    } else {
      position_ += static_cast<std::size_t>(end - begin);
    }
    return {.number = value};
  }

  Node aggregate(const std::string& name) {
    Node made{.kind = Kind::aggregate, .type = ValueType::vector, .name = name, .keeps = true};
    const auto grouping = [&] {
      for (const bool keeps : {true, false}) {
        if (!eat_word(keeps ? "by" : "without")) continue;
        made.keeps = keeps;
        made.labels = label_list();
        return true;
      }
      return false;
    };
    const bool before = grouping();
    expect("(");
    const std::size_t place = here();
    made.parts.push_back(expression(1));
    expect(")");
    if (!before) grouping();
    if (made.parts[0].type != ValueType::vector) fail(place, name + " takes a vector");
    return made;
  }

  Node call(std::string_view name, std::size_t place) {
    const Function* function = find_function(name);
    Node made{.kind = Kind::call, .name = std::string(name)};
    if (!function) {
      fail(place, fmt::format("the function {} is not modelled; {}", in_quotes(name),
                              nearest(name, known_functions())));
      return made;
    }
    made.type = function->type;
    expect("(");
    for (const ValueType type : function->arguments) {
      if (!made.parts.empty()) expect(",");
      const std::size_t argument = here();
      made.parts.push_back(expression(1));
      if (made.parts.back().type != type)
        fail(argument, fmt::format("{} takes {} here, not {}", name,
                                   names(type)[static_cast<std::size_t>(type)],
                                   names(type)[static_cast<std::size_t>(made.parts.back().type)]));
    }
    expect(")");
    return made;
  }

  Node selector(std::string_view name) {
    const std::size_t place = here();
    Node made{.kind = Kind::selector, .type = ValueType::vector};
    auto& matchers = made.selector.matchers;
    if (!name.empty()) matchers.push_back({metric_name, Match::equal, std::string(name), {}});
    if (eat("{")) {
      while (wrong.empty() && next() != '}') {
        matchers.push_back(matcher());
        if (!eat(",")) break;
      }
      expect("}");
    }
    // Prometheus refuses it, too: it would read everything.
    if (std::ranges::all_of(matchers, [](const Matcher& one) { return one.fits({}); }))
      fail(place, "a selector needs a condition that is not true of an empty value");
    if (eat("[")) {
      made.type = ValueType::range;
      made.selector.range = duration();
      if (next() == ':') fail(here(), "subqueries are not modelled");
      expect("]");
    }
    if (eat_word("offset")) made.selector.offset = eat("-") ? -duration() : duration();
    if (next() == '@') fail(here(), "@ is not modelled");
    return made;
  }

  Millis duration() {
    const std::size_t place = here();
    const std::string_view text = rest();
    const auto end =
        std::ranges::find_if_not(text, [](unsigned char c) { return std::isalnum(c); });
    const auto length = static_cast<std::size_t>(end - text.begin());
    const Millis read = parse_duration(text.substr(0, length));
    if (read <= 0) {
      fail(place, "expected a duration, such as 5m or 1h30m");
      return 0;
    }
    position_ += length;
    return read;
  }

  Matcher matcher() {
    const std::size_t place = here();
    const std::string_view label = word();
    if (label.empty()) fail(place, "expected a label");
    Matcher made{std::string(label), Match::equal, "", {}};
    skip(label.size());
    bool found = false;
    for (const Match match : {Match::regex, Match::not_regex, Match::unequal, Match::equal}) {
      if (found || !eat(names(match)[static_cast<std::size_t>(match)])) continue;
      found = true;
      made.match = match;
    }
    if (!found) fail(here(), "expected one of =, !=, =~, !~");
    made.value = text();
    const std::string bad = wrong.empty() ? made.prepare() : "";
    if (!bad.empty()) fail(place, bad);
    return made;
  }

  /// In quotes of one of three kinds; within `` nothing is escaped.
  std::string text() {
    const std::size_t place = here();
    const char quote = next();
    std::string out;
    if (quote != '"' && quote != '\'' && quote != '`') {
      fail(place, "expected a value in quotes");
      return out;
    }
    for (++position_; position_ < text_.size() && text_[position_] != quote; ++position_) {
      if (text_[position_] != '\\' || quote == '`') {
        out += text_[position_];
        continue;
      }
      static constexpr std::string_view escapes = "\\\"'nt", meant = "\\\"'\n\t";
      const char letter = ++position_ < text_.size() ? text_[position_] : '\0';
      const std::size_t index = escapes.find(letter);
      if (index == escapes.npos) {
        fail(position_, "of escapes there are \\\\, \\\", \\', \\n and \\t");
        return out;
      }
      out += meant[index];
    }
    if (position_ == text_.size()) {
      fail(place, "the quote is not closed");
    } else {
      ++position_;
    }
    return out;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  int depth_ = 0;
};

}  // namespace

Query Query::parse(std::string_view text, std::string& wrong, std::size_t& at) {
  Parser parser(text);
  Query made;
  made.root_ = std::make_shared<const Node>(parser.whole());
  wrong = parser.wrong;
  at = parser.at;
  return made;
}

}  // namespace spof::stack::monitoring
