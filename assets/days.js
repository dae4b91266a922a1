/* Days are typed as 21/11/2026 whatever the browser's language: native boxes show 11/21/2026 under English. */
(function () {
  "use strict";
  const WRONG = "Ngày viết như 21/11/2026.", EARLY = "Ngày phải từ ngày đầu kỳ trở đi.";
  function isoOf(text) {
    const whole = text.trim();
    const parts = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})$/.exec(whole) || /^(\d{2})(\d{2})(\d{4})$/.exec(whole);
    if (!parts) { return ""; }
    const day = Number(parts[1]), month = Number(parts[2]), year = parts[3].length === 2 ? 2000 + Number(parts[3]) : Number(parts[3]);
    const found = new Date(Date.UTC(year, month - 1, day));
    return found.getUTCMonth() === month - 1 && found.getUTCDate() === day ? found.toISOString().slice(0, 10) : "";
  }
  function read(box) {
    const iso = isoOf(box.value), least = box.getAttribute("data-least");
    const isEarly = least && iso && iso < least;
    /* An empty box is told by the browser: it is required. */
    box.setCustomValidity(box.value.trim() === "" ? "" : !iso ? WRONG : isEarly ? EARLY : "");
    box.closest("form").elements.namedItem(box.getAttribute("data-day")).value = iso;
    return iso;
  }
  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-day]")) { read(event.target); }
  });
  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-day]")) { return; }
    const iso = read(event.target);
    if (iso) { event.target.value = iso.slice(8) + "/" + iso.slice(5, 7) + "/" + iso.slice(0, 4); }
  });
})();
