// What the browser does not do by itself: the CSRF header, dialogs, rows that open, menus.
(() => {
  "use strict";
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const panel = document.getElementById("ll-panel");
  const said = document.getElementById("ll-said");

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (panel && event.detail.target.id === "ll-panel-body" && !panel.open) panel.showModal();
  });
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(failure, (event) => {
      const link = event.target.closest("a[href]");
      if (link) window.location = link.href;
      else if (said) said.textContent = document.body.dataset.failed || "";
    });
  }

  document.addEventListener("click", (event) => {
    const { target } = event;
    const opener = target.closest("[data-opens]");
    const closer = target.closest("[data-closes]");
    const row = target.closest("[aria-expanded][aria-controls]");
    if (opener) {
      opener.closest("[popover]")?.hidePopover();
      document.getElementById(opener.dataset.opens).showModal();
    }
    if (closer || (target.tagName === "DIALOG" && target.open)) target.closest("dialog").close();
    if (row && row.matches(".ll-expander")) {
      const opens = row.getAttribute("aria-expanded") !== "true";
      row.setAttribute("aria-expanded", opens);
      document.getElementById(row.getAttribute("aria-controls")).hidden = !opens;
    }
  });

  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (event.newState !== "open" || !menu.matches(".ll-row-menu")) return;
    const button = document.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
    const below = button.bottom + 4 + menu.offsetHeight < window.innerHeight;
    menu.style.left = `${Math.max(8, button.right - menu.offsetWidth)}px`;
    menu.style.top = `${below ? button.bottom + 4 : button.top - 4 - menu.offsetHeight}px`;
  }, true);

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  document.addEventListener("keydown", (event) => {
    const field = document.querySelector("[data-search]");
    if (event.key !== "/" || !field || event.target.closest("input, select, textarea, dialog")) return;
    event.preventDefault();
    field.focus();
  });

  document.addEventListener("submit", (event) => {
    for (const button of event.target.querySelectorAll("button[data-once]")) {
      window.setTimeout(() => { button.disabled = true; });
    }
  });
})();
