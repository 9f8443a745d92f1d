// HS코드 찾기, BK코드 찾기 without leaving the form: a panel's button opens a dialog, which fills its input.
// Without this script the button submits the form, which keeps what was typed and goes to the search page.
(() => {
  "use strict";

  let opener = null;

  // As submit buttons they would also answer the Enter key in every other field of the form.
  const takeOver = (root) => {
    for (const button of root.querySelectorAll("[data-code-open]")) button.type = "button";
  };

  const dialogOf = (kind) => {
    const made = document.getElementById(`${kind}-dialog`);
    if (made) return made;
    const template = document.querySelector(`template[data-code-dialog="${kind}"]`);
    document.body.append(template.content.cloneNode(true));
    const dialog = document.getElementById(`${kind}-dialog`);
    window.htmx.process(dialog);
    return dialog;
  };

  const panelOf = (input) => input.closest(".field");

  const fill = (chosen) => {
    const input = document.getElementById(opener.dataset.codeInput);
    input.value = chosen.code;
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
    panelOf(input).querySelector("[data-code-name]").textContent = chosen.name;
    input.focus();
    const status = panelOf(input).querySelector("[data-code-status]");
    // An unchanged text is not announced again.
    status.textContent = "";
    window.setTimeout(() => { status.textContent = `${status.dataset.message} ${chosen.code} ${chosen.name}`; }, 100);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const dialog = button.closest("dialog.code-dialog");
    if ("codeOpen" in button.dataset) {
      opener = button;
      dialogOf(button.dataset.codeOpen).showModal();
      document.getElementById(`${button.dataset.codeOpen}-q`).select();
    } else if (dialog && "codeClose" in button.dataset) {
      dialog.close();
    } else if (dialog && button.dataset.code) {
      dialog.close();
      fill(button.dataset);
    }
  });

  // The name beside the input is that of the code that was chosen, not of one that is being typed.
  document.addEventListener("input", (event) => {
    const name = event.target.closest(".field")?.querySelector("[data-code-name]");
    if (name) name.textContent = "";
  });

  takeOver(document);
  document.addEventListener("htmx:load", (event) => takeOver(event.target));
})();
