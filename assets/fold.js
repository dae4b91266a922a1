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

  /* A table is read as cards where it is wider than the screen: each number then says its own name. */
  const NARROW = window.matchMedia("(max-width: 640px)"), ROLES = { TABLE: "table", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TH: "rowheader", TD: "cell" };
  const SHORT = { "Cùng kỳ năm trước": "Năm trước", "Thay đổi": "" };
  const DEALT = ["Đơn vị", "Lĩnh vực", "Thủ tục", "Mã", "Nguồn", "Đẳng thức", "Chỉ số", "Cảnh báo", "Mã hồ sơ", "Số thứ tự", "TT", "Số", "Chỉ tiêu", "Số phiếu"];
  function deal() {
    if (!NARROW.matches) { return; }
    document.querySelectorAll(".page table.data:not(.as-cards)").forEach(function (table) {
      const heads = Array.from(table.querySelectorAll("thead tr:last-child > *"), function (head) { return head.textContent.trim(); });
      const isWide = DEALT.includes(heads[0]) && heads.length > 3 && !table.matches(".split");
      if (!isWide && !table.matches(".unit-table")) { return; }
      table.classList.add("as-cards");
      table.setAttribute("role", ROLES.TABLE);
      table.querySelectorAll("tbody, tfoot, tbody tr, tfoot tr, tbody th, tfoot th, td").forEach(function (one) { one.setAttribute("role", ROLES[one.tagName]); });
      table.querySelectorAll("tbody tr, tfoot tr").forEach(function (row) {
        const rate = isWide && row.querySelector("td > .rate"), main = rate ? rate.parentNode : row.querySelector("th + td") || row.cells[row.cells.length - 1];
        main.classList.add("is-main");
        main.classList.toggle("says-name", isWide && !rate && main.matches(".number"));
      });
      table.querySelectorAll("td").forEach(function (cell) {
        cell.setAttribute("data-label", isWide ? heads[cell.cellIndex] : SHORT[heads[cell.cellIndex]] || heads[cell.cellIndex]);
        cell.classList.toggle("is-nothing", cell.textContent.trim() === "·");
      });
    });
  }

  /* A long list begins with its first rows; a button opens the rest. Presenting and paper show it whole. Units
     over the threshold are always among those shown, up to MOST_OVER, and so is what the view is of. */
  const LISTS = [
    { of: ".page .flags-matrix .as-cards > tbody", keep: 0 },
    { of: ".page .work-list > tbody", keep: 4 },
    { of: ".page .unit-groups", keep: 2, what: "nhóm chỉ số" },
    { of: ".page .examples", keep: 0, slack: 0, what: "cách tính" },
    { of: ".page .words", keep: 3, what: "từ" },
    { of: ".page .method-metrics tbody, .page .method-flags tbody", keep: 2 },
    { of: ".page .method-metrics tbody, .page .method-flags tbody", keep: 4, wide: true },
    { of: ".page .method-odd tbody", keep: 3 },
    { of: ".page .method-identities tbody", keep: 1, slack: 0 },
    { of: ".page .online-counts .as-cards > tbody", keep: 2 },
    { of: ".page :is(.online-post, .on-time-fields, .on-time-procedures, .flags-complaints) .as-cards > tbody", keep: 3 },
    { of: ".page :is(.dossiers, .sheet-blocks .data).as-cards > tbody", keep: 10 },
    { of: ".page .as-cards:not(.course-events) > tbody", keep: 4 },
    { of: ".page .on-time-days tbody", keep: 6, wide: true },
    { of: ".page .online-help .online-bars > ol", keep: 3 },
    { of: ".page .online-procedures .online-bars > ol", keep: 5, wide: true },
    { of: ".page .online-bars > ol", keep: 4 },
    { of: ".page .inspect, .page .flags-review .flags", keep: 3 },
    { of: ".page .unit-flags .actions", keep: 5 },
    { of: ".page .heat > tbody", keep: 7 },
  ], SLACK = 2, MOST_OVER = 12;
  function furl() {
    LISTS.forEach(function (list) {
      if (!list.wide && !NARROW.matches) { return; }
      document.querySelectorAll(list.of).forEach(function (rows) {
        if (rows.dataset.furled) { return; }
        const all = Array.from(rows.children).filter(function (row) { return !row.matches(".total"); });
        const over = all.slice(0, MOST_OVER).reduce(function (last, row, i) { return row.querySelector(".rate.over") ? i + 1 : last; }, 0);
        const keep = Math.max(list.keep, rows.closest(".on-time-units") ? over : 0);
        if (all.length <= keep + (list.slack === undefined ? SLACK : list.slack)) { return; }
        rows.dataset.furled = "yes";
        rows.classList.add("is-furled");
        rows.classList.toggle("at-any-width", Boolean(list.wide));
        all.slice(keep).forEach(function (row) { row.classList.toggle("is-more", !row.matches(".example.chosen")); });
        const button = document.createElement("button"), told = "Xem cả " + all.filter(function (row) { return !row.matches(".group"); }).length.toLocaleString("vi") + " " + (list.what || "dòng");
        button.type = "button";
        button.className = "unfurl" + (list.wide ? " at-any-width" : "");
        button.textContent = told;
        button.setAttribute("aria-expanded", "false");
        button.addEventListener("click", function () {
          const isOpen = !rows.classList.toggle("is-furled");
          button.setAttribute("aria-expanded", String(isOpen));
          button.textContent = isOpen ? "Thu gọn" : told;
        });
        (rows.closest(".scroll-x") || rows.closest("table") || rows).after(button);
      });
    });
  }
  function fit() { deal(); furl(); }
  document.addEventListener("motcua:drawn", fit);
  NARROW.addEventListener("change", fit);

  function showTab() {
    const tab = document.querySelector(".top [aria-current=page]"), list = tab && tab.closest("ul");
    if (list) { list.scrollLeft = tab.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2; }
  }
  document.addEventListener("motcua:drawn", function (event) { if (/-bar$/.test(event.detail)) { showTab(); } });
  window.addEventListener("resize", showTab);
  showTab();
})();
