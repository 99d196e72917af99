// Tells the server in which time zone this browser is, and offers it where one is chosen.
(() => {
  "use strict";
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `ll-zone=${zone}; path=/; max-age=31536000; SameSite=Lax${secure}`;

  document.addEventListener("DOMContentLoaded", () => {
    const said = document.querySelector("[data-zone-said]");
    const select = document.querySelector("select[data-zone]");
    if (!said || !select) return;
    const option = [...select.options].find((one) => one.value === zone);
    if (!option || select.value === zone) return;
    said.querySelector("[data-zone-name]").textContent = option.text;
    said.querySelector("button").addEventListener("click", () => {
      select.value = zone;
      said.hidden = true;
      select.focus();
    });
    said.hidden = false;
  });
})();
