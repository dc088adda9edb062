#!/bin/sh
# The other compiler that README names understands every file: a unit of each rung, syntax alone, with the warnings of a build.
# `each`: every file by itself, as a developer's build takes them, so each includes what it uses.
. "${0%/*}/../cli/helpers"
here clang++ "that clang compiles the program" || exit 77

sim=$SPOF_SOURCE_DIR/sim
flags="-Wall -Wextra -Wpedantic -Wconversion -Werror $(pkg-config --cflags simgrid yaml-cpp)"
for rung in "$sim"/*/; do
  files=$(find "$rung" -name '*.cpp' | sort)
  [ "$1" = each ] || { printf '#include "%s"\n' $files >unit.cpp && files=unit.cpp; }
  # shellcheck disable=SC2086  # lists of words
  clang++ -fsyntax-only -std=c++20 -I"$sim" $flags $files 2>said || fail "clang: $(cat said)"
done
