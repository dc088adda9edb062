#!/bin/sh
# What the program says of itself, word by word. SPOF_UPDATE=1 writes the golden files anew.
. "${0%/*}/helpers"
golden=$SPOF_SOURCE_DIR/tests/cli/golden

# transcript NAME: compares what `say` calls left in ./transcript with the golden file.
transcript() {
  [ -z "$SPOF_UPDATE" ] || cp transcript "$golden/$1.txt"
  diff -u "$golden/$1.txt" transcript >&2 || fail "differs from tests/cli/golden/$1.txt"
  : >transcript
}

say() {
  {
    printf '$ spof%s\n' "${*:+ $*}"
    "$SPOF" "$@" 2>&1
    printf '[%s]\n' "$?"
  } >>transcript
}

say
say --help
for verb in run check list new schema bench version; do say "$verb" --help; done
transcript help

say rum primary-crash
say frobnicate
say --colour never run x
say --color blue run x
say run
say run --sed 3 x
say run x -n 0
say run x -n many
say run x --seed=-1
say run x -j
say list faults crash again
say list fautls
say list faults crahs
say run no/such/file.json
transcript mistakes
