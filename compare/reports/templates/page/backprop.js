"use strict";
// The chain, node by node: forward it fills in values, backward it lights one link at a time and shows what is passed on.
const backprop = (() => {
  const LINKS = ["yp", "r", "squares", "loss", "d_squares", "d_r", "d_yp", "d_w", "d_b"]; // forward, then backward
  const FORWARD = 4;
  const BREAKS = { two: "d_r", sign: "d_r", mean: "d_squares", x: "d_w" }; // which link loses what
  const root = document.getElementById("backprop-part");
  let at = LINKS.length, moved = () => {};

  const digits = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(6))) : "—");
  // A column a link: how far each value moves the loss. A slope's mistake enters at its own link and is carried on.
  function columns(rows, [w, b], slope) {
    const { yp, r, squares, dyp, parts, loss, dw, db } = descent.measure(rows, w, b, slope);
    const n = rows.x.length, share = (slope ?? descent.RIGHT).mean ? 1 / n : 1;
    return { each: { yp, r, squares, d_squares: r.map(() => share), d_r: dyp, d_yp: dyp, d_w: parts, d_b: dyp }, total: { loss, d_w: dw, d_b: db } };
  }
  // [{ name, value, wrong }]: the cells up to the present link, wrong where a mistake has changed them.
  function show(rows, state, slope, facts) {
    const right = columns(rows, state), given = columns(rows, state, slope);
    const reached = new Set(LINKS.slice(0, at));
    const body = root.querySelector("tbody");
    body.replaceChildren(...rows.x.map((xi, i) => {
      const line = document.createElement("tr");
      const cell = (text, name, wrong) => {
        const made = line.appendChild(document.createElement("td"));
        Object.assign(made, { textContent: text, className: `number${wrong ? " broken" : ""}` });
        if (name) made.dataset.out = `row-${i}-${name}`;
      };
      cell(digits(xi));
      cell(digits(rows.y[i]));
      Object.keys(given.each).forEach((name) => {
        const known = reached.has(name), [value, truth] = [given.each[name][i], right.each[name][i]];
        cell(known ? digits(value) : "", name, known && value !== truth);
        facts[`row-${i}-${name}`] = known ? digits(value) : "";
      });
      return line;
    }));
    ["loss", "d_w", "d_b"].forEach((name) => {
      const place = root.querySelector(`[data-out="total-${name}"]`);
      facts[`total-${name}`] = reached.has(name) ? digits(given.total[name]) : "";
      place.classList.toggle("broken", given.total[name] !== right.total[name]);
    });
    root.querySelectorAll("[data-link]").forEach((part) => {
      const name = part.dataset.link;
      part.classList.toggle("reached", reached.has(name));
      part.classList.toggle("lit", name === LINKS[at - 1]);
      part.classList.toggle("broken", Object.entries(BREAKS).some(([key, link]) => link === name && slope && slope[key] !== descent.RIGHT[key]));
    });
    root.querySelectorAll("[data-said]").forEach((part) => { part.hidden = part.dataset.said !== (LINKS[at - 1] ?? "start"); });
    root.querySelector("#backprop-back").disabled = at === 0;
    root.querySelector("#backprop-next").disabled = at === LINKS.length;
  }
  function go(to) { at = to; moved(); }

  root.querySelector("#backprop-next").addEventListener("click", () => go(Math.min(at + 1, LINKS.length)));
  root.querySelector("#backprop-back").addEventListener("click", () => go(Math.max(at - 1, 0)));
  root.querySelector("#backprop-start").addEventListener("click", () => go(0));
  root.querySelector("#backprop-turn").addEventListener("click", () => go(FORWARD));
  return { show, onMove: (listener) => { moved = listener; } };
})();
