// The staff's desk: a ready-made reason that is chosen stands in the free text, where it can be changed.
"use strict";

(() => {
  const choice = document.querySelector("select[name=ready_made]");
  const text = document.querySelector("textarea[name=reason]");
  if (!choice || !text) {
    return;
  }
  let filled = "";
  choice.addEventListener("change", () => {
    const sentence = choice.selectedOptions[0].dataset.sentence || "";
    const typed = text.value.trim();
    if (typed === "" || typed === filled) {
      text.value = sentence;
      filled = sentence;
    } else if (sentence) {
      text.value = `${typed}\n${sentence}`;
    }
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
  window.addEventListener("pageshow", () => delete form.dataset.sent);
})();
