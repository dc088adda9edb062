#!/bin/sh
# Plots: from folders, from a user's own file, and what is said where that cannot be.
. "${0%/*}/helpers"

cat >mine.csv <<'EOF'
time_s,window_s,requests,outcome,latency_p99_ms,latency_p50_ms
0,1,100,ok,20,10
1,1,90,ok,30,11
1,1,10,503,1,1
EOF

runs 2 plot nowhere
says stderr "there is no nowhere"
mkdir empty
runs 2 plot empty
says stderr "none of latency.csv, quantiles.csv, events.csv"
echo 'a,b' >wrong.csv
runs 2 plot wrong.csv
says stderr "wrong.csv: its columns make no plot"
says stderr "there are: a, b"
runs 2 plot mine.csv --kind states
says stderr "needs (columns time_s, source, event, target, role)"
runs 2 plot mine.csv --kind pie
runs 2 plot mine.csv --to gif
sed 's/90/many/' mine.csv >bad.csv
runs 2 plot bad.csv
says stderr 'bad.csv:3:5: "many" is not a number (requests)'
[ -z "$(ls ./*.gp 2>/dev/null)" ] || fail "a wrong file left a script"

# Without gnuplot the scripts are there all the same.
mkdir bin
PATH=$work/bin runs 3 plot mine.csv -o scripts
says stderr "apt install gnuplot-nox"
[ "$(ls scripts)" = timeline.gp ] || fail "scripts has: $(ls scripts)"

here gnuplot "pictures" || exit 0
runs 0 plot mine.csv -o out
says stdout "wrote out/{timeline.gp,timeline.svg,timeline.png}"
[ "$(ls out | wc -l)" -eq 3 ] || fail "out has: $(ls out)"
grep -q '</svg>' out/timeline.svg || fail "no whole SVG"
cp -r out again
runs 0 plot mine.csv -o out
for file in timeline.gp timeline.svg timeline.png; do
  cmp -s "out/$file" "again/$file" || fail "$file: other bytes of the same CSV"
done
rm again/timeline.svg again/timeline.png
(cd again && gnuplot -d timeline.gp) || fail "the script does not run by itself"
cmp -s out/timeline.svg again/timeline.svg || fail "the script draws something else"

# A gnuplot that fails leaves the old files.
printf '#!/bin/sh\necho "it broke" >&2\nexit 1\n' >bin/gnuplot
chmod +x bin/gnuplot
sed 's/90/80/' mine.csv >changed.csv
PATH=$work/bin:$PATH runs 3 plot changed.csv -o out
says stderr "gnuplot failed: it broke"
cmp -s out/timeline.gp again/timeline.gp || fail "a failure changed the script"

# A folder of results, every kind; two of them, one over the other.
runs 0 run "$SPOF_SOURCE_DIR/scenarios/nginx1-crash.json" -n 1 -q -o results
runs 0 plot results/nginx1-crash
runs 0 plot nginx1-crash --kind quantiles -o by-name
says stdout "wrote by-name/{quantiles.gp,"
for kind in timeline quantiles states; do
  for format in gp svg png; do
    [ -s "results/nginx1-crash/$kind.$format" ] || fail "no $kind.$format"
  done
done
grep -q "crash of nginx@server1" results/nginx1-crash/timeline.gp || fail "no band"
cp -r results/nginx1-crash results/other
runs 0 plot results/nginx1-crash results/other -o both --to svg
[ -s both/timeline.svg ] && [ ! -e both/timeline.png ] || fail "both has: $(ls both)"
grep -q "other" both/timeline.gp || fail "no name of the second result"
rm results/other/latency.csv
runs 0 plot results/nginx1-crash results/other -o both
says stderr "results/other: no latency.csv"
runs 2 plot results/nginx1-crash results/other -o both --kind timeline
