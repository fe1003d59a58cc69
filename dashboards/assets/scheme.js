// Before anything is painted: the colours that this reader has chosen here, else those of the system. And what Dash
// would ask for only once all of its scripts have run is asked for now; frame.js gives it to Dash then.
(function () {
  "use strict";
  let chosen = null;
  try {
    chosen = localStorage.getItem("mantine-color-scheme-value");
  } catch { /* a browser that keeps nothing */ }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
  document.documentElement.dataset.chosen = chosen === "dark" || chosen === "light" ? chosen : "auto";
  if (!document.querySelector('meta[name="suites"]')) return;
  const ask = (name) => ["/dashboards/" + name, fetch("/dashboards/" + name, { headers: { Accept: "application/json" } })];
  window.assiduEarly = new Map([ask("_dash-layout"), ask("_dash-dependencies")]);
  // Who never comes for them does not want to hear of their failure either.
  window.assiduEarly.forEach((answer) => answer.catch(() => undefined));
})();
