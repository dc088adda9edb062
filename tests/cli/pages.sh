#!/bin/sh
# The HTML pages in a real browser: their scripts run without a message, their charts draw, keys work.
. "${0%/*}/helpers"

if ! command -v chromium >/dev/null; then
  echo "skipped: chromium is not installed"
  exit 0
fi

# browse FILE: what the page became is left in ./dom, what it said on the console in ./console.
browse() {
  timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --disable-dev-shm-usage --user-data-dir="$work/profile" --window-size=1200,900 \
    --enable-logging=stderr --dump-dom "file://$work/$1" >dom 2>log ||
    fail "chromium does not open $1: $(tail -n 3 log)"
  grep CONSOLE log >console
}

# opens FILE CHARTS: without a message, and so many charts are drawn (0: it has none).
opens() {
  browse "$1"
  [ ! -s console ] || fail "$1 says on the console: $(cat console)"
  grep -q '</html>' dom || fail "$1 is empty"
  [ "$2" = 0 ] || grep -q "<html[^>]* data-drawn=\"$2\"" dom || fail "$1 did not draw $2 charts"
  [ "$(grep -o '<canvas' dom | wc -l)" = "$2" ] || fail "$1 has not $2 canvases"
}

# This test must be able to see a mistake.
echo '<script>console.error("seen")</script>' >broken.html
browse broken.html
grep -q seen console || fail "a message on the console is not noticed"

cat >nasty.json <<END
{ "extends": "$baseline", "title": "</script><b>\"&'", "description": "</pre></details>",
  "duration": "60s", "expect": [], "faults": [
    { "kind": "crash", "target": "nginx@server1", "at": "10s", "for": "1s", "times": 20, "every": "2s" },
    { "kind": "crash", "target": "mysql@server1", "at": "50s" } ] }
END
runs 0 check nasty.json
runs 0 run "$SPOF_SOURCE_DIR/scenarios/primary-crash.json" "$baseline" -n 2 -o .
runs 0 run nasty.json -n 1 -o .
opens primary-crash/report.html 2
opens baseline/report.html 2
opens nasty/report.html 2
grep -q '<b>' dom && fail "a title became markup"

# Keys: the cursor goes to the next window, and says what is there; plus zooms all charts and strips.
cp primary-crash/report.html keys.html
cat >>keys.html <<'END'
<script>
  const press = (key) => document.querySelector(".plot").dispatchEvent(
    new KeyboardEvent("keydown", { key }));
  const spell = document.querySelector(".bar i");
  const said = () => document.querySelector(".spoken").textContent;
  press("ArrowRight"); press("ArrowRight"); press("ArrowRight");
  document.title = said();
  const width = () => Math.round(100 * parseFloat(spell.style.width));
  const before = width();
  press("+");
  document.title += "|" + (width() !== before);
  press("Escape");
  document.title += "|" + (width() === before);
</script>
END
opens keys.html 2
grep -q '<title>2 s: .*static p99 [0-9.]* ms.*|true|true</title>' dom ||
  fail "keys do not work: $(grep -o '<title>.*</title>' dom)"
