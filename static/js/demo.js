// The demonstration's comforts: a scripted person fills the form (data-fill-<field>), a code is copied (data-copy).
(() => {
  "use strict";

  function fill(button) {
    const form = button.form ?? button.closest(".provider, main").querySelector("form");
    Object.entries(button.dataset).forEach(([key, value]) => {
      if (!key.startsWith("fill") || key === "fill") return;
      const name = key.slice(4).replace(/^./, (letter) => letter.toLowerCase());
      form.querySelectorAll(`[name="${name}"]`).forEach((control) => {
        if (control.type === "radio") control.checked = control.value === value;
        else control.value = value;
      });
    });
    button.closest("details").open = false;
    form.querySelector("input:not([type=hidden])").focus();
  }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    } catch {
      getSelection().selectAllChildren(document.getElementById(button.dataset.copyFrom));
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill], [data-copy]");
    if (!button) return;
    if ("fill" in button.dataset) fill(button);
    else copy(button);
  });
  document.addEventListener("htmx:load", (event) => {
    event.target.querySelectorAll("[data-needs-script]").forEach((element) => (element.hidden = false));
  });
})();
