// Before anything is painted: the colours that this reader has chosen here, else those of the system.
(function () {
  "use strict";
  let chosen = null;
  try {
    chosen = localStorage.getItem("mantine-color-scheme-value");
  } catch { /* a browser that keeps nothing */ }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
  document.documentElement.dataset.chosen = chosen === "dark" || chosen === "light" ? chosen : "auto";
})();
