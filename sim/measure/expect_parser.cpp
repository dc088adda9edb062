#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "base/quantity_text.hpp"
#include "base/words.hpp"
#include "measure/expect.hpp"

namespace spof::measure {
namespace {

/// Where and what: thrown inside this file only.
struct Complaint {
  std::size_t at;
  std::string what;
};

bool is_space(char letter) { return letter == ' ' || letter == '\t'; }
bool is_word(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '.' ||
         letter == '-';
}

constexpr std::array<std::pair<std::string_view, Comparison>, 8> comparisons{
    {{"==", Comparison::equal},
     {"!=", Comparison::not_equal},
     {"<=", Comparison::at_most},
     {">=", Comparison::at_least},
     {"\u2264", Comparison::at_most},
     {"\u2265", Comparison::at_least},
     {"<", Comparison::less},
     {">", Comparison::greater}}};

/// Reads one expectation from left to right.
class Parser {
 public:
  Parser(const std::string& text, const Vocabulary& vocabulary)
      : text_(text), vocabulary_(vocabulary) {}

  Expectation parse() {
    made_.text = text_;
    question();
    condition();
    phase();
    end();
    return std::move(made_);
  }

  Query parse_question() {
    question();
    end();
    return std::move(made_.query);
  }

 private:
  void question() {
    metric();
    name();
    phase();
  }
  void end() {
    skip();
    if (at_ < text_.size()) fail(at_, fmt::format("unexpected {}", in_quotes(rest())));
  }
  [[noreturn]] static void fail(std::size_t at, std::string what) {
    throw Complaint{at, std::move(what)};
  }
  std::string_view rest() const { return std::string_view(text_).substr(at_); }
  void skip() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool take(std::string_view symbol) {
    skip();
    if (!rest().starts_with(symbol)) return false;
    at_ += symbol.size();
    return true;
  }
  /// The word that starts here, without taking it.
  std::string peek_word() {
    skip();
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }
  bool take_word(std::string_view wanted) {
    if (peek_word() != wanted) return false;
    at_ += wanted.size();
    return true;
  }

  void metric() {
    std::string word = peek_word();
    if (word.empty()) fail(at_, "a metric is expected here, such as \"availability\"");
    if (word == "never") fail(at_, "write it the other way round: \"detected == never\"");
    if (word == "share") word = "server_share";
    made_.query.metric = find_metric(word);
    if (!made_.query.metric)
      fail(at_, fmt::format("unknown metric {}; {}", in_quotes(word),
                            nearest(word, names_in(metrics()))));
    if (word.starts_with("failed.")) part(word.substr(7));
    at_ += peek_word().size();
  }

  void part(const std::string& wanted) {
    constexpr auto outcomes = names(Outcome{});
    constexpr auto causes = names(Cause{});
    std::vector<std::string> allowed(outcomes.begin() + 1, outcomes.end());
    allowed.insert(allowed.end(), causes.begin() + 1, causes.end());
    if (!has(allowed, wanted))
      fail(at_ + 7,
           fmt::format("unknown way to fail {}; {}", in_quotes(wanted), nearest(wanted, allowed)));
    made_.query.part = wanted;
  }

  void name() {
    const About about = made_.query.metric->about;
    if (!take("(")) {
      if (about == About::server)
        fail(at_, fmt::format("{0} needs a server: {0}(NAME)", made_.query.metric->name));
      return;
    }
    skip();
    const std::size_t start = at_;
    const std::size_t end = text_.find(')', at_);
    if (end == std::string::npos) fail(start, "\")\" is missing");
    std::string wanted = text_.substr(start, end - start);
    while (!wanted.empty() && is_space(wanted.back())) wanted.pop_back();
    at_ = end + 1;
    if (about == About::run)
      fail(start, fmt::format("{} is about the whole run, not about {}", made_.query.metric->name,
                              in_quotes(wanted)));
    if (about == About::server)
      made_.query.server = index_of(wanted, vocabulary_.servers, "server", start);
    else if (about == About::part)
      made_.query.part =
          vocabulary_
              .parts[static_cast<std::size_t>(index_of(wanted, vocabulary_.parts, "part", start))];
    else
      made_.query.request_class = index_of(wanted, vocabulary_.classes, "class", start);
  }

  static int index_of(const std::string& wanted, const std::vector<std::string>& allowed,
                      const char* what, std::size_t at) {
    const auto place = std::ranges::find(allowed, wanted);
    if (place == allowed.end())
      fail(at, fmt::format("unknown {} {}; {}", what, in_quotes(wanted), nearest(wanted, allowed)));
    return static_cast<int>(place - allowed.begin());
  }

