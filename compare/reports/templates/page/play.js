"use strict";
// The interactive part: reads the sliders, runs both descents, draws three charts and fills two tables.
(() => {
  const { sets, words } = JSON.parse(document.getElementById("play-data").textContent);
  const SLIDERS = ["w", "b", "lr", "momentum", "epochs"];
  const WIDTH = 360, HEIGHT = 270, LEFT = 46, BOTTOM = 26, TOP = 16, RIGHT = 8;
  const part = (id) => document.getElementById(`play-${id}`);
  const surfaces = sets.map(descent.bowl);
  const state = { t: 0, timer: null };

  function shown(value) {
    if (!Number.isFinite(value)) return "—";
    return Math.abs(value) < 1e9 ? String(Number(value.toPrecision(8))) : value.toExponential(7);
  }
  const rounded = (value) => String(Number(value.toPrecision(3)));
  const here = (texts) => texts[document.documentElement.lang];
  const put = (name, text) => { document.querySelectorAll(`[data-out="${name}"]`).forEach((cell) => { cell.textContent = text; }); };

  // --- drawing: plain SVG, coordinates through scales; what runs out of a chart is cut at its frame ---
  function node(parent, name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    if (text !== undefined) made.textContent = text;
    return parent.appendChild(made);
  }
  const scale = ([low, high], from, to) => (value) => (from + ((value - low) / (high - low)) * (to - from)).toFixed(1);
  function ticks([low, high]) {
    const rough = (high - low) / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const gap = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
    const first = Math.ceil(low / gap);
    return Array.from({ length: Math.floor(high / gap) - first + 1 }, (_, index) => (first + index) * gap);
  }
  // Ticks of a log axis, as logarithms: whole powers of ten, and 2 and 5 between them where there would be few.
  function powers([low, high]) {
    const factors = high - low < 2 ? [1, 2, 5] : [1];
    const whole = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, index) => Math.floor(low) + index);
    return whole.flatMap((power) => factors.map((factor) => power + Math.log10(factor)))
      .filter((log) => log >= low && log <= high);
  }
  function power(log) {
    if (Math.abs(log) < 3) return rounded(10 ** log);
    return "10" + [...String(Math.round(log))].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("");
  }
  // An empty chart with axes: its drawing group and its two scales. `log` writes the vertical ticks as powers of ten.
  function frame(chart, across, up, names, log) {
    const svg = part(chart);
    svg.replaceChildren();
    const x = scale(across, LEFT, WIDTH - RIGHT), y = scale(up, HEIGHT - BOTTOM, TOP);
    const clip = node(node(svg, "clipPath", { id: `clip-${chart}` }), "rect",
      { x: LEFT, y: TOP, width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM });
    ticks(across).forEach((value) => {
      node(svg, "line", { class: "grid", x1: x(value), x2: x(value), y1: TOP, y2: HEIGHT - BOTTOM });
      node(svg, "text", { class: "tick", x: x(value), y: HEIGHT - BOTTOM + 12, "text-anchor": "middle" }, rounded(value));
    });
    (log ? powers : ticks)(up).forEach((value) => {
      node(svg, "line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) });
      node(svg, "text", { class: "tick", x: LEFT - 4, y: Number(y(value)) + 3, "text-anchor": "end" }, (log ? power : rounded)(value));
    });
    node(svg, "text", { class: "tick", x: WIDTH - RIGHT, y: HEIGHT - 2, "text-anchor": "end" }, names[0]);
    node(svg, "text", { class: "tick", x: 2, y: 10 }, names[1]);
    const group = node(svg, "g", { "clip-path": `url(#clip-${chart})` });
    node(svg, "rect", { class: "frame", ...Object.fromEntries([...clip.attributes].map((a) => [a.name, a.value])) });
    return { group, x, y };
  }
  // A line through points, up to the first that is so far outside that a browser could no longer draw to it.
  function trace({ group, x, y }, points, look) {
    const places = points.map(([a, c]) => [x(a), y(c)]);
    const lost = places.findIndex((place) => place.some((value) => !(Math.abs(value) < 1e5)));
    const drawn = lost < 0 ? places : places.slice(0, lost + 1).filter((place) => place.every((value) => Math.abs(value) < 1e6));
    node(group, "polyline", { class: look, points: drawn.map((place) => place.join(",")).join(" ") });
  }

  // --- what is shown ---
  function read() {
    const set = sets[Number(part("data-choice").value)];
    const value = Object.fromEntries(SLIDERS.map((name) => [name, Number(part(name).value)]));
    SLIDERS.forEach((name) => { part(`${name}-value`).textContent = value[name]; });
    return { set, surface: surfaces[sets.indexOf(set)], ...value };
  }

  function compute() {
    const now = read();
    const run = (momentum) => ({ momentum, ...descent.train(now.set, now.w, now.b, now.lr, momentum, now.epochs) });
    return { ...now, runs: { plain: run(0), with_momentum: run(now.momentum) } };
  }

  const states = (run) => run.w.map((w, index) => [w, run.b[index]]);
  const present = (run) => states(run)[Math.min(state.t, run.w.length - 1)];

  function drawLine({ set, runs }) {
    const chart = frame("line", set.view.x, set.view.y, [here(set.axes.x), here(set.axes.y)]);
    const [w, b] = present(runs.plain);
    set.x.forEach((xi, i) => {
      const from = Number(chart.y(set.y[i])), to = Number(chart.y(w * xi + b)), side = Math.abs(to - from);
      const left = Number(chart.x(xi)) - (xi > (set.view.x[0] + set.view.x[1]) / 2 ? side : 0);
      if (side < 1e5) node(chart.group, "rect", { class: "square", x: left, y: Math.min(from, to), width: side, height: side });
    });
    Object.entries(runs).forEach(([name, run]) => {
      const [slope, height] = present(run);
      trace(chart, set.view.x.map((xi) => [xi, slope * xi + height]), `path ${name}`);
    });
    set.x.forEach((xi, i) => node(chart.group, "circle", { class: "point", cx: chart.x(xi), cy: chart.y(set.y[i]), r: 4 }));
  }

  function drawSurface({ set, surface, runs, lr }) {
    const chart = frame("surface", set.view.w, set.view.b, ["w", "b"]);
    const highest = Math.max(...set.view.w.flatMap((w) => set.view.b.map((b) => descent.above(surface, w, b))));
    for (let level = 1; level < 10; level += 1) trace(chart, descent.contour(surface, highest / 3 ** level), "contour");
    Object.entries(runs).forEach(([name, run]) => {
      trace(chart, states(run), `path faint ${name}`);
      trace(chart, states(run).slice(0, state.t + 1), `path ${name}`);
    });
    const [w, b] = present(runs.plain), { dw, db } = descent.measure(set, w, b);
    trace(chart, [[w, b], [w - lr * dw, b - lr * db]], "arrow");
    Object.entries(runs).forEach(([name, run]) => {
      const [cx, cy] = [chart.x, chart.y].map((place, which) => place(present(run)[which]));
      const near = Math.abs(cx) < 1e5 && Math.abs(cy) < 1e5;
      if (near) node(chart.group, "circle", { class: `spot ${name}`, cx, cy, r: name === "plain" ? 6 : 3.5 });
    });
    node(chart.group, "path", { class: "least", d: `M${chart.x(surface.w)} ${chart.y(surface.b)}m-5-5l10 10m0-10l-10 10` });
  }

  function drawLosses({ runs, epochs }) {
    const logs = Object.fromEntries(Object.entries(runs).map(([name, run]) => [name,
      run.loss.map((loss, epoch) => [epoch, Math.log10(loss)]).filter(([, log]) => Number.isFinite(log))]));
    const all = Object.values(logs).flat().map(([, log]) => log);
    const ceiling = (all[0] ?? 0) + 4; // a run that diverges leaves the chart four powers of ten above its start
    const high = Math.min(Math.max(...all, -300), ceiling) + 0.1, low = Math.max(Math.min(...all, 300), high - 12) - 0.1;
    const chart = frame("losses", [0, Math.max(epochs, 1)], [Math.min(low, high - 0.5), high], [here(words.epoch), ""], true);
    Object.entries(logs).forEach(([name, points]) => trace(chart, points, `path ${name}`));
    trace(chart, [[state.t, high - 13], [state.t, high]], "cursor");
  }

  function outcome(run, { surface, lr }) {
    const limit = descent.limit(surface, run.momentum);
    const epoch = run.divergedAt ?? run.loss.findIndex((loss) => loss > run.loss[0]);
    const key = lr < limit ? "converges" : run.divergedAt !== null ? "overflow" : epoch < 0 ? "diverges_later" : "diverges";
    const fill = (text) => text.replace("{limit}", rounded(limit)).replace("{epoch}", epoch);
    return Object.entries(words[key]).map(([language, text]) => Object.assign(document.createElement("span"), { lang: language, textContent: fill(text) }));
  }

  function fillTables(now) {
    put("t", state.t);
    put("epochs", now.epochs);
    Object.entries(now.runs).forEach(([name, run]) => {
      const [w, b] = present(run), { loss, dw, db } = descent.measure(now.set, w, b);
      Object.entries({ w, b, loss, dw, db }).forEach(([key, value]) => put(`${name}-${key}`, shown(value)));
      put(`${name}-last-w`, shown(run.w.at(-1)));
      put(`${name}-last-b`, shown(run.b.at(-1)));
      put(`${name}-last-loss`, shown(run.loss.at(-1)));
      document.querySelector(`[data-out="${name}-outcome"]`).replaceChildren(...outcome(run, now));
    });
  }

  function show() {
    const now = compute();
    drawLine(now);
    drawSurface(now);
    drawLosses(now);
    fillTables(now);
    return now;
  }

  // --- what the reader does ---
  function pause() {
    clearInterval(state.timer);
    state.timer = null;
    part("run").querySelector("[data-when=still]").hidden = false;
    part("run").querySelector("[data-when=running]").hidden = true;
  }
  function forward() {
    state.t = Math.min(state.t + 1, Number(part("epochs").value) + 1);
    show();
    if (state.t > Number(part("epochs").value)) pause();
  }
  function play() {
    if (state.timer) return pause();
    if (state.t > Number(part("epochs").value)) state.t = 0;
    part("run").querySelector("[data-when=still]").hidden = true;
    part("run").querySelector("[data-when=running]").hidden = false;
    state.timer = setInterval(forward, 80);
    return undefined;
  }
  function restart() {
    pause();
    state.t = 0;
    show();
  }
  function choose() {
    const { ranges } = sets[Number(part("data-choice").value)];
    SLIDERS.forEach((name) => {
      const [min, max, step, value] = ranges[name];
      Object.assign(part(name), { min, max, step, value });
    });
    restart();
  }

  SLIDERS.forEach((name) => part(name).addEventListener("input", restart));
  part("data-choice").addEventListener("change", choose);
  part("step").addEventListener("click", () => { pause(); forward(); });
  part("run").addEventListener("click", play);
  part("reset").addEventListener("click", restart);
  new MutationObserver(show).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
  choose();
})();
