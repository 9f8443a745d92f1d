// A refused form is answered at the address of its verb; the page takes its own address back, so that a reload shows the
// page again and sends nothing.
(() => {
  "use strict";

  document.addEventListener("DOMContentLoaded", () => {
    const page = document.querySelector("[data-page]");
    if (location.pathname !== page.dataset.page) history.replaceState(history.state, "", page.dataset.page);
  });
})();
