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
  // A cell never runs anything: what is no address of a page is shown as text.
  const address = /^(?:\/(?!\/)|https?:\/\/|mailto:)/;
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
    if (!found || !address.test(found[2])) return plain(props.value);
    return window.React.createElement("a", { href: found[2] }, plain(props.value));
  };
  components.Assidu_badge = function (props) {
    if (empty(props.value)) return null;
    const found = badge.exec(props.value) || [null, "plain", String(props.value)];
    return window.React.createElement("span", { className: "badge " + found[1] }, found[2]);
  };

  // The rows as a list, where there is no room for a grid: the first column is what each is about, the others stand
  // below it with their titles. Made of the rows that the grid has, some at a time.
  const narrow = window.matchMedia("(max-width: 47.9rem)");
  const SOME = 60;
  const lists = new Map();
  const written = (column, row) => functions["assiduShown_" + column.kind]({ value: row[column.field] });
  function made(tag, name, ...inside) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...inside);
    return element;
  }
  function cell(column, row) {
    const value = row[column.field], text = written(column, row);
    const found = column.kind === "link" && !empty(value) && link.exec(value);
    if (found && address.test(found[2])) {
      const anchor = made("a", "", text);
      anchor.href = found[2];
      return anchor;
    }
    return column.kind === "badge" && text ? made("span", "badge " + (badge.exec(value) || [null, "plain"])[1], text) : text;
  }
  function item(columns, row) {
    const rest = columns.slice(1).filter((column) => !empty(row[column.field]));
    const lines = rest.map((column) => made("div", "", made("dt", "", column.title), made("dd", "", cell(column, row))));
    return made("li", "", made("div", "about", cell(columns[0], row)), ...(lines.length ? [made("dl", "", ...lines)] : []));
  }
  function matching(known) {
    const words = known.wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const text = (row) => known.about.columns.map((column) => written(column, row)).join(" ").toLocaleLowerCase();
    return words.length ? known.rows.filter((row) => { const said = text(row); return words.every((word) => said.includes(word)); }) : known.rows;
  }
  function drawList(id, attempts) {
    const known = lists.get(id), host = document.getElementById(id);
    if (!narrow.matches || !known) return;
    if (!host) {
      // Dash may tell of rows before their place is in the document.
      if (attempts) requestAnimationFrame(() => drawList(id, attempts - 1));
      return;
    }
    const rows = matching(known), columns = known.about.columns, says = known.about.says;
    const items = rows.slice(0, known.most).map((row) => item(columns, row));
    if (!rows.length) items.push(made("li", "none", known.rows.length ? says.none : says.empty));
    if (rows.length > known.most) {
      const button = made("button", "button quiet", says.more.replace("%d", whole(rows.length - known.most)));
      button.type = "button";
      button.addEventListener("click", function () {
        const next = known.most;
        known.most += SOME;
        drawList(id, 0);
        const goal = host.children[next].querySelector("a");
        if (goal) goal.focus({ preventScroll: true });
      });
      items.push(made("li", "", button));
    }
    items.forEach((row) => { row.dataset.row = ""; });
    host.replaceChildren(...items);
    host.dataset.of = id;
  }
  narrow.addEventListener("change", () => lists.forEach((_, id) => drawList(id, 0)));
  // Whoever draws the next page may use the same element again for something else: what was made here goes.
  window.assiduLeaveLists = function () {
    document.querySelectorAll("[data-of]").forEach(function (host) {
      if (host.id === host.dataset.of) return;
      host.querySelectorAll(":scope > li[data-row]").forEach((row) => row.remove());
      delete host.dataset.of;
    });
    lists.forEach((_, id) => document.getElementById(id) || lists.delete(id));
  };

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.table = {
    filter: (wanted, options) => Object.assign({}, options, { quickFilterText: wanted || "" }),
    list: function (rows, wanted, about) {
      const id = JSON.stringify({ is: "list", table: about.name }), known = lists.get(id);
      const most = known && known.wanted === (wanted || "") ? known.most : SOME;
      lists.set(id, { rows: rows || [], wanted: wanted || "", about: about, most: most });
      drawList(id, 30);
      return window.dash_clientside.no_update;
    },
  };

  // Enter on a cell follows the link in it: the arrows go from cell to cell, and this from there to its page.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !event.target.classList || !event.target.classList.contains("ag-cell")) return;
    const inside = event.target.querySelector("a[href]");
    if (inside) inside.click();
  });
})();
