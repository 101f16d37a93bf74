"use strict";
// Type your derivation: each formula is judged at once, below itself; what was typed stays, and leaves as answers.py.
const editors = (() => {
  const { exercises, words, course } = JSON.parse(document.getElementById("editors-data").textContent);
  const LOOKS = { right: "good", wrong: "bad", unchecked: "unsure" };
  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a page from disk may lack it */ } };
  const stored = (field) => `typed-${course}-${field.id}`;
  const shown = (value) => (Array.isArray(value) ? `[${value.map(shown).join(", ")}]` : String(Number(exact.toNumber(value).toPrecision(8))));
  const read = (texts) => (Array.isArray(texts) ? `[${texts.join(", ")}]` : texts);
  const made = (parent, name, attributes = {}) => parent.appendChild(Object.assign(document.createElement(name), attributes));

  // One element a language, of which the page shows one; every number is an element of its own.
  function sentence(texts, fields) {
    return Object.entries(texts).map(([language, text]) => {
      const said = Object.assign(document.createElement("span"), { lang: language });
      text.split(/\{(\w+)\}/).forEach((piece, i) => {
        if (i % 2 === 0) said.append(piece);
        else made(said, "code", { textContent: fields[piece] });
      });
      return said;
    });
  }
  const line = (place, texts, fields) => made(place, "p").append(...sentence(texts, fields));
  const verdict = (place, name) => made(place, "strong", { className: `verdict ${LOOKS[name]}` });

  // --- a formula, answered as it is typed ---
  const typed = ({ key }) => document.getElementById(`typed-${key}`);
  function tell(exercise, known) {
    const field = typed(known), place = document.getElementById(`finding-${known.key}`);
    place.replaceChildren();
    if (!field.value.trim()) { delete place.dataset.value; return; }
    const found = formula.judge(known, field.value);
    place.dataset.value = found.mistake ? `${found.verdict} ${found.mistake.name}` : found.verdict;
    verdict(place, found.verdict).append(...sentence(words[found.verdict], {}));
    if (found.verdict === "right") line(place, words.shown, { count: known.trials.length });
    else if (found.verdict === "unchecked") line(place, words[`trouble_${found.key}`], { at: found.at, names: Object.keys(known.trials[0]).join(", ") });
    else {
      const went = exercise.parameters.map((name) => `${name} = ${read(found.trial[name])}`).join(", ");
      line(place, words.example, { inputs: went, given: shown(found.given), expected: shown(found.expected) });
      if (found.mistake) ["said", "see", "attempt"].forEach((part) => line(place, found.mistake[part], {}));
    }
  }

  // --- the answer as a file: of each exercise the function that stands there, else one of its formulas ---
  function written({ name, parameters, stub, prelude, fields }) {
    const code = document.getElementById(`code-${name}`).value.trimEnd();
    if (code && code !== stub.trimEnd()) return code;
    const formulas = fields.map((field) => formula.plain(typed(field).value.trim()));
    if (!formulas.length || formulas.includes("")) return null;
    const called = ["mean", "sum"].filter((one) => formulas.some((text) => new RegExp(`\\b${one}\\b`).test(text)));
    const needed = (text, rest) => new RegExp(`\\b${text.split(" ")[0]}\\b`).test(rest);
    const made = prelude.reduceRight((lines, one) => (needed(one, [...lines, ...formulas].join("\n")) ? [one, ...lines] : lines), []);
    const lines = [...(called.length ? [`from numpy import ${called.join(", ")}`, ""] : []), ...made, `return ${formulas.join(", ")}`];
    return `def ${name}(${parameters.join(", ")}):\n${lines.map((one) => one && `    ${one}`).join("\n")}`;
  }
  // { text, at }: the whole file, and by exercise its first line.
  function answer() {
    let text = "import numpy as np\n";
    const at = {};
    exercises.forEach((exercise) => {
      const code = written(exercise);
      if (code === null) return;
      text += "\n\n";
      at[exercise.name] = text.split("\n").length;
      text += `${code}\n`;
    });
    return { text, at };
  }
  function download() {
    const link = Object.assign(document.createElement("a"), { download: "answers.py", href: URL.createObjectURL(new Blob([answer().text], { type: "text/x-python" })) });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // --- what Python found, by exercise below it, and as a whole ---
  const judged = (name) => document.getElementById(`judged-${name}`);
  function show({ at }, found) {
    exercises.forEach(({ name, fields }) => {
      forget(name);
      if (name in at) fields.forEach(({ key }) => document.getElementById(`finding-${key}`).replaceChildren()); // one verdict is enough
    });
    const whole = document.getElementById("python-found");
    whole.replaceChildren();
    Object.entries(found).forEach(([language, { text, heading, notes, exercises: each, line: broken }]) => {
      const part = made(whole, "div", { lang: language });
      made(part, "p").append(made(part, "strong", { textContent: heading ?? text }));
      (notes ?? []).forEach((note) => made(part, "p", { textContent: note }));
      if (heading) {
        const details = made(part, "details");
        details.append(document.querySelector(`#python-as-printed [lang=${language}]`).cloneNode(true));
        made(details, "pre", { className: "printed", textContent: text });
      }
      (each ?? []).filter(({ name }) => name in at).forEach((one) => tellOne(judged(one.name), language, one));
      const culprit = Object.entries(at).filter(([, start]) => start <= (broken ?? 0)).at(-1);
      if (culprit) made(judged(culprit[0]), "p", { lang: language, textContent: text });
    });
  }
  function tellOne(place, language, { verdict: name, said, points, summary, parts }) {
    place.dataset.value = name;
    const part = made(place, "div", { lang: language });
    const head = made(part, "p");
    Object.assign(verdict(head, name), { textContent: said });
    head.append(` ${points}`);
    if (summary) made(part, "p", { textContent: summary });
    if (!parts.length) return;
    const list = made(part, "dl");
    parts.forEach(([label, text]) => { made(list, "dt", { textContent: label }); made(list, "dd", { textContent: text }); });
  }
  function forget(name) {
    judged(name).replaceChildren();
    delete judged(name).dataset.value;
  }

  function indented(event) { // a new line begins where the last one did, deeper after a colon
    if (event.key !== "Enter" || event.isComposing) return;
    const field = event.target, before = field.value.slice(0, field.selectionStart).split("\n").at(-1);
    event.preventDefault();
    document.execCommand("insertText", false, `\n${before.match(/^ */)[0]}${/:\s*$/.test(before) ? "    " : ""}`); // can be undone
  }
  exercises.forEach((exercise) => {
    const code = document.getElementById(`code-${exercise.name}`), fields = exercise.fields.map(typed);
    [code, ...fields].forEach((field) => {
      field.value = recall(stored(field)) ?? (field === code ? exercise.stub : "");
      field.addEventListener("input", () => { keep(stored(field), field.value); forget(exercise.name); });
    });
    if (code.value.trimEnd() !== exercise.stub.trimEnd()) code.closest("details").open = true;
    code.addEventListener("keydown", indented);
    exercise.fields.forEach((field, i) => { fields[i].addEventListener("input", () => tell(exercise, field)); tell(exercise, field); });
  });
  document.getElementById("editors-download").addEventListener("click", download);
  return { answer, show, sentence };
})();
