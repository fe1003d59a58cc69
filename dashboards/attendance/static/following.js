// Keeps what a trainer's page shows up to date, and copies links. Without this script the page reloads by itself.
(function () {
  'use strict';
  var EVERY = 3000;
  var area = document.querySelector('[data-follow]');
  var lost = document.querySelector('[data-lost]');
  var said = document.querySelector('[data-said]');

  function offerCopies() {
    if (!navigator.clipboard) return;
    document.querySelectorAll('[data-copy]').forEach(function (button) {
      button.hidden = false;
      button.onclick = function () {
        navigator.clipboard.writeText(button.getAttribute('data-copy')).then(function () { button.textContent = 'Copié'; });
      };
    });
  }

  function put(text) {
    var held = document.activeElement && area.contains(document.activeElement) ? document.activeElement : null;
    var open = area.querySelector('details[open]') !== null;
    area.innerHTML = text;
    // Whoever was on a link stays on it.
    var again = held && held.id ? document.getElementById(held.id) : null;
    if (again) again.focus({ preventScroll: true });
    var details = area.querySelector('details');
    if (details && open) details.open = true;
    offerCopies();
    // A region that stays is read aloud when its text changes; one that is put in anew is not.
    var counts = area.querySelector('.as-of');
    if (counts && said.textContent !== counts.textContent) said.textContent = counts.textContent;
  }

  // A click is what begins and ends on one element: nothing is replaced under a finger or a mouse that is down.
  var isPressed = false, waiting = null;
  function press(event) { isPressed = event.button === 0; }
  function letGo() {
    setTimeout(function () {
      isPressed = false;
      if (waiting !== null) put(waiting);
      waiting = null;
    });
  }
  function putWhenFree(text) {
    if (isPressed) waiting = text;
    else put(text);
  }

  var shown = null;
  function look() {
    if (document.hidden) return again();
    fetch(area.getAttribute('data-follow'), { credentials: 'same-origin', cache: 'no-store' })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error('over');
        return answer.text();
      })
      .then(function (text) {
        if (text !== shown) putWhenFree(text);
        shown = text;
        lost.hidden = true;
      })
      .catch(function () { lost.hidden = false; })
      .then(again);
  }
  function again() { setTimeout(look, EVERY); }

  offerCopies();
  if (area && window.fetch) {
    area.addEventListener('pointerdown', press);
    document.addEventListener('pointerup', letGo);
    document.addEventListener('pointercancel', letGo);
    again();
  }
})();
