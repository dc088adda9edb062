#!/bin/sh
# --format openmetrics: a real Prometheus reads it, as results/grafana/open starts it, and answers what
# the dashboard asks.
. "${0%/*}/helpers"
open=$SPOF_SOURCE_DIR/results/grafana/open
ln -s "$SPOF_SOURCE_DIR/scenarios" scenarios

what="that Prometheus reads metrics.om, and results/grafana"
here prometheus "$what" && here promtool "$what" || exit 77

runs 0 run primary-crash -n 2 -q -o out --format openmetrics,json,events
runs 0 run server2-link-down -n 1 -q -o out --format openmetrics
"$open" out/nothing >/dev/null 2>stderr && fail "opened what is not there"
says stderr "there is no out/nothing"

port=$(python3 -c 'import socket
with socket.socket() as s: s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
TMPDIR=$PWD "$open" -p "$port" out/server2-link-down out/primary-crash >stdout 2>stderr &
pid=$!
is_open() { grep -q '^Prometheus: ' stdout || gone "$pid"; }
until_true is_open
says stdout "Prometheus: http://127.0.0.1:$port/graph"

python3 - "$port" "$SPOF_SOURCE_DIR/results/grafana/spof.json" <<'END' || fail "Prometheus does not have what the run has"
import csv, json, sys, urllib.parse, urllib.request
port, dashboard = sys.argv[1:]
begin = 1767225600

def ask(query, time):
    url = 'http://127.0.0.1:%s/api/v1/query?' % port
    url += urllib.parse.urlencode({'query': query, 'time': begin + time})
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)['data']['result']

def value(query, time):
    [one] = ask(query, time)
    return float(one['value'][1])

def same(got, wanted, of):
    assert abs(got - wanted) < 1e-6, '%s: %s, not %s' % (of, got, wanted)

# The counters at the end are what the report counted: all of the first seed.
run = '{scenario="primary-crash",seed="1"}'
report = json.load(open('out/primary-crash/report.json'))
[requests] = [m['values'][0] for m in report['metrics'] if m['metric'] == 'requests' and not {'class', 'phase'} & m.keys()]
[failed] = [m['values'][0] for m in report['metrics'] if m['metric'] == 'failed' and not {'class', 'phase'} & m.keys()]
same(value('sum(spof_requests_total%s)' % run, 120), requests, 'requests')
same(value('sum(spof_requests_total%s) - sum(spof_requests_total{scenario="primary-crash",outcome="ok"})' % run, 120), failed, 'failed')
same(value('sum(spof_failures_total%s)' % run, 120), failed, 'failed, by cause')

# The database is down from the fault until it accepts again; the exporter's name says so.
events = [e for e in csv.DictReader(open('out/primary-crash/events.csv')) if e['seed'] == '1']
def date(event): return float(next(e['time_s'] for e in events if e['event'] == event))
for state, time in ((1, date('crash') - 0.02), (0, date('crash') + 0.02),
                    (0, date('accepting') - 0.02), (1, date('accepting') + 0.02)):
    same(value('mysql_up{scenario="primary-crash",instance="server1"}', time), state, 'mysql_up at %s' % time)
for force, time in ((0, date('crash') - 0.02), (1, date('crash') + 0.02),
                    (1, date('repaired') - 0.02), (0, date('repaired') + 0.02)):
    same(value('spof_fault_in_force' + run, time), force, 'fault at %s' % time)
same(value('spof_event_timestamp_seconds{scenario="primary-crash",event="crash"}', 120), begin + date('crash'), 'crash')
assert value('max(max_over_time(spof_replication_lag_seconds%s[2m]))' % run, 120) > 10

# Names of another run beside it, as a real rule asks.
down = ask('haproxy_server_status{state="DOWN"} == 1', 70)
assert [d['metric']['server'] for d in down] == ['server2'], down

# Every panel and annotation has something to show, and the dashboard is one that Grafana takes.
board = json.load(open(dashboard))
ids, taken = set(), set()
for panel in board['panels']:
    assert panel['id'] not in ids and panel['datasource']['uid'] == 'spof'
    ids.add(panel['id'])
    place = panel['gridPos']
    cells = {(x, y) for x in range(place['x'], place['x'] + place['w']) for y in range(place['y'], place['y'] + place['h'])}
    assert place['x'] + place['w'] <= 24 and not cells & taken, panel['title']
    taken |= cells
queries = [(p['title'], t['expr']) for p in board['panels'] for t in p['targets']]
queries += [(a['name'], a['expr']) for a in board['annotations']['list']]
assert len(queries) > 15
for name, query in queries:
    found = []
    for scenario in 'primary-crash', 'server2-link-down':
        asked = query.replace('$__rate_interval', '4s').replace('$__range', '120s').replace('$scenario', scenario).replace('$seed', '1')
        assert '$' not in asked, asked
        found += ask(asked, 120)
    assert found, '%s: nothing for %s' % (name, query)
for variable in board['templating']['list']:
    assert variable['query']['query'].startswith('label_values(spof_run_info'), variable
END

# It ends with all that it started, and leaves nothing.
server=$(children "$pid")
kill "$pid" && wait "$pid"
pid=
for process in $server; do until_true gone "$process"; done
[ -z "$(ls -d tmp.* 2>/dev/null)" ] || fail "left: $(ls -d tmp.*)"
exit 0
