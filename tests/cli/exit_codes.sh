#!/bin/sh
# What a script learns from the exit code, and where the words go.
. "${0%/*}/helpers"

runs 0 run "$baseline" -n 1
says stdout "wrote results/baseline/"
silent stderr
for file in report.json report.md report.html latency.csv events.csv quantiles.csv run.json; do
  [ -s "results/baseline/$file" ] || fail "no results/baseline/$file"
done
[ ! -e results/baseline/requests.csv ] || fail "requests.csv was not asked for"

runs 0 run baseline -n 1 -q -o named # by its name
silent stdout
silent stderr
cmp -s results/baseline/report.json named/baseline/report.json || fail "the same run, other bytes"

runs 0 run baseline -n 3 -q -j 1 -o one
runs 0 run baseline -n 3 -q -j 4 -o four
cmp -s one/baseline/report.json four/baseline/report.json || fail "-j changed the report"
cmp -s one/baseline/report.html four/baseline/report.html || fail "-j changed report.html"
cmp -s one/baseline/latency.csv four/baseline/latency.csv || fail "-j changed latency.csv"

runs 1 run baseline -n 1 --set '/expect=["availability < 1%"]'
says stdout "availability < 1%"
runs 1 run baseline -n 1 -q --set '/expect=["availability < 1%"]'
says stdout "failed: availability < 1%: measured 100.00 %"

# All mistakes of all scenarios, before anything runs.
rm -rf results
runs 2 run baseline no-such --set /haproxy/retires=0 --format jsno
says stderr 'unknown format "jsno"; did you mean "json"?'
says stderr 'no scenario "no-such"; the most similar: '
says stderr '; `spof list scenarios` shows all '
says stderr 'did you mean "retries"?'
silent stdout
[ ! -e results ] || fail "something ran although there were mistakes"

runs 2 run baseline "$baseline"
says stderr 'two scenarios named "baseline"'
runs 2 check baseline --set /runs=0
says stdout "/runs"
runs 0 check baseline
says stdout "good"
runs 0 check baseline -q
silent stdout

runs 0 run baseline -n 1 -o traced --trace --format report.json,requests
for file in report.json requests.csv trace.log; do
  [ -s "traced/baseline/$file" ] || fail "no $file"
done
[ ! -e traced/baseline/report.md ] || fail "report.md was not asked for"
head -n 1 traced/baseline/trace.log |
  grep -Eq '^[A-Z][a-z]{2} .* haproxy\[1\]: .* \[[^]]+\] www servers/[^ ]+ [0-9/-]+ [0-9-]+ ' ||
  fail "trace.log is not like HAProxy's"

# A program that has lost its scenarios says where it looked for some.
mkdir -p moved/bin moved/share/spof
cp "$SPOF" moved/bin/spof
(SPOF=moved/bin/spof && runs 2 run baseline) || exit 1
silent stdout
says stderr 'spof: error: no scenario "baseline": there is none at all in scenarios, '
says stderr '/moved/share/spof/scenarios; name a file, NAME.json'
