// What makes 기업 등록 pleasant; it works without. A refused form is answered at the address of its verb: the page takes
// its own address back, so that a reload shows the page again and sends nothing. Files that are too large together for
// one request (data-together, in bytes) are not sent at all, since the answer would be a page without the form.
(() => {
  "use strict";

  const files = () => document.querySelector("input[type=file][data-together]");

  function areTooMuch(input) {
    const size = Array.from(input.files).reduce((sum, file) => sum + file.size, 0);
    const isTooMuch = size > Number(input.dataset.together);
    input.closest(".field").querySelector("[data-too-much]").hidden = !isTooMuch;
    return isTooMuch;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const page = document.querySelector("[data-page]");
    if (location.pathname !== page.dataset.page) history.replaceState(history.state, "", page.dataset.page);
  });
  document.addEventListener("change", (event) => {
    if (event.target === files()) areTooMuch(event.target);
  });
  // Before anybody else hears of it: what is not sent must not be guarded against a second press.
  document.addEventListener("submit", (event) => {
    const input = files();
    if (!input || input.form !== event.target || !areTooMuch(input)) return;
    event.preventDefault();
    input.focus();
  }, true);
})();
