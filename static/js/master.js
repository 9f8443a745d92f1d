// 마이KOTRA › MASTER: 전체 ticks every member of the page, and the number beside the buttons says how many are ticked.
// Without this script 전체 is not shown.
(() => {
  "use strict";

  function follow(list) {
    const all = list.querySelector("[data-all]");
    const count = list.querySelector("[data-count]");
    const each = [...list.querySelectorAll("tbody input[type=checkbox]")];

    function look() {
      const ticked = each.filter((box) => box.checked).length;
      all.checked = each.length > 0 && ticked === each.length;
      all.indeterminate = ticked > 0 && ticked < each.length;
      count.textContent = count.dataset.count.replace("{number}", ticked);
    }

    all.addEventListener("change", () => {
      each.forEach((box) => {
        box.checked = all.checked;
      });
      look();
    });
    each.forEach((box) => box.addEventListener("change", look));
    look();
  }

  window.addEventListener("pageshow", () => document.querySelectorAll("[data-members]").forEach(follow));
})();
