"use strict";
// Exact fractions { n, d } of BigInts, in lowest terms, d > 0. A double is one, too: a whole number times a power of two.
const exact = (() => {
  const LONGEST = 20000; // bits: whatever is typed, the page goes on answering
  const size = (whole) => 4 * whole.toString(16).length;

  function fraction(n, d = 1n) {
    if (d === 0n) throw new RangeError("division");
    if (size(n) > LONGEST || size(d) > LONGEST) throw new RangeError("large");
    let [a, b] = [n, d];
    while (b) [a, b] = [b, a % b];
    const common = d / a < 0n ? -a : a;
    return { n: n / common, d: d / common };
  }
  function of(double) {
    let [whole, halvings] = [double, 0n];
    for (; !Number.isInteger(whole); halvings += 1n) whole *= 2;
    return fraction(BigInt(whole), 1n << halvings);
  }
  function parse(text) { // "3/4", "2.5", "1e-3"
    const [above, below] = text.split("/");
    if (below) return fraction(BigInt(above), BigInt(below));
    const [digits, power = "0"] = text.toLowerCase().split("e");
    const [whole, part = ""] = digits.split(".");
    const places = part.length - Number(power);
    if (Math.abs(places) > 999) throw new RangeError("large");
    return fraction(BigInt(whole + part) * 10n ** BigInt(Math.max(-places, 0)), 10n ** BigInt(Math.max(places, 0)));
  }
  const add = (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
  const negate = (a) => ({ n: -a.n, d: a.d });
  const subtract = (a, b) => add(a, negate(b));
  const multiply = (a, b) => fraction(a.n * b.n, a.d * b.d);
  const divide = (a, b) => fraction(a.n * b.d, a.d * b.n);
  const equal = (a, b) => a.n === b.n && a.d === b.d;
  const sum = (values) => values.reduce(add, fraction(0n));
  function power(a, exponent) {
    if (Math.max(size(a.n), size(a.d)) * Math.abs(exponent) > LONGEST) throw new RangeError("large");
    const times = BigInt(Math.abs(exponent));
    return exponent < 0 ? fraction(a.d ** times, a.n ** times) : { n: a.n ** times, d: a.d ** times };
  }
  // The nearest double, but for the last bit: sixty-four bits of the quotient.
  function toNumber({ n, d }) {
    const shift = 64 - (size(n) - size(d));
    const quotient = shift >= 0 ? (n << BigInt(shift)) / d : n / (d << BigInt(-shift));
    return Number(quotient) * 2 ** -shift;
  }

  // --- the loss of rows { x, y } of doubles at doubles w and b, and what it is above the least that a line can reach ---
  function loss({ x, y }, w, b) {
    const squares = x.map((xi, i) => {
      const r = subtract(add(multiply(w, of(xi)), b), of(y[i]));
      return multiply(r, r);
    });
    return divide(sum(squares), of(x.length));
  }
  function least({ x, y }) {
    const [n, xs, ys] = [of(x.length), x.map(of), y.map(of)];
    const [mx, my] = [divide(sum(xs), n), divide(sum(ys), n)];
    const spread = sum(xs.map((xi) => multiply(subtract(xi, mx), subtract(xi, mx))));
    const shared = sum(xs.map((xi, i) => multiply(subtract(xi, mx), subtract(ys[i], my))));
    const w = spread.n === 0n ? spread : divide(shared, spread);
    return { w, b: subtract(my, multiply(w, mx)) };
  }
  function excess(rows, w, b) {
    const lowest = least(rows);
    return toNumber(subtract(loss(rows, of(w), of(b)), loss(rows, lowest.w, lowest.b)));
  }
  // (L(w + h) − L(w − h)) / 2h, and the derivative: equal for any h, as the loss is quadratic in w.
  function secant(rows, w, b, h) {
    const [at, to, step] = [of(w), of(b), of(h)];
    const [low, high] = [subtract(at, step), add(at, step)].map((place) => loss(rows, place, to));
    return { low, high, slope: divide(subtract(high, low), add(step, step)) };
  }
  function tangent(rows, w, b) {
    const parts = rows.x.map((xi, i) => multiply(subtract(add(multiply(of(w), of(xi)), of(b)), of(rows.y[i])), of(xi)));
    return divide(multiply(of(2), sum(parts)), of(rows.x.length));
  }

  return { of, parse, add, subtract, multiply, divide, power, equal, sum, toNumber, excess, secant, tangent };
})();
