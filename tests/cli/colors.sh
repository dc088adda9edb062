#!/bin/sh
# Colours only where they are wanted, progress only on a terminal.
. "${0%/*}/helpers"
escape=$(printf '\033')

colored() { grep -q "$escape" "$work/stdout"; }

runs 0 run "$baseline" -n 1
! colored || fail "colours in a file"
runs 0 --color always run "$baseline" -n 1
colored || fail "no colours although asked for"
runs 0 run "$baseline" -n 1 --color never
! colored || fail "colours although forbidden"
silent stderr

# `script` (util-linux) gives it a terminal.
script -qec true /dev/null </dev/null >/dev/null 2>&1 || {
  echo "no pseudo-terminal to be had here: the rest is not tested"
  exit 0
}
on_terminal() { script -qec "$*" /dev/null </dev/null >stdout 2>stderr || fail "$*"; }
export SPOF baseline TERM=xterm
on_terminal '"$SPOF" run "$baseline" -n 2'
colored || fail "no colours on a terminal"
says stdout "2/2 runs"
on_terminal 'NO_COLOR=1 "$SPOF" run "$baseline" -n 2 2>/dev/null'
! colored || fail "colours although NO_COLOR is set"
on_terminal '"$SPOF" run "$baseline" -n 2 -q'
silent stdout
