// The time left of the log-in (§D14): counted down in the header, a warning a minute before the end, extension on the
// spot, and at the end the log-in page. Several tabs of one log-in agree on the latest end they know of.
(() => {
  "use strict";

  const WARN_SECONDS = 60;
  const KEY = "session-ends-at";

  document.addEventListener("DOMContentLoaded", () => {
    const shown = document.querySelector("[data-time-left]");
    const dialog = document.getElementById("session-dialog");
    if (!shown || !dialog) return;
    const form = shown.closest("form");
    const again = dialog.querySelector("[data-time-left-again]");
    const failed = dialog.querySelector("[data-extension-failed]");
    const pattern = shown.dataset.pattern;
    let endsAt = 0;
    let dismissed = false;

    function setEnd(seconds) {
      endsAt = Date.now() + seconds * 1000;
      dismissed = false;
      try {
        localStorage.setItem(KEY, String(endsAt));
      } catch {
        // Storage may be forbidden: then each tab counts for itself.
      }
    }

    function secondsLeft() {
      return Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
    }

    function expire() {
      clearInterval(timer);
      const next = encodeURIComponent(location.pathname + location.search);
      location.assign(`${dialog.dataset.loginUrl}?expired=1&next=${next}`);
    }

    function tick() {
      const left = secondsLeft();
      const words = pattern.replace("{minutes}", Math.floor(left / 60)).replace("{seconds}", left % 60);
      shown.textContent = words;
      again.textContent = words;
      if (left === 0) expire();
      else if (left <= WARN_SECONDS && !dialog.open && !dismissed) dialog.showModal();
      else if (left > WARN_SECONDS && dialog.open) dialog.close();
    }

    async function extend() {
      failed.hidden = true;
      try {
        const headers = { Accept: "application/json" };
        const answer = await fetch(form.action, { method: "POST", headers, body: new FormData(form) });
        const { seconds } = await answer.json();
        setEnd(seconds);
        tick();
      } catch {
        // Not reached, or another log-in took this one's place: say so in the dialog, let the header's form try plainly.
        if (dialog.open) failed.hidden = false;
        else form.submit();
      }
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      extend();
    });
    dialog.querySelector("[data-extend]").addEventListener("click", extend);
    dialog.addEventListener("close", () => {
      dismissed = secondsLeft() <= WARN_SECONDS;
    });
    window.addEventListener("storage", (event) => {
      if (event.key === KEY && event.newValue) endsAt = Math.max(endsAt, Number(event.newValue));
    });
    document.addEventListener("visibilitychange", tick);

    setEnd(Number(shown.dataset.timeLeft));
    const timer = setInterval(tick, 1000);
    tick();
  });
})();
