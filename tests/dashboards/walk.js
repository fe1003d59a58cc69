// Notes where the focus comes to and whether one sees it. A group of radios and a grid count once: within them, the
// arrows go from one to the next.
() => {
  const group = (element) =>
    element.closest(".ag-root-wrapper") || (element.type === "radio" && element.name ? `radio ${element.name}` : element);
  const PRESSED = "a[href], button, input, select, textarea, summary, [tabindex]";
  const come = new Set();
  const blind = new Map();

  // What of an element, of what stands beside it, or of the field that it is the text of, shows that it has the focus.
  const look = (element) =>
    [element, element.previousElementSibling, element.nextElementSibling, element.parentElement,
     element.closest(".mantine-Input-input")]
      .filter(Boolean)
      .map((one) => {
        const style = getComputedStyle(one);
        return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor, style.backgroundColor];
      })
      .join();
  let last = null;
  document.addEventListener("focusin", ({ target }) => {
    come.add(group(target));
    last = { element: target, look: look(target) };
  });
  document.addEventListener("focusout", () => {
    const before = last;
    setTimeout(() => {
      if (!before || document.activeElement === before.element || !before.element.isConnected) return;
      if (look(before.element) === before.look) blind.set(group(before.element), before.element);
    });
  });

  const name = (what) => (typeof what === "string" ? what : what.outerHTML.slice(0, 160));
  const wanted = () =>
    [...document.querySelectorAll(PRESSED)].filter(
      (one) =>
        one.tabIndex >= 0 && !one.disabled && one.type !== "hidden" && one.getClientRects().length > 0 &&
        one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]"),
    );
  window.assiduWalk = {
    left: () => [...new Set(wanted().map(group))].filter((one) => !come.has(one)).map(name),
    blind: () => [...blind.values()].map(name),
  };
}
