// 관심품목·지역: 전체 ticks every row, and the row that is being typed is sent along with the page's other buttons, so that
// none of them loses it. Without this script 전체 is a link.
(() => {
  "use strict";

  function follow(list) {
    const all = list.querySelector("[data-all]");
    const each = [...list.querySelectorAll("ul input[type=checkbox]")];

    function look() {
      const ticked = each.filter((box) => box.checked).length;
      all.checked = ticked === each.length;
      all.indeterminate = ticked > 0 && ticked < each.length;
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

  document.addEventListener("formdata", (event) => {
    const typed = document.getElementById("item-form");
    if (!typed || event.target === typed || event.target.method !== "post" || !event.target.matches("main form")) return;
    for (const name of ["item", "name_ko", "name_en", "bk_code", "hs_code"]) {
      const input = typed.elements.namedItem(name); // elements.item is a method
      if (input) event.formData.set(name, input.value);
    }
  });

  window.addEventListener("pageshow", () => document.querySelectorAll("[data-interest-rows]").forEach(follow));
})();
