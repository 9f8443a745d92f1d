// The time a code still lives (data-code-seconds), counted down as text; a screen reader hears it at 60 s and 30 s only.
(() => {
  "use strict";

  const ANNOUNCED_AT = [60, 30];

  function follow(line) {
    const timer = line.querySelector("[role=timer]");
    const announcement = line.querySelector("[data-code-announcement]");
    const end = Date.now() + Number(line.dataset.codeSeconds) * 1000;
    let last = Number(line.dataset.codeSeconds);

    function show() {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      timer.textContent = line.dataset.words.replace("{m}", Math.floor(left / 60)).replace("{s}", left % 60);
      ANNOUNCED_AT.filter((moment) => left <= moment && moment < last).forEach(() => {
        announcement.textContent = line.dataset.announce.replace("{s}", left);
      });
      line.classList.toggle("is-soon", left <= 30);
      line.classList.toggle("is-over", left === 0);
      last = left;
      if (left === 0) clearInterval(ticking);
    }

    const ticking = setInterval(show, 1000);
    show();
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-code-seconds]").forEach(follow);
  });
})();
