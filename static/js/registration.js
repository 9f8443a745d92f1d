// What makes 기업 등록 pleasant; it works without. A refused form is answered at the address of its verb: the page takes
// its own address back, so that a reload shows the page again and sends nothing. Files that are too large, one (data-each,
// in bytes) or all together (data-together), are not sent at all, since the answer could be a page without the form.
(() => {
  "use strict";

  const files = () => document.querySelector("input[type=file][data-together]");

  function refusal(input) {
    const chosen = Array.from(input.files);
    const tooLarge = chosen.find((file) => file.size > Number(input.dataset.each));
    if (tooLarge) return `${chosen.length > 1 ? `‘${tooLarge.name}’: ` : ""}${input.dataset.tooLarge}`;
    const size = chosen.reduce((sum, file) => sum + file.size, 0);
    return size > Number(input.dataset.together) ? input.dataset.tooMuch : "";
  }

  // Under the input, where the server's answer stands too; what that said was of other files.
  function isRefused(input) {
    const words = refusal(input);
    const messages = document.getElementById(`${input.id}_messages`);
    if (words || messages.querySelector("[data-refusal]")) messages.replaceChildren();
    if (!words) return false;
    const line = document.createElement("p");
    line.className = "field-error";
    line.dataset.refusal = "";
    line.textContent = words;
    messages.append(line);
    return true;
  }

  // From the first letter on, leaving for another number is warned of.
  document.addEventListener("input", (event) => {
    const untouched = document.querySelector("[data-untouched]");
    if (!untouched || !event.target.closest("form[data-keep]")) return;
    untouched.remove();
    document.querySelector("[data-touched]").hidden = false;
  });
  document.addEventListener("DOMContentLoaded", () => {
    const page = document.querySelector("[data-page]");
    if (page && location.pathname !== page.dataset.page) history.replaceState(history.state, "", page.dataset.page);
  });
  document.addEventListener("change", (event) => {
    if (event.target === files()) isRefused(event.target);
  });
  // Before anybody else hears of it: what is not sent must not be guarded against a second press.
  document.addEventListener("submit", (event) => {
    const input = files();
    if (!input || input.form !== event.target || !isRefused(input)) return;
    event.preventDefault();
    input.focus();
  }, true);
})();
