#!/bin/sh
# --format junit: what CI servers read. Names are unique, counts are right, a failure says why.
. "${0%/*}/helpers"
ln -s "$SPOF_SOURCE_DIR/scenarios" scenarios

"$SPOF" new mine.json >/dev/null || fail "spof new"
sed -i 's|"platform": "[^"]*"|"platform": "'"$SPOF_SOURCE_DIR"'/platforms/two-server.xml"|' mine.json
runs 1 run mine.json -n 2 -o out --format junit --set /duration=10s --set '/faults=[]' \
  --set '/expect=["failed == 0", "availability(read) < 50%", "requests > 10 "]'
python3 - <<'END' || fail "junit.xml is not what CI servers read"
import xml.etree.ElementTree as tree
suites = tree.parse('out/mine/junit.xml').getroot()
assert suites.tag == 'testsuites'
[suite] = suites
assert suite.tag == 'testsuite' and suite.get('name') == 'mine'
cases = list(suite)
assert all(case.tag == 'testcase' and case.get('classname') == 'mine' for case in cases)
assert len({case.get('name') for case in cases}) == len(cases) == 3
for level in suites, suite:
    assert [level.get(k) for k in ('tests', 'failures', 'errors')] == ['3', '1', '0'], level.attrib
assert all(float(thing.get('time')) == 20 for thing in [suites, suite] + cases)
[failed] = [case for case in cases if case[0].tag != 'system-out']
assert all('measured ' in case[0].text for case in cases)
assert failed.get('name') == 'availability(read) < 50%', failed.attrib
assert failed[0].tag == 'failure' and 'measured 100.00 %' in failed[0].get('message')
assert failed[0].text == failed[0].get('message')
END

# A scenario that cannot be run is an error, and says why.
runs 2 run mine.json -o wrong --format junit --set /runs=0
[ "$(ls wrong/mine)" = junit.xml ] || fail "wrong has: $(ls wrong/mine)"
grep -q '<error type="run" message="scenario: .*/runs: must be at least 1' wrong/mine/junit.xml ||
  fail "no reason: $(cat wrong/mine/junit.xml)"
