"use strict";
// The formulas of manual/regression.py, sgd.py, adam.py and training.py, in the same order of operations, so that
// float64 gives the same numbers here as there.
const descent = (() => {
  const sum = (values) => values.reduce((total, value) => total + value);
  const RIGHT = { two: 2, sign: 1, mean: true, x: true }; // what a slope can lose: see `broken` in play.js

  function measure({ x, y }, w, b, { two, sign, mean, x: times } = RIGHT) {
    const n = y.length;
    const yp = x.map((xi) => w * xi + b);
    const r = yp.map((p, i) => p - y[i]);
    const dyp = r.map((ri) => sign * ((mean ? 1 / n : 1) * (two * ri)));
    const parts = dyp.map((d, i) => (times ? d * x[i] : d));
    return { yp, r, squares: r.map((ri) => ri * ri), dyp, parts, loss: sum(r.map((ri) => ri * ri)) / n, dw: sum(parts), db: sum(dyp) };
  }

  // One update of a parameter, after `t` others: the new p, and what the rule remembers of the gradients before.
  function sgd(p, dp, v, { lr, momentum }) {
    const next = momentum && v !== null ? momentum * v + dp : dp;
    return [p - lr * next, momentum ? next : null];
  }
  // baseᵗ rounded once, as Python has it; `**` here rounds on the way.
  function powers(base) {
    const { n, d } = exact.of(base), known = [1];
    let whole = 1n << 300n;
    return (t) => {
      for (; known.length <= t; known.push(Number(whole) / 2 ** 300)) whole = (whole * n) / d;
      return known[t];
    };
  }
  const [ofOne, ofTwo] = [0.9, 0.999].map(powers);
  function adam(p, g, state, { adam: lr }, t) {
    const [one, two, eps] = [0.9, 0.999, 1e-8];
    const m = state === null ? (1 - one) * g : one * state.m + (1 - one) * g;
    const v = state === null ? (1 - two) * (g * g) : two * state.v + (1 - two) * (g * g);
    const root = Math.sqrt(v) / Math.sqrt(1 - ofTwo(t + 1)) + eps;
    return [p - (lr / (1 - ofOne(t + 1))) * (m / root), { m, v }];
  }

  // Epochs 0 … epochs: the loss before each update, and the states between. Stops where the numbers are finite no more.
  // `schedule` holds [{ from, lr, momentum, adam }, …], the options of the rules that hold from an epoch on.
  function train(set, w, b, schedule, epochs, { rule = sgd, slope = RIGHT } = {}) {
    const run = { w: [w], b: [b], loss: [], divergedAt: null };
    let [ofW, ofB] = [null, null];
    for (let epoch = 0; epoch <= epochs; epoch += 1) {
      const options = schedule.findLast(({ from }) => from <= epoch);
      const { loss, dw, db } = measure(set, w, b, slope);
      run.loss.push(loss);
      [w, ofW] = rule(w, dw, ofW, options, epoch);
      [b, ofB] = rule(b, db, ofB, options, epoch);
      run.w.push(w);
      run.b.push(b);
      run.divergedAt = [loss, w, b].every(Number.isFinite) ? null : epoch;
      if (!Number.isFinite(loss)) break;
    }
    return run;
  }

  // The loss as a bowl: L = floor + a dw² + 2c dw db + db², and the eigenvalues of its Hessian 2 [[a, c], [c, 1]].
  function bowl({ x, y }) {
    const n = x.length;
    const a = sum(x.map((xi) => xi * xi)) / n;
    const c = sum(x) / n;
    const spread = a - c * c;
    const w = spread > 0 ? (sum(x.map((xi, i) => xi * y[i])) / n - c * (sum(y) / n)) / spread : 0;
    const split = Math.hypot(a - 1, 2 * c), steepest = a + 1 + split;
    return { a, c, w, b: sum(y) / n - w * c, steepest, flattest: (4 * spread) / steepest };
  }

  const above = (surface, w, b) => {
    const [dw, db] = [w - surface.w, b - surface.b];
    return surface.a * dw * dw + 2 * surface.c * dw * db + db * db;
  };

  // The ellipse of points (w, b) at `height` above the lowest loss, by completing the square: b = free, w follows it.
  function contour(surface, height) {
    const narrow = Math.sqrt(1 - (surface.c * surface.c) / surface.a);
    return Array.from({ length: 97 }, (_, index) => {
      const angle = (2 * Math.PI * index) / 96;
      const db = (Math.sqrt(height) * Math.sin(angle)) / narrow;
      return [surface.w + Math.sqrt(height / surface.a) * Math.cos(angle) - (surface.c / surface.a) * db, surface.b + db];
    });
  }

  // Descent converges while |lr| stays below this: 2 (1 + momentum) / λ, with λ the largest curvature.
  const limit = (surface, momentum) => (2 * (1 + momentum)) / surface.steepest;

  // By what factor the distance from the minimum shrinks in an epoch, in the long run: manual/closed_form.py, contraction.
  const contraction = ({ flattest, steepest }, lr, momentum) => Math.max(...[flattest, steepest].map((curvature) => {
    const half = (1 + momentum - lr * curvature) / 2, square = half * half - momentum;
    return square < 0 ? Math.sqrt(momentum) : Math.abs(half) + Math.sqrt(square);
  }));

  return { RIGHT, measure, sgd, adam, train, bowl, above, contour, limit, contraction };
})();
