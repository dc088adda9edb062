#!/bin/sh
# What README.md and the course's page print is what the program and the committed reports say.
. "${0%/*}/../cli/helpers"

bad=0
for page in README.md scenarios/course/README.md; do
  "$SPOF_SOURCE_DIR/tests/scenarios/said" "$SPOF_SOURCE_DIR/$page" >page || fail "said $page"
  diff -u "$SPOF_SOURCE_DIR/$page" page >&2 && continue
  echo "answers.sh: FAILED: $page is out of date; tests/scenarios/said $page writes it anew" >&2
  bad=1
done

# The scenarios that README.md writes down run as they stand there, and keep their expectations.
awk -v folder="$SPOF_SOURCE_DIR/scenarios/" '
  /^ *\{/ { inside = 1; text = "" }
  inside && (/^$/ || /^```/) { inside = 0; if (text ~ /"extends"/) print text >("readme-" ++n ".json") }
  inside { sub(/"extends": "/, "&" folder); text = text $0 "\n" }' "$SPOF_SOURCE_DIR/README.md"
[ -e readme-2.json ] || fail "README.md has no scenarios any more"
runs 0 run readme-*.json -q -n 1
exit "$bad"
