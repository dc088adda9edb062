#!/bin/sh
# What the program can tell without running anything; and a first scenario.
. "${0%/*}/helpers"

for topic in scenarios faults components parameters algorithms metrics formats; do
  runs 0 list
  says stdout "$topic"
  runs 0 list "$topic"
  [ -s stdout ] || fail "list $topic says nothing"
  silent stderr
done
runs 0 list faults crash
says stdout "/faults/*/at"
runs 0 list parameters /haproxy/retries
says stdout "default 3"
runs 0 list parameters app/threads
says stdout "/app/threads"
runs 2 list parameters no-such
says stderr '; `spof list parameters` shows all '
runs 0 list scenarios
says stdout "baseline"
runs 2 list fautls
says stderr 'did you mean "faults"?'

runs 0 schema
says stdout '"$schema"'
runs 0 schema report
says stdout '"title": "spof failover report"'
runs 0 schema matrix
says stdout '"title": "spof matrix"'
runs 0 schema stacks
says stdout '"title": "spof matrix of several scenarios"'
runs 2 schema matrices
says stderr "scenario,report,matrix"
runs 0 version
says stdout "SimGrid"
runs 0 version --json
says stdout '"nlohmann_json"'
runs 0 --version
says stdout "spof "

runs 0 new my.json
runs 0 check my.json
cp my.json before
runs 2 new my.json
says stderr "it is there already"
cmp -s my.json before || fail "new changed a file that was there"
runs 0 new -
says stdout '"extends"'
runs 0 new - --from recommended
says stdout 'scenarios/scenario.schema.json"'
# Within one tree paths are relative, also from a folder beside it; both can be moved together.
mkdir -p tree/mine tree/theirs
cp "$SPOF_SOURCE_DIR/scenarios/baseline.json" tree/theirs/base.json
sed -i "s|\"\.\./platforms|\"$SPOF_SOURCE_DIR/platforms|" tree/theirs/base.json
(cd tree/mine && runs 0 new my.json --from ../theirs/base.json && runs 0 check my.json) || exit 1
grep -q '"extends": "../theirs/base.json"' tree/mine/my.json ||
  fail "no relative path: $(cat tree/mine/my.json)"
runs 2 new other.json --from bseline
says stderr 'did you mean "baseline"?'
[ ! -e other.json ] || fail "new wrote a file in spite of a mistake"
runs 2 new no/such/folder/my.json
says stderr "cannot write no/such/folder/my.json"
for path in "$SPOF_SOURCE_DIR"/scenarios/*.json "$SPOF_SOURCE_DIR"/scenarios/*/*.json; do
  case $path in *.schema.json) continue ;; esac
  runs 0 new "from-${path##*/}" --from "$path"
  runs 0 check "from-${path##*/}"
done
