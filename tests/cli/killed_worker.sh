#!/bin/sh
# A worker process that dies is a failed run with a reason, not the end of the others.
. "${0%/*}/helpers"

start run "$baseline" -n 1 --set /duration=1000000s
until_true has_children "$pid"
kill -KILL "$(children "$pid")"
ended 3
says stderr "1 of 1 runs failed, nothing written; seed 1: its process was killed by SIGKILL"
[ ! -e results ] || fail "results of a failed run were written"

start run "$baseline" -n 1 --set /duration=1000000s
until_true has_children "$pid"
kill -SEGV "$(children "$pid")"
ended 3
says stderr "1 of 1 runs failed"
