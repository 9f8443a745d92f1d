// What makes forms pleasant; each works without it. An element with data-focus (the error summary) takes the focus when
// the page opens; the words of the button beside a password stand in <meta name="password-words">.
(() => {
  "use strict";

  const SENDING_SECONDS = 10;

  function focusSummary(root) {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
  }

  // A form that was sent is not sent again by a second press; the guard falls when the page comes back.
  function release(form) {
    delete form.dataset.sending;
    form.querySelectorAll("[aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
  }

  function guard(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "true";
    form.querySelectorAll("button:not([type=button]), input[type=submit]").forEach((button) => button.setAttribute("aria-disabled", "true"));
    setTimeout(() => release(form), SENDING_SECONDS * 1000);
  }

  function offerToShow(input) {
    const words = document.querySelector("meta[name=password-words]");
    if (!words || input.dataset.offered) return;
    input.dataset.offered = "true";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-third show-password";
    const label = document.querySelector(`label[for="${input.id}"]`);
    const say = () => {
      const shown = input.type === "text";
      button.textContent = shown ? words.dataset.hide : words.dataset.show;
      button.setAttribute("aria-label", `${label ? label.firstChild.textContent.trim() : ""} ${button.textContent}`.trim());
    };
    button.addEventListener("click", () => {
      input.type = input.type === "password" ? "text" : "password";
      say();
    });
    say();
    input.after(button);
    input.form.addEventListener("submit", () => {
      input.type = "password"; // the browser offers to keep passwords only
    });
  }

  // A check made while typing has put its answer under the control: tie it to the control, or untie it.
  function tie(messages) {
    const id = messages.id.replace(/_messages$/, "");
    const control = document.getElementById(id);
    if (!control) return;
    const hasError = Boolean(messages.querySelector(`[id="${id}_error"]`));
    const others = (control.getAttribute("aria-describedby") || "").split(" ").filter((name) => name && name !== `${id}_error`);
    if (hasError) others.push(`${id}_error`);
    if (others.length) control.setAttribute("aria-describedby", others.join(" "));
    else control.removeAttribute("aria-describedby");
    if (hasError) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    const field = document.getElementById(`${id}_field`);
    if (field) field.classList.toggle("has-error", hasError);
  }

  function prepare(root) {
    root.querySelectorAll("input[type=password]").forEach(offerToShow);
  }

  document.addEventListener("DOMContentLoaded", () => {
    // A page that answers a refused form becomes an ordinary page of its address: on the way back, or loaded anew, the
    // browser asks for it again instead of asking whether to send the form a second time.
    history.replaceState(history.state, "", location.href);
    prepare(document);
    focusSummary(document);
  });
  document.addEventListener("submit", guard);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.classList.contains("field-messages")) tie(event.target);
  });
  document.addEventListener("htmx:load", (event) => prepare(event.target));
})();
