#!/bin/sh
# Every shipped scenario holds its expectations and gives the very bytes of results/reference/, with
# one process and with two.
. "${0%/*}/../cli/helpers"
. "$SPOF_SOURCE_DIR/tests/scenarios/files"
scenarios=$SPOF_SOURCE_DIR/scenarios
reference=$SPOF_SOURCE_DIR/results/reference
how_to_refresh="when the change is meant: tests/scenarios/refresh, then read 'git diff results/reference' before you commit"

bad=0
complain() {
  printf '%s: FAILED: %s\n' "${0##*/}" "$*" >&2
  bad=1
}

"$SPOF" schema >schema.json || fail "spof schema"
cmp -s schema.json "$scenarios/scenario.schema.json" ||
  complain "scenarios/scenario.schema.json is not what 'spof schema' prints; $how_to_refresh"

# compare NAME FOLDER HOW: the results in FOLDER are the reference's.
compare() {
  for file in $(kept_files "$1"); do
    if [ ! -e "$reference/$1/$file" ]; then
      complain "no results/reference/$1/$file; $how_to_refresh"
    elif ! cmp -s "$reference/$1/$file" "$2/$1/$file"; then
      complain "$1 ($3): another $file; $how_to_refresh"
      diff "$reference/$1/$file" "$2/$1/$file" | cut -c 1-200 | head -n 10 >&2
    fi
  done
}

# run FILE FOLDER OPTION...: the scenario with its own seeds.
run() {
  file=$1 folder=$2 name=$(basename "$1" .json)
  shift 2
  "$SPOF" run "$file" -q -o "$folder" "$@" >"$name.out" 2>&1
  code=$?
  [ "$code" -eq 0 ] && return
  complain "$name: exit code $code, not 0: $(head -n 20 "$name.out")"
  return 1
}

names=' ' count=0
for file in $(scenario_files "$scenarios"); do
  run "$file" any && compare "$name" any "any -j"
  rm -rf "any/$name"
  names="$names$name "
  count=$((count + 1))
done
[ "$count" -ge 20 ] || complain "only $count scenarios in $scenarios"

for name in primary-crash nginx1-crash; do
  for jobs in 1 2; do
    run "$scenarios/$name.json" "j$jobs" -j "$jobs" && compare "$name" "j$jobs" "-j $jobs"
  done
done

for folder in "$reference"/*/; do
  name=$(basename "$folder")
  case "$names validation compare " in
    *" $name "*) ;;
    *) complain "results/reference/$name has no scenario any more; $how_to_refresh" ;;
  esac
done
exit "$bad"
