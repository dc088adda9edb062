#!/bin/sh
# The other compiler that README names understands every file: a unit of each rung, syntax alone, with the warnings of a build.
. "${0%/*}/../cli/helpers"
here clang++ "that clang compiles the program" || exit 77

sim=$SPOF_SOURCE_DIR/sim
flags="-Wall -Wextra -Wpedantic -Wconversion -Werror $(pkg-config --cflags simgrid yaml-cpp)"
for rung in "$sim"/*/; do
  find "$rung" -name '*.cpp' -printf '#include "%p"\n' | sort >unit.cpp
  # shellcheck disable=SC2086  # a list of words
  clang++ -fsyntax-only -std=c++20 -I"$sim" $flags unit.cpp 2>said || fail "clang: $(cat said)"
done
