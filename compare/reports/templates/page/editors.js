"use strict";
// Type your derivation: each field is judged at once, below itself; what was typed stays, and leaves as answers.py.
(() => {
  const { exercises, words } = JSON.parse(document.getElementById("editors-data").textContent);
  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a page from disk may lack it */ } };
  const shown = (value) => (Array.isArray(value) ? `[${value.map(shown).join(", ")}]` : String(Number(exact.toNumber(value).toPrecision(8))));
  const read = (texts) => (Array.isArray(texts) ? `[${texts.join(", ")}]` : texts);

  // One element a language, of which the page shows one; every number is an element of its own.
  function sentence(texts, fields) {
    return Object.entries(texts).map(([language, text]) => {
      const said = Object.assign(document.createElement("span"), { lang: language });
      text.split(/\{(\w+)\}/).forEach((piece, i) => {
        if (i % 2 === 0) said.append(piece);
        else said.append(Object.assign(document.createElement("code"), { textContent: fields[piece] }));
      });
      return said;
    });
  }
  function line(place, texts, fields) {
    place.appendChild(document.createElement("p")).append(...sentence(texts, fields));
  }
  const LOOKS = { right: "good", wrong: "bad", unchecked: "unsure" };
  function tell(field) {
    const { key } = field.dataset, place = document.getElementById(`finding-${key}`);
    place.replaceChildren();
    keep(`typed-${key}`, field.value);
    if (!field.value.trim()) { delete place.dataset.value; return; }
    const exercise = exercises[key], found = formula.judge(exercise, field.value);
    place.dataset.value = found.mistake ? `${found.verdict} ${found.mistake.name}` : found.verdict;
    const verdict = place.appendChild(Object.assign(document.createElement("strong"), { className: `verdict ${LOOKS[found.verdict]}` }));
    verdict.append(...sentence(words[found.verdict], {}));
    if (found.verdict === "right") return line(place, words.shown, { count: exercise.trials.length });
    if (found.verdict === "unchecked") return line(place, words[`trouble_${found.key}`], { at: found.at, names: Object.keys(exercise.trials[0]).join(", ") });
    const went = Object.entries(found.trial).filter(([name]) => exercise.parameters.includes(name)).map(([name, value]) => `${name} = ${read(value)}`).join(", ");
    line(place, words.example, { inputs: went, given: shown(found.given), expected: shown(found.expected) });
    if (found.mistake) {
      line(place, found.mistake.said, {});
      line(place, found.mistake.see, {});
      line(place, found.mistake.attempt, {});
    }
    return undefined;
  }
  function answers() { // one function an exercise, of the fields that are filled in
    const functions = new Map();
    document.querySelectorAll("[data-key]").forEach((field) => {
      const { name, parameters, prelude } = exercises[field.dataset.key];
      const typed = field.value.trim() || "...";
      functions.set(name, { parameters, prelude, returns: [...(functions.get(name)?.returns ?? []), typed] });
    });
    const texts = [...functions].map(([name, { parameters, prelude, returns }]) =>
      `def ${name}(${parameters.join(", ")}):\n${prelude.map((one) => `    ${one}\n`).join("")}    return ${returns.join(", ")}\n`);
    return `import numpy as np\nfrom numpy import mean, sum\n\n\n${texts.join("\n\n")}`;
  }
  function download() {
    const link = Object.assign(document.createElement("a"), { download: "answers.py",
      href: URL.createObjectURL(new Blob([answers()], { type: "text/x-python" })) });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  document.querySelectorAll("[data-key]").forEach((field) => {
    field.value = recall(`typed-${field.dataset.key}`) ?? "";
    field.addEventListener("input", () => tell(field));
    tell(field);
  });
  document.getElementById("editors-download").addEventListener("click", download);
})();
