#include <fmt/format.h>

#include "base/example_options.hpp"
#include "catch.hpp"
#include "scenario/document.hpp"

using namespace spof;

namespace {

Document document_of(const char* text) {
  Mistakes mistakes;
  Document document = parse_document(text, "file.json", mistakes);
  REQUIRE(mistakes.empty());
  return document;
}

/// The document after the assignment, or the message.
std::string after_set(const char* text, const std::string& assignment) {
  Document document = document_of(text);
  const Json before = document.value;
  Mistakes mistakes;
  set_value(document, assignment, mistakes);
  if (mistakes.empty()) return document.value.dump();
  CHECK(document.value == before);
  return format_mistakes(document, mistakes);
}

}  // namespace

TEST_CASE("--set replaces a value, of any JSON type, or text") {
  CHECK(after_set(R"({"a":1})", "/a=2") == R"({"a":2})");
  CHECK(after_set(R"({"a":1})", "/a=200/s") == R"({"a":"200/s"})");
  CHECK(after_set(R"({"a":1})", "/a=") == R"({"a":""})");
  CHECK(after_set(R"({"a":1})", "/a=x=y") == R"({"a":"x=y"})");
  CHECK(after_set(R"({"a":1})", R"(/a="2")") == R"({"a":"2"})");
  CHECK(after_set(R"({"a":1})", R"(/a={"b":[true,null]})") == R"({"a":{"b":[true,null]}})");
  CHECK(after_set(R"({"a":1})", R"(/a={"b":1,"b":2})") == R"({"a":"{\"b\":1,\"b\":2}"})");
}

TEST_CASE("--set takes UTF-8 only") {
  CHECK(after_set(R"({"a":1})", "/a=\u00fc") == "{\"a\":\"\u00fc\"}");
  for (const char* assignment : {"/a=\xff", "/a=\"\xc3\"", "/\xff=1"})
    CHECK(after_set(R"({"a":1})", assignment) ==
          fmt::format("--set {}: error: is not UTF-8, as a scenario must be\n", assignment));
}

TEST_CASE("--set creates the objects on the way") {
  CHECK(after_set("{}", "/a/b/c=1") == R"({"a":{"b":{"c":1}}})");
  CHECK(after_set(R"({"a":null})", "/a/b=1") == R"({"a":{"b":1}})");
  CHECK(after_set("{}", "/a~1b/c~0d=1") == R"({"a/b":{"c~d":1}})");
}

TEST_CASE("--set reaches into lists and appends to them") {
  CHECK(after_set(R"({"a":[1,2]})", "/a/1=3") == R"({"a":[1,3]})");
  CHECK(after_set(R"({"a":[1,2]})", "/a/2=3") == R"({"a":[1,2,3]})");
  CHECK(after_set(R"({"a":[{"b":1}]})", "/a/0/b=3") == R"({"a":[{"b":3}]})");
  CHECK(after_set(R"({"a":[1]})", "/a/-=2") == R"({"a":[1,2]})");
  CHECK(
      after_set(R"({"a":[1,2]})", "/a/4=3") ==
      "--set /a/4=3: error: /a/4: the list has no element \"4\"; allowed: 0 to 2, where 2 appends "
      "one\n");
  CHECK(after_set(R"({"a":[1]})", "/a/00=3").find("has no element") != std::string::npos);
}

TEST_CASE("--set that leads nowhere is a mistake and changes nothing") {
  CHECK(after_set(R"({"a":1})", "/a/b=2") ==
        "--set /a/b=2: error: /a/b: 1 is not an object; it has no \"b\"\n");
  const std::string expected = "error: expected POINTER=VALUE such as /haproxy/retries=0\n";
  CHECK(after_set("{}", "a=1") == "--set a=1: " + expected);
  CHECK(after_set("{}", "/a") == "--set /a: " + expected);
  CHECK(after_set("{}", "=1") == "--set =1: " + expected);
  CHECK(after_set("{}", "") == "--set : " + expected);
}

TEST_CASE("a mistake in a value of --set is at that argument") {
  Document document = document_of(R"({"seed": 1, "defaults": {"weight": 1}})");
  Mistakes mistakes;
  set_value(document, "/defaults/wieght=2", mistakes);
  set_value(document, "/defaults/check/inter=5", mistakes);
  set_value(document, R"(/faults=[{"kind":"los"}])", mistakes);
  example::Scenario scenario;
  read_into(document, scenario, mistakes);
  CHECK(
      format_mistakes(document, mistakes) ==
      "--set /defaults/check/inter=5: error: /defaults/check/inter: 5 has no unit; write \"5s\" or "
      "\"5ms\"\n"
      "--set /defaults/wieght=2: error: /defaults/wieght: unknown field \"wieght\"; did you mean "
      "\"weight\"?\n"
      "--set /faults=[{\"kind\":\"los\"}]: error: /faults/0/kind: unknown kind \"los\"; did you "
      "mean \"loss\"?\n");
  CHECK(document.place_of("/seed").file == "file.json");
}
