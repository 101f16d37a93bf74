"use strict";
// The formulas of manual/regression.py, manual/sgd.py and manual/training.py, in the same order of operations, so that
// float64 gives the same numbers here as there.
const descent = (() => {
  const sum = (values) => values.reduce((total, value) => total + value);

  function measure({ x, y }, w, b) {
    const n = y.length;
    const r = x.map((xi, i) => w * xi + b - y[i]);
    const dyp = r.map((ri) => (1 / n) * (2 * ri));
    return { r, loss: sum(r.map((ri) => ri * ri)) / n, dw: sum(dyp.map((d, i) => d * x[i])), db: sum(dyp) };
  }

  // One update of a parameter: the new p and its momentum buffer, which begins as the first gradient.
  function step(p, dp, v, lr, momentum) {
    const next = momentum && v !== null ? momentum * v + dp : dp;
    return [p - lr * next, next];
  }

  // Epochs 0 … epochs: the loss before each update, and the states between. Stops where the numbers are finite no more.
  function train(set, w, b, lr, momentum, epochs) {
    const run = { w: [w], b: [b], loss: [], divergedAt: null };
    let vw = null;
    let vb = null;
    for (let epoch = 0; epoch <= epochs; epoch += 1) {
      const { loss, dw, db } = measure(set, w, b);
      run.loss.push(loss);
      [w, vw] = step(w, dw, vw, lr, momentum);
      [b, vb] = step(b, db, vb, lr, momentum);
      run.w.push(w);
      run.b.push(b);
      if (![loss, w, b].every(Number.isFinite)) {
        run.divergedAt = epoch;
        break;
      }
    }
    return run;
  }

  // The loss as a bowl: L = floor + a dw² + 2c dw db + db², and the largest eigenvalue of its Hessian 2 [[a, c], [c, 1]].
  function bowl({ x, y }) {
    const n = x.length;
    const a = sum(x.map((xi) => xi * xi)) / n;
    const c = sum(x) / n;
    const w = (sum(x.map((xi, i) => xi * y[i])) / n - c * (sum(y) / n)) / (a - c * c);
    return { a, c, w, b: sum(y) / n - w * c, steepest: a + 1 + Math.hypot(a - 1, 2 * c) };
  }

  const above = (surface, w, b) => {
    const [dw, db] = [w - surface.w, b - surface.b];
    return surface.a * dw * dw + 2 * surface.c * dw * db + db * db;
  };

  // The ellipse of points (w, b) at `height` above the lowest loss, by completing the square.
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

  return { measure, train, bowl, above, contour, limit };
})();
