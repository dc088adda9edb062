#include "analysis/validation/validation.hpp"
#include "catch.hpp"
#include "report/pages/pages.hpp"

using namespace spof::report;

namespace {

const std::string good_text = "Needed: a\n\nMeasured: b\n\nNot there: c";
const std::string mechanisms =
    "# Head\n\nwords\n\n## noise\n\n" + good_text + "\n\n## phase\n\n" + good_text + "\n";
const std::string head = "case,class,quantity,why,mechanism\n";
const std::string rows =
    head + "# words\nA_*,read,*_p50_ms,too little,noise\n*,*,outage_s,*,phase\n";

std::string mistakes_of(const std::string& outside, const std::string& text) {
  std::string mistakes;
  read_statements(outside, "o.csv", text, mistakes);
  return mistakes;
}

Statements statements() {
  std::string mistakes;
  Statements all = read_statements(rows, "o.csv", mechanisms, mistakes);
  REQUIRE(mistakes.empty());
  return all;
}

Compared row(const std::string& case_name, const std::string& quantity, Fit fit,
             const std::string& why) {
  Compared one;
  one.measured = {case_name, "read", quantity, 5, 1, 3};
  one.simulated = {1, 1};
  one.mean = 1;
  one.verdict = fit;
  one.why = why;
  return one;
}

Validation validation() {
  Validation all;
  all.runs = 2;
  all.rows = {row("A_one", "before_p50_ms", Fit::outside, "too little"),
              row("A_one", "during_p50_ms", Fit::within, ""),
              row("B_two", "before_p50_ms", Fit::outside, "too little")};
  return all;
}

}  // namespace

TEST_CASE("statements are read with their mechanisms") {
  const Statements all = statements();
  REQUIRE(all.rows.size() == 2);
  CHECK(all.rows[0].case_name == "A_*");
  CHECK(all.rows[0].why == "too little");
  CHECK(all.rows[0].mechanism == "noise");
  CHECK(all.rows[0].line == 3);
  REQUIRE(all.mechanisms.size() == 2);
  CHECK(all.mechanisms[0].name == "noise");
  CHECK(all.mechanisms[0].text == good_text);
  CHECK(all.mechanisms[1].text == good_text);
}

TEST_CASE("nothing said is no mistake") { CHECK(mistakes_of("", "").empty()); }

TEST_CASE("what is wrong with a statement is named with its line") {
  CHECK(mistakes_of(rows + "a,b,c,noise\n", mechanisms) ==
        "o.csv:5: error: not case,class,quantity,why,mechanism\n");
  CHECK(mistakes_of(rows + "a,b,,d,noise\n", mechanisms) ==
        "o.csv:5: error: not case,class,quantity,why,mechanism\n");
  CHECK(mistakes_of(rows + "a,b,c,d,nois\n", mechanisms) ==
        "o.csv:5: error: there is no mechanism \"nois\"; did you mean \"noise\"?\n");
}

TEST_CASE("only what is outside is explained, and in one direction") {
  Validation all = validation();
  all.rows.push_back(row("A_one", "p50_ms", Fit::outside, "too much"));
  all.rows.push_back(row("A_one", "during_p50_ms", Fit::outside, "too much"));
  explain(all, statements(), true);
  CHECK(all.rows[0].mechanism == "noise");
  CHECK(all.rows[1].mechanism.empty());
  CHECK(all.rows[2].mechanism == "unexplained");
  CHECK(all.rows[4].mechanism == "unexplained");
  CHECK(explained(all) == "Why: noise 1; unexplained 3.");
}

TEST_CASE("a statement about nothing is stale once all ran") {
  Validation part = validation(), whole = validation();
  explain(part, statements(), false);
  CHECK(part.stale.empty());
  explain(whole, statements(), true);
  REQUIRE(whole.stale.size() == 1);
  CHECK(whole.stale[0] == "line 4 of outside.csv, *,*,outage_s,*,phase");
  CHECK(on_screen(validation_page(whole, Medium::screen), {})
            .find("explains nothing that is outside: line 4") != std::string::npos);
}

TEST_CASE("every format shows the mechanisms") {
  Validation all = validation();
  explain(all, statements(), false);
  CHECK(on_screen(validation_page(all, Medium::screen), {}).find("Why: noise 1; unexplained 1.") !=
        std::string::npos);
  CHECK(on_screen(validation_page(all, Medium::screen), {}).find("outside: too little [noise]") !=
        std::string::npos);
  const std::string csv = validation_csv(all);
  CHECK(csv.find(",verdict,why,mechanism\n") != std::string::npos);
  CHECK(csv.find(",outside,too little,noise\n") != std::string::npos);
  CHECK(csv.find(",outside,too little,unexplained\n") != std::string::npos);
  CHECK(csv.find(",within,,\n") != std::string::npos);
  const std::string md = in_markdown(validation_page(all, Medium::markdown));
  CHECK(md.find("Why: noise 1; unexplained 1.") < md.find("## Outside the goal"));
  CHECK(md.find("### noise\n\n" + good_text + "\n\n") != std::string::npos);
  CHECK(md.find("| A_one | read before_p50_ms |") != std::string::npos);
  CHECK(md.find("### unexplained") != std::string::npos);
  CHECK(md.find("### phase") == std::string::npos);
}

TEST_CASE("where all is within nothing is explained") {
  Validation all;
  all.rows = {row("A_one", "during_p50_ms", Fit::within, "")};
  explain(all, statements(), false);
  CHECK(explained(all).empty());
  CHECK(in_markdown(validation_page(all, Medium::markdown)).find("## Why") == std::string::npos);
}
