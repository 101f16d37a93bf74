// The page's worker, after Pyodide's own two scripts in one text: a Python that checks one answer after another. It asks
// for nothing: whatever Pyodide would fetch was handed over.
(() => {
  const KIT = "/kit", ANSWER = "answers.py";
  let check;

  async function start({ files, kit, lock }) {
    self.fetch = async (address) => {
      const name = String(address).split("/").at(-1);
      const found = name === "pyodide-lock.json" ? lock : files[name];
      return new Response(found ?? null, { status: found ? 200 : 404, headers: { "content-type": name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream" } });
    };
    const python = await loadPyodide({ indexURL: "https://pyodide.invalid/", packages: ["numpy"], env: { PYTHONHASHSEED: "0" }, stdin: () => null, stdout: () => {}, stderr: () => {} });
    Object.entries(JSON.parse(kit)).forEach(([name, text]) => {
      const path = `${KIT}/${name}`;
      python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      python.FS.writeFile(path, text);
    });
    python.runPython(`import sys; sys.path.insert(0, "${KIT}"); sys.dont_write_bytecode = True`);
    const bridge = python.pyimport("compare.reports.page.in_browser");
    check = ({ source, course, ended }) => {
      python.FS.writeFile(ANSWER, source);
      return bridge.check(ANSWER, course === null ? undefined : `${KIT}/${course}`, JSON.stringify(ended), (told) => postMessage(JSON.parse(told)));
    };
    postMessage({ kind: "ready" });
  }
  self.onmessage = async ({ data }) => {
    try {
      if (data.start) await start(data.start);
      else postMessage({ kind: "found", found: JSON.parse(check(data.check)) });
    } catch (error) { postMessage({ kind: "failed", why: String(error.message || error).trim().split("\n").at(-1) }); }
  };
})();
