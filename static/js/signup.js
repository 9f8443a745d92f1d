// Keeps what is typed into the form with data-keep="…" on the server, so that the back button, a second tab or a long
// rest lose nothing. Passwords and files stay in the browser. Without this script the buttons that leave the form keep it.
(() => {
  "use strict";

  const REST_SECONDS = 1;
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  let timer = null;

  function keep() {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    const typed = new FormData(form);
    form.querySelectorAll("[autocomplete=new-password], [type=file]").forEach((input) => typed.delete(input.name));
    fetch(form.dataset.keep, { method: "POST", body: typed, keepalive: true, redirect: "manual" }).catch(() => {});
  }

  function keepSoon() {
    clearTimeout(timer);
    timer = setTimeout(keep, REST_SECONDS * 1000);
  }

  form.addEventListener("input", keepSoon);
  // Whoever leaves a field may leave the page next.
  form.addEventListener("change", () => {
    keepSoon();
    keep();
  });
  // The form itself is on its way to the server and holds everything.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = null;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
  window.addEventListener("pagehide", keep);
})();
