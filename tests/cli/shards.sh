#!/bin/sh
# Shards of a command, put together, give the bytes of one process; what is missing is named.
. "${0%/*}/helpers"
ln -s "$SPOF_SOURCE_DIR/scenarios" scenarios

short="--set /duration=20s --set /faults/0/at=5s --set /faults/0/for=5s --set /expect=[]"

# in_shards NAME ARGUMENT...: the command as a whole, and in three parts by GNU parallel (xargs
# where there is none): the same files but for run.json. NAME is the folder of its results.
in_shards() {
  name=$1
  shift
  rm -rf whole parts merged
  runs 0 "$@" -o whole
  [ -z "$(ls whole/"$name" | grep parts)" ] || fail "$1 leaves a part file"
  printf '%s\n' 1 2 3 >indices
  if command -v parallel >/dev/null && parallel --version 2>/dev/null | grep -q '^GNU'; then
    parallel --will-cite -j 2 "$SPOF" "$@" -j 1 -o parts --shard '{}/3' <indices >stdout 2>stderr
  else
    left_out "GNU parallel is not installed; xargs in its place"
    xargs -I '{}' -P 2 "$SPOF" "$@" -j 1 -o parts --shard '{}/3' <indices >stdout 2>stderr
  fi || fail "a part of $1 failed"
  says stdout "part 2 of 3: "
  says stdout "\`spof merge parts/$name\` when all parts are there"
  runs 0 merge parts/"$name" -o merged
  cp stdout merged.txt
  runs 0 "$@" -o whole
  sed 's/whole/merged/' stdout | cmp -s - merged.txt || fail "merge of $1 says something else"
  for file in whole/"$name"/*; do
    [ "${file##*/}" != run.json ] || continue
    cmp "$file" merged/"$name"/"${file##*/}" >&2 || fail "merge of $1: ${file##*/} differs"
  done
  [ "$(ls whole/"$name")" = "$(ls merged/"$name")" ] || fail "merge of $1 writes other files"
}

in_shards nginx1-crash sweep nginx1-crash -n 2 $short \
  --vary /haproxy/retries=0,3 --vary /haproxy/redispatch=false,true
in_shards baseline matrix baseline -n 2 --set /duration=30s --only 'haproxy@*'
in_shards nginx1-crash run nginx1-crash -n 5 $short --format json,md,latency,events,run,junit

# ---- what does not fit -----------------------------------------------------------------------

part() {
  runs 0 run baseline -n 4 --set /duration=5s -j 1 -o out --shard "$1" -q
  silent stdout
}
part 1/3
part 3/3
runs 2 merge out/baseline
says stderr 'spof: error: part 2 of 3 is missing'
[ ! -e results ] || fail "merge wrote results of a part"
part 2/3
runs 0 merge out/baseline -q

# Cut off within its last item, or within the header, a part is not finished, and the same
# command finishes it.
file=$(ls out/baseline/*-1of3.parts)
cp "$file" good.parts
size=$(wc -c <good.parts)
for cut in 1 2 8 9 1000; do
  head -c $((size - cut)) good.parts >"$file"
  runs 2 merge out/baseline
  says stderr 'part 1 of 3 is not finished, it has 1 of 2 pieces: '
  part 1/3
  cmp "$file" good.parts || fail "cut by $cut bytes, it was finished otherwise"
done
for left in 0 1 3 5 500; do
  head -c $left good.parts >"$file"
  runs 2 merge out/baseline
  says stderr "cannot use $file: it is empty"
  part 1/3
  cmp "$file" good.parts || fail "with $left bytes left, it was finished otherwise"
done

# Files that are none.
echo '{"format": 1}' >foreign.parts
runs 2 merge foreign.parts
says stderr 'cannot use foreign.parts: it holds no pieces of a spof command'
cp foreign.parts "$file"
runs 3 run baseline -n 4 --set /duration=5s -o out --shard 1/3
says stderr "cannot use $file: it holds no pieces of a spof command"
cmp foreign.parts "$file" || fail "a foreign file was overwritten"
cp good.parts "$file"
runs 2 merge nowhere.parts
says stderr 'cannot use nowhere.parts: No such file or directory'
mkdir empty
runs 2 merge empty
says stderr 'spof: error: empty has no part of a command'

# Parts of two commands, and of two divisions.
runs 0 run baseline -n 4 --set /duration=6s -o out --shard 1/3 -q
runs 2 merge out/baseline
says stderr 'these are parts of several commands; merge those of one at a time:'
rm "$(ls -t out/baseline/*-1of3.parts | head -n 1)"
runs 0 merge out/baseline -q
part 1/2
runs 2 merge out/baseline
says stderr 'is one of 3'
rm out/baseline/*-1of2.parts

# A copy of the program is the same, another build of the same commit is not.
rm -rf out
part 1/2
cp "$SPOF" copy
cp "$SPOF" other && printf 'x' >>other
(SPOF=$work/copy && part 2/2) || exit 1
runs 0 merge out/baseline -q
rm out/baseline/*-2of2.parts
(SPOF=$work/other && part 2/2) || exit 1
runs 2 merge out/baseline
says stderr '-2of2.parts was made by spof '
(SPOF=$work/other && part 1/2) || exit 1
[ "$(ls out/baseline/*-1of2.parts | wc -l)" -eq 2 ] || fail "another build went on with old pieces"
rm -rf out

# The scenario was changed since.
cp "$baseline" mine.json
sed -i 's|\.\./platforms|'"$SPOF_SOURCE_DIR"'/platforms|' mine.json
runs 0 run mine.json -n 2 --set /duration=5s --shard 1/1 -o out -q
for i in 1 2; do runs 0 run mine.json -n 2 --set /duration=5s --shard $i/2 -o out -q; done
sed -i 's/"title": "/"title": "New: /' mine.json
runs 2 merge out/mine
says stderr 'mine: the scenario, or a file it names, was changed since its parts were made'
rm mine.json
runs 2 merge out/mine
says stderr 'mine.json: error: there is no such file'

# ---- wrong command lines ---------------------------------------------------------------------

for shard in 0/3 4/3 1 1/ /3 a/b 1/3/5 -1/3; do
  runs 2 run baseline --shard=$shard
  says stderr "is no part I/N, as in 2/4"
done
runs 2 run baseline --shard 1/2 --format requests
says stderr 'spof: error: --shard keeps no single requests: no --format requests.csv with it'
runs 2 run baseline --shard 1/2 --trace
says stderr 'spof: error: --shard keeps no single requests: no --trace with it'
runs 2 merge
says stderr 'PARTS is required'
