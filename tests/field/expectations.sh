#!/bin/sh
# What people reported of such stacks, told as scenarios: the `expect` of each is what happened to
# them, or what came out when it was done again with the real programs.
. "${0%/*}/../cli/helpers"

bad=0
for scenario in "$SPOF_SOURCE_DIR"/tests/field/*.json; do
  "$SPOF" run "$scenario" -o out >said 2>&1
  code=$?
  [ "$code" -eq 0 ] && continue
  printf '%s: FAILED: %s: exit code %s\n' "${0##*/}" "${scenario##*/}" "$code" >&2
  grep -e ' ✗ ' -e 'not in' said >&2 || head -n 5 said >&2
  bad=1
done
exit "$bad"
