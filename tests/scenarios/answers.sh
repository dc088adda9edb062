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
exit "$bad"
