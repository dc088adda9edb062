#!/bin/sh
# spof matrix of several scenarios: side by side, as if each were alone, and what a policy asks.
# SPOF_UPDATE=1 writes the golden file anew.
. "${0%/*}/helpers"
ln -s "$SPOF_SOURCE_DIR/scenarios" scenarios

# ---- wrong command lines and scenarios -----------------------------------------------------------

runs 2 matrix baseline two-balancers --shard 1/2
says stderr '--shard is for one scenario, not for several side by side'
runs 2 matrix baseline nosuch two-balancer
says stderr 'no scenario "nosuch"'
says stderr 'no scenario "two-balancer"; did you mean "two-balancers"?'
runs 2 matrix baseline scenarios/baseline.json
says stderr 'two scenarios named "baseline"'
# A part of one of them is enough, one of none is a mistake.
runs 2 matrix baseline two-balancers --only 'keepalived@*' --only 'varnish@*'
says stderr '--only "varnish@*": nothing in baseline is called so'
[ "$(wc -l <stderr)" -eq 1 ] || fail "more is said than is wrong"
runs 2 matrix baseline --set '/policy=[{"classes":["buy"],"rto":"1s"},{}]' --set '/cost/hosts={"lb7":1}'
says stderr '/policy/0/classes/0: there is no class of requests "buy"'
says stderr '/policy/1: asks for nothing'
says stderr '/cost/hosts/lb7: there is no host "lb7"'
[ -z "$(ls -d results 2>/dev/null)" ] || fail "a wrong command line left results"

# ---- two stacks ----------------------------------------------------------------------------------

set -- --set /duration=30s -n 2 --no-remedies --only 'haproxy@*' --only 'lb? power_off' \
  --only 'mysql@* crash' --only 'keepalived@lb1 crash' --set /cost/host=50 \
  --set '/cost/outage_hour={"all":1000}'
runs 0 matrix baseline two-balancers "$@" -j 1 -o one
says stdout 'wrote one/stacks.{json,md,html}'
says stdout 'wrote one/two-balancers/matrix.{json,csv,md,html} and runbook.md'
[ "$(ls -A one | tr '\n' ' ')" = "baseline stacks.html stacks.json stacks.md two-balancers " ] ||
  fail "wrote $(ls -A one)"
runs 0 matrix baseline two-balancers "$@" -j 2 -o two -q
silent stdout
silent stderr
diff -r one two >&2 || fail "-j changes what is written"
# Each is what it is alone.
runs 0 matrix two-balancers "$@" -o alone -q
cmp alone/two-balancers/matrix.json one/two-balancers/matrix.json >&2 || fail "alone it is another"
cp one/stacks.md transcript
transcript stacks

# ---- objectives ----------------------------------------------------------------------------------

set -- baseline -n 1 --set /duration=30s --no-remedies --only 'mysql@server1 crash' -o judged
runs 0 matrix "$@" --set '/policy=[{"classes":["static"],"disruptions":["process"],"rto":"1s"}]' -q
silent stderr
runs 1 matrix "$@" --set '/policy=[{"disruptions":["process"],"rto":"30s","rpo":"0s"}]'
says stderr 'spof: baseline: '
says stderr 'missed, most of all the RTO of read (process): 30.0 s asked, 25 min found'
says stdout 'POLICY'
says stdout 'MISSED'

# ---- the runbook ---------------------------------------------------------------------------------

runs 0 matrix "$@" --runbook
cmp stdout judged/baseline/runbook.md >&2 || fail "the runbook printed is another"
says stdout '- **Recovery** by hand'
