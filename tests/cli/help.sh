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
say run x -n 1 --runs 2
say --color never run x --color never --color always
say run x --frobnicate
say run -o '' x
say sweep x --vary /runs=1 --output=
say validate -o '' -j 1
say plot -o '' x
say compare -o '' x y
say list faults crash again
say list fautls
say list faults crahs
say run no/such/file.json
mkdir folder
say run folder ./folder/
transcript mistakes
