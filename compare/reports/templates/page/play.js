"use strict";
// The part to touch. One state holds everything that the reader chose; everything shown is computed from it: `facts` names
// every number, elements with data-out show them, and the charts are drawn anew.
(() => {
  const { sets, words, broken } = JSON.parse(document.getElementById("play-data").textContent);
  const SLIDERS = ["w", "b", "lr", "momentum", "adam", "epochs", "nudge"];
  const OPTIONS = ["lr", "momentum", "adam"]; // these may change in mid-run
  const SPEEDS = { slow: 320, usual: 80, fast: 16 }; // milliseconds a step
  const MOST = 12; // points: more would hide each other
  const part = (id) => document.getElementById(`play-${id}`);
  const here = (texts) => texts[document.documentElement.lang];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const state = { set: 0, x: [], y: [], w: 0, b: 0, schedule: [], epochs: 0, nudge: 1, t: 0, mistake: "", timer: null, picked: null };

  function shown(value, digits = 8) {
    if (!Number.isFinite(value)) return "—";
    return Math.abs(value) < 1e9 ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 1);
  }

  const chosen = (name) => (OPTIONS.includes(name) ? state.schedule.at(-1) : state)[name];

  // --- from the state to every number ---
  function compute() {
    const rows = { x: state.x, y: state.y };
    const surface = descent.bowl(rows), plain = state.schedule.map((options) => ({ ...options, momentum: 0 }));
    const train = (schedule, how) => {
      const { lr, momentum } = schedule.at(-1), limit = how?.rule ? Infinity : descent.limit(surface, momentum);
      return { ...descent.train(rows, state.w, state.b, schedule, state.epochs, how), slope: how?.slope, lr, momentum, limit, diverges: !(lr < limit) || !!how?.slope };
    };
    const runs = { plain: train(plain), with_momentum: train(state.schedule), adam: train(state.schedule, { rule: descent.adam }) };
    if (state.mistake) runs.broken = train(plain, { slope: { ...descent.RIGHT, ...broken[state.mistake] } });
    return { rows, set: sets[state.set], surface, runs };
  }
  const present = (run) => { const i = Math.min(state.t, run.w.length - 1); return [run.w[i], run.b[i]]; };
  const states = (run) => run.w.map((w, i) => [w, run.b[i]]);

  function outcome(run, { rows, surface }) {
    const { limit } = run, [w, b] = [run.w.at(-1), run.b.at(-1)];
    const worse = run.divergedAt ?? run.loss.findIndex((loss) => loss > run.loss[0]);
    const excess = run.divergedAt === null ? exact.excess(rows, w, b) : NaN;
    if (limit === Infinity) return { outcome: "adam", excess: shown(excess, 3) };
    const verdict = run.lr < limit ? "converges" : run.divergedAt !== null ? "overflow" : worse < 0 ? "diverges_later" : "diverges";
    const rate = shown(descent.contraction(surface, run.lr, run.momentum), 6);
    return { outcome: verdict, rate, limit: shown(limit, 3), worse: String(worse), excess: shown(excess, 3) };
  }
  function facts(now) {
    const found = { t: String(state.t), epochs: String(state.epochs) };
    SLIDERS.forEach((name) => { found[`set-${name}`] = shown(chosen(name)); });
    Object.entries(now.runs).forEach(([name, run]) => {
      const [w, b] = present(name === "broken" ? now.runs.plain : run), last = [run.w.at(-1), run.b.at(-1)];
      const { loss, dw, db } = descent.measure(now.rows, w, b, run.slope);
      const end = { w: last[0], b: last[1], loss: descent.measure(now.rows, ...last).loss };
      Object.entries({ w, b, loss, dw, db }).forEach(([key, value]) => { found[`${name}-${key}`] = shown(value); });
      Object.entries(end).forEach(([key, value]) => { found[`${name}-last-${key}`] = shown(value); });
      if (name !== "broken") Object.entries(outcome(run, now)).forEach(([key, value]) => { found[`${name}-${key}`] = value; });
    });
    const [w, b] = present(now.runs.plain);
    if ([w, b].every(Number.isFinite)) {
      const { low, high, slope } = exact.secant(now.rows, w, b, state.nudge), tangent = exact.tangent(now.rows, w, b);
      Object.assign(found, { low: shown(exact.toNumber(low)), high: shown(exact.toNumber(high)), nudge: shown(state.nudge),
        secant: shown(exact.toNumber(slope)), tangent: shown(exact.toNumber(tangent)), "secant-verdict": exact.equal(slope, tangent) ? "equal" : "apart" });
    }
    return found;
  }
  // A verdict is shown by the one of its sentences that is named after it; any other fact by its text.
  function tell(found) {
    document.querySelectorAll("[data-out]").forEach((place) => {
      const value = found[place.dataset.out] ?? "—";
      if (place.dataset.out.match(/outcome|verdict/)) {
        place.dataset.value = value;
        place.querySelectorAll("[data-case]").forEach((sentence) => { sentence.hidden = sentence.dataset.case !== value; });
      } else place.textContent = value;
    });
  }

  // --- the charts ---
  function drawLine(now) {
    const drawing = chart.frame(part("line"), now.set.view.x, now.set.view.y, [here(now.set.axes.x), here(now.set.axes.y)]);
    const [w, b] = present(now.runs.plain), middle = (now.set.view.x[0] + now.set.view.x[1]) / 2;
    state.x.forEach((xi, i) => {
      const from = Number(drawing.y(state.y[i])), to = Number(drawing.y(w * xi + b)), side = Math.abs(to - from);
      const left = Number(drawing.x(xi)) - (xi > middle ? side : 0);
      if (side < 1e5) chart.node(drawing.group, "rect", { class: "square", x: left, y: Math.min(from, to), width: side, height: side });
    });
    Object.entries(now.runs).forEach(([name, run]) => {
      const [slope, height] = present(run);
      chart.trace(drawing, now.set.view.x.map((xi) => [xi, slope * xi + height]), `path ${name}`);
    });
    state.x.forEach((xi, i) => handle(drawing, `point-${i}`, "point", [xi, state.y[i]], here(words.point).replace("{number}", i + 1)));
    return drawing;
  }
  function drawSurface(now, svg = part("surface")) {
    const { view } = now.set, drawing = chart.frame(svg, view.w, view.b, ["w", "b"]);
    const highest = Math.max(...view.w.flatMap((w) => view.b.map((b) => descent.above(now.surface, w, b))));
    for (let level = 1; level < 10; level += 1) chart.trace(drawing, descent.contour(now.surface, highest / 3 ** level), "contour");
    Object.entries(now.runs).forEach(([name, run]) => {
      chart.path(drawing, states(run), `path faint ${name}`, run.diverges);
      chart.path(drawing, states(run).slice(0, state.t + 1), `path ${name}`, run.diverges);
    });
    const [w, b] = present(now.runs.plain), { dw, db } = descent.measure(now.rows, w, b), { lr } = now.runs.plain;
    chart.trace(drawing, [[w, b], [w - lr * dw, b - lr * db]], "arrow");
    Object.entries(now.runs).forEach(([name, run]) => {
      const [cx, cy] = present(run), near = drawing.inside([cx, cy]);
      if (near) chart.node(drawing.group, "circle", { class: `spot ${name}`, cx: drawing.x(cx), cy: drawing.y(cy), r: name === "plain" ? 6 : 3.5 });
    });
    chart.node(drawing.group, "path", { class: "least", d: `M${drawing.x(now.surface.w)} ${drawing.y(now.surface.b)}m-5-5l10 10m0-10l-10 10` });
    if (svg === part("surface")) handle(drawing, "start", "start", [state.w, state.b], here(words.start));
    return drawing;
  }
  function drawLosses({ runs }, svg = part("losses")) {
    const logs = Object.fromEntries(Object.entries(runs).map(([name, run]) => [name,
      run.loss.map((loss, epoch) => [epoch, Math.log10(loss)]).filter(([, log]) => Number.isFinite(log))]));
    const all = Object.values(logs).flat().map(([, log]) => log);
    const ceiling = (all[0] ?? 0) + 4; // a run that diverges leaves the chart four powers of ten above its start
    const high = Math.min(Math.max(...all, -300), ceiling) + 0.1, low = Math.max(Math.min(...all, 300), high - 12) - 0.1;
    const drawing = chart.frame(svg, [0, Math.max(state.epochs, 1)], [Math.min(low, high - 0.5), high], [here(words.epoch), ""], true);
    Object.entries(logs).forEach(([name, points]) => chart.trace(drawing, points, `path ${name}`));
    chart.trace(drawing, [[state.t, high - 13], [state.t, high]], "cursor");
  }
  // The loss along w alone, at the present b: a parabola, its tangent, and the secant between w − h and w + h beside it.
  function drawSlope(now) {
    const [w, b] = present(now.runs.plain), { view } = now.set, loss = (at) => descent.measure(now.rows, at, b).loss;
    const across = Array.from({ length: 81 }, (_, i) => view.w[0] + ((view.w[1] - view.w[0]) * i) / 80);
    const drawing = chart.frame(part("slope"), view.w, [0, 1.15 * Math.max(...across.map(loss)) || 1], ["w", here(words.loss)]);
    chart.trace(drawing, across.map((at) => [at, loss(at)]), "parabola");
    const { dw } = descent.measure(now.rows, w, b), ends = [w - state.nudge, w + state.nudge];
    chart.trace(drawing, view.w.map((at) => [at, loss(w) + dw * (at - w)]), "arrow");
    chart.trace(drawing, ends.map((at) => [at, loss(at)]), "secant");
    [...ends, w].forEach((at) => chart.node(drawing.group, "circle", { class: "point", cx: drawing.x(at), cy: drawing.y(loss(at)), r: 3 }));
  }

  // Every learning rate and momentum by what the closed form predicts: how fast the slowest direction dies out, or grows.
  const CELLS = { across: 36, up: 20 };
  let mapped = null; // the surface that the map shows, and its drawing: a new choice on it moves the marker alone
  function drawMap({ surface }) {
    const known = JSON.stringify([state.set, surface, document.documentElement.lang]);
    if (mapped?.known !== known) mapped = { known, drawing: drawRates(surface) };
    part("map").querySelector("[data-handle]")?.remove();
    const now = state.schedule.at(-1);
    handle(mapped.drawing, "rate", "start", [now.lr, now.momentum], here(words.rate));
    return mapped.drawing;
  }
  function drawRates(surface) {
    const { lr } = sets[state.set].ranges, drawing = chart.frame(part("map"), [0, lr[1]], [0, 1], ["lr", here(words.momentum)]);
    const [width, height] = [lr[1] / CELLS.across, 1 / CELLS.up];
    for (let i = 0; i < CELLS.across; i += 1) {
      for (let j = 0; j < CELLS.up; j += 1) {
        const rate = descent.contraction(surface, (i + 0.5) * width, (j + 0.5) * height);
        const share = rate < 1 ? Math.min(100, -60 * Math.log10(rate) + 8) : Math.min(100, 60 * Math.log10(rate) + 25);
        chart.node(drawing.group, "rect", { x: drawing.x(i * width), y: drawing.y((j + 1) * height), width: Number(drawing.x(width)) - Number(drawing.x(0)) + 0.3,
          height: Number(drawing.y(0)) - Number(drawing.y(height)) + 0.3, style: `fill: color-mix(in oklab, var(--${rate < 1 ? "good" : "bad"}) ${share.toFixed(0)}%, var(--card))` });
      }
    }
    return drawing;
  }

  // --- what is drawn can be dragged, and moved by arrow keys ---
  function handle(drawing, key, look, [across, up], label) {
    const spot = chart.node(drawing.svg, "circle", { class: `handle ${look}`, cx: drawing.x(across), cy: drawing.y(up), r: 7, tabindex: 0,
      role: "slider", "aria-label": label, "aria-valuenow": up, "aria-valuetext": `${shown(across)}, ${shown(up)}`, "data-handle": key });
    if (!drawing.inside([across, up])) spot.setAttribute("display", "none");
    if (state.picked === key) queueMicrotask(() => spot.focus({ preventScroll: true }));
  }
  const snapped = (value, step) => Number((Math.round(value / step) * step).toFixed(6));
  const within = (value, [low, high]) => Math.min(Math.max(value, low), high);
  function move(key, across, up) {
    const { grid, view, ranges } = sets[state.set];
    if (key === "rate") {
      const [lr, momentum] = [["lr", across], ["momentum", up]].map(([name, value]) => within(snapped(value, ranges[name][2]), ranges[name]));
      change({ schedule: [{ ...state.schedule.at(-1), lr, momentum }] });
    } else if (key === "start") {
      const [w, b] = [["w", across], ["b", up]].map(([name, value]) => within(snapped(value, ranges[name][2]), ranges[name]));
      change({ w, b });
    } else {
      const i = Number(key.slice("point-".length)), [x, y] = [[...state.x], [...state.y]];
      x[i] = within(snapped(across, grid.x), view.x);
      y[i] = within(snapped(up, grid.y), view.y);
      if (new Set(x).size > 1) change({ x, y }); // one x alone makes a valley without an end: no line is the best
    }
  }
  function place(key) {
    const { lr, momentum } = state.schedule.at(-1), i = Number(key.slice("point-".length));
    return { start: [state.w, state.b], rate: [lr, momentum] }[key] ?? [state.x[i], state.y[i]];
  }
  function nudged(event) {
    const key = event.target.dataset?.handle, arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!key) return;
    if (["Delete", "Backspace"].includes(event.key) && key.startsWith("point-")) { event.preventDefault(); remove(key); }
    if (!arrows[event.key]) return;
    event.preventDefault();
    const { grid, ranges } = sets[state.set], steps = { start: [ranges.w[2], ranges.b[2]], rate: [ranges.lr[2], ranges.momentum[2]] }[key] ?? [grid.x, grid.y];
    const [across, up] = place(key), times = event.shiftKey ? 10 : 1;
    state.picked = key;
    move(key, across + times * arrows[event.key][0] * steps[0], up + times * arrows[event.key][1] * steps[1]);
  }
  function remove(key) {
    const i = Number(key.slice("point-".length)), without = (values) => values.filter((_, at) => at !== i);
    if (new Set(without(state.x)).size > 1) change({ x: without(state.x), y: without(state.y) });
  }
  function add() {
    const { view, grid } = sets[state.set], middle = (range, step) => snapped((range[0] + range[1]) / 2, step);
    if (state.x.length < MOST) {
      state.picked = `point-${state.x.length}`;
      change({ x: [...state.x, middle(view.x, grid.x)], y: [...state.y, middle(view.y, grid.y)] });
    }
  }
  let drawings = {};
  function drag(event) {
    const svg = event.currentTarget, key = svg === part("map") ? "rate" : event.target.dataset?.handle;
    if (!key) return;
    event.preventDefault();
    state.picked = key;
    const drawing = () => drawings[{ rate: "map", start: "surface" }[key] ?? "line"];
    if (key === "rate") move(key, ...chart.pointed(drawing(), event)); // anywhere on the map
    const moved = (now) => move(key, ...chart.pointed(drawing(), now));
    const done = () => { svg.removeEventListener("pointermove", moved); ["pointerup", "pointercancel"].forEach((end) => svg.removeEventListener(end, done)); };
    svg.setPointerCapture(event.pointerId);
    svg.addEventListener("pointermove", moved);
    ["pointerup", "pointercancel"].forEach((end) => svg.addEventListener(end, done));
  }

  // --- the state changes here alone ---
  function show() {
    const now = compute(), found = facts(now);
    drawings = { line: drawLine(now), surface: drawSurface(now), map: drawMap(now) };
    drawLosses(now);
    drawSlope(now);
    if (state.mistake) drawSurface(now, part("broken-surface")), drawLosses(now, part("broken-losses"));
    backprop.show(now.rows, present(now.runs.plain), now.runs.broken?.slope, found);
    tell(found);
    SLIDERS.forEach((name) => { part(name).value = chosen(name); });
    part("undo").disabled = state.t === 0;
  }
  function change(made) { // what changes the problem starts the run anew
    pause();
    Object.assign(state, made, { t: 0 });
    state.schedule = [{ ...state.schedule.at(-1), from: 0 }];
    show();
  }
  function retune(name, value) { // an option holds from the present epoch on
    const options = { ...state.schedule.at(-1), [name]: value, from: state.t };
    state.schedule = [...state.schedule.filter(({ from }) => from < state.t), options];
    show();
  }
  function pause() {
    clearInterval(state.timer);
    state.timer = null;
    [["still", false], ["running", true]].forEach(([when, hidden]) => { part("run").querySelector(`[data-when=${when}]`).hidden = hidden; });
    part("live").setAttribute("aria-live", "polite");
  }
  function go(steps) {
    state.t = within(state.t + steps, [0, state.epochs + 1]);
    show();
    if (state.t > state.epochs) pause();
  }
  function play() {
    if (state.timer) return pause();
    if (state.t > state.epochs) state.t = 0;
    if (still.matches) return go(state.epochs + 1);
    [["still", true], ["running", false]].forEach(([when, hidden]) => { part("run").querySelector(`[data-when=${when}]`).hidden = hidden; });
    part("live").setAttribute("aria-live", "off");
    state.timer = setInterval(() => go(1), SPEEDS[part("speed").value]);
    return undefined;
  }
  function choose(set) {
    const { x, y, ranges } = sets[set];
    SLIDERS.forEach((name) => { const [min, max, step] = ranges[name]; Object.assign(part(name), { min, max, step }); });
    const [w, b, lr, momentum, adam, epochs, nudge] = SLIDERS.map((name) => ranges[name][3]);
    state.schedule = [{ from: 0, lr, momentum, adam }];
    change({ set, x: [...x], y: [...y], w, b, epochs, nudge, picked: null });
  }

  SLIDERS.forEach((name) => part(name).addEventListener("input", ({ target }) => {
    const value = Number(target.value);
    state.picked = null;
    if (OPTIONS.includes(name)) retune(name, value);
    else if (name === "nudge") { state.nudge = value; show(); }
    else change({ [name]: value });
  }));
  part("data-choice").addEventListener("change", ({ target }) => choose(Number(target.value)));
  part("mistake").addEventListener("change", ({ target }) => { state.mistake = target.value; part("broken").hidden = !target.value; show(); });
  part("step").addEventListener("click", () => { pause(); go(1); });
  part("undo").addEventListener("click", () => { pause(); go(-1); });
  part("run").addEventListener("click", play);
  part("reset").addEventListener("click", () => choose(state.set));
  part("add").addEventListener("click", add);
  ["line", "surface", "map"].forEach((name) => {
    part(name).addEventListener("pointerdown", drag);
    part(name).addEventListener("keydown", nudged);
  });
  document.addEventListener("focusin", ({ target }) => { if (!target.dataset.handle) state.picked = null; });
  backprop.onMove(show);
  new MutationObserver(show).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
  choose(0);
})();
