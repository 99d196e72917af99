// What somebody types while an answer is on its way is put back after the answer replaced the field.
(() => {
  "use strict";
  const typed = new Set();
  const kept = new Map();

  document.addEventListener("input", ({ target }) => {
    if (target.id && target.matches("#ll-step-form input, #ll-step-form textarea")) typed.add(target.id);
  });
  document.addEventListener("htmx:beforeSend", ({ detail }) => {
    if (detail.target.id === "ll-wizard") typed.clear();
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "ll-wizard") return;
    kept.clear();
    for (const id of typed) {
      const field = document.getElementById(id);
      if (field && !field.matches("[type=checkbox], [type=radio]")) kept.set(id, field.value);
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const [id, value] of kept) {
      const field = document.getElementById(id);
      if (!field || field.value === value) continue;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    kept.clear();
  });
})();
