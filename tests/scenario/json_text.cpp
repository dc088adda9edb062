#include "scenario/json_text.hpp"

#include <initializer_list>
#include <utility>

#include "base/random.hpp"
#include "catch.hpp"
#include "scenario/document.hpp"

using namespace spof;

namespace {

std::string mistakes_of(const std::string& text) {
  Mistakes mistakes;
  const Document document = parse_document(text, "f", mistakes);
  return format_mistakes(document, mistakes);
}

std::string place(const Document& document, const char* pointer) {
  const Place key = document.key_place_of(pointer);
  const Place value = document.place_of(pointer);
  return std::to_string(key.line) + ":" + std::to_string(key.column) + " " +
         std::to_string(value.line) + ":" + std::to_string(value.column);
}

}  // namespace

TEST_CASE("names and values know where they are written") {
  Mistakes mistakes;
  const std::string text =
      "{ \"a\" : 1,\r\n\t\"b\":[ true,-2.5e3 ,\"x\\\"y\\\\\", null,{}, [] ],\n"
      "\"\xC3\xA4\xE2\x82\xAC\":\"\xF0\x9F\x98\x80\", \"c/d~\":{\"e\":{ \"f\" : false}}}";
  const Document document = parse_document(text, "f", mistakes);
  REQUIRE(mistakes.empty());
  CHECK(place(document, "") == "1:1 1:1");
  CHECK(place(document, "/a") == "1:3 1:9");
  CHECK(place(document, "/b") == "2:2 2:6");
  CHECK(place(document, "/b/0") == "2:8 2:8");
  CHECK(place(document, "/b/1") == "2:13 2:13");
  CHECK(place(document, "/b/2") == "2:21 2:21");
  CHECK(place(document, "/b/3") == "2:31 2:31");
  CHECK(place(document, "/b/4") == "2:36 2:36");
  CHECK(place(document, "/b/5") == "2:40 2:40");
  CHECK(place(document, "/\xC3\xA4\xE2\x82\xAC") == "3:1 3:6");
  CHECK(place(document, "/c~1d~0") == "3:11 3:18");
  CHECK(place(document, "/c~1d~0/e/f") == "3:25 3:31");
  CHECK(place(document, "/c~1d~0/e/none/deeper") == "3:19 3:23");
  CHECK(document.value == Json::parse(text));
}

TEST_CASE("a byte order mark does not count") {
  Mistakes mistakes;
  const Document document = parse_document("\xEF\xBB\xBF{\"a\":1}", "f", mistakes);
  CHECK(mistakes.empty());
  CHECK(place(document, "/a") == "1:2 1:6");
  CHECK(mistakes_of("\xEF\xBB\xBF{,}") == "f:1:2: error: a name is missing before this \",\"\n");
}

TEST_CASE("a field given twice is refused at the second") {
  CHECK(mistakes_of("{\"a\": 1,\n \"b\": {\"c\": 1, \"c\": {\"d\": 2}}, \"a\": [1, 2]}") ==
        "f:2:16: error: field \"c\" is here for the second time; the first is in line 2\n"
        "f:2:32: error: field \"a\" is here for the second time; the first is in line 1\n");
  CHECK(mistakes_of(R"({"a": 1, "\u0061": 1})") ==
        "f:1:10: error: field \"a\" is here for the second time; the first is in line 1\n");
  CHECK(mistakes_of(R"({"a": {"x": 1}, "b": {"x": 1}, "c": [{"x": 1}, {"x": 1}]})") == "");
}

TEST_CASE("syntax errors say what to do about them") {
  const std::initializer_list<std::pair<std::string, std::string>> cases = {
      {"", "f:1:1: error: the file is empty"},
      {" \n ", "f:2:2: error: the file is empty"},
      {"{\"a\": [1,\n 2}", "f:2:3: error: this \"}\" does not fit the bracket before it"},
      {"{\"a\": {\n\"b\": 1",
       "f:2:7: error: the file ends here, but the \"{\" of line 1 is not closed"},
      {"{\"a\": [\n\n", "f:3:1: error: the file ends here, but the \"[\" of line 1 is not closed"},
      {"{\"a\": 1,}", "f:1:9: error: the \",\" before this \"}\" is one too many"},
      {"{\"a\": [1, ]}", "f:1:11: error: the \",\" before this \"]\" is one too many"},
      {"{\"a\": 1 \"b\": 2}", "f:1:9: error: a \",\" is missing before this"},
      {"{\"a\": [1 2]}", "f:1:10: error: a \",\" is missing before this"},
      {"{\"a\" 1}", "f:1:6: error: a \":\" is missing before this"},
      {"{\"a\":, \"b\": 1}", "f:1:6: error: a value is missing before this \",\""},
      {"{\"a\":}", "f:1:6: error: a value is missing before this \"}\""},
      {"{a: 1}", "f:1:2: error: the name \"a\" needs double quotes"},
      {"{'a': 1}", "f:1:2: error: names and texts are written in double quotes"},
      {"{\"a\": 'b'}", "f:1:7: error: names and texts are written in double quotes"},
      {"{\"a\": True}",
       "f:1:7: error: unknown word \"True\"; allowed: true, false, null, numbers, texts in double "
       "quotes"},
      {"{\"a\": NaN}",
       "f:1:7: error: unknown word \"NaN\"; allowed: true, false, null, numbers, texts in double "
       "quotes"},
      {"{\"a\": nul}",
       "f:1:7: error: unknown word \"nul\"; allowed: true, false, null, numbers, texts in double "
       "quotes"},
      {"{\"a\": 5s}", "f:1:8: error: \"5s\" is no number; does it need double quotes?"},
      {"{\"a\": 1.5.2/s}", "f:1:10: error: \"1.5.2/s\" is no number; does it need double quotes?"},
      {"{\"a\": 100/s}", "f:1:10: error: \"100/s\" is no number; does it need double quotes?"},
      {"{\"a\": -}", "f:1:7: error: invalid number; expected digit after '-'"},
      {"{\"a\": nul\"b\"}",
       "f:1:7: error: unknown word \"nul\"; allowed: true, false, null, numbers, texts in double "
       "quotes"},
      {"{\"a\": 01}", "f:1:8: error: a number does not begin with 0"},
      {"{\"a\": .5}", "f:1:7: error: a number begins with a digit or with \"-\""},
      {"{\"a\": +5}", "f:1:7: error: a number begins with a digit or with \"-\""},
      {"{\"a\": 1e999}", "f:1:7: error: the number \"1e999\" is too large"},
      {"{\"a\": 1, // why\n \"b\": 2}", "f:1:10: error: JSON has no comments"},
      {"{\"a\": \"b}\n", "f:1:10: error: the text of this line has no closing quote"},
      {"{\"a\": \"b", "f:1:7: error: this text has no closing quote"},
      {"{\"a\": \"\\x\"}", "f:1:9: error: invalid string: forbidden character after backslash"},
      {"{\"a\": \"\xFF\"}", "f:1:8: error: this byte is not UTF-8"},
      {"{} x", "f:1:4: error: the document has ended; nothing may follow it"},
      {"{}}", "f:1:3: error: the document has ended; nothing may follow it"},
      {std::string("{}\0{}", 5), "f:1:3: error: a zero byte; the file must be text"},
      {"\xFF\xFE{\0", "f: error: the file is UTF-16; it must be UTF-8"},
  };
  for (const auto& [text, expected] : cases) CHECK(mistakes_of(text) == expected + "\n");
}

