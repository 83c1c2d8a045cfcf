// Starts the program in the page. What stands behind the ? in the address is
// said to it as on a command line: ?lesson=active&lang=pt-BR.
"use strict";

(() => {
  const words = {
    en: { load: "Loading ftpscope…", end: "ftpscope has ended. Load the page again to go on.", no: "ftpscope cannot run in this browser: " },
    pt: { load: "Carregando o ftpscope…", end: "O ftpscope terminou. Recarregue a página para continuar.", no: "O ftpscope não roda neste navegador: " },
    es: { load: "Cargando ftpscope…", end: "ftpscope ha terminado. Recargue la página para seguir.", no: "ftpscope no funciona en este navegador: " },
  };
  const said = new URLSearchParams(location.search);
  const language = said.get("lang") || navigator.language;
  const say = words[language.slice(0, 2).toLowerCase()] || words.en;
  const state = document.getElementById("state");
  state.textContent = say.load;

  const go = new Go();
  go.argv = ["ftpscope", "window"]; // no other command has a place here
  for (const name of ["lang", "lesson"]) if (said.has(name)) go.argv.push(`--${name}=${said.get(name)}`);
  if (said.has("run")) go.argv.push("--", said.get("run"));
  go.env = { HOME: "/home", TMPDIR: "/tmp", LANG: navigator.language.replace("-", "_") + ".UTF-8" };

  // Keys reach the program through a hidden field of text. It loses the focus
  // when nothing is written any more, so keys pressed elsewhere are led there.
  const lead = e => {
    const field = document.querySelector("#giowindow textarea");
    if (!field || e.target === field) return;
    field.focus();
    if (!field.dispatchEvent(new KeyboardEvent(e.type, e))) e.preventDefault();
  };
  addEventListener("keydown", lead);
  addEventListener("keyup", lead);

  fetch("ftpscope.wasm")
    .then(answer => {
      if (!answer.ok) throw new Error(answer.status + " " + answer.statusText);
      return answer.arrayBuffer(); // whatever type the server calls it
    })
    .then(program => WebAssembly.instantiate(program, go.importObject))
    .then(({ instance }) => {
      state.textContent = "";
      return go.run(instance);
    })
    .then(() => {
      document.getElementById("giowindow").remove();
      state.textContent = say.end;
    })
    .catch(err => { state.textContent = say.no + err.message; });
})();
