/* "?" beside a number: the one popover goes to it and says what it means. Keyboard: Enter opens, Esc closes. */
(function () {
  "use strict";
  let asker = null, turn = 0;

  function set(id, props) {
    const dash = window.dash_clientside;
    if (dash && dash.set_props) { dash.set_props(id, props); return true; }
    return false;
  }

  function ask(help) {
    close();
    const box = help.getBoundingClientRect(), anchor = document.getElementById("meaning-anchor");
    if (!anchor) { return; }
    anchor.style.cssText = "left:" + (box.left + window.scrollX) + "px;top:" + (box.top + window.scrollY) + "px;width:" + box.width + "px;height:" + box.height + "px";
    const line = document.querySelector("[data-as-of]");
    const asked = {
      of: help.getAttribute("data-help"), share: help.getAttribute("data-share"), turn: ++turn,
      path: window.location.pathname.slice((document.documentElement.getAttribute("data-prefix") || "").length), search: window.location.search, as_of: line && line.getAttribute("data-as-of"),
    };
    if (!set("meaning-asked", { data: asked })) { return; }
    asker = help;
    asker.setAttribute("aria-expanded", "true");
    filled.observe(document.body, { childList: true, subtree: true });
  }

  /* It is shown when it is filled: then it has the keyboard. */
  const filled = new MutationObserver(function () {
    const told = document.getElementById("meaning-told");
    if (!asker || !told || told.getAttribute("data-turn") !== String(turn)) { return; }
    filled.disconnect();
    const box = told.closest(".popover");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-labelledby", "meaning-name");
    told.focus({ preventScroll: true });
  });

  function close(isBack) {
    if (!asker) { return; }
    filled.disconnect();
    asker.setAttribute("aria-expanded", "false");
    if (isBack && asker.isConnected) { asker.focus({ preventScroll: true }); }
    asker = null;
    set("meaning", { is_open: false });
  }

  document.addEventListener("click", function (event) {
    const help = event.target.closest("[data-help]");
    if (help) {
      event.preventDefault();
      if (help === asker) { close(true); } else { ask(help); }
    } else if (!event.target.closest(".popover.meaning") || event.target.closest("a")) {
      close();
    }
  });
  document.addEventListener("keydown", function (event) {
    if (!asker) { return; }
    const inside = event.target.closest && event.target.closest(".popover.meaning");
    if (event.key === "Escape") { close(true); event.stopPropagation(); return; }
    if (event.key !== "Tab" || !inside) { return; }
    /* Before its first and behind its last the reader is back where "?" was asked. */
    const links = inside.querySelectorAll("a[href]"), isBackward = event.shiftKey;
    const edge = isBackward ? document.getElementById("meaning-told") : links[links.length - 1];
    if (!edge || event.target === edge) { event.preventDefault(); close(true); }
  }, true);
  ["popstate", "_dashprivate_pushstate"].forEach(function (moved) { window.addEventListener(moved, function () { close(); }); });
})();
