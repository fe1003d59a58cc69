// What the frame does in the browser: links without reloading, the menu of a phone, colours, the warning that figures
// have stopped, the way to the sign-in page when the session is over, pictures of charts.
(function () {
  "use strict";
  const PREFIX = "/dashboards/";
  const PATIENCE_MS = 17000;
  const KEY = "mantine-color-scheme-value";
  const byId = (id) => document.getElementById(id);

  // 1. Every answer of the server is looked at: is it there, and does it still know us?
  let lastGood = performance.now();
  let leaving = false;
  const fetched = window.fetch;
  window.fetch = async function (...given) {
    const answer = await fetched.apply(this, given);
    const asked = typeof given[0] === "string" ? given[0] : given[0].url;
    if (asked.includes("_dash-")) {
      if (answer.ok) lastGood = performance.now();
      if (answer.status === 401 && !leaving) {
        leaving = true;
        location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
      }
    }
    return answer;
  };
  setInterval(function () {
    const lost = byId("lost");
    if (!lost) return;
    if (document.hidden) lastGood = performance.now();
    lost.hidden = performance.now() - lastGood < PATIENCE_MS;
    document.body.classList.toggle("stale", !lost.hidden);
  }, 1000);

  // 2. Links within the application go there without loading the document again.
  const isOurs = (link) =>
    link.origin === location.origin && link.pathname.startsWith(PREFIX) && !link.pathname.startsWith(PREFIX + "attendance") &&
    link.pathname !== PREFIX && !link.target && !link.hasAttribute("download") && !link.hasAttribute("data-full") &&
    !link.hasAttribute("data-reload") && !link.hasAttribute("data-language");
  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link) return;
    if (link.hasAttribute("data-reload")) {
      event.preventDefault();
      location.reload();
    } else if (link.hasAttribute("data-language")) {
      event.preventDefault();
      const place = new URL(location.href);
      place.searchParams.set("lang", link.dataset.language);
      location.assign(place);
    } else if (link.getAttribute("href").startsWith("#")) {
      const goal = byId(link.getAttribute("href").slice(1));
      if (goal) { event.preventDefault(); goal.focus(); goal.scrollIntoView(); }
    } else if (isOurs(link)) {
      event.preventDefault();
      openMenu(false);
      if (link.href === location.href) return;
      history.pushState({}, "", link.href);
      document.body.classList.add("going");
      dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    }
  });

  // 3. Having arrived: the title, the top of the page, and the reader's place in it.
  let path = null;
  function arrive(place) {
    document.body.classList.remove("going");
    if (!place) return window.dash_clientside.no_update;
    document.title = place.title + " · Assidu";
    const moved = path !== null && path !== place.path;
    const first = path === null;
    path = place.path;
    if (!first) {
      byId("announced").textContent = place.title;
      if (moved) {
        scrollTo(0, 0);
        requestAnimationFrame(function () {
          const head = document.querySelector("#page h1");
          if (!head) return;
          head.setAttribute("tabindex", "-1");
          head.focus({ preventScroll: true });
        });
      }
    }
    showScheme();
    return window.dash_clientside.no_update;
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.frame = { arrive: arrive };

  // Dialogues are closed by the button that Mantine has for it.
  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-close]");
    const close = button && button.closest("[role=dialog]") && button.closest("[role=dialog]").querySelector(".mantine-Modal-close");
    if (close) close.click();
  });

  // 4. The menu of a narrow screen.
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

  // 5. Colours: Mantine reads the same key, and is told as another window of this browser would be.
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

  // 6. Tables: one field filters the grid, by a callback, and the list of a phone, here.
  document.addEventListener("input", function (event) {
    const field = event.target.closest && event.target.closest(".table-filter input");
    if (!field) return;
    const wanted = field.value.trim().toLocaleLowerCase();
    const part = field.closest(".table-part");
    part.querySelectorAll(".table-list > li").forEach(function (row) {
      row.hidden = wanted !== "" && !row.textContent.toLocaleLowerCase().includes(wanted);
    });
  });

  // 7. Charts as pictures: on white, whatever the colours of the page, for they go into documents.
  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-png]");
    const drawing = button && button.closest("figure") && button.closest("figure").querySelector(".js-plotly-plot");
    if (!drawing || !window.Plotly) return;
    const ink = { family: "system-ui, sans-serif", size: 14, color: "#1c2333" };
    const layout = Object.assign({}, drawing.layout, {
      paper_bgcolor: "#fff", plot_bgcolor: "#fff", font: ink, margin: { l: 70, r: 30, t: 60, b: 70 },
      title: { text: button.dataset.title || "", font: Object.assign({}, ink, { size: 18 }), x: 0.02, xanchor: "left" },
    });
    const size = { format: "png", width: 1200, height: 600, scale: 2 };
    window.Plotly.toImage({ data: drawing.data, layout: layout, config: drawing._context || {} }, size).then(function (picture) {
      const link = document.createElement("a");
      link.href = picture;
      link.download = button.dataset.png + ".png";
      link.click();
    });
  });
})();
