// What a person could not see, reach or name on this page, as lists that should be empty.
() => {
  const shown = (e) => e.checkVisibility() && e.getClientRects().length > 0 && !e.closest('.unseen, .skip');
  const channel = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);

  const pale = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement;
    if (!node.data.trim() || !shown(e) || ['SCRIPT', 'NOSCRIPT'].includes(e.tagName)) continue;
    const style = getComputedStyle(e);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const got = ratio(parse(style.color), behind(e));
    if (got < (large ? 3 : 4.5)) pale.push(node.data.trim() + ' ' + got.toFixed(2));
  }

  const small = [];
  const unnamed = [];
  document.querySelectorAll('a, button, input:not([type=hidden]), summary').forEach((e) => {
    const whole = e.matches('[type=radio], [type=checkbox]') ? e.closest('label') : e;
    if (!shown(e) || !whole) return;
    const box = whole.getBoundingClientRect();
    if (box.height < 43.5 || box.width < 43.5) small.push(e.outerHTML.slice(0, 120) + ' ' + box.width + 'x' + box.height);
    const name = e.labels && e.labels.length ? e.labels[0].innerText : e.getAttribute('aria-label') || e.innerText;
    if (!(name || '').trim()) unnamed.push(e.outerHTML.slice(0, 120));
  });

  const beyond = [...document.querySelectorAll("body *")].filter(
    (element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll table"),
  );
  const wide = document.documentElement.scrollWidth > innerWidth
    ? [document.documentElement.scrollWidth, ...beyond.slice(0, 9).map((element) => element.outerHTML.slice(0, 120))] : [];
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  const headings = [...document.querySelectorAll('h1, h2, h3')].map((e) => Number(e.tagName[1]));
  const skipped = headings.filter((level, at) => at > 0 && level > headings[at - 1] + 1);
  return { pale, small, unnamed, wide, twice, skipped };
}
