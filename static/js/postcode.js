// 우편번호 찾기 without leaving the form: the panel's buttons open a dialog and fill the address in.
// Without this script they submit the form, which keeps what was typed and goes to the search page.
(() => {
  "use strict";

  let opener = null;

  // As submit buttons they would also answer the Enter key in every other field of the form.
  const takeOver = (root) => {
    for (const button of root.querySelectorAll("[data-postcode-open], [data-postcode-head-office]")) button.type = "button";
  };

  const dialogOf = (button) => {
    const open = document.querySelector("dialog.postcode-dialog");
    if (open) return open;
    const template = button.form.querySelector("template[data-postcode-dialog]");
    document.body.append(template.content.cloneNode(true));
    const dialog = document.querySelector("dialog.postcode-dialog");
    window.htmx.process(dialog);
    return dialog;
  };

  const put = (input, value) => {
    if (!input) return;
    input.value = value;
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
  };

  const withoutPlace = (address) => address.split("(")[0].trim();

  // As change_address does without this script: another address takes the old one's detail and English text away.
  const fill = (form, chosen) => {
    const { postcode, address, address_en: english, address_detail: detail } = form.elements;
    const before = withoutPlace(address.value);
    const isMove = before !== "" && before !== withoutPlace(chosen.address);
    const emptied = isMove && detail && detail.value.trim() !== "";
    put(postcode, chosen.postcode);
    put(address, chosen.address);
    if (isMove || (english && !english.value.trim())) put(english, chosen.addressEn);
    if (emptied) put(detail, "");
    if (detail) detail.focus();
    const status = form.querySelector("[data-postcode-status]");
    // An unchanged text is not announced again.
    status.textContent = "";
    window.setTimeout(() => { status.textContent = emptied ? status.dataset.messageMoved : status.dataset.message; }, 100);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const dialog = button.closest("dialog.postcode-dialog");
    if ("postcodeOpen" in button.dataset) {
      opener = button;
      dialogOf(button).showModal();
      document.getElementById("postcode-q").select();
    } else if ("postcodeHeadOffice" in button.dataset) {
      fill(button.form, button.dataset);
    } else if (dialog && "postcodeClose" in button.dataset) {
      dialog.close();
    } else if (dialog && button.dataset.postcode) {
      dialog.close();
      fill(opener.form, button.dataset);
    }
  });

  takeOver(document);
  document.addEventListener("htmx:load", (event) => takeOver(event.target));
})();
