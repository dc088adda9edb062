#!/bin/sh
# What the program says of itself, word by word. SPOF_UPDATE=1 writes the golden files anew.
. "${0%/*}/helpers"
say
say --help
for verb in run matrix compare sweep plot merge check list new schema bench validate completion man \
  version; do say "$verb" --help; done
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
