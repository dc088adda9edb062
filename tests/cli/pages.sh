#!/bin/sh
# The HTML pages in a real browser: their scripts run without a message, their charts draw, keys work.
. "${0%/*}/helpers"

command -v chromium >/dev/null || skip "the pages in a browser: chromium is not installed"

# chromium_on URL: the page as it is after its scripts, on standard output; what they say in ./log.
chromium_on() {
  TMPDIR=$work timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic \
    --no-first-run --disable-background-networking --disable-component-update --disable-sync \
    --disable-dev-shm-usage --user-data-dir="$work/profile" --window-size=1200,900 \
    --enable-logging=stderr --dump-dom "$1" 2>log
}

# browse FILE: what the page became is left in ./dom, what it said on the console in ./console.
browse() {
  chromium_on "file://$work/$1" >dom ||
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

# tells FILE: a verdict with its tag, and at least one table.
tells() {
  grep -q '<p class="verdict [a-z]*"><span class="tag">[^<][^<]*</span> [^< ]' "$1" ||
    fail "$1 has no verdict"
  grep -q '<tbody>' "$1" || fail "$1 has no table"
}

# narrow FILE: 400 pixels wide it does not scroll sideways, and nothing of a stacked table is off
# screen. In a frame, since a window cannot be that narrow, and of the frame's own origin.
narrow() {
  {
    echo '<!doctype html><iframe width="400" height="900" style="border: 0" onload="look(this)" srcdoc="'
    sed 's/&/\&amp;/g; s/"/\&quot;/g' "$1"
    cat <<'END'
"></iframe><script>
  function look(frame) {
    const page = frame.contentDocument.documentElement, seen = frame.contentWindow.innerWidth;
    const cells = [...page.querySelectorAll(".stacked td")];
    const outside = cells.filter((cell) => cell.getBoundingClientRect().right > seen + 1);
    document.title = `${seen} wide, scrolls ${page.scrollWidth > seen}, ${outside.length} outside`;
  }
</script>
END
  } >narrow.html
  browse narrow.html
  [ ! -s console ] || fail "$1, narrow, says on the console: $(cat console)"
  grep -q '<title>400 wide, scrolls false, 0 outside</title>' dom ||
    fail "$1 does not fit: $(grep -o '<title>.*</title>' dom | head -n 1)"
}

chromium_on about:blank >dom ||
  skip "the pages in a browser: chromium does not start here: $(tail -n 1 log)"

# This test must be able to see a mistake.
echo '<script>console.error("seen")</script>' >broken.html
browse broken.html
grep -q seen console || fail "a message on the console is not noticed"
echo '<!doctype html><p style="width: 500px">wide' >wide.html
(narrow wide.html) 2>/dev/null && fail "a page that is too wide is not noticed"

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
tells primary-crash/report.html
narrow primary-crash/report.html

runs 0 compare baseline primary-crash --format html -o compare.html
opens compare.html 0
tells compare.html
narrow compare.html
runs 0 matrix "$baseline" -n 1 --only '*@server1 crash' --only 'server1-nic *' \
  --set /duration=40s -o .
opens baseline/matrix.html 0
tells baseline/matrix.html
grep -q '<table class="stacked">' baseline/matrix.html || fail "the grid does not stack"
narrow baseline/matrix.html

# Keys: the cursor goes to the next window, and says what is there; plus zooms all charts and strips.
cp primary-crash/report.html keys.html
cat >>keys.html <<'END'
<script>
  const press = (key) => document.querySelector(".plot").dispatchEvent(
    new KeyboardEvent("keydown", { key }));
  const spell = document.querySelector(".bar i.down");
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

# A click on a head sorts by what the column stands for, not by its letters.
cp baseline/matrix.html sorted.html
cat >>sorted.html <<'END'
<script>
  const table = document.querySelector(".sortable");
  const keys = () => [...table.tBodies[0].rows].map((row) => row.cells[2].dataset);
  keys().forEach((data, i) => { data.key = [9, 80, 700, 10][i % 4]; });
  const figures = () => keys().map((data) => Number(data.key));
  const rising = () => figures().every((figure, i, all) => i === 0 || all[i - 1] <= figure);
  const head = table.querySelectorAll("th")[2];
  document.title = [figures().length > 3, rising()];
  head.click(); head.click();
  document.title += [",", head.getAttribute("aria-sort"), rising()];
</script>
END
opens sorted.html 0
grep -q '<title>true,false,,ascending,true</title>' dom ||
  fail "a table does not sort: $(grep -o '<title>.*</title>' dom | head -n 1)"
