"use strict";
// A typed formula such as 2*(yp - y)/n: read by a parser of its own (nothing is evaluated as a program), computed in exact
// fractions, and compared with the truth and with what each known mistake gives, on inputs that stand in the page.
const formula = (() => {
  const LONGEST = 400; // characters
  class Trouble extends Error { // `key` names the message, `at` what it is about
    constructor(key, at = "") { super(key); Object.assign(this, { key, at }); }
  }

  // --- text to tree: ["number", fraction] ["name", name] ["mean" | "sum", tree] [sign, left, right] ["negative", tree] ---
  const plain = (text) => text.replace(/[−–]/g, "-").replace(/[·×]/g, "*").replace(/÷/g, "/").replace(/²/g, "**2"); // as Python
  function tokens(text) {
    if (text.length > LONGEST) throw new Trouble("long");
    const found = plain(text).match(/\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|[A-Za-z_]\w*|\*\*|\S/gi) || [];
    const odd = found.find((token) => !/^([\w.]+(?:e[+-]?\d+)?|\*\*|[-+*/()])$/i.test(token));
    if (odd) throw new Trouble(odd === "^" ? "caret" : "sign", odd);
    return found;
  }
  function parse(text) {
    const left = tokens(text);
    const next = () => left[0];
    const take = (wanted) => {
      if (!left.length) throw new Trouble("unfinished");
      if (wanted && next() !== wanted) throw new Trouble("unexpected", next());
      return left.shift();
    };
    const chain = (part, signs) => () => {
      let tree = part();
      while (signs.includes(next())) tree = [take(), tree, part()];
      return tree;
    };
    function atom() {
      const token = take();
      if (token === "(") { const inner = sum(); take(")"); return inner; }
      if (/^[\d.]/.test(token)) return ["number", exact.parse(token.replace(/\.$/, "").replace(/^\./, "0."))];
      if (!/^[A-Za-z_]/.test(token)) throw new Trouble("unexpected", token);
      if (next() !== "(") return ["name", token];
      if (token !== "mean" && token !== "sum") throw new Trouble("function", token);
      return [token, atom()];
    }
    function signed() {
      if (next() === "+") { take(); return signed(); }
      if (next() === "-") { take(); return ["negative", signed()]; }
      const base = atom();
      return next() === "**" ? [take(), base, signed()] : base;
    }
    const product = chain(signed, ["*", "/"]);
    const sum = chain(product, ["+", "-"]);
    if (!left.length) throw new Trouble("empty");
    const tree = sum();
    if (left.length) throw new Trouble("unexpected", next());
    return tree;
  }

  // --- tree to value: a fraction, or an array of fractions; arrays go row by row, a number goes with every row ---
  const OPERATIONS = { "+": exact.add, "-": exact.subtract, "*": exact.multiply, "/": exact.divide, "**": raised };
  function raised(base, exponent) {
    if (exponent.d !== 1n) throw new Trouble("exponent");
    return exact.power(base, Number(exponent.n));
  }
  function both(operation, one, two) {
    const rows = [one, two].find(Array.isArray);
    if (!rows) return operation(one, two);
    const at = (value, i) => (Array.isArray(value) ? value[i] : value);
    return rows.map((_, i) => operation(at(one, i), at(two, i)));
  }
  function value(tree, names) {
    const [kind, ...parts] = tree;
    if (kind === "number") return parts[0];
    if (kind === "name") {
      if (!Object.hasOwn(names, parts[0])) throw new Trouble("name", parts[0]);
      return names[parts[0]];
    }
    const values = parts.map((part) => value(part, names));
    if (kind === "negative") return both(exact.multiply, exact.of(-1), values[0]);
    if (kind !== "mean" && kind !== "sum") return both(OPERATIONS[kind], ...values);
    if (!Array.isArray(values[0])) throw new Trouble("number", kind);
    const total = exact.sum(values[0]);
    return kind === "sum" ? total : exact.divide(total, exact.of(values[0].length));
  }

  // --- verdicts ---
  const read = (texts) => (Array.isArray(texts) ? texts.map(read) : exact.parse(texts));
  function same(one, two) {
    if (!Array.isArray(one) || !Array.isArray(two)) return !Array.isArray(one) && !Array.isArray(two) && exact.equal(one, two);
    return one.length === two.length && one.every((entry, i) => same(entry, two[i]));
  }
  function computed(tree, names) {
    try { return value(tree, names); } catch (trouble) {
      if (trouble instanceof RangeError) throw new Trouble(trouble.message === "division" ? "division" : "large");
      throw trouble;
    }
  }
  // { verdict: "right" }, { verdict: "wrong", trial, given, expected, mistake? }, or { verdict: "unchecked", key, at }.
  function judge({ trials, expected, mistakes }, text) {
    try {
      const tree = parse(text);
      const given = trials.map((names) => computed(tree, Object.fromEntries(Object.entries(names).map(([name, of]) => [name, read(of)]))));
      const wrong = given.findIndex((one, i) => !same(one, read(expected[i])));
      if (wrong < 0) return { verdict: "right" };
      const mistake = mistakes.find(({ gives }) => gives.every((one, i) => one !== null && same(given[i], read(one))));
      return { verdict: "wrong", trial: trials[wrong], given: given[wrong], expected: read(expected[wrong]), mistake };
    } catch (trouble) {
      if (!(trouble instanceof Trouble || trouble instanceof RangeError)) throw trouble;
      return { verdict: "unchecked", key: trouble.key || "large", at: trouble.at || "" };
    }
  }

  return { judge, plain };
})();
