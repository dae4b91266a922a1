/* Small lines of months say their numbers: under the pointer, and by ← → where the keyboard is in the same row.
   A line's months stand in its data-months, one after another, with a bar between them. */
(function () {
  "use strict";
  const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
  const ROW = "li, tr, .tile";
  const EDGE = 0.03; /* so much of a line's width lies before its first month */
  let tip = null, said = null, at = -1, line = null;

  function make(id, look) {
    const one = document.createElement("p");
    one.id = id;
    one.className = look;
    document.body.appendChild(one);
    return one;
  }
  said = make("said", "visually-hidden");
  said.setAttribute("role", "status");
  tip = make("month", "month-tip");
  tip.setAttribute("aria-hidden", "true"); /* it is said, and stands in the line's own words */
  tip.hidden = true;
  document.addEventListener("motcua:say", function (event) { said.textContent = event.detail; });

  function monthsOf(one) { return one.getAttribute("data-months").split("|"); }

  function show(one, index) {
    const months = monthsOf(one), box = one.getBoundingClientRect();
    line = one;
    at = Math.min(Math.max(index, 0), months.length - 1);
    tip.textContent = months[at];
    tip.hidden = false;
    const x = box.left + box.width * (months.length > 1 ? EDGE + (1 - 2 * EDGE) * at / (months.length - 1) : 0.5);
    const half = tip.offsetWidth / 2;
    tip.style.left = Math.min(Math.max(x, half + 4), document.documentElement.clientWidth - half - 4) + "px";
    tip.style.top = (box.top > tip.offsetHeight + 8 ? box.top - tip.offsetHeight - 6 : box.bottom + 6) + "px";
    return months[at];
  }
  function hide() {
    tip.hidden = true;
    line = null;
    at = -1;
  }

  document.addEventListener("pointermove", function (event) {
    const one = underPointer(event);
    if (!one) { if (line && !isKept()) { hide(); } return; }
    const box = one.getBoundingClientRect(), last = monthsOf(one).length - 1;
    show(one, Math.round(((event.clientX - box.left) / box.width - EDGE) / (1 - 2 * EDGE) * last));
  });
  /* A row that is a link lies over its line. */
  function underPointer(event) {
    const one = event.target.closest && lineAt(event.target), box = one && one.getBoundingClientRect();
    const isIn = box && event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    return isIn ? one : null;
  }
  function isKept() { return lineAt(document.activeElement) === line; }
  document.addEventListener("scroll", hide, true);

  function lineAt(one) {
    const row = one && one.closest && (one.matches("[data-months]") ? one : one.closest(ROW));
    return row && (row.matches("[data-months]") ? row : row.querySelector("[data-months]"));
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && line) { hide(); return; }
    const by = STEPS[event.key];
    if (!by || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) { return; }
    if (event.target.matches("input, select, textarea") || document.documentElement.classList.contains("presenting")) { return; }
    const one = lineAt(event.target);
    if (!one) { return; }
    event.preventDefault();
    said.textContent = show(one, one === line && at >= 0 ? at + by : by > 0 ? 0 : monthsOf(one).length - 1);
  });
  document.addEventListener("focusout", hide);
})();
