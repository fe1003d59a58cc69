// How cells are shown and compared in grids, as `dashboards/frame/writing.py` writes them elsewhere.
(function () {
  "use strict";
  const french = () => document.documentElement.lang !== "en";
  const THIN = "\u202f", FIXED = "\u00a0";
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const grouped = (value) => String(Math.abs(value)).replace(/\B(?=(\d{3})+(?!\d))/g, french() ? THIN : ",");
  const whole = (value) => (value < 0 ? "-" : "") + grouped(value);
  const day = (year, month, date) => french()
    ? [String(date).padStart(2, "0"), String(month).padStart(2, "0"), year].join("/")
    : date + " " + months[month - 1] + " " + year;
  const link = /^\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)\)$/s;
  const badge = /^(plain|good|warning|alarm):([^]*)$/;
  const plain = (value) => { const found = link.exec(value); return found ? found[1].replace(/\\(.)/g, "$1") : String(value); };
  const paris = (iso) => {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Paris", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false });
    return Object.fromEntries(format.formatToParts(new Date(iso)).map((part) => [part.type, part.value]));
  };
  const writers = {
    text: (value) => typeof value === "boolean" ? (french() ? (value ? "oui" : "non") : (value ? "yes" : "no")) : String(value),
    number: (value) => {
      if (Number.isInteger(value)) return whole(value);
      const [units, rest] = Math.abs(value).toFixed(2).replace(/0+$/, "").replace(/\.$/, "").split(".");
      return (value < 0 ? "-" : "") + grouped(Number(units)) + (rest ? (french() ? "," : ".") + rest : "");
    },
    percent: (value) => whole(Math.trunc(value)) + (french() ? THIN : "") + "%",
    hours: (value) => {
      const minutes = Math.floor(Math.floor(Math.abs(value)) / 60), sign = value < 0 && minutes ? "−" : "";
      const hours = Math.floor(minutes / 60), rest = minutes % 60;
      if (!hours) return rest ? sign + rest + FIXED + "min" : "0" + FIXED + "h";
      return sign + grouped(hours) + FIXED + "h" + (rest ? FIXED + String(rest).padStart(2, "0") : "");
    },
    day: (value) => day(Number(value.slice(0, 4)), Number(value.slice(5, 7)), Number(value.slice(8, 10))),
    instant: (value) => { const at = paris(value); return day(Number(at.year), Number(at.month), Number(at.day)) + " " + at.hour + ":" + at.minute; },
    link: plain,
    badge: (value) => { const found = badge.exec(value); return found ? found[2] : String(value); },
  };
  const functions = window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  const collator = new Intl.Collator("fr", { numeric: true, sensitivity: "base" });
  const empty = (value) => value === null || value === undefined || value === "";
  Object.keys(writers).forEach(function (kind) {
    const shown = (value) => empty(value) ? (kind === "percent" ? (french() ? "n.c." : "n/a") : "") : writers[kind](value);
    functions["assiduShown_" + kind] = (params) => shown(params.value);
    const isText = kind === "text" || kind === "link" || kind === "badge";
    functions["assiduCompare_" + kind] = function (a, b) {
      // What is not known stands last when sorted upwards.
      if (empty(a) || empty(b)) return empty(a) - empty(b);
      if (isText) return collator.compare(shown(a), shown(b));
      return a < b ? -1 : a > b ? 1 : 0;
    };
  });

  const components = window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  components.Assidu_link = function (props) {
    if (empty(props.value)) return null;
    const found = link.exec(props.value);
    // A cell never runs anything: what is no address of a page is shown as text.
    if (!found || !/^(?:\/(?!\/)|https?:\/\/|mailto:)/.test(found[2])) return plain(props.value);
    return window.React.createElement("a", { href: found[2] }, plain(props.value));
  };
  components.Assidu_badge = function (props) {
    if (empty(props.value)) return null;
    const found = badge.exec(props.value) || [null, "plain", String(props.value)];
    return window.React.createElement("span", { className: "badge " + found[1] }, found[2]);
  };

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.table = {
    filter: (wanted, options) => Object.assign({}, options, { quickFilterText: wanted || "" }),
  };

  // Enter on a cell follows the link in it: the arrows go from cell to cell, and this from there to its page.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !event.target.classList || !event.target.classList.contains("ag-cell")) return;
    const inside = event.target.querySelector("a[href]");
    if (inside) inside.click();
  });
})();
