#!/bin/sh
# Ctrl-C, SIGTERM and a closed terminal: exit code 130, whole files, no process left behind.
. "${0%/*}/helpers"

runs 0 run "$baseline" -n 1
cksum results/baseline/* >before

for signal in INT TERM HUP; do
  # A day of simulated time: long enough to be interrupted.
  start run "$baseline" -n 4 -j 2 --set /duration=1000000s
  until_true has_children "$pid"
  workers=$(children "$pid")
  kill -"$signal" "$pid"
  ended 130
  says stderr "interrupted: 0 of 4 runs of baseline had ended; nothing written"
  for worker in $workers; do gone "$worker" || fail "SIG$signal left process $worker behind"; done
  cksum results/baseline/* >after
  cmp -s before after || fail "SIG$signal: old results were touched"
  [ "$(ls -A results/baseline | wc -l)" -eq "$(wc -l <before)" ] || fail "SIG$signal: leavings"
done

# What was whole before the interruption stays: the first of two scenarios.
"$SPOF" new long.json >/dev/null || fail "spof new"
start run "$baseline" long.json -n 1 -o two --set /duration=1000000s
until_true has_children "$pid"
kill -INT "$pid"
ended 130
[ ! -e two/long ] || fail "the second scenario ran after the interruption"

# A worker does not outlive the program, however that ends.
start run "$baseline" -n 1 --set /duration=1000000s
until_true has_children "$pid"
workers=$(children "$pid")
kill -KILL "$pid"
wait "$pid" 2>/dev/null
for worker in $workers; do until_true gone "$worker"; done
