#!/bin/sh
# Matrix, sweep, comparison and plots of shipped scenarios give the very bytes of results/reference/.
. "${0%/*}/../cli/helpers"
root=$SPOF_SOURCE_DIR
. "$root/tests/scenarios/decisions"
here gnuplot "plots" || :

decide "$PWD/made" >said 2>&1 || fail "a verb failed: $(cat said)"
bad=0
for file in $(decided_files); do
  cmp -s "made/$file" "$root/results/reference/$file" && continue
  bad=1
  echo "decide.sh: FAILED: another $file; when the change is meant: tests/scenarios/refresh" >&2
  case $file in *.svg) continue ;; esac
  diff "$root/results/reference/$file" "made/$file" | cut -c 1-200 | head -n 10 >&2
done
exit "$bad"
