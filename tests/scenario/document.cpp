#include "scenario/document.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "base/example_options.hpp"
#include "catch.hpp"

using namespace spof;
namespace fs = std::filesystem;

namespace {

/// A folder of scenario files that goes away with the test; the test runs in it.
class Folder {
 public:
  Folder() : before_(fs::current_path()) {
    std::string name = (fs::temp_directory_path() / "spof-document-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    path_ = name;
    fs::current_path(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    fs::current_path(before_);
    fs::remove_all(path_);
  }
  void write(const std::string& name, const std::string& text) const {
    if (fs::path(name).has_parent_path()) fs::create_directories(fs::path(name).parent_path());
    std::ofstream(name, std::ios::binary) << text;
  }

 private:
  fs::path before_;
  fs::path path_;
};

std::string load_mistakes(const std::string& path) {
  Mistakes mistakes;
  const Document document = load_document(path, mistakes);
  return format_mistakes(document, mistakes);
}

Document loaded(const std::string& path) {
  Mistakes mistakes;
  Document document = load_document(path, mistakes);
  CHECK(format_mistakes(document, mistakes) == "");
  return document;
}

std::string place_text(const Place& place) {
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

}  // namespace

TEST_CASE("a mistake is printed with file, line, column and pointer of the name") {
  const Folder folder;
  folder.write("web1.json", R"({
  "title": "t",
  "faults": [
    { "kind": "loss" },
    { "kind": "loss",
      "share": 2, "duraton": "5s" }
  ],
  "seed": -1
}
)");
  Mistakes mistakes;
  const Document document = load_document("web1.json", mistakes);
  example::Scenario scenario;
  read_into(document, scenario, mistakes);
  CHECK(
      format_mistakes(document, mistakes) ==
      "web1.json:6:16: error: /faults/1/share: 2 is not a share; a share is from 0% to 100% (as a "
      "number 0 to 1)\n"
      "web1.json:6:19: error: /faults/1/duraton: unknown field \"duraton\"; did you mean "
      "\"duration\"?\n"
      "web1.json:8:11: error: /seed: must be at least 0\n");
}

TEST_CASE("the same mistake is printed once, and a hundred at most") {
  Document document;
  Mistakes mistakes;
  mistakes.add("/a", "wrong");
  mistakes.add("/a", "wrong");
  CHECK(format_mistakes(document, mistakes) == "error: /a: wrong\n");
  for (int i = 0; i < 150; ++i) mistakes.add("/b/" + std::to_string(i), "wrong");
  const std::string text = format_mistakes(document, mistakes);
  CHECK(std::count(text.begin(), text.end(), '\n') == 101);
  CHECK(text.find("\n... and 51 more\n") != std::string::npos);
}

TEST_CASE("extends merges over three files, and each value keeps its place") {
  const Folder folder;
  folder.write("base/base.json", R"({"$schema": "s", "title": "base", "seed": 1,
 "defaults": {"weight": 2, "check": {"inter": "1s", "fall": 4}},
 "expect": ["a", "b"], "weights": {"x": 1, "y": 2}})");
  folder.write("base/middle.json", R"({"extends": "base.json", "seed": 2,
 "defaults": {"check": {"inter": "3s"}}, "weights": {"x": null, "z": 3}})");
  folder.write("top.json", R"({"title": "top",
 "extends": "base/middle.json", "expect": ["c"]})");
  const Document document = loaded("top.json");
  CHECK(document.value == Json::parse(R"({"$schema": "s", "title": "top", "seed": 2,
    "defaults": {"weight": 2, "check": {"inter": "3s", "fall": 4}},
    "expect": ["c"], "weights": {"y": 2, "z": 3}})"));
  CHECK(place_text(document.place_of("/title")) == "top.json:1:11");
  CHECK(place_text(document.key_place_of("/title")) == "top.json:1:2");
  CHECK(place_text(document.place_of("/seed")) == "base/middle.json:1:34");
  CHECK(place_text(document.place_of("/defaults/weight")) == "base/base.json:2:25");
  CHECK(place_text(document.place_of("/defaults/check/inter")) == "base/middle.json:2:34");
  CHECK(place_text(document.place_of("/defaults/check/fall")) == "base/base.json:2:61");
  CHECK(place_text(document.place_of("/expect/0")) == "top.json:2:44");
  CHECK(place_text(document.place_of("/expect/1")) == "top.json:2:43");
  CHECK(place_text(document.place_of("/weights/x")) == "base/middle.json:2:53");
  CHECK(place_text(document.place_of("")) == "top.json:1:1");
  example::Scenario scenario;
  Mistakes mistakes;
  read_into(document, scenario, mistakes);
  CHECK(mistakes.empty());
  CHECK(scenario.defaults.check.fall == 4);
}

