"use strict";
// Check with Python: on a click, the kit's own judge in a worker. Nothing is asked for before, and nothing but the pinned
// files after; an answer that does not end is ended with its worker, and the rest is checked in a fresh one.
(() => {
  const data = JSON.parse(document.getElementById("python-data").textContent);
  const MOST = 40; // workers for one check: as many ends as eight exercises can come to
  const GRACE = 2; // seconds beyond an exercise's own, for what does not look at the clock
  const CRASHED = -11; // by SIGSEGV, as the command would say
  const button = document.getElementById("python-check"), status = document.getElementById("python-status");
  let files = null, worker = null, ready = null;

  const unpacked = (text) => new Response(new Blob([Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))]).stream().pipeThrough(new DecompressionStream("gzip")));
  function say(key, fields = {}) { // the one sentence of the state that it is in
    status.dataset.value = key;
    status.replaceChildren(...editors.sentence(data.words[key], fields));
  }
  class Refused extends Error {
    constructor(key, name) { super(key); Object.assign(this, { key, name }); }
  }
  async function fetched({ name, integrity }) {
    const address = data.address + name, options = { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer" };
    try {
      const answer = await fetch(address, { ...options, integrity });
      if (answer.ok) return [name, await answer.arrayBuffer()];
    } catch { /* it is not there, or it is another file: told apart below */ }
    const there = await fetch(address, { ...options, method: "HEAD" }).then(({ ok }) => ok, () => false);
    throw new Refused(there ? "refused" : "unreachable", name);
  }
  const embedded = async ({ name }) => [name, await (await unpacked(data.embedded[name])).arrayBuffer()];

  function end() {
    worker?.terminate();
    worker = ready = null;
  }
  // A worker that is ready, with the files that are here already. From a page on disk it must be one classic script.
  function started() {
    ready ??= new Promise((resolve, reject) => {
      const text = new TextDecoder(), own = document.getElementById("python-worker").textContent;
      const scripts = ["pyodide.asm.js", "pyodide.js"].map((name) => text.decode(files[name]));
      const address = URL.createObjectURL(new Blob([[...scripts, own].join("\n;\n")], { type: "text/javascript" }));
      worker = new Worker(address);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data: told }) => {
        URL.revokeObjectURL(address);
        if (told.kind === "ready") resolve(); else reject(new Error(told.why));
      };
      unpacked(data.kit).text().then((kit) => worker.postMessage({ start: { files, kit, lock: data.lock } }));
    });
    return ready;
  }
  // One check in one worker: what was found, or how an attempt ended that had no end of its own.
  function asked(source, ended) {
    return new Promise((resolve, reject) => {
      let clock = null, last = null;
      const stopped = (how) => { clearTimeout(clock); resolve({ stopped: how }); };
      worker.onerror = (event) => (last ? stopped([last[0], CRASHED, false, last[3]]) : reject(new Error(event.message)));
      worker.onmessage = ({ data: told }) => {
        clearTimeout(clock);
        if (told.kind === "found") resolve({ found: told.found });
        if (told.kind === "begun") { last = told.ended; clock = setTimeout(() => stopped(last), (told.seconds + GRACE) * 1000); }
        if (told.kind === "rests") last = null;
        if (told.kind === "ended") stopped(told.ended);
        if (told.kind === "failed") { if (last) stopped([last[0], CRASHED, false, last[3]]); else reject(new Error(told.why)); }
      };
      worker.postMessage({ check: { source, course: data.course, ended } });
    });
  }
  async function checked(source) {
    for (const ended = []; ended.length < MOST;) {
      say(worker ? "checking" : "starting");
      await started();
      say(ended.length ? "again" : "checking");
      const { found, stopped } = await asked(source, ended);
      if (found) return found;
      end();
      ended.push(stopped);
    }
    throw new Refused("endless");
  }
  async function run() {
    button.disabled = true;
    editors.show({ at: {} }, {});
    try {
      if (!files) {
        say(data.address ? "loading" : "unpacking");
        files = Object.fromEntries(await Promise.all(data.files.map(data.address ? fetched : embedded)));
      }
      const answer = editors.answer();
      editors.show(answer, await checked(answer.text));
      say("done");
    } catch (error) {
      end();
      if (error instanceof Refused) say(error.key, { file: error.name });
      else say("failed", { why: error.message });
    }
    button.disabled = false;
  }
  button.addEventListener("click", run);
})();