TEST_CASE("texts that are too large, too deep or too many are refused") {
  CHECK(mistakes_of(std::string((16U << 20U) + 1, ' ')) ==
        "f: error: the file is larger than 16 MiB\n");
  CHECK(mistakes_of(std::string(1'000'000, '[')) == "f:1:101: error: nested more than 100 deep\n");
  std::string many = "{\"a\": [0";
  for (int i = 0; i < 200'000; ++i) many += ",0";
  CHECK(mistakes_of(many + "]}") == "f:1:400004: error: more than 200000 values\n");
}

TEST_CASE("a large object is read in reasonable time") {
  std::string text = "{\"a0\": 0";
  for (int i = 1; i < 100'000; ++i) text += ",\"a" + std::to_string(i) + "\": 0";
  Mistakes mistakes;
  const Document document = parse_document(text + "}", "f", mistakes);
  CHECK(mistakes.empty());
  CHECK(document.value.size() == 100'000);
}

namespace {

/// A random value, as text with random blanks.
std::string some_json(Random& random, int depth) {
  const std::string blank = random.chance(0.3) ? " " : random.chance(0.2) ? "\n" : "";
  const std::uint64_t choice = random.below(depth > 3 ? 4 : 6);
  if (choice == 0) return blank + "null" + blank;
  if (choice == 1) return blank + std::to_string(random.below(1000)) + blank;
  if (choice == 2) return blank + "\"\xC3\xA4\\n\\\"\"" + blank;
  if (choice == 3) return blank + "-1.5e-3" + blank;
  std::string out = choice == 4 ? "[" : "{";
  const std::uint64_t size = random.below(4);
  for (std::uint64_t i = 0; i < size; ++i) {
    if (i > 0) out += ",";
    if (choice == 5) out += "\"n" + std::to_string(i) + "\"" + blank + ":";
    out += some_json(random, depth + 1);
  }
  return blank + out + blank + (choice == 4 ? "]" : "}");
}

/// Every place points to the first byte of the value it is about.
void check_places(const Json& value, const PlaceTree& places,
                  const std::vector<std::string>& lines) {
  const std::string& line = lines.at(static_cast<std::size_t>(places.value.line - 1));
  std::size_t byte = 0;
  for (int column = 1; column < places.value.column; ++byte)
    if ((static_cast<unsigned char>(line.at(byte + 1)) & 0xC0U) != 0x80U) ++column;
  const std::string start = value.dump().substr(0, 1);
  REQUIRE(line.substr(byte, 1) == start);
  for (const auto& [name, child] : places.children)
    check_places(value.is_array() ? value.at(std::stoul(name)) : value.at(name), child, lines);
}

}  // namespace

TEST_CASE("random documents parse as the library parses them, every place right") {
  Random random(4, "documents");
  for (int i = 0; i < 500; ++i) {
    const std::string text = "{\"a\":" + some_json(random, 0) + "}";
    Mistakes mistakes;
    const Document document = parse_document(text, "f", mistakes);
    INFO(text);
    REQUIRE(mistakes.empty());
    REQUIRE(document.value == Json::parse(text));
    std::vector<std::string> lines(1);
    for (const char letter : text + " ") {
      lines.back() += letter;
      if (letter == '\n') lines.emplace_back();
    }
    check_places(document.value, document.places, lines);
  }
}

TEST_CASE("documents cut off or changed anywhere never crash") {
  Random random(6, "cuts");
  const std::string text = R"({"a": [1, -2.5e3, "x\u00e4\"", {"b": null}], "c": {"d": true}})";
  for (std::size_t end = 0; end < text.size(); ++end)
    CHECK(!mistakes_of(text.substr(0, end)).empty());
  for (int i = 0; i < 20000; ++i) {
    std::string changed = text;
    for (int n = 0; n < 3; ++n)
      changed[static_cast<std::size_t>(random.below(text.size()))] =
          static_cast<char>(random.below(256));
    mistakes_of(changed);
  }
}
