#!/bin/bash
# Completion: what bash offers at each place, and that every shell that is installed reads its script.
. "${0%/*}/helpers"
ln -s "$SPOF_SOURCE_DIR/scenarios" scenarios

for shell in bash zsh fish; do
  runs 0 completion $shell
  silent stderr
  cp stdout script.$shell
  if here $shell "that $shell reads its completion"; then
    $shell -n script.$shell || fail "$shell does not read its completion"
  fi
done
runs 2 completion
says stderr 'SHELL is required'
runs 2 completion zhs
says stderr 'spof: error: no completion for "zhs"; allowed: bash, zsh, fish'
silent stdout

. ./script.bash
[ "$(complete -p spof)" = 'complete -F _spof spof' ] || fail "spof is not completed: $(complete -p spof)"

# offers 'WORD...' FOR WORD...: what Tab offers after the last of the words typed, one blank between.
offers() {
  wanted=$1
  shift 2
  COMP_WORDS=("$SPOF" "$@") COMP_CWORD=$#
  _spof
  [ "${COMPREPLY[*]}" = "$wanted" ] || fail "after '$*': '${COMPREPLY[*]}', not '$wanted'"
}
has_offer() {
  wanted=$1
  shift 2
  COMP_WORDS=("$SPOF" "$@") COMP_CWORD=$#
  _spof
  case " ${COMPREPLY[*]} " in *" $wanted "*) ;; *) fail "after '$*' no $wanted: ${COMPREPLY[*]}" ;; esac
}

# Every verb that the help names, and every option of each.
"$SPOF" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p' >verbs
[ "$(wc -l <verbs)" -ge 15 ] || fail "the help names few verbs"
while read -r verb; do
  has_offer "$verb" for ''
  "$SPOF" "$verb" --help | grep -oE '^  (-[a-z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+' >options
  while read -r option; do has_offer "$option" for "$verb" --; done <options
done <verbs
offers 'sweep schema' for s
offers 'sweep' for sw
offers '--vary' for sweep --va
offers '--vary' for --color never sweep --va
offers '' for frobnicate x

# Values.
has_offer nginx1-crash for run nginx
has_offer primary-crash for sweep primary
has_offer primary-crash for new x.json --from prim
offers 'auto always never' for --color ''
offers 'auto always never' for run x --color = ''
offers 'always' for run x --color = al
offers 'bash zsh fish' for completion ''
offers 'metrics' for list m
offers 'json junit' for run x --format j
offers 'json,md' for run x --format json,m
offers 'text md json html' for compare a b --format ''
offers '/haproxy/retries=' for run x --set /haproxy/retri
offers '/haproxy/retries=' for sweep x --vary /haproxy/retri
offers '' for run x --set /haproxy/retries =
offers 'availability' for sweep x --metric avail
offers '' for run x -n ''
offers '' for man ''
mkdir folder-a && : >file-a
offers 'folder-a' for run x -o fol
offers 'file-a' for merge fil
offers 'file-a folder-a failover-races-restart failover-races-restart-patient firewall firewall-blocks-checks firewall-blocks-replication flash-crowd' for run f

# An option that takes a value from a fixed set says so in its help; all of those are completed.
grep -E ':--(format|kind|to|color)\)' script.bash | grep -q ') :;' && fail "a set has no completion"

# As one types it: fish asks the program itself.
if command -v fish >/dev/null; then
  mkdir bin && ln -s "$SPOF" bin/spof
  PATH=$PWD/bin:$PATH fish --no-config -c 'source script.fish; complete -C "spof sw"; complete -C "spof run x --co"; complete -C "spof run nginx1-cr"; complete -C "spof run x --set /haproxy/retri"' >fish.out 2>&1
  for word in sweep --color nginx1-crash /haproxy/retries=; do
    grep -q -- "^$word" fish.out || fail "fish does not offer $word: $(cat fish.out)"
  done
fi
exit 0
