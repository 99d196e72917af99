// Many records at once: one box ticks all of the page, and how many are ticked is said.
(() => {
  "use strict";
  const all = document.querySelector("[data-selects]");
  const said = document.querySelector("[data-counts]");
  if (!all || !said) return;
  const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${all.dataset.selects}"]`)];

  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    said.textContent = ticked ? `(${ticked})` : "";
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };

  document.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    if (event.target === all || boxes.includes(event.target)) count();
  });
  count();
})();
