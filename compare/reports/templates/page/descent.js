"use strict";
// The formulas of manual/regression.py, manual/sgd.py and manual/training.py, in the same order of operations, so that
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

  // One update of a parameter: the new p and its momentum buffer, which begins as the first gradient.
  function step(p, dp, v, lr, momentum) {
    const next = momentum && v !== null ? momentum * v + dp : dp;
    return [p - lr * next, momentum ? next : null];
  }

  // Epochs 0 … epochs: the loss before each update, and the states between. Stops where the numbers are finite no more.
  // `schedule` holds [{ from, lr, momentum }, …], the options that hold from an epoch on.
  function train(set, w, b, schedule, epochs, slope = RIGHT) {
    const run = { w: [w], b: [b], loss: [], divergedAt: null };
    let vw = null;
    let vb = null;
    for (let epoch = 0; epoch <= epochs; epoch += 1) {
      const { lr, momentum } = schedule.findLast(({ from }) => from <= epoch);
      const { loss, dw, db } = measure(set, w, b, slope);
      run.loss.push(loss);
      [w, vw] = step(w, dw, vw, lr, momentum);
      [b, vb] = step(b, db, vb, lr, momentum);
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

  return { RIGHT, measure, train, bowl, above, contour, limit, contraction };
})();
