"use strict";
// Charts in plain SVG: coordinates go through scales, and what runs out of a chart is cut at its frame.
const chart = (() => {
  const WIDTH = 360, HEIGHT = 270, LEFT = 46, BOTTOM = 26, TOP = 16, RIGHT = 8;

  function node(parent, name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    if (text !== undefined) made.textContent = text;
    return parent.appendChild(made);
  }

  // --- ticks ---
  const rounded = (value) => String(Number(value.toPrecision(3)));
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
  // A number with one digit before its power: 20, 50k, 2M, 5·10⁻⁷.
  function power(log) {
    const whole = Math.floor(log + 1e-9), digit = Math.round(10 ** (log - whole));
    if (whole >= -2 && whole < 3) return rounded(digit * 10 ** whole);
    if (whole >= 3 && whole < 9) return `${digit * 10 ** (whole % 3)}${whole < 6 ? "k" : "M"}`;
    const raised = [...String(whole)].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("");
    return (digit === 1 ? "10" : `${digit}·10`) + raised;
  }

  // --- an empty chart with axes: its drawing group, its two scales and their inverses ---
  const scale = ([low, high], from, to) => (value) => (from + ((value - low) / (high - low)) * (to - from)).toFixed(1);
  const inverse = ([low, high], from, to) => (place) => low + ((place - from) / (to - from)) * (high - low);
  function frame(svg, across, up, names, log) {
    svg.replaceChildren();
    const ends = { x: [LEFT, WIDTH - RIGHT], y: [HEIGHT - BOTTOM, TOP] };
    const x = scale(across, ...ends.x), y = scale(up, ...ends.y);
    const box = { x: LEFT, y: TOP, width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM };
    node(node(svg, "clipPath", { id: `clip-${svg.id}` }), "rect", box);
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
    const group = node(svg, "g", { "clip-path": `url(#clip-${svg.id})` });
    node(svg, "rect", { class: "frame", ...box });
    const inside = ([a, c]) => a >= across[0] && a <= across[1] && c >= up[0] && c <= up[1];
    return { svg, group, x, y, inside, at: { x: inverse(across, ...ends.x), y: inverse(up, ...ends.y) } };
  }

  // A line through points, up to the first that is so far outside that a browser could no longer draw to it; a dot for one.
  function trace({ group, x, y }, points, look) {
    const places = points.map(([a, c]) => [x(a), y(c)]);
    const lost = places.findIndex((place) => place.some((value) => !(Math.abs(value) < 1e5)));
    const drawn = lost < 0 ? places : places.slice(0, lost + 1).filter((place) => place.every((value) => Math.abs(value) < 1e6));
    if (drawn.length === 1) node(group, "circle", { class: `dot ${look}`, cx: drawn[0][0], cy: drawn[0][1], r: 3 });
    else node(group, "polyline", { class: look, points: drawn.map((place) => place.join(",")).join(" ") });
  }
  // The states of a run; one that diverges is drawn until it first leaves the chart, before it fills it.
  function path(drawing, states, look, diverges) {
    const left = diverges ? states.findIndex((state) => !drawing.inside(state)) : -1;
    trace(drawing, left < 0 ? states : states.slice(0, left + 1), look);
  }
  // Where a pointer is, in the chart's own numbers.
  function pointed({ svg, at }, event) {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [at.x(place.x), at.y(place.y)];
  }

  return { node, frame, trace, path, pointed, rounded };
})();
