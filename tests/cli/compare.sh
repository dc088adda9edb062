#!/bin/sh
# `spof compare` on the reference results: word by word, its exit codes, and what is said of wrong
# input. SPOF_UPDATE=1 writes the golden file anew.
. "${0%/*}/helpers"
cp -r "$SPOF_SOURCE_DIR/results/reference/nginx1-crash" before || fail "no results to compare"
cp -r "$SPOF_SOURCE_DIR/results/reference/nginx1-crash-no-redispatch" after || fail "no results"

say compare after before
say compare before before
say compare before after --metric 'outage(read)' --metric 'failed during fault' --fail-if-worse
say compare after before --metric outage --format md
transcript compare

# Wrong input: everything at once, and nothing written.
mkdir empty
echo '{' >torn.json
echo '{ "a": 1 }' >other.json
sed 's/"format": 1/"format": 99/' before/report.json >future.json
say compare nowhere empty torn.json other.json future.json
say compare before
say compare before after --metric 'outge' --metric 'outage(reed)' -o wrong.txt
mkdir -p all/x && cp before/report.json all/x
say compare before all
transcript compare_wrong
[ ! -e wrong.txt ] || fail "something was written"

runs 0 compare after before --fail-if-worse
runs 1 compare before after --fail-if-worse
says stderr "outage(read)"
runs 1 compare before after before --fail-if-worse
says stdout "C is the same as A"

# A file is whole, and as it was when the command was wrong.
runs 0 compare before after --format json -o out.json
silent stdout
cp out.json old.json
runs 0 compare before after --format json -o out.json
cmp out.json old.json >&2 || fail "not the same bytes twice"
runs 2 compare before nowhere -o out.json
cmp out.json old.json >&2 || fail "overwritten"
runs 2 compare before after -o no/such/folder/out.txt
runs 0 compare before after --format html -o out.html
grep -q '</html>' out.html || fail "no page"

# Folders of several scenarios, each with that of its name.
mkdir -p one/same one/changed one/gone two/same two/changed two/new
for scenario in one/same two/same one/changed one/gone two/new; do cp before/report.json $scenario; done
cp after/report.json two/changed
runs 0 compare one two
says stdout "2 comparisons: 0 better, 1 worse, 0 both, 0 without a proven difference, 1 the"
says stdout "only one has gone; not in two"
says stdout "only two has new; not in one"

# One run of each proves nothing: a gate must not pass for that.
runs 0 run "$baseline" -n 1 -o r1 -q
runs 0 run "$baseline" -n 1 -o r2 -q --set /clients/visitors/rate=90/s
runs 0 compare r1/baseline r2/baseline
says stdout "One run each proves nothing"
runs 2 compare r1/baseline r2/baseline --fail-if-worse
says stderr "two runs or more"
runs 0 compare r1/baseline r1/baseline --fail-if-worse

# Other seeds of the same scenario: what differs is chance, and no gate fails.
runs 0 run "$SPOF_SOURCE_DIR/scenarios/nginx1-crash.json" --seed 100 -n 3 -o s100 -q
runs 0 run "$SPOF_SOURCE_DIR/scenarios/nginx1-crash.json" -n 5 -o s1 -q
runs 0 compare s100/nginx1-crash s1/nginx1-crash --fail-if-worse
says stdout "only the seeds differ, so what differs is chance"
mkdir results && cp -r s1/nginx1-crash results
runs 0 compare nginx1-crash s1/nginx1-crash # by its name
# Nor does one of figures alone, which come in steps.
mkdir figures && cp s1/nginx1-crash/report.json figures
runs 0 compare s100/nginx1-crash figures --fail-if-worse
says stdout "B is neither proven better nor worse"

# Two matrices: alone, and beside a report. The second has another load balancer.
# broken FOLDER OPTION...: breaks few things.
broken() {
  runs 0 matrix "$baseline" -n 3 --no-remedies -q --only 'haproxy@lb1 crash' --only 'haproxy@* hang' \
    --only 'mysql@server1 hang' --set /duration=40s -o "$@"
}
broken m1
broken m2 --set '/haproxy/hosts/server2={}' --set '/dns/addresses=["haproxy@lb1","haproxy@server2"]'
say compare m1/baseline m2/baseline/matrix.json
say compare m1/baseline/matrix.json before/report.json
say compare m1 m2 --metric 'failed(write)' --format md
transcript compare_matrix
runs 0 compare m1 m2 --fail-if-worse
runs 1 compare m2 m1 --fail-if-worse
says stderr "haproxy@lb1 crash is a single point of failure for write"
# With the same failed requests, and a settled availability that hovers, nothing is proven.
mkdir -p m3/baseline
python3 - <<'END' || fail "no matrix to change"
import json
matrix = json.load(open('m1/baseline/matrix.json'))
for failure in matrix['failures']:
    if failure['component'] != 'haproxy@lb1' or failure['kind'] != 'crash':
        continue
    for one in failure['classes']:
        one['fate'] = 'degraded'
        one['settled_by_seed'] = [0, 0.4, 0]
        one['settled_availability'] = 0.133333
json.dump(matrix, open('m3/baseline/matrix.json', 'w'))
END
runs 0 compare m3 m1 --fail-if-worse
says stdout 'gained, but it may be chance: haproxy@lb1 crash for read (13.33 % →'
says stderr 'it may be chance and is no failure here:'
says stderr 'haproxy@lb1 crash is a single point of failure for write'
cp before/report.json m1/baseline
runs 0 compare m1/baseline m1/baseline
says stdout "A: matrix of baseline"
says stdout "all 9 metrics are equal"
says stdout "A: nginx1-crash"
runs 0 compare m1/baseline m2/baseline
says stdout "only m1/baseline has a report; not in m2/baseline"

escape=$(printf '\033')
runs 0 compare before after --color always
grep -q "$escape" stdout || fail "no colours although asked for"
runs 0 compare before after
! grep -q "$escape" stdout || fail "colours in a file"
