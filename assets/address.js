/* Follows links, lists and day forms by changing the address only; the page redraws itself from it. */
(function () {
  "use strict";
  const SLOW = 10000;
  const PREFIX = document.documentElement.getAttribute("data-prefix") || "";
  let wentAt = 0;
  function go(href, isRepeated) {
    const url = linked(href);
    if (url.origin !== window.location.origin) { return; }
    if (document.getElementById("first")) { window.location.assign(url.href); return; } /* nobody draws yet */
    if (url.href === window.location.href) {
      /* Here already: the page is asked for again, but not because of a double click or while it is on its way. */
      if (!isRepeated && (isWhole() || Date.now() - wentAt > SLOW)) { window.location.reload(); }
      return;
    }
    wentAt = Date.now();
    window.history.pushState({}, "", url.pathname + url.search + url.hash);
    window.scrollTo(0, 0); /* first: once something has changed, the browser lays the old page out again for it */
    leave();
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function isWhole() {
    return !document.querySelector("#noi-dung[data-left], #noi-dung .slot:not(.is-drawn)");
  }

  /* Whoever keeps something in the address beside the question (assets/present.js) adds it here. */
  function linked(href) {
    const url = new URL(href, window.location.href);
    document.dispatchEvent(new CustomEvent("motcua:link", { detail: url }));
    return url;
  }

  /* Another address: the old figures go, whether or not the server answers with new ones, and their cards
     wait as large as they were. Most answers are there before they would: to style the old page for its end
     would only keep the new one waiting. */
  const PATIENCE = 300;
  let shown = window.location.pathname + window.location.search, leftAt = 0;
  function leave() {
    const now = window.location.pathname + window.location.search;
    const page = document.getElementById("noi-dung");
    if (now !== shown && page) {
      leftAt = performance.now();
      document.dispatchEvent(new CustomEvent("motcua:leave"));
      page.setAttribute("data-left", "");
      window.setTimeout(function () { page.classList.add("is-leaving"); }, PATIENCE);
    }
    shown = now;
  }
  window.addEventListener("popstate", leave);

  /* A request that failed is told at once by the cards that still wait, not when their time is up. */
  if (window.PerformanceObserver) {
    new PerformanceObserver(function (list) {
      const page = document.getElementById("noi-dung");
      const isLost = list.getEntries().some(function (one) {
        /* What the page before this one asked for is no longer waited for. */
        return one.startTime >= leftAt && one.name.includes("/_dash-update-component") && (one.responseStatus === 0 || one.responseStatus >= 400);
      });
      if (page && isLost) { page.classList.add("is-lost"); }
    }).observe({ type: "resource" });
  }

  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) { return; }
    const copy = event.target.closest("[data-copy]");
    if (copy) { copyLink(copy); return; }
    const link = event.target.closest("a[href]");
    if (!link || link.hasAttribute("download") || link.target) { return; }
    const href = link.getAttribute("href");
    if (!href.startsWith(PREFIX + "/") || href.startsWith("//")) { return; }
    if (href.startsWith(PREFIX + "/api/") || href.startsWith(PREFIX + "/tai/")) { return; }
    event.preventDefault();
    go(href, event.detail > 1);
  });

  /* What opens over the page closes when the reader turns to something else. */
  function close(except) {
    document.querySelectorAll("details.custom[open]").forEach(function (one) {
      if (one !== except) { one.open = false; }
    });
  }
  document.addEventListener("pointerdown", function (event) { close(event.target.closest("details.custom")); });
  document.addEventListener("keydown", function (event) {
    const open = event.key === "Escape" && document.querySelector("details.custom[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches("select[data-go]")) { go(event.target.value); }
  });

  document.addEventListener("submit", function (event) {
    const find = event.target.getAttribute("data-find");
    if (find) {
      event.preventDefault();
      go(find.replace("__MA__", encodeURIComponent(new FormData(event.target).get("code").trim())));
      return;
    }
    const sample = event.target.getAttribute("data-sample");
    if (sample) {
      event.preventDefault();
      const asked = new FormData(event.target);
      go(sample.replace("__SO__", asked.get("size")).replace("__HAT__", asked.get("seed")));
      return;
    }
    const template = event.target.getAttribute("data-template");
    if (!template) { return; }
    event.preventDefault();
    const data = new FormData(event.target);
    if (data.get("day")) { go(template.replace("__NGAY__", data.get("day"))); return; }
    go(template.replace("__KY__", data.get("from") + ".." + data.get("to")));
  });

  function copyLink(button) {
    const link = linked(button.getAttribute("data-copy")).href;
    const said = button.textContent;
    function done(ok) {
      const told = new CustomEvent("motcua:told", { cancelable: true, detail: ok ? "Đã chép liên kết" : "Chưa chép được: hãy chép ở thanh địa chỉ" });
      if (!document.dispatchEvent(told)) { return; }
      button.textContent = ok ? "Đã chép" : "Chép ở thanh địa chỉ";
      window.setTimeout(function () { button.textContent = said; }, 2000);
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(link).then(function () { done(true); }, function () { done(false); });
      return;
    }
    /* Without https there is no clipboard: a hidden field and the old command do it. */
    const field = document.createElement("textarea");
    field.value = link;
    document.body.appendChild(field);
    field.select();
    done(document.execCommand("copy"));
    field.remove();
    button.focus();
  }

  /* A picture of old data must not look fresh because the server is away: the age is told here. */
  window.setInterval(markOld, 30000);
  document.addEventListener("motcua:drawn", markOld);
  function markOld() {
    document.querySelectorAll("[data-age]").forEach(function (line) {
      if (new URLSearchParams(window.location.search).has("den")) { return; }
      if (!line.seen) { line.seen = Date.now(); }
      /* The server told the age; what has passed since is measured here, on this machine's own clock. */
      const age = Number(line.getAttribute("data-age")) + (Date.now() - line.seen) / 60000;
      if (age > Number(line.getAttribute("data-expected"))) { line.classList.add("old"); }
    });
  }
})();
