#!/bin/sh
# Full disks, closed outputs, folders that are none.
. "${0%/*}/helpers"
[ -c /dev/full ] || fail "there is no /dev/full here"

# The screen is lost, the results are not.
"$SPOF" run "$baseline" -n 1 >/dev/full 2>stderr
[ $? -eq 3 ] || fail "a full disk behind standard output: not exit code 3"
says stderr "cannot write to standard output: No space left on device"
[ -s results/baseline/report.json ] || fail "the results were lost with the screen"

"$SPOF" run "$baseline" -n 1 >&- 2>stderr
[ $? -eq 3 ] || fail "a closed standard output: not exit code 3"
says stderr "cannot write to standard output"

"$SPOF" run "$baseline" -n 1 >stdout 2>&- <&- || fail "needs standard input or standard error"
says stdout "wrote results/baseline/"

# A reader that has seen enough is no failure.
{ "$SPOF" run "$baseline" -n 1 2>stderr; echo $? >code; } | head -n 1 >/dev/null
[ "$(cat code)" -eq 0 ] || fail "| head: exit code $(cat code)"
silent stderr

# No room for the files: the old ones stay, whole, and nothing else appears.
cksum results/baseline/* >before
(
  ulimit -f 1
  "$SPOF" run "$baseline" -n 2 --seed 7 >/dev/null 2>"$work/pipe"
  echo $? >code
) 2>/dev/null
[ "$(cat code)" -eq 3 ] || fail "no room for the results: exit code $(cat code), not 3"
cksum results/baseline/* >after
cmp -s before after || fail "old results were touched"
[ "$(ls -A results/baseline | wc -l)" -eq "$(wc -l <before)" ] || fail "something half-written remains"
grep -q "cannot write results/baseline/" pipe || fail "no word of what could not be written"

# Said before anything runs.
: >file
runs 2 run "$baseline" -n 1 -o file
says stderr "Not a directory"
if [ "$(id -u)" -ne 0 ]; then
  mkdir locked && chmod a-w locked
  runs 2 run "$baseline" -n 1 -o locked
  says stderr "Permission denied"
fi