  void phase() {
    const std::string word = peek_word();
    const auto phases = names(Phase{});
    const auto place = std::ranges::find(phases, word);
    if (place == phases.end()) return;
    const std::size_t start = at_;
    if (made_.query.phase) fail(start, "a second phase");
    if (!made_.query.metric->phases)
      fail(start,
           fmt::format("{} is about the whole run and has no phases", made_.query.metric->name));
    at_ += word.size();
    take_word("the");
    if (!take_word("fault")) fail(at_, fmt::format("write \"{} fault\"", word));
    made_.query.phase = static_cast<Phase>(place - phases.begin());
  }

  void condition() {
    if (take_word("between")) return between();
    skip();
    for (const auto& [symbol, comparison] : comparisons)
      if (take(symbol)) {
        made_.comparison = comparison;
        made_.low = limit();
        return tolerance();
      }
    for (const auto& [wrong, right] : {std::pair{"=>", ">="}, {"=<", "<="}, {"=", "=="}})
      if (rest().starts_with(wrong)) fail(at_, fmt::format("write \"{}\"", right));
    fail(at_, "a comparison is expected here: ==, !=, <, <=, >, >= or between ... and ...");
  }

  void between() {
    made_.comparison = Comparison::between;
    made_.low = limit();
    if (!take_word("and")) fail(at_, "\"and\" is expected here");
    skip();
    const std::size_t start = at_;
    made_.high = limit();
    if (made_.high < made_.low) fail(start, "the second limit is lower than the first");
  }

  void tolerance() {
    skip();
    const std::size_t start = at_;
    if (!take("+-") && !take("\u00b1")) return;
    if (made_.comparison != Comparison::equal) fail(start, "a tolerance goes with \"==\" only");
    if (std::isinf(made_.low)) fail(start, "\"never\" has no tolerance");
    skip();
    const std::size_t number = at_;
    double width = 0;
    if (made_.query.metric->unit != Unit::share && number_text_here().ends_with('%')) {
      width = quantity(number_text_here(), dimension<Share>()) * made_.low;
      at_ = number + number_length_;
    } else {
      width = limit();
    }
    made_.comparison = Comparison::between;
    made_.high = made_.low + width;
    made_.low = std::max(0.0, made_.low - width);
  }

  /// The number here and its unit, which a blank may separate; remembers how long it was.
  std::string number_text_here() {
    skip();
    std::size_t end = at_;
    while (end < text_.size() && (is_word(text_[end]) || text_[end] == '%')) ++end;
    std::string found = text_.substr(at_, end - at_);
    if (rest().substr(end - at_).starts_with(" %")) {
      end += 2;
      found += '%';
    }
    number_length_ = end - at_;
    return found;
  }

  double quantity(const std::string& text, const Dimension& dimension) const {
    double value = 0;
    const std::string wrong = parse_quantity(text, dimension, value);
    if (!wrong.empty()) fail(at_, wrong);
    return value;
  }

  /// A number in the metric's unit.
  double limit() {
    const std::string text = number_text_here();
    if (text.empty()) fail(at_, "a limit is expected here");
    const Unit unit = made_.query.metric->unit;
    double value = 0;
    if (text == "never") {
      if (unit != Unit::seconds)
        fail(at_,
             fmt::format("{} is not a time and cannot be \"never\"", made_.query.metric->name));
      value = std::numeric_limits<double>::infinity();
    } else if (unit == Unit::seconds) {
      value = quantity(text, dimension<Seconds>());
    } else if (unit == Unit::share) {
      value = quantity(text, dimension<Share>());
    } else if (!parse_number(text, value)) {
      fail(at_, fmt::format("{} is a count: a plain number is expected, not {}",
                            made_.query.metric->name, in_quotes(text)));
    }
    at_ += number_length_;
    return value;
  }

  const std::string& text_;
  const Vocabulary& vocabulary_;
  std::size_t at_ = 0;
  std::size_t number_length_ = 0;
  Expectation made_;
};

template <class T>
Parsed<T> parsed(const std::string& text, const Vocabulary& vocabulary, T (Parser::*parse)()) {
  Parser parser(text, vocabulary);
  try {
    return {(parser.*parse)(), 0, ""};
  } catch (const Complaint& complaint) {
    return {std::nullopt, complaint.at + 1, complaint.what};
  }
}

}  // namespace

Parsed<Expectation> parse_expectation(const std::string& text, const Vocabulary& vocabulary) {
  return parsed(text, vocabulary, &Parser::parse);
}

Parsed<Query> parse_query(const std::string& text, const Vocabulary& vocabulary) {
  return parsed(text, vocabulary, &Parser::parse_question);
}

}  // namespace spof::measure
