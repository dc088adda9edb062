#include "scenario/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/letters.hpp"

namespace spof {
namespace {

/// Characters that are a token by themselves, or begin a text in quotes: never part of a bad word.
bool ends_word(char letter) {
  return std::string_view("{}[],:\"").find(letter) != std::string_view::npos;
}

/// Walks over the text token by token beside the library's parser, which tells what it has read but
/// not where. The parser has found each token valid before this one steps over it.
class TokenWalk {
 public:
  TokenWalk(std::string_view text, std::shared_ptr<const std::string> file)
      : text_(text), file_(std::move(file)) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") offset_ = 3;
  }

  /// Place of the next token; steps behind it.
  Spot next() {
    while (offset_ < text_.size() && is_between(text_[offset_])) step();
    Spot spot{file_, line_, column_};
    if (offset_ < text_.size()) step_over_token();
    return spot;
  }

  /// Where the last token that begins before `end` begins; the end of the text when there is none.
  /// The parser has read up to `end` and refused that token.
  std::size_t last_token_before(std::size_t end) const {
    TokenWalk ahead = *this;
    std::size_t begin = text_.size();
    while (true) {
      while (ahead.offset_ < text_.size() && is_blank(text_[ahead.offset_])) ahead.step();
      if (ahead.offset_ >= std::min(end, text_.size())) return begin;
      begin = ahead.offset_;
      ahead.step_over_token();
    }
  }

 private:
  static bool is_blank(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
  }
  static bool is_between(char letter) { return is_blank(letter) || letter == ',' || letter == ':'; }
  void step_over_token() {
    if (text_[offset_] == '"')
      step_over_string();
    else if (is_digit(text_[offset_]) || text_[offset_] == '-')
      step_over_number();
    else if (is_letter(text_[offset_]))
      step_while(is_letter);
    else
      step();
  }
  template <class Is>
  void step_while(Is is) {
    while (offset_ < text_.size() && is(text_[offset_])) step();
  }
  bool at(char a, char b) const {
    return offset_ < text_.size() && (text_[offset_] == a || text_[offset_] == b);
  }
  void step_over_number() {
    if (at('-', '-')) step();
    if (at('0', '0'))
      step();
    else
      step_while(is_digit);
    if (at('.', '.')) {
      step();
      step_while(is_digit);
    }
    if (!at('e', 'E')) return;
    step();
    if (at('+', '-')) step();
    step_while(is_digit);
  }
  void step() {
    const auto byte = static_cast<unsigned char>(text_[offset_++]);
    if (byte == '\n') {
      ++line_;
      column_ = 1;
    } else if ((byte & 0xC0U) != 0x80U) {
      ++column_;
    }
  }
  void step_over_string() {
    step();
    while (offset_ < text_.size() && text_[offset_] != '"') {
      if (text_[offset_] == '\\') step();
      if (offset_ < text_.size()) step();
    }
    if (offset_ < text_.size()) step();
  }

