#!/bin/sh
# spof matrix: Ctrl-C costs no finished piece, -j changes no byte, wrong inputs are told at once.
. "${0%/*}/helpers"
ln -s "$SPOF_SOURCE_DIR/scenarios" scenarios

# ---- wrong command lines: everything is checked before anything runs ----------------------------

runs 2 matrix nosuch
says stderr 'no scenario "nosuch"'
runs 2 matrix baseline --only 'nothing*' --only 'haproxy@*' --only 'lb1 crash'
says stderr 'spof: error: --only "nothing*": nothing in baseline is called so; there are dns@ns1, dns@ns2, haproxy@lb1, '
says stderr 'spof: error: --only "lb1 crash": nothing in baseline is called so; '
says stderr ', server1 | server2, each followed by a kind of failure'
[ "$(wc -l <stderr)" -eq 2 ] || fail "more is said than is wrong"
# Pairs have names, too, but only with --pairs.
runs 2 matrix baseline --only '* + *'
says stderr '--only "* + *": nothing in baseline is called so; '
runs 2 matrix baseline -n 0
says stderr '--runs: "0" is no whole number from 1 to'
runs 2 matrix baseline --set /haproxy/retires=1
says stderr '/haproxy/retires'
runs 2 matrix baseline --shard 3/2
says stderr "is no part I/N"
: >file
runs 2 matrix baseline -o file
says stderr 'spof: error: cannot write results to file: '
silent stdout
[ -z "$(ls -d results 2>/dev/null)" ] || fail "a wrong command line left results"

# ---- the same bytes, whoever did which piece -----------------------------------------------------

# same FOLDER: holds what ./one holds, and nothing else.
same() {
  for file in one/baseline/*; do
    cmp "$file" "$1/baseline/${file##*/}" >&2 || fail "$1: ${file##*/} differs"
  done
  [ "$(ls -A one/baseline)" = "$(ls -A "$1"/baseline)" ] || fail "$1: $(ls -A "$1"/baseline)"
}

# Cases with remedies, tried and proven, and a pair.
set -- matrix baseline -n 2 --set /duration=30s --pairs --only 'haproxy@lb1 [cehs]*' \
  --only 'mysql@server1 + mysql@server2*'
runs 0 "$@" -j 1 -o one
says stdout 'haproxy@lb1 for everything'
says stdout 'wrote one/baseline/matrix.{json,csv,md,html} and runbook.md'
says stdout 'smallest change that helps: systemd restarts it'
[ "$(ls -A one/baseline | tr '\n' ' ')" = "matrix.csv matrix.html matrix.json matrix.md runbook.md " ] ||
  fail "wrote $(ls -A one/baseline)"
runs 0 "$@" -j 2 -o two -q
silent stdout
silent stderr
same two

# Interrupted in the middle: when some pieces are in the part file, and not all.
size() { cat resumed/baseline/*.parts 2>/dev/null | wc -c; }
grew() { [ "$(size)" -gt "$1" ] || is_over; }
start "$@" -j 1 -o resumed
until_true grew 0
header=$(size)
until_true grew "$header"
kill -INT "$pid" 2>/dev/null
ended 130
says stderr 'pieces of matrix baseline are done and kept; run the same command again to go on'
[ ! -e resumed/baseline/matrix.json ] || fail "an interrupted matrix was written"
kept=$(size)
[ "$kept" -gt "$header" ] || fail "nothing was kept"
runs 2 merge resumed/baseline
says stderr 'resumed/baseline has no part of a command'
# What is kept is not done again: the next interruption finds it still there.
start "$@" -j 1 -o resumed
until_true grew "$kept"
kill -INT "$pid" 2>/dev/null
ended 130
[ "$(size)" -gt "$kept" ] || fail "the second attempt kept nothing"
runs 0 "$@" -j 2 -o resumed
same resumed

# A part that knows its failures but not all that helps against them is not finished.
set -- matrix baseline -n 1 --set /duration=30s --only 'haproxy@* crash' --only 'nginx@* crash'
for i in 1 2; do runs 0 "$@" --shard $i/2 -o parts -q; done
file=$(ls parts/baseline/*-1of2.parts)
cp "$file" good.parts
head -c $(($(wc -c <good.parts) - 1)) good.parts >"$file"
runs 2 merge parts/baseline -o merged
says stderr ' pieces are missing, the first is haproxy@lb1 crash / '
[ ! -e merged ] || fail "an unfinished part was merged"
runs 0 "$@" --shard 1/2 -o parts -q
cmp "$file" good.parts || fail "cut off, it was finished otherwise"
runs 0 merge parts/baseline -o merged -q