TEST_CASE("merging follows the examples of RFC 7396") {
  const std::vector<std::array<const char*, 3>> cases = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"a":"foo"})", R"({"a":{"b":{"c":null}}})", R"({"a":{"b":{}}})"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
  };
  for (const auto& [base, patch, expected] : cases) {
    Mistakes mistakes;
    Document document = parse_document(base, "base", mistakes);
    merge_document(document, parse_document(patch, "patch", mistakes));
    CHECK(document.value == Json::parse(expected));
    CHECK(mistakes.empty());
  }
}

TEST_CASE("extends that leads nowhere says who wanted it") {
  const Folder folder;
  folder.write("a.json", "{\n \"extends\": \"deep/b.json\"}");
  folder.write("deep/b.json", R"({"extends": "none.json"})");
  folder.write("c.json", R"({"extends": 5})");
  folder.write("d.json", R"({"extends": "deep"})");
  CHECK(load_mistakes("a.json") ==
        "deep/b.json:1:13: error: cannot read \"deep/none.json\", which this file extends: No such "
        "file or directory\n");
  CHECK(load_mistakes("c.json") ==
        "c.json:1:13: error: \"extends\": expected the path of a file such as \"baseline.json\", "
        "not 5\n");
  CHECK(load_mistakes("d.json") ==
        "d.json:1:13: error: cannot read \"deep\", which this file extends: it is a directory\n");
  CHECK(load_mistakes("none.json") ==
        "none.json: error: cannot read the file: No such file or directory\n");
}

TEST_CASE("extends in a circle is refused with the chain") {
  const Folder folder;
  folder.write("a.json", R"({"extends": "b.json"})");
  folder.write("b.json", R"({"extends": "./x/../c.json"})");
  folder.write("c.json", "{\"title\": 1,\n\"extends\": \"b.json\"}");
  folder.write("self.json", R"({"extends": "self.json"})");
  CHECK(load_mistakes("a.json") ==
        "c.json:2:12: error: \"extends\" goes in a circle: a.json -> b.json -> c.json -> b.json\n");
  CHECK(load_mistakes("self.json") ==
        "self.json:1:13: error: \"extends\" goes in a circle: self.json -> self.json\n");
}

TEST_CASE("a chain of extends without end is refused") {
  const Folder folder;
  for (int i = 0; i < 60; ++i)
    folder.write(std::to_string(i) + ".json",
                 R"({"extends": ")" + std::to_string(i + 1) + ".json\"}");
  CHECK(load_mistakes("0.json") == "49.json:1:13: error: more than 50 files extend each other\n");
}

TEST_CASE("mistakes in a base file are at their place there") {
  const Folder folder;
  folder.write("base.json", "{\n  \"seed\": -1, \"x\": 1}");
  folder.write("top.json", R"({"extends": "base.json", "title": 3})");
  Mistakes mistakes;
  const Document document = load_document("top.json", mistakes);
  example::Scenario scenario;
  read_into(document, scenario, mistakes);
  const std::string text = format_mistakes(document, mistakes);
  CHECK(text.find("base.json:2:11: error: /seed: must be at least 0\n") == 0);
  CHECK(text.find("base.json:2:15: error: /x: unknown field \"x\"") != std::string::npos);
  CHECK(text.find("top.json:1:35: error: /title: expected a text") != std::string::npos);
}

TEST_CASE("a root that is no object is refused") {
  const Folder folder;
  folder.write("list.json", " [1]");
  CHECK(load_mistakes("list.json") ==
        "list.json:1:2: error: expected an object { ... }, not a list\n");
}

TEST_CASE("the schema of a file allows what reading allows at the root") {
  const Json schema = document_schema<example::Scenario>("spof scenario");
  CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema["title"] == "spof scenario");
  CHECK(schema["properties"].contains("$schema"));
  CHECK(schema["properties"].contains("extends"));
  CHECK(schema["properties"].contains("rate"));
  CHECK(schema["additionalProperties"] == false);
}
