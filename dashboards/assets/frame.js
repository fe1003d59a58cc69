// What the frame does in the browser: links without reloading, the warning that figures have stopped, the way to the
// sign-in page when the session is over, pictures of charts. The menu and the colours are chrome.js's.
(function () {
  "use strict";
  const PREFIX = "/dashboards/";
  const PATIENCE_MS = 17000;
  const BUSY_MS = 30000;
  const FRESH_MS = 10000;
  const byId = (id) => document.getElementById(id);

  // 0. plotly.js too is loaded from where the browser may keep it for good; Dash names another address as it starts.
  const suites = document.querySelector('meta[name="suites"]');
  if (suites) {
    const plotly = suites.content + "plotly/package_data/plotly.min.js";
    Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => plotly, set: () => undefined });
  }

  // 1. Every answer of the server is looked at: is it there, and does it still know us?
  let lastGood = performance.now();
  let leaving = false;
  const fetched = window.fetch;
  const early = window.assiduEarly || new Map();
  window.fetch = async function (...given) {
    const asked = typeof given[0] === "string" ? given[0] : given[0].url;
    const begun = early.get(asked);
    early.delete(asked);
    const askedAt = performance.now();
    let answer = await (begun || fetched.apply(this, given));
    if (asked.includes("_dash-")) {
      if (!isTick(given[1])) answer = await untilTaken(answer, given, askedAt);
      if (answer.ok) lastGood = performance.now();
      if (answer.status === 401 && !leaving) {
        leaving = true;
        location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
      }
    }
    return answer;
  };
  // A server that is full has done nothing of what it was asked, so that it can be asked again. A refresh is not: the
  // next one comes by itself.
  function isTick(options) {
    return Boolean(options) && typeof options.body === "string" && options.body.includes('"tick.n_intervals"');
  }
  // How many are being asked again, and since when the reader has to know that one was given up: until something that
  // was asked later is taken. A page asks for several things at once, of which one may be taken and another not.
  let waiting = 0;
  let refusedAt = null;
  async function untilTaken(first, given, askedAt) {
    let answer = first;
    if (answer.status === 503) {
      const began = performance.now();
      waiting += 1;
      tellBusy();
      try {
        while (answer.status === 503 && performance.now() - began < BUSY_MS) {
          const seconds = Number(answer.headers.get("Retry-After")) || 1;
          await new Promise((done) => setTimeout(done, seconds * 1000 * (0.5 + Math.random())));
          answer = await fetched.apply(window, given);
        }
      } finally {
        waiting -= 1;
        if (answer.status === 503) {
          refusedAt = performance.now();
          document.body.classList.remove("going");
        }
        tellBusy();
      }
    }
    if (answer.status !== 503 && refusedAt !== null && askedAt > refusedAt) {
      refusedAt = null;
      tellBusy();
    }
    return answer;
  }
  function tellBusy() {
    const busy = byId("busy");
    if (!busy) return;
    busy.hidden = !waiting && refusedAt === null;
    if (!busy.hidden) busy.dataset.state = waiting ? "waiting" : "refused";
  }
  setInterval(function () {
    const lost = byId("lost");
    if (!lost) return;
    if (document.hidden) lastGood = performance.now();
    lost.hidden = performance.now() - lastGood < PATIENCE_MS;
    document.body.classList.toggle("stale", !lost.hidden);
  }, 1000);

  // 2. Links within the application go there without loading the document again.
  const isOurs = (link) =>
    link.origin === location.origin && link.pathname.startsWith(PREFIX) && !link.pathname.startsWith(PREFIX + "attendance") && !link.pathname.startsWith(PREFIX + "download/") &&
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
      if (link.href === location.href) return;
      history.pushState({}, "", link.href);
      document.body.classList.add("going");
      dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    }
  });

  // 3. Having arrived: the title, the top of the page, and the reader's place in it.
  let path = null;
  let stale = null;
  // What an act answers stands at the top: for a while it is seen from where its button is, too.
  const answers = new MutationObserver(function () {
    const said = byId("said");
    said.classList.add("fresh");
    clearTimeout(stale);
    stale = setTimeout(() => said.classList.remove("fresh"), FRESH_MS);
  });
  function arrive(place) {
    document.body.classList.remove("going");
    if (byId("said")) answers.observe(byId("said"), { childList: true, subtree: true, characterData: true });
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
    window.assiduChrome();
    window.assiduLeaveLists();
    return window.dash_clientside.no_update;
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.frame = { arrive: arrive };

  // The head of a dialogue is no second banner of the document: Mantine's element would be one.
  document.addEventListener("focusin", function (event) {
    const head = event.target.closest("[role=dialog]") && event.target.closest("[role=dialog]").querySelector("header");
    if (head) head.setAttribute("role", "presentation");
  });
  // The button that leaves a dialogue does what Escape does: nothing is asked of the server for that.
  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-close]");
    if (button) button.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  });

  // 4. Charts as pictures: on white, whatever the colours of the page, for they go into documents.
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
