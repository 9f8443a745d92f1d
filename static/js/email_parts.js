// The typed domain of an e-mail address is there only while 직접입력 is chosen; what was typed comes back with it.
(() => {
  "use strict";

  const update = (select) => {
    const typed = select.parentElement.querySelector("[data-email-typed]");
    typed.hidden = typed.disabled = select.value !== "";
  };

  const updateAll = () => document.querySelectorAll("select[data-email-domain]").forEach(update);

  // Before anybody else hears of it: a check made while typing must not send the box that just went away.
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-email-domain]")) update(event.target);
  }, true);
  // On the way back the browser restores a choice without telling.
  window.addEventListener("pageshow", updateAll);
  updateAll();
})();
