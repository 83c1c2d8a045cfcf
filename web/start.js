// Starts the program in the page, and stands between it and the browser where
// both want the same key. What stands behind the ? in the address is said to
// the program as on a command line: ?lesson=active&lang=pt-BR.
"use strict";

(() => {
  const words = {
    en: { load: "Loading ftpscope…", end: "ftpscope has ended.", again: "Begin again", no: "ftpscope cannot run here: ", gl: "this browser has no WebGL" },
    pt: { load: "Carregando o ftpscope…", end: "O ftpscope terminou.", again: "Começar de novo", no: "O ftpscope não roda aqui: ", gl: "este navegador não tem WebGL" },
    es: { load: "Cargando ftpscope…", end: "ftpscope ha terminado.", again: "Empezar de nuevo", no: "ftpscope no funciona aquí: ", gl: "este navegador no tiene WebGL" },
  };
  const languages = { en: "en", pt: "pt-BR", es: "es" };
  const short = tag => (tag || "").slice(0, 2).toLowerCase();
  const said = new URLSearchParams(location.search);
  const language = short(said.get("lang")) in languages ? short(said.get("lang")) : short(navigator.language);
  const say = words[language] || words.en;
  document.documentElement.lang = languages[language] || "en";

  const state = document.getElementById("state");
  const tell = text => { state.textContent = text; };
  // ended says why, and leads to the page without what stands behind the ?.
  const ended = text => {
    document.getElementById("giowindow").remove();
    const link = document.createElement("a");
    link.href = location.pathname;
    link.textContent = say.again;
    tell(text + " ");
    state.append(link);
  };

  const go = new Go();
  go.argv = ["ftpscope", "window"]; // no other command has a place here
  if (short(said.get("lang")) in languages) go.argv.push("--lang=" + languages[short(said.get("lang"))]);
  if (said.has("lesson")) go.argv.push("--lesson=" + said.get("lesson"));
  if (said.has("run")) go.argv.push("--", said.get("run"));
  go.env = { HOME: "/home", TMPDIR: "/tmp", LANG: navigator.language.replace("-", "_") + ".UTF-8" };

  const field = () => document.querySelector("#giowindow textarea");

  // Keys that the program has a use for are not the browser's as well.
  const ours = e => (e.ctrlKey || e.metaKey) && !e.altKey
    ? "lmops+=-zy".includes(e.key.toLowerCase())
    : ["F1", "F5", "F11"].includes(e.key);
  // All reach it through a hidden field of text, which loses the focus when
  // nothing is written any more.
  const lead = e => {
    if (!field()) return;
    if (ours(e)) e.preventDefault();
    if (e.target === field()) {
      // What is pasted comes with its own event, which needs no leave.
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "v") e.stopImmediatePropagation();
      return;
    }
    if (["Control", "Meta", "Shift", "Alt"].includes(e.key)) return; // nothing by itself
    field().focus();
    if (!field().dispatchEvent(new KeyboardEvent(e.type, e))) e.preventDefault();
  };
  addEventListener("keydown", lead, true);
  addEventListener("keyup", lead, true);
  const capture = (type, f) => addEventListener(type, e => { if (field() && e.target === field()) f(e); }, true);
  capture("paste", e => {
    e.stopImmediatePropagation();
    e.preventDefault();
    document.execCommand("insertText", false, e.clipboardData.getData("text"));
  });
  // The field holds more than what is composed: the accent alone is meant.
  capture("compositionend", e => { field().value = e.data; });
  // The program has an undo of its own.
  capture("beforeinput", e => { if (e.inputType.startsWith("history")) e.preventDefault(); });
  // Who leaves full screen by the browser's Escape leaves presenting with it.
  addEventListener("fullscreenchange", () => {
    if (document.fullscreenElement || !field()) return;
    for (const type of ["keydown", "keyup"]) field().dispatchEvent(new KeyboardEvent(type, { key: "Escape" }));
  });

  // load reads the program, and says how far it has come.
  const load = async name => {
    const answer = await fetch(name);
    if (!answer.ok) throw new Error(name + ": " + answer.status + " " + answer.statusText);
    const all = Number(answer.headers.get("Content-Length"));
    const parts = [];
    let have = 0;
    for (const reader = answer.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      have += value.length;
      if (have <= all) tell(say.load + " " + Math.round(100 * have / all) + " %");
    }
    return new Blob(parts);
  };
  // A server that packs what it sends may have unpacked it already.
  const unpack = async blob => {
    const head = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
    if (head[0] !== 0x1f || head[1] !== 0x8b) return blob.arrayBuffer();
    return new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  };

  (async () => {
    tell(say.load);
    const canvas = document.createElement("canvas");
    if (!canvas.getContext("webgl2") && !canvas.getContext("webgl")) throw new Error(say.gl);
    const program = await unpack(await load("ftpscope.wasm.gz"));
    const { instance } = await WebAssembly.instantiate(program, go.importObject);
    tell("");
    await go.run(instance);
    ended(fs.said || say.end);
  })().catch(err => ended(say.no + err.message));
})();
