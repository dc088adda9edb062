#!/bin/sh
# The manual page: read without a warning, the same each time, nothing left out.
. "${0%/*}/helpers"

runs 0 man
silent stderr
cp stdout spof.1
runs 0 man
cmp -s stdout spof.1 || fail "two manual pages differ"
if here groff "warnings of the manual page"; then
  groff -ww -man -Tutf8 spof.1 2>warnings >page
  [ ! -s warnings ] || fail "groff: $(cat warnings)"
fi
if here mandoc "lint of the manual page"; then
  mandoc -T lint -W error spof.1 >warnings || fail "mandoc: $(cat warnings)"
fi
for section in NAME SYNOPSIS DESCRIPTION OPTIONS VERBS 'EXIT STATUS' FILES ENVIRONMENT 'SEE ALSO'; do
  says stdout ".SH $section"
done
"$SPOF" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p' >verbs
[ "$(wc -l <verbs)" -ge 15 ] || fail "the help names few verbs"
# Without the escapes, each verb's options and examples are there as its help has them.
sed 's/\\f[BRI]//g; s/\\-/-/g; s/\\(aq/'\''/g; s/\\(ga/`/g; s/\\&//g; s/\\(ha/^/g; s/\\(ti/~/g' spof.1 >text
while read -r verb; do
  grep -q "^.SS spof $verb" text || fail "no section of $verb"
  "$SPOF" "$verb" --help | sed -n '/^Examples:/,$p' | sed 1d >examples
  while read -r line; do
    [ -z "$line" ] || grep -qF -- "$line" text || fail "$verb: lacks $line"
  done <examples
  "$SPOF" "$verb" --help | grep -E '^  -' | sed 's/^ *//; s/   *.*//; s/ [a-z].*//' >options
  while read -r option; do
    grep -qxF -- "$option" text || fail "$verb: lacks $option"
  done <options
done <verbs
