#include "base/mistakes.hpp"

#include "catch.hpp"

using namespace spof;

TEST_CASE("nearest suggests a word that is at most two edits away") {
  const std::vector<std::string> allowed = {"duration", "target", "at", "retries"};
  CHECK(nearest("duraton", allowed) == "did you mean \"duration\"?");
  CHECK(nearest("traget", allowed) == "did you mean \"target\"?");
  CHECK(nearest("a", allowed) == "did you mean \"at\"?");
  CHECK(nearest("retrieved", allowed) == "allowed: duration, target, at, retries");
  CHECK(nearest("xy", allowed) == "allowed: duration, target, at, retries");
  CHECK(nearest("", allowed) == "allowed: duration, target, at, retries");
}

TEST_CASE("nearest suggests a word that continues the given one or is continued by it") {
  CHECK(nearest("time", {"size", "timeout_connect"}) == "did you mean \"timeout_connect\"?");
  CHECK(nearest("http", {"none", "tcp", "httpchk"}) == "did you mean \"httpchk\"?");
  CHECK(nearest("rime", {"time", "rimed"}) == "did you mean \"time\"?");
  CHECK(nearest("timeo", {"size", "timeout_connect"}) == "did you mean \"timeout_connect\"?");
  CHECK(nearest("target_host", {"target", "at"}) == "did you mean \"target\"?");
}

TEST_CASE("nearest with nothing allowed says so") {
  CHECK(nearest("word", {}) == "nothing is allowed here");
}

TEST_CASE("nearest survives a word of any length") {
  CHECK(nearest(std::string(1'000'000, 'x'), {"at"}) == "allowed: at");
}

TEST_CASE("texts in messages fit into one line") {
  CHECK(in_quotes("abc") == "\"abc\"");
  CHECK(in_quotes("a\"b\\c\n\t\x1b") == "\"a\\\"b\\\\c\\n\\t\\u001b\"");
  CHECK(in_quotes(std::string(100, 'x')) == "\"" + std::string(60, 'x') + "...\"");
  std::string umlauts;
  for (int i = 0; i < 61; ++i) umlauts += "\xC3\xA4";
  CHECK(in_quotes(umlauts) == "\"" + umlauts.substr(0, 120) + "...\"");
}

TEST_CASE("a mistake is one line, whatever it quotes") {
  Mistakes mistakes;
  mistakes.add("/a", "line 1\nline 2");
  mistakes.add_at_key("/a", "\x1b[1m");
  mistakes.add_at({"a.yml", 1, 1}, std::string("\0\r", 2) + " \"as it is\"");
  CHECK(mistakes[0].what == "line 1\\nline 2");
  CHECK(mistakes[1].what == "\\u001b[1m");
  CHECK(mistakes[2].what == "\\u0000\\u000d \"as it is\"");
}

TEST_CASE("pointers escape and unescape") {
  CHECK(child_pointer("", "a") == "/a");
  CHECK(child_pointer("/a", "b/c~d") == "/a/b~1c~0d");
  CHECK(pointer_names("").empty());
  CHECK(pointer_names("/a/b~1c~0d") == std::vector<std::string>{"a", "b/c~d"});
  CHECK(pointer_names("/") == std::vector<std::string>{""});
  CHECK(pointer_names("/~01") == std::vector<std::string>{"~1"});
  CHECK(pointer_names("/~2~") == std::vector<std::string>{"~2~"});
}

TEST_CASE("mistakes are kept in the order they were found") {
  Mistakes mistakes;
  CHECK(mistakes.empty());
  mistakes.add("/a", "one");
  mistakes.add_at_key("/b", "two");
  mistakes.add_at({"file", 3, 4}, "three");
  REQUIRE(mistakes.size() == 3);
  CHECK(mistakes[0].what == "one");
  CHECK(!mistakes[0].at_key);
  CHECK(mistakes[1].at_key);
  CHECK(mistakes[2].place.line == 3);
}
