// The staff's desk: a ready-made reason that is chosen stands in the free text, where it can be changed.
"use strict";

(() => {
  const choice = document.querySelector("select[name=ready_made]");
  const text = document.querySelector("textarea[name=reason]");
  if (!choice || !text) {
    return;
  }
  const chosen = () => choice.selectedOptions[0]?.dataset.sentence || "";
  let former = chosen(); // on a page that comes back with what was begun, it stands in the text already
  choice.addEventListener("change", () => {
    const lines = text.value.trim() ? text.value.trim().split(/\r?\n/) : [];
    const place = former ? lines.indexOf(former) : -1;
    // A sentence that nobody edited makes way for the next one; whatever was typed beside it stays.
    lines.splice(place < 0 ? lines.length : place, place < 0 ? 0 : 1, ...[chosen()].filter(Boolean));
    text.value = lines.join("\n");
    former = chosen();
  });
  // One decision: a second click on the same page finds the buttons resting.
  const form = text.form;
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
  // A reason that was begun goes along with every other button, and comes back with the page.
  for (const other of document.querySelectorAll("form[data-takes-reason]")) {
    other.addEventListener("submit", () => {
      for (const field of [choice, text]) {
        const copy = other.elements[field.name] || other.appendChild(document.createElement("input"));
        Object.assign(copy, { type: "hidden", name: field.name, value: field.value });
      }
    });
  }
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    former = chosen();
  });
})();
