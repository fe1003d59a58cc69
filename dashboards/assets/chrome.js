// The menu of a narrow screen and the choice of colours, on every page that has our bar, Dash or not.
(function () {
  "use strict";
  const KEY = "mantine-color-scheme-value";
  const byId = (id) => document.getElementById(id);

  // 1. The menu of a narrow screen.
  function openMenu(open) {
    const button = byId("menu-button");
    if (!button) return;
    button.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("menu-open", open);
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest) return;
    const button = event.target.closest("#menu-button");
    if (button) openMenu(button.getAttribute("aria-expanded") !== "true");
    else if (document.body.classList.contains("menu-open") && !event.target.closest("#side")) openMenu(false);
    // A disclosure of a figure closes when one looks elsewhere.
    document.querySelectorAll("details.how[open]").forEach(function (open) {
      if (!open.contains(event.target)) open.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    if (document.body.classList.contains("menu-open")) {
      openMenu(false);
      byId("menu-button").focus();
    }
    document.querySelectorAll("details.how[open]").forEach(function (open) {
      open.open = false;
      if (open.contains(document.activeElement)) open.querySelector("summary").focus();
    });
  });

  // 2. Colours: Mantine reads the same key, and is told as another window of this browser would be.
  function chosenScheme() {
    try { return localStorage.getItem(KEY) || "auto"; } catch { return "auto"; }
  }
  function applyScheme(chosen) {
    const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
    document.documentElement.dataset.chosen = chosen;
  }
  function showScheme() {
    document.querySelectorAll("[data-scheme]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.scheme === chosenScheme()));
    });
  }
  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-scheme]");
    if (!button) return;
    try { localStorage.setItem(KEY, button.dataset.scheme); } catch { /* a browser that keeps nothing */ }
    applyScheme(button.dataset.scheme);
    dispatchEvent(new StorageEvent("storage", { key: KEY, newValue: button.dataset.scheme, storageArea: localStorage }));
    showScheme();
  });
  // Whoever has chosen nothing here goes with the system, also when that changes while a page is open.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => applyScheme(chosenScheme()));
  // Called when the page has been drawn, which on some pages is after this has run.
  window.assiduChrome = showScheme;
  document.addEventListener("DOMContentLoaded", showScheme);
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("#side a")) openMenu(false);
  });
})();
