/* On a phone the filters are one line; it opens them, and the page that is shown in the navigation is in sight. */
(function () {
  "use strict";
  let carried = null, home = null;
  function set(props) {
    const dash = window.dash_clientside;
    if (dash && dash.set_props) { dash.set_props("filters", props); return true; }
    return false;
  }

  document.addEventListener("click", function (event) {
    const line = event.target.closest("[data-unfold]");
    if (!line) { return; }
    home = line;
    carried = line.parentNode.querySelector(".controls");
    /* Where nobody opens it yet, the filters stand below their line. */
    if (!set({ is_open: true })) { carried.classList.add("is-unfolded"); carried = null; return; }
    carry.observe(document.body, { childList: true, subtree: true });
  });
  /* Into the box when it is there, and back when it is gone. */
  const carry = new MutationObserver(function () {
    const body = document.getElementById("filters-body");
    if (body && carried && carried.parentNode !== body) {
      body.append(carried);
      body.closest(".offcanvas").querySelector(".btn-close").setAttribute("aria-label", "Đóng");
    }
    if (!body && carried && !carried.isConnected) {
      carry.disconnect();
      if (home.isConnected) { home.after(carried); }
      carried = null;
    }
  });
  function fold() { if (carried) { set({ is_open: false }); } }
  ["popstate", "_dashprivate_pushstate"].forEach(function (moved) { window.addEventListener(moved, fold); });

  /* A table of units is read as cards where it is wider than the screen: each number then says its own name. */
  const NARROW = window.matchMedia("(max-width: 640px)"), ROLES = { TABLE: "table", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TH: "rowheader", TD: "cell" };
  function deal() {
    if (!NARROW.matches) { return; }
    document.querySelectorAll(".page table.data:not(.as-cards)").forEach(function (table) {
      const heads = Array.from(table.querySelectorAll("thead tr:last-child > *"), function (head) { return head.textContent.trim(); });
      if (heads[0] !== "Đơn vị" || heads.length < 4) { return; }
      table.classList.add("as-cards");
      table.setAttribute("role", ROLES.TABLE);
      table.querySelectorAll("tbody, tfoot, tbody tr, tfoot tr, tbody th, tfoot th, td").forEach(function (one) { one.setAttribute("role", ROLES[one.tagName]); });
      table.querySelectorAll("tbody tr, tfoot tr").forEach(function (row) {
        const rate = row.querySelector("td > .rate");
        (rate ? rate.parentNode : row.cells[1]).classList.add("is-main");
      });
      table.querySelectorAll("td").forEach(function (cell) { cell.setAttribute("data-label", heads[cell.cellIndex]); });
    });
  }
  document.addEventListener("motcua:drawn", deal);
  NARROW.addEventListener("change", deal);

  function showTab() {
    const tab = document.querySelector(".top [aria-current=page]"), list = tab && tab.closest("ul");
    if (list) { list.scrollLeft = tab.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2; }
  }
  document.addEventListener("motcua:drawn", function (event) { if (/-bar$/.test(event.detail)) { showTab(); } });
  window.addEventListener("resize", showTab);
  showTab();
})();
