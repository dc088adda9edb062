#!/bin/sh
# Windows that nothing falls into cost neither memory nor bytes: millions of them, and a request that
# comes late.
. "$SPOF_SOURCE_DIR/tests/cli/helpers"

ulimit -v 1500000
set -- run "$SPOF_SOURCE_DIR/scenarios/baseline.json" -n 1 -q --format json,html,md,latency \
  --set '/expect=[]' --set /duration=6h --set /window=1ms \
  --set '/haproxy/default_server/check/kind="none"' --set /clients/visitors/rate=100/h
runs 0 "$@"
[ "$(wc -c <results/baseline/report.html)" -lt 1000000 ] || fail "a large page"
runs 0 "$@" --set /clients/visitors/start=5h
