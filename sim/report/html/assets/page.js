// Charts, tables that sort, buttons that copy. The words and figures of a page are in its markup;
// without this script only the drawn lines are missing.
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const color = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();

  // ---- numbers ----------------------------------------------------------------------------------

  /** "85 ms", "2.3 s", "410 /s" */
  function withUnit(value, unit) {
    if (value == null) return "–";
    if (unit === "ms" && value >= 1000) return short(value / 1000) + " s";
    return short(value) + (unit ? " " + unit : "");
  }
  /** The same along an axis, which has little room: "12.5k/s". */
  function along(splits, unit) {
    const thousands = unit !== "ms" && Math.max(...splits) >= 10000;
    return splits.map((value) =>
      thousands ? short(value / 1000) + "k" + unit : withUnit(value, unit));
  }
  function short(value) {
    if (value !== 0 && Math.abs(value) < 0.01) return value.toPrecision(2);
    return String(Number(value.toPrecision(Math.abs(value) >= 1000 ? 5 : 3)));
  }
  /** Seconds of the run: "95 s"; from ten minutes on "1:02:30". */
  function clock(seconds, end) {
    if (end <= 600) return short(seconds) + " s";
    const part = (span, of) => String(Math.floor((seconds % of) / span)).padStart(2, "0");
    return Math.floor(seconds / 3600) + ":" + part(60, 3600) + ":" + part(1, 60);
  }

  // ---- what is drawn below and above the lines -------------------------------------------------

  const rowHeight = 15, mostRows = 3, mostLabels = 6;

  /** Overlapping bands as one: shades must not add up. */
  function united(bands) {
    const made = [];
    for (const band of [...bands].sort((a, b) => a.from - b.from)) {
      const last = made[made.length - 1];
      if (last && band.from <= last.until) last.until = Math.max(last.until, band.until);
      else made.push({ from: band.from, until: band.until });
    }
    return made;
  }

  /** Places the labels of bands and marks in rows above a plot; those without room are left out. */
  function placed(labels, measure, toX, left, right) {
    const ends = [];
    const made = [];
    for (const label of labels) {
      const x = toX(label.at), width = measure(label.label);
      if (!label.label || x < left - 1 || x > right + 1 || width > right - left) continue;
      const from = Math.max(left, Math.min(x, right - width));
      let row = 0;
      while (row < mostRows && ends[row] != null && ends[row] > from) ++row;
      if (row === mostRows || made.length === mostLabels) continue;
      ends[row] = from + width + 10;
      made.push({ ...label, x, from, row });
    }
    return made;
  }

  /** A uPlot plugin: bands and marks on every chart of a group, labels on the first one only. */
  function annotations(data, first) {
    const bands = united(data.bands);
    const labels = [
      ...data.bands.map((band) => ({ at: band.from, label: band.label, color: "bad" })),
      ...data.marks.map((mark) => ({ at: mark.at, label: mark.label, color: "text" })),
    ].sort((a, b) => a.at - b.at);
    const font = (ratio) => 12 * ratio + "px system-ui, sans-serif";

    function drawBands(u) {
      const { left, top, width, height } = u.bbox;
      const within = (x) => Math.max(left, Math.min(left + width, x));
      u.ctx.save();
      u.ctx.fillStyle = color("band");
      for (const band of bands) {
        const from = within(u.valToPos(band.from, "x", true));
        const until = within(u.valToPos(band.until, "x", true));
        if (until > from) u.ctx.fillRect(from, top, Math.max(until - from, 1), height);
      }
      u.ctx.restore();
    }

    function drawMarks(u) {
      const { ctx, bbox } = u, ratio = devicePixelRatio;
      const bottom = bbox.top + bbox.height, right = bbox.left + bbox.width;
      const toX = (value) => u.valToPos(value, "x", true);
      const line = (x, top) => {
        ctx.beginPath();
        ctx.moveTo(x, top);
        ctx.lineTo(x, bottom);
        ctx.stroke();
      };
      ctx.save();
      ctx.strokeStyle = color("mark");
      ctx.lineWidth = 1.5 * ratio;
      ctx.setLineDash([4 * ratio, 4 * ratio]);
      for (const mark of data.marks) {
        const x = toX(mark.at);
        if (x >= bbox.left && x <= right) line(x, bbox.top);
      }
      if (first) {
        ctx.setLineDash([]);
        ctx.lineWidth = ratio;
        ctx.font = font(ratio);
        ctx.textAlign = "left";  // uPlot leaves it "right"
        ctx.textBaseline = "alphabetic";
        const measure = (text) => ctx.measureText(text).width;
        const shown = placed(labels, measure, toX, bbox.left, right);
        const baseline = (label) => bbox.top - (label.row * rowHeight + 5) * ratio;
        for (const label of shown) {
          ctx.strokeStyle = color(label.color);
          ctx.beginPath();
          ctx.moveTo(label.x, baseline(label) + 2 * ratio);
          ctx.lineTo(label.x, bbox.top);
          ctx.stroke();
        }
        for (const label of shown) {  // over the lines, which run through lower rows
          ctx.fillStyle = color("page");
          ctx.fillRect(label.from - 2 * ratio, baseline(label) - 11 * ratio,
            measure(label.label) + 4 * ratio, 14 * ratio);
          ctx.fillStyle = color(label.color);
          ctx.fillText(label.label, label.from, baseline(label));
        }
      }
      ctx.restore();
    }

    /** Room above the plot for as many rows as the labels take while all is shown. */
    function room(width) {
      if (!first) return 8;
      const ctx = document.createElement("canvas").getContext("2d");
      ctx.font = font(1);
      const start = data.times[0];
      const toX = (value) => ((value - start) / (data.end - start)) * width;
      const measure = (text) => ctx.measureText(text).width;
      const rows = placed(labels, measure, toX, 0, width).map((label) => label.row + 1);
      return Math.max(0, ...rows) * rowHeight + 8;
    }
    return { room, hooks: { drawClear: drawBands, draw: drawMarks } };
  }

  // ---- a chart ----------------------------------------------------------------------------------

  /** Powers of ten; with 2 and 5 where there are few of them: the grid stays thin. */
  function logSplits(u, axis, min, max) {
    const made = [];
    const steps = max / min > 150 ? [1] : [1, 2, 5];
    for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max) + 1e-9; ++power)
      for (const step of steps) {
        const value = step * 10 ** power;
        if (value >= min * 0.999 && value <= max * 1.001) made.push(value);
      }
    return made;
  }
  /** From and to the nearest 1, 2 or 5, and never less than a power of ten: noise stays small. */
  function logRange(u, min, max) {
    if (min == null) return [1, 1000];
    const power = 10 ** Math.floor(Math.log10(min));
    const low = [5, 2, 1].find((step) => step * power <= min * 1.001) * power;
    const top = 10 ** Math.floor(Math.log10(max));
    const high = [1, 2, 5, 10].find((step) => step * top >= max * 0.999) * top;
    return [low, Math.max(high, low * 10)];
  }

  function axes(chart, data) {
    const common = {
      stroke: color("quiet"),
      font: "12px system-ui, sans-serif",
      grid: { stroke: color("grid"), width: 1 },
      ticks: { stroke: color("grid"), width: 1, size: 5 },
    };
    const x = {
      ...common,
      size: 32,
      space: 70,
      incrs: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400,
        43200, 86400, 172800, 604800],
      values: (u, splits) => splits.map((value) => clock(value, data.end)),
    };
    const y = {
      ...common,
      size: parseFloat(color("left")),
      values: (u, splits) => along(splits, chart.unit),
    };
    if (chart.log) {
      y.splits = logSplits;
      y.filter = (u, splits) => splits;  // thinned already
    }
    return [x, y];
  }

  function series(chart, data, step) {
    const time = { label: "time", value: (u, value) => (value == null ? "–" : clock(value, data.end)) };
    const curves = chart.curves.map((curve) => ({
      label: curve.name,
      stroke: color(curve.color),
      fill: curve.filled ? color(curve.color) + "22" : undefined,
      width: curve.dashed ? 1.25 : 1.75,
      dash: curve.dashed ? [5, 3] : undefined,
      paths: step,
      points: { show: false },
      value: (u, value) => withUnit(value, chart.unit),
    }));
    return [time, ...curves];
  }

  function options(chart, data, first, width, hooks) {
    const notes = annotations(data, first);
    const left = parseFloat(color("left")), right = parseFloat(color("right"));
    const top = notes.room(width - left - right);
    return {
      width,
      height: (root.dataset.theme ? 120 : root.clientWidth < 600 ? 170 : 200) + top,
      padding: [top, right, 0, 0],
      scales: {
        x: { time: false },
        y: chart.log
          ? { distr: 3, range: logRange }
          : { range: (u, min, max) => [0, max > 0 ? max * 1.06 : 1] },
      },
      legend: { markers: { dash: (u, i) => (chart.curves[i - 1]?.dashed ? "dashed" : "solid") } },
      axes: axes(chart, data),
      series: series(chart, data, uPlot.paths.stepped({ align: 1, alignGaps: 1 })),
      cursor: {
        y: false,
        drag: { x: true, y: false },
        points: { size: 7 },
        sync: { key: hooks.key },
        // A value is that of the window it begins: never of the one that begins next.
        dataIdx: (u, curve, closest, value) =>
          closest > 0 && u.data[0][closest] > value ? closest - 1 : closest,
      },
      hooks: {
        drawClear: [notes.hooks.drawClear],
        draw: [notes.hooks.draw],
        setScale: [hooks.setScale],
      },
    };
  }

  // ---- charts that share cursor and zoom --------------------------------------------------------

  let groups = 0;

  class Group {
    constructor(element) {
      this.element = element;
      this.data = JSON.parse(element.querySelector("script").textContent);
      this.plots = all(".plot", element);
      this.spells = all(".bar i", element);
      this.spoken = element.querySelector(".spoken");
      this.key = "charts" + groups++;
      this.charts = [];
      this.shown = { min: this.data.times[0], max: this.data.end };
      this.plots.forEach((plot, i) => {
        plot.addEventListener("keydown", (event) => this.pressed(event, this.charts[i]));
      });
    }

    /** Draws all charts as wide as their place, or as asked; again after a change of colours. */
    draw(width) {
      for (const chart of this.charts) chart.destroy();
      // The last window reaches to the end of the run.
      const times = [...this.data.times, this.data.end];
      this.charts = this.plots.map((plot, i) => {
        const chart = this.data.charts[i];
        const values = chart.curves.map(({ values }) => {
          const shown = values.map((value) => (chart.log && !(value > 0) ? null : value));
          return [...shown, shown[shown.length - 1]];
        });
        const hooks = { key: this.key, setScale: (u, scale) => this.rescaled(u, scale) };
        const made = new uPlot(options(chart, this.data, i === 0, width || plot.clientWidth, hooks),
          [times, ...values], plot);
        this.reachable(made);
        return made;
      });
      const { min, max } = this.shown;
      if (min > times[0] || max < this.data.end) this.show(min, max);
    }

    resize() {
      const first = this.plots[0];
      if (!first || !this.charts.length || first.clientWidth === this.charts[0].width) return;
      this.draw();
    }

    /** Shows this part of the time on all charts and strips. */
    show(min, max) {
      this.shown = { min, max };
      for (const chart of this.charts) chart.setScale("x", { min, max });
      for (const spell of this.spells) {
        const within = (time) => Math.max(min, Math.min(max, Number(time)));
        const from = within(spell.dataset.from), until = within(spell.dataset.until);
        spell.hidden = until <= from;
        spell.style.left = (100 * (from - min)) / (max - min) + "%";
        spell.style.width = (100 * (until - from)) / (max - min) + "%";
      }
    }

    /** Comes later than the change: one made here is told by its values. */
    rescaled(chart, scale) {
      const { min, max } = chart.scales.x;
      if (scale !== "x" || (min === this.shown.min && max === this.shown.max)) return;
      this.show(min, max);
    }

    /** The legend switches lines on and off: with the keyboard, too. */
    reachable(chart) {
      all(".u-legend .u-series th", chart.root).slice(1).forEach((head) => {
        head.tabIndex = 0;
        head.setAttribute("role", "button");
        head.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          event.stopPropagation();
          head.click();
        });
      });
    }

    pressed(event, chart) {
      if (event.ctrlKey || event.altKey || event.metaKey || event.target !== event.currentTarget)
        return;
      const { min, max } = chart.scales.x;
      const [begin, end] = [this.data.times[0], this.data.end];
      const step = event.shiftKey ? 10 : 1;
      const moves = { ArrowLeft: -step, ArrowRight: step, Home: -Infinity, End: Infinity };
      if (event.key in moves) {
        this.move(chart, moves[event.key]);
      } else if (event.key === "+" || event.key === "=" || event.key === "-") {
        const index = chart.cursor.idxs[0];
        const middle = index == null ? (min + max) / 2 : this.data.times[index] ?? end;
        const half = ((max - min) / 2) * (event.key === "-" ? 2 : 0.5);
        if (half * 2 > (end - begin) / this.data.times.length)
          this.show(Math.max(begin, middle - half), Math.min(end, middle + half));
      } else if (event.key === "Escape" || event.key === "0") {
        this.show(begin, end);
      } else {
        return;
      }
      event.preventDefault();
    }

    /** Moves the cursor by so many windows, within what is shown, and says what it stands on. */
    move(chart, by) {
      const times = this.data.times;
      const { min, max } = chart.scales.x;
      let low = times.findIndex((time) => time >= min);
      let high = times.length - 1;
      while (high > low && times[high] >= max) --high;
      if (low < 0) low = high;
      const now = chart.cursor.idxs[0];
      const to = now == null ? (by > 0 ? low : high) : Math.max(low, Math.min(high, now + by));
      const width = (times[to + 1] ?? this.data.end) - times[to];
      for (const one of this.charts) {
        const left = one.valToPos(times[to] + width / 2, "x");
        one.setCursor({ left, top: one.over.clientHeight / 2 }, true, false);
      }
      const index = this.charts.indexOf(chart);
      const { curves, unit } = this.data.charts[index];
      this.spoken.textContent = clock(times[to], this.data.end) + ": " + curves
        .filter((curve) => curve.values[to] != null)
        .map((curve) => curve.name + " " + withUnit(curve.values[to], unit)).join(", ");
    }
  }

  // ---- tables that sort, buttons that copy ------------------------------------------------------

  function sort(table, column) {
    const head = all("th", table)[column];
    const down = head.getAttribute("aria-sort") !== "descending";
    const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
    const number = (text) => (text.trim() === "" ? NaN : Number(text));
    const order = (a, b) => {
      const [x, y] = [key(a), key(b)], [n, m] = [number(x), number(y)];
      if (isNaN(n) || isNaN(m)) return isNaN(n) - isNaN(m) || x.localeCompare(y);
      return n - m;
    };
    const rows = [...table.tBodies[0].rows].sort(order);
    if (down) rows.reverse();
    table.tBodies[0].append(...rows);
    for (const other of all("th", table)) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }
  for (const table of all("table.sortable"))
    all("th", table).forEach((head, column) => {
      head.tabIndex = 0;
      head.title = "Sort";
      head.addEventListener("click", () => sort(table, column));
      head.addEventListener("keydown", (event) => {
        if (event.key === "Enter") sort(table, column);
      });
    });

  for (const button of all("button.copy"))
    button.addEventListener("click", () => {
      const text = button.parentElement.querySelector("pre");
      getSelection().selectAllChildren(text);  // where the clipboard is not allowed: Ctrl-C is left
      const done = () => {
        button.textContent = "Copied";
      };
      if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).then(done, () => {});
      else if (document.execCommand("copy")) done();
    });

  // ---- begin, and what changes later ------------------------------------------------------------

  const drawn = all(".charts").map((element) => new Group(element));
  const drawAll = (width) => drawn.forEach((group) => group.draw(width));
  if (drawn.length) {
    drawAll();
    root.dataset.drawn = drawn.reduce((sum, group) => sum + group.charts.length, 0);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
    addEventListener("resize", () => drawn.forEach((group) => group.resize()));
  }

  // On paper: what is open, on white, as wide as a page.
  addEventListener("beforeprint", () => {
    root.dataset.theme = "light";
    drawAll(680);
  });
  addEventListener("afterprint", () => {
    delete root.dataset.theme;
    drawAll();
  });
})();
