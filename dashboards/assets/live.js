// Shows the warning `#lost` once the figures have not been refreshed for a while, whatever the reason: the server,
// the network or the session. Refreshes come every 5 seconds; the browser slows timers of hidden pages down.
(function () {
  "use strict";
  const PATIENCE_MS = 17000;
  let seen = "";
  let since = performance.now();
  setInterval(function () {
    const asOf = document.getElementById("as-of");
    const lost = document.getElementById("lost");
    if (!asOf || !lost || document.hidden) {
      since = performance.now();
      return;
    }
    if (asOf.textContent !== seen) {
      seen = asOf.textContent;
      since = performance.now();
    }
    lost.hidden = performance.now() - since < PATIENCE_MS;
    document.body.classList.toggle("stale", !lost.hidden);
  }, 1000);
})();
