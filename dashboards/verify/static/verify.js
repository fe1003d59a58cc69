// Without this script the form works by its button. With it a file may be dropped, and one that was chosen is sent.
"use strict";

const form = document.getElementById("drop");
const input = form.elements.file;
const working = form.querySelector(".working");

function send() {
  if (!input.files.length) return;
  working.hidden = false;
  form.requestSubmit();
}

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  if (event.dataTransfer.files.length) {
    input.files = event.dataTransfer.files;
    send();
  }
});
form.addEventListener("submit", () => {
  working.hidden = false;
  form.querySelector("button").disabled = true;
});
// A page that comes back from the browser's memory can be used again.
window.addEventListener("pageshow", () => {
  working.hidden = true;
  form.querySelector("button").disabled = false;
});
