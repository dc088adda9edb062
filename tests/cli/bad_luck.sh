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
for verb in "run $baseline" "matrix $baseline" "sweep $baseline --vary /runs=1" \
  "plot results/baseline" "validate $SPOF_SOURCE_DIR/tests/reality --case A_base -n 1"; do
  runs 2 $verb -o file
  silent stdout
  says stderr "spof: error: cannot write results to file"
  says stderr "Not a directory"
done
pair="results/baseline results/baseline"
mkfifo fifo
for output in "results: it is a folder; name a file in it" "fifo: it is no ordinary file" \
  "nowhere/x: there is no folder $PWD/nowhere" "file/x: there is no folder $PWD/file"; do
  runs 2 compare $pair -o "${output%%:*}"
  silent stdout
  says stderr "spof: error: cannot write $output"
done
[ -p fifo ] || fail "compare replaced a pipe"
runs 0 compare $pair -o file
[ -s file ] || fail "compare did not replace an old file"
if [ "$(id -u)" -ne 0 ]; then
  mkdir locked && chmod a-w locked
  runs 2 run "$baseline" -n 1 -o locked
  says stderr "Permission denied"
fi

for folder in nowhere file /proc; do
  runs 2 new $folder/mine.json
  says stderr "error: cannot write $folder/mine.json: "
done
# No descriptor, no memory, no process: a message, never a crash.
bounded() {
  ( ulimit "$1" "$2" && exec "$SPOF" run "$baseline" -n 2 -j 2 --set /duration=1s -o bounded ) \
    >"$work/stdout" 2>"$work/stderr"
  code=$?
  # The system's loader did not get that far.
  if [ $code -eq 127 ] && grep -q 'shared librar' "$work/stderr"; then return; fi
  [ $code -le 3 ] || fail "ulimit $1 $2: exit code $code"
  [ $code -le 1 ] || [ -s "$work/stderr" ] || fail "ulimit $1 $2: exit code $code without a word"
  [ $code -le 1 ] || [ ! -e bounded/baseline ] || fail "ulimit $1 $2: a failure that left results"
  rm -rf bounded
}
for descriptors in 4 5 6 7 8 9 10 12 16 24; do bounded -n $descriptors; done
# With less the system's loader fails.
for kilobytes in 300000 400000 600000; do bounded -v $kilobytes; done

# No process: nobody's, for root may have as many as it likes.
chmod 755 . && mkdir -m 777 nobody
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --clear-groups test -r "$baseline" -a -x "$SPOF"; then
  for processes in 0 1 2; do
    setpriv --reuid 65534 --clear-groups sh -c "ulimit -u $processes && cd nobody &&
      exec '$SPOF' run '$baseline' -n 2 -j 2 --set /duration=1s -o bounded" >stdout 2>stderr
    code=$?
    [ $code -le 3 ] || fail "$processes processes: exit code $code"
    [ $code -le 1 ] || [ -s stderr ] || fail "$processes processes: exit code $code without a word"
    [ $code -le 1 ] || [ ! -e nobody/bounded/baseline ] || fail "$processes processes: left results"
    rm -rf nobody/bounded
  done
else
  left_out "a limit of processes: needs root and a project that others may read"
fi

# A disk that is full, at every size at which something does not fit any more.
if unshare -m true 2>/dev/null; then
  mkdir disk
  for kilobytes in 4 20 60 100; do
    unshare -m sh -c "mount -t tmpfs -o size=${kilobytes}k none disk || exit 99
      '$SPOF' run '$baseline' -n 1 -o disk >stdout 2>stderr; echo \$? >code
      find disk -name '.*.??????' >left
      find disk -name '*.json' -print0 | xargs -0rn 1 python3 -m json.tool >/dev/null && : >whole" || { left_out "a full disk: no file system may be mounted" && break; }
    [ "$(cat code)" -eq 3 ] || fail "a disk of $kilobytes KB: exit code $(cat code), not 3"
    says stderr "No space left on device"
    [ -e whole ] && [ ! -s left ] || fail "a disk of $kilobytes KB: half a file is left"
    rm -f whole
  done
else
  left_out "a full disk: no file system may be mounted"
fi

# Two at once into one folder: each file is that of one of them, and whole.
for seed in 1 2; do
  "$SPOF" run "$baseline" -n 1 --seed $seed --set /duration=2s --set /expect=[] -o both >/dev/null 2>&1 &
  eval "job$seed=\$!"
done
wait "$job1" || fail "the first of two at once: exit code $?"
wait "$job2" || fail "the second of two at once: exit code $?"
python3 -m json.tool both/baseline/report.json >"$work/stdout" || fail "two at once: half a report"
[ -z "$(find both -name '.*.??????')" ] || fail "two at once: something is left"

runs 2 run "$baseline" -n 1 -o /proc/none
says stderr "spof: error: cannot write results to /proc/none: /proc: No such file or directory"
mkdir gone && (
  cd gone && rmdir ../gone
  runs 2 run "$baseline" -n 1
) || exit 1
says stderr "spof: error: cannot write results to results: "
(
  mkdir gone && cd gone && rmdir ../gone
  runs 2 run baseline.json
  "$SPOF" new - >"$work/stdout" || fail "new needs a current folder"
) || exit 1

# A name that is not UTF-8, which JSON cannot hold: the same name for every verb.
odd=$(printf 'odd\377') replaced=$(printf 'odd\357\277\275')
cp "$baseline" "$odd.json"
short="-n 1 --set /duration=5s --set /expect=[] --set /platform=$SPOF_SOURCE_DIR/platforms/two-server.xml"
runs 0 run "$odd.json" $short -o odd
runs 0 sweep "$odd.json" $short -o odd --vary /haproxy/retries=0,1
runs 0 matrix "$odd.json" $short -o odd --no-remedies --only 'haproxy@lb1 crash'
for part in 1/2 2/2; do runs 0 run "$odd.json" $short -o parts --shard $part; done
runs 0 merge "parts/$replaced" -o merged
for file in odd/*/report.json odd/*/sweep.json odd/*/matrix.json merged/*/report.json; do
  [ "${file%/*}" = "${file%%/*}/$replaced" ] || fail "$file is not in a folder $replaced"
  python3 -c 'import json, sys; json.loads(open(sys.argv[1], "rb").read().decode())' "$file" ||
    fail "$file is no JSON"
done
cp "$baseline" "$(printf 'odd\376').json"
runs 2 run "$odd.json" "$(printf 'odd\376').json"
says stderr "they share a folder of results"
runs 2 matrix "$odd.json" $short --set "$(printf '/title=\377')"
says stderr 'error: is not UTF-8, as a scenario must be'