  std::string_view text_;
  std::shared_ptr<const std::string> file_;
  std::size_t offset_ = 0;
  int line_ = 1;
  int column_ = 1;
};

/// Receives the parser's events and builds the value and its places.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const std::string& name, Json& root, PlaceTree& places,
          Mistakes& mistakes)
      : text_(text),
        name_(name),
        walk_(text, std::make_shared<const std::string>(name)),
        root_(root),
        places_(places),
        mistakes_(mistakes) {}

  bool null() override { return add(Json(nullptr)); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(number_integer_t value) override { return add(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add(Json(value)); }
  bool number_float(number_float_t value, const string_t&) override { return add(Json(value)); }
  bool string(string_t& value) override { return add(Json(std::move(value))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    key_ = std::move(name);
    key_spot_ = walk_.next();
    const auto& siblings = frames_.back().places->children;
    const auto earlier = siblings.find(key_);
    repeated_ = earlier != siblings.end();
    if (repeated_)
      mistakes_.add_at({name_, key_spot_.line, key_spot_.column},
                       fmt::format("field {} is here for the second time; the first is in line {}",
                                   in_quotes(key_), earlier->second.key.line));
    return true;
  }

  bool parse_error(std::size_t read, const std::string& token,
                   const nlohmann::detail::exception& problem) override {
    const std::string_view says = problem.what();
    const bool inside = says.find("; last read: ") != std::string_view::npos;
    const bool ended = read > text_.size();
    const std::size_t offset = find_error(read, inside && !ended, says);
    if (says.find("number overflow") != std::string_view::npos)
      return refuse_at(offset, fmt::format("the number {} is too large", in_quotes(token)));
    if (ended && !inside) return refuse_end();
    return refuse_at(offset, explain_syntax(text_, offset, inside, says));
  }

 private:
  struct Frame {
    Json* value;
    PlaceTree* places;
    Spot spot;
  };

  /// In a text in quotes the wrong byte is the last one read; other words are wrong as a whole, and
  /// the last byte read may be the one behind them.
  std::size_t find_error(std::size_t read, bool inside, std::string_view says) const {
    const std::size_t token = walk_.last_token_before(read);
    if (!inside || token >= text_.size()) return token;
    if (says.find("invalid string") != std::string_view::npos) return read - 1;
    return token + 1 == read && ends_word(text_[token]) ? walk_.last_token_before(token) : token;
  }

  bool refuse_at(std::size_t offset, std::string what) {
    mistakes_.add_at(place_in_text(text_, offset, name_), std::move(what));
    return false;
  }

  bool refuse_end() {
    if (frames_.empty()) return refuse_at(text_.size(), "the file is empty");
    return refuse_at(
        text_.size(),
        fmt::format("the file ends here, but the \"{}\" of line {} is not closed",
                    frames_.back().value->is_array() ? '[' : '{', frames_.back().spot.line));
  }

  bool refuse(const Spot& spot, std::string what) {
    mistakes_.add_at({name_, spot.line, spot.column}, std::move(what));
    return false;
  }

  /// The value's slot in its parent. Containers are vectors: searching them for each new member
  /// would make large objects slow, so that the places tell whether a name is new.
  Json* slot_for(Json value) {
    if (frames_.empty()) return &(root_ = std::move(value));
    Json& parent = *frames_.back().value;
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    if (repeated_) return &(parent[key_] = std::move(value));
    auto& members = parent.get_ref<Json::object_t&>();
    members.push_back({key_, std::move(value)});
    return &members.back().second;
  }

  PlaceTree* places_for(const Json* parent, const Spot& spot) {
    if (!parent) return &places_;
    const bool in_list = parent->is_array();
    PlaceTree& places =
        frames_.back().places->children[in_list ? std::to_string(parent->size()) : key_];
    places.key = in_list ? spot : key_spot_;
    places.children.clear();
    return &places;
  }

  bool add(Json value) { return place(std::move(value), walk_.next()); }

  bool place(Json value, const Spot& spot) {
    if (++values_ > TextLimits::values)
      return refuse(spot, fmt::format("more than {} values", TextLimits::values));
    PlaceTree* places = places_for(frames_.empty() ? nullptr : frames_.back().value, spot);
    places->value = spot;
    if (frames_.empty()) places->key = spot;
    last_ = {slot_for(std::move(value)), places, spot};
    return true;
  }

  bool open(Json container) {
    const Spot spot = walk_.next();
    if (frames_.size() >= TextLimits::depth)
      return refuse(spot, fmt::format("nested more than {} deep", TextLimits::depth));
    if (!place(std::move(container), spot)) return false;
    frames_.push_back(last_);
    return true;
  }

  bool close() {
    walk_.next();
    frames_.pop_back();
    return true;
  }

  std::string_view text_;
  const std::string& name_;
  TokenWalk walk_;
  Json& root_;
  PlaceTree& places_;
  Mistakes& mistakes_;
  std::vector<Frame> frames_;
  Frame last_{};
  std::string key_;
  Spot key_spot_;
  bool repeated_ = false;
  std::size_t values_ = 0;
};

/// What makes a text unreadable before its first token, or "".
std::string refuse_text(std::string_view text) {
  if (text.size() > TextLimits::bytes)
    return fmt::format("the file is larger than {} MiB", TextLimits::bytes >> 20U);
  if (text.substr(0, 2) == "\xFF\xFE" || text.substr(0, 2) == "\xFE\xFF")
    return "the file is UTF-16; it must be UTF-8";
  return {};
}

}  // namespace

bool parse_json_text(std::string_view text, const std::string& name, Json& value, PlaceTree& places,
                     Mistakes& mistakes) {
  if (std::string refusal = refuse_text(text); !refusal.empty()) {
    mistakes.add_at({name, 0, 0}, std::move(refusal));
    return false;
  }
  // The library takes a zero byte for the end of the text and would ignore what follows.
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
    mistakes.add_at(place_in_text(text, zero, name), "a zero byte; the file must be text");
    return false;
  }
  const std::size_t before = mistakes.size();
  Builder builder(text, name, value, places, mistakes);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return mistakes.size() == before;
}

std::string as_utf8(const std::string& text) {
  return Json::parse(json_text(text)).get<std::string>();
}

}  // namespace spof
