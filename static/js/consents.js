// 전체 동의 in the carrier's window (data-consents): ticks and unticks all; off as soon as one is declined.
(() => {
  "use strict";

  function follow(group) {
    const all = group.querySelector("input[name=all_consents]");
    const each = [...group.querySelectorAll("input[type=checkbox]")].filter((box) => box !== all);

    function look() {
      const given = each.filter((box) => box.checked).length;
      all.checked = given === each.length;
      all.indeterminate = given > 0 && given < each.length;
    }

    all.addEventListener("change", () => {
      each.forEach((box) => {
        box.checked = all.checked;
      });
      look();
    });
    each.forEach((box) => box.addEventListener("change", look));
    // Sent without a script, 전체 동의 alone meant all of them.
    if (all.checked) each.forEach((box) => (box.checked = true));
    look();
  }

  window.addEventListener("pageshow", () => document.querySelectorAll("[data-consents]").forEach(follow));
})();
