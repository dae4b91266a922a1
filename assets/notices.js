/* Alerts beside the page ("Có số liệu mới", "Dữ liệu cũ") and the toast that says what became of a click. */
(function () {
  "use strict";
  let isDismissed = false, isOld = false;
  function set(id, props) {
    const dash = window.dash_clientside;
    if (!dash || !dash.set_props || !document.querySelector("#react-entry-point .notices")) { return false; }
    dash.set_props(id, props);
    return true;
  }

  document.addEventListener("motcua:told", function (event) {
    if (set("told", { children: event.detail, is_open: true })) { event.preventDefault(); }
  });
  document.addEventListener("motcua:fresh", function () { set("fresh", { is_open: true }); });
  /* A page that comes later has the new data. */
  window.addEventListener("_dashprivate_pushstate", function () { set("fresh", { is_open: false }); });

  /* The id of a document that said there is no such page is not the next page's. */
  document.addEventListener("motcua:leave", function () {
    document.querySelectorAll("body > .request-id").forEach(function (one) { one.remove(); });
  });

  function tellOld() {
    const line = document.querySelector("#react-entry-point .data-time.old");
    if (isDismissed || Boolean(line) === isOld) { return; }
    const moment = line && line.querySelector("b").textContent;
    if (set("old", { is_open: Boolean(line) })) {
      isOld = Boolean(line);
      if (line) { set("old-moment", { children: "Số liệu đến " + moment + "; đã quá thời hạn cập nhật." }); }
    }
  }
  document.addEventListener("motcua:drawn", tellOld);
  window.setInterval(tellOld, 30000);

  document.addEventListener("click", function (event) {
    const close = event.target.closest("[data-close]");
    if (close) {
      if (close.getAttribute("data-close") === "old") { isDismissed = true; }
      set(close.getAttribute("data-close"), { is_open: false });
    } else if (event.target.closest("[data-again]")) { event.preventDefault(); window.location.reload(); }
  });
})();
