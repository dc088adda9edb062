#!/bin/sh
# spof sweep as a user runs it: what it writes, what it refuses, how it goes on after Ctrl-C.
. "${0%/*}/helpers"
ln -s "$SPOF_SOURCE_DIR/scenarios" scenarios

short="--set /duration=120s --set /faults/0/at=5s --set /faults/0/for=5s --set /expect=[]"
vary="--vary /haproxy/retries=0,3 --vary /haproxy/redispatch=false,true"

runs 0 sweep nginx1-crash -n 3 -j 2 $short $vary
says stdout 'Sweep of nginx1-crash'
says stdout '4 points × 3 runs × 120 s, seeds 1 to 3'
says stdout 'retries = /haproxy/retries: 0, 3'
says stdout 'Users suffer least with '
says stdout 'No difference proven: '
says stdout ' wrote results/nginx1-crash/{sweep.csv,sweep.json,sweep.md'
head -n 1 results/nginx1-crash/sweep.csv >head
echo 'scenario,/haproxy/retries,/haproxy/redispatch,metric,class,phase,mean,half_width,runs,never' |
  cmp -s - head || fail "sweep.csv begins otherwise: $(cat head)"
[ "$(grep -c '^nginx1-crash,3,true,availability,' results/nginx1-crash/sweep.csv)" -eq 3 ] ||
  fail "sweep.csv lacks availability by class"
cp -r results first
runs 0 sweep nginx1-crash -n 3 -j 1 $short $vary -q
silent stdout
silent stderr
diff -r first results >&2 || fail "with -j 1 it writes something else"

# A point is the same scenario run with --set.
runs 0 run nginx1-crash -n 3 $short --set /haproxy/retries=0 --set /haproxy/redispatch=false \
  -o alone --format json
python3 - <<'END' || fail "a point differs from the run with the same values"
import csv, json
run = json.load(open('alone/nginx1-crash/report.json'))
told = {(m['metric'], m.get('class', ''), m.get('phase', '')): m for m in run['metrics']}
rows = [r for r in csv.DictReader(open('results/nginx1-crash/sweep.csv'))
        if (r['/haproxy/retries'], r['/haproxy/redispatch']) == ('0', 'false')]
assert len(rows) > 8, rows
for row in rows:
    same = told[row['metric'], row['class'], row['phase']]
    for mine, theirs in ('mean', 'mean'), ('half_width', 'half_width_95'):
        assert row[mine] == str(same[theirs]), (row, same)
sweep = json.load(open('results/nginx1-crash/sweep.json'))
assert sweep['points'][3] == {'/haproxy/retries': '3', '/haproxy/redispatch': 'true'}
assert len(sweep['metrics']) == len(sweep['points']) * len(rows)
END

# ---- Ctrl-C, and again -----------------------------------------------------------------------

# more_than_a_header: a piece was kept.
more_than_a_header() { [ "$(cat cut/nginx1-crash/*.parts 2>/dev/null | wc -c)" -gt "$1" ]; }
start sweep nginx1-crash -n 3 -j 1 $short $vary -o cut
until_true more_than_a_header 0
header=$(cat cut/nginx1-crash/*.parts | wc -c)
until_true more_than_a_header "$header"
kill -INT "$pid"
ended 130
says stderr 'pieces of sweep nginx1-crash are done and kept; run the same command again to go on'
[ ! -e cut/nginx1-crash/sweep.csv ] || fail "an interrupted sweep wrote results"
runs 0 sweep nginx1-crash -n 3 -j 2 $short $vary -o cut -q
diff -r first cut >&2 || fail "after an interruption it writes something else"

# ---- what it refuses -------------------------------------------------------------------------

refuses() {
  message=$1
  shift
  runs 2 sweep nginx1-crash -o refused "$@"
  says stderr "$message"
  silent stdout
  [ ! -e refused ] || fail "a refused sweep left files"
}
refuses '--vary is required'
refuses '--vary haproxy/retries=1: error: expected POINTER=LIST such as /haproxy/retries=0,1,3' \
  --vary haproxy/retries=1
refuses '--vary /haproxy/retries: error: expected POINTER=LIST' --vary /haproxy/retries
refuses '--vary /haproxy/retries=0,,1: error: a value is missing' --vary /haproxy/retries=0,,1
refuses '--vary /haproxy/retries=0,1,0: error: "0" is there twice' --vary /haproxy/retries=0,1,0
refuses '--vary /haproxy/retries=2: error: /haproxy/retries is varied twice' \
  --vary /haproxy/retries=1 --vary /haproxy/retries=2
refuses 'error: all points have the same seeds; use -n and --seed' --vary /seed=1,2
refuses '--set /haproxy/retries=1 is lost in --vary /haproxy/retries: ' \
  --set /haproxy/retries=1 --vary /haproxy/retries=0,3
refuses '--set /faults/0/at=5s is lost in --vary /faults: ' \
  --set /faults/0/at=5s --vary /faults=[]
refuses '--vary /haproxy/retrys=0: error: ' --vary /haproxy/retrys=0,1
refuses 'these are more than 10000 points' --vary "/haproxy/retries=$(seq -s , 101)" \
  --vary "/duration=$(seq -s , -f %gs 20 120)"
refuses "--metric 'outgae': error: unknown metric \"outgae\"; did you mean \"outage\"?" \
  --vary /haproxy/retries=0 --metric outgae
refuses "--metric 'outage(wriet)': error: unknown class \"wriet\"" --vary /haproxy/retries=0 \
  --metric 'outage(wriet)'
# Each mistake of each value once, and all at once.
refuses '--vary /haproxy/retries=many: error: ' --vary /haproxy/retries=0,many,-1 \
  --vary /haproxy/redispatch=true,maybe,false
says stderr '--vary /haproxy/retries=-1: error: '
says stderr '--vary /haproxy/redispatch=maybe: error: '
[ "$(wc -l <stderr)" -eq 3 ] || fail "a mistake is told more than once"
runs 2 sweep nginx1-crsh --vary /haproxy/retries=0
says stderr 'no scenario "nginx1-crsh"; did you mean "nginx1-crash"?'

# What is varied below what was set, or appended to the same list, takes nothing away.
runs 0 sweep baseline -n 1 --set /duration=5s --set '/classes/write={"kind": "write", "mix": 2}' \
  --set '/expect/-=failed >= 0' --vary /classes/write/mix=1,2 --vary '/expect/-="failed >= 1"' -q -o kept

# ---- lists, metrics --------------------------------------------------------------------------

runs 0 sweep baseline -n 1 --set /duration=5s --metric failed --metric 'latency.p99(read) before fault' \
  --vary '/classes/read/cpu/app=lognormal(1ms, 0.2), 2ms,"3ms"'
says stdout '3 points × 1 run × 5 s'
[ "$(wc -l <results/baseline/sweep.csv)" -eq 7 ] || fail "three points of two metrics are six rows"
grep -qF 'baseline,"lognormal(1ms, 0.2)",latency.p99,read,before,' results/baseline/sweep.csv ||
  fail "sweep.csv lacks a value with a comma"
