// Signing by drawing. Without this script the box to tick is there instead.
(function () {
  'use strict';
  var form = document.querySelector('form[data-signing]');
  var canvas = form && form.querySelector('canvas');
  var ink = canvas && canvas.getContext && canvas.getContext('2d');
  if (!ink) return;

  var drawing = form.querySelector('.drawing');
  var tick = form.querySelector('.tick');
  var box = form.querySelector('[name=agree]');
  var unsigned = form.querySelector('[data-unsigned]');
  var last = null;
  var length = 0;
  // Less than this is a slip of the finger.
  var LEAST = 40;

  function show(drawn) {
    drawing.hidden = !drawn;
    tick.hidden = drawn;
    form.querySelector('[data-draw-again]').hidden = drawn;
    unsigned.hidden = true;
    box.checked = false;
  }

  function clear() {
    // White paper, black ink, whatever the colours of the page: the picture is kept as it is.
    ink.fillStyle = '#fff';
    ink.fillRect(0, 0, canvas.width, canvas.height);
    ink.strokeStyle = '#000';
    ink.lineWidth = 3;
    ink.lineCap = 'round';
    ink.lineJoin = 'round';
    length = 0;
  }

  function place(event) {
    var frame = canvas.getBoundingClientRect();
    return {
      x: (event.clientX - frame.left) * canvas.width / frame.width,
      y: (event.clientY - frame.top) * canvas.height / frame.height
    };
  }

  function to(point) {
    ink.beginPath();
    ink.moveTo(last.x, last.y);
    ink.lineTo(point.x, point.y);
    ink.stroke();
    length += Math.hypot(point.x - last.x, point.y - last.y);
    last = point;
  }

  canvas.addEventListener('pointerdown', function (event) {
    event.preventDefault();
    if (canvas.setPointerCapture) canvas.setPointerCapture(event.pointerId);
    last = place(event);
    to(last);
    unsigned.hidden = true;
  });
  canvas.addEventListener('pointermove', function (event) {
    if (last) to(place(event));
  });
  ['pointerup', 'pointercancel'].forEach(function (name) {
    canvas.addEventListener(name, function () { last = null; });
  });
  form.querySelector('[data-clear]').addEventListener('click', clear);
  form.querySelector('[data-tick]').addEventListener('click', function () { clear(); show(false); box.focus(); });
  form.querySelector('[data-draw]').addEventListener('click', function () { clear(); show(true); form.querySelector('[data-tick]').focus(); });

  form.addEventListener('submit', function (event) {
    var drawn = !drawing.hidden;
    if (drawn ? length < LEAST : !box.checked) {
      event.preventDefault();
      unsigned.hidden = false;
      (drawn ? form.querySelector('[data-tick]') : box).focus();
      return;
    }
    form.elements.drawing.value = drawn ? canvas.toDataURL('image/png') : '';
    // Sent twice it is still recorded once; but a person who sees nothing happen should not wonder.
    form.querySelector('.main').disabled = true;
  });
  // Coming back to the page from the browser's memory.
  window.addEventListener('pageshow', function () { form.querySelector('.main').disabled = false; });

  clear();
  show(true);
})();
