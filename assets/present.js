/* Trình chiếu: one card a screen, walked by keys. The address keeps the place, the server is asked nothing:
   what is drawn does not depend on the words trinh_chieu and the, so Dash is not told when only they change. */
(function () {
  "use strict";
  const root = document.documentElement;
  const OURS = ["trinh_chieu", "the"];
  const PREFIX = root.getAttribute("data-prefix") || "";
  const WALL = PREFIX + "/man-hinh"; /* a document of its own, for another screen */
  let told = question(); /* what Dash was last asked */
  let page = null;
  let card = null;
  let landing = 0; /* -1: the page that comes opens at its last card */
  let still = 0;

  function find(selector) { return document.querySelector(selector); }
  function word(name) { return new URLSearchParams(window.location.search).get(name); }
  function isOn() { return word("trinh_chieu") === "1"; }
  function search(text, dropped, added) {
    const kept = text.replace(/^\?/, "").split("&").filter(function (one) { return one && !dropped.includes(one.split("=")[0]); });
    return kept.concat(added).length ? "?" + kept.concat(added).join("&") : "";
  }
  function question() {
    return window.location.pathname + search(window.location.search, isOn() ? OURS : OURS.slice(0, 1), []);
  }
  function place(name) { return ["trinh_chieu=1"].concat(name ? ["the=" + name] : []); }

  /* cards */
  function scrollerOf(one) { return one.querySelector(".slot"); }
  function nameOf(one) { return JSON.parse(scrollerOf(one).id).card; }
  function cards() {
    const all = Array.from(document.querySelectorAll("#noi-dung > :not(.bar)")).filter(scrollerOf);
    const alone = find("#noi-dung > .headline .outcome"); /* as main.css: it has said that there is no more */
    return alone ? all.filter(function (one) { return one.contains(alone); }) : all;
  }
  function isLeaving() { return !page || page.hasAttribute("data-left"); }

  /* Does what the address says; without cards yet it waits for them. */
  function follow() {
    const on = isOn();
    if (on !== root.classList.contains("presenting")) { on ? begin() : end(); }
    page = document.getElementById("noi-dung");
    if (!on || isLeaving()) { return; }
    const all = cards();
    const asked = all.findIndex(function (one) { return nameOf(one) === word("the"); });
    const next = asked < 0 ? all.at(landing) : all[asked];
    if (!next) { return; }
    landing = 0;
    if (asked < 0) { keep(nameOf(next)); }
    if (next !== card) {
      if (card) { card.removeAttribute("data-shown"); }
      card = next;
      card.setAttribute("data-shown", "");
      scroller().scrollTop = 0;
    }
    tell(all);
    fit();
  }
  function keep(name) {
    const there = window.location.pathname + search(window.location.search, OURS, place(name));
    window.history.replaceState(window.history.state, "", there);
  }
  function tell(all) {
    const at = all.indexOf(card) + 1;
    find(".present-at").textContent = at + "/" + all.length;
    find(".present-page").textContent = document.title.split(" · ")[0];
    find(".present-bar").style.width = 100 * at / all.length + "%";
    const copy = find(".top [data-copy]");
    if (copy) { find(".present .copy").setAttribute("data-copy", copy.getAttribute("data-copy")); }
  }

  /* The largest type with which the card fits; a long one keeps a readable size and scrolls. */
  function scroller() { return scrollerOf(card); }
  function fit() {
    const box = scroller();
    const height = window.innerHeight;
    const high = Math.min(height / 25, window.innerWidth / 44);
    const low = Math.min(height / 41, high);
    const least = Math.min(height / 50, high);
    const hasChart = card.querySelector(".chart:not(.is-empty)");
    function at(size) {
      root.style.setProperty("--present", size + "px");
      const head = box.querySelector(".card-head");
      root.style.setProperty("--head", (head ? head.offsetHeight : 0) + "px");
    }
    const chart = Math.min(high, height / 30);
    root.style.setProperty("--zoom", chart / 14); /* the same on every card: hidden charts stay as drawn */
    function isWide() { return box.scrollWidth > box.clientWidth + 1; }
    function fits(size) { at(size); return !isWide() && box.scrollHeight <= box.clientHeight + 1; }
    function narrow(size) { at(size); return !isWide(); }
    function largest(from, to, good) {
      if (good(to)) { return to; }
      let least = from;
      let most = to;
      while (most - least > 0.4) {
        const middle = (least + most) / 2;
        if (good(middle)) { least = middle; } else { most = middle; }
      }
      return least;
    }
    at(hasChart ? chart : fits(least) ? largest(least, high, fits) : largest(12, low, narrow));
    more();
  }
  function more() {
    const box = scroller();
    const left = box.scrollHeight - box.clientHeight;
    if (left > 4) { box.tabIndex = 0; } else { box.removeAttribute("tabindex"); }
    find(".present-more").hidden = left - box.scrollTop < 4;
  }

  /* to and fro */
  const watch = new MutationObserver(function () {
    if (document.getElementById("noi-dung") !== page) { card = null; follow(); }
  });
  function begin() {
    root.classList.add("presenting");
    watch.observe(document.body, { childList: true, subtree: true });
    rest();
  }
  function end() {
    root.classList.remove("presenting", "is-still");
    watch.disconnect();
    if (!card) { return; }
    card.removeAttribute("data-shown");
    scroller().removeAttribute("tabindex");
    card.scrollIntoView();
    card = null;
  }
  function enter() {
    page = document.getElementById("noi-dung");
    if (isLeaving() || !cards().length) { return; }
    const seen = cards().find(function (one) { return one.getBoundingClientRect().bottom > 0.3 * window.innerHeight; });
    window.history.pushState({ motcua: "presenting" }, "",
      window.location.pathname + search(window.location.search, OURS, place(nameOf(seen || cards()[0]))));
    follow();
  }
  function leave() {
    /* Where P was pressed on this page, Back is the way out, and leaves no second entry behind. */
    if (window.history.state && window.history.state.motcua === "presenting") { window.history.back(); return; }
    const there = window.location.pathname + search(window.location.search, OURS, []);
    window.history.replaceState({}, "", there);
    follow();
  }
  function walk(by) {
    if (isLeaving() || !card) { return; }
    const all = cards();
    const next = all[all.indexOf(card) + by];
    if (next) { keep(nameOf(next)); follow(); return; }
    const links = Array.from(document.querySelectorAll(".top ul a:not([target])")).filter(function (one) { return one.pathname !== WALL; });
    const here = links.findLastIndex(function (one) {
      return one.pathname === window.location.pathname || one.pathname !== PREFIX + "/" && window.location.pathname.startsWith(one.pathname + "/");
    });
    const there = links[here + by];
    if (!there) { return; }
    landing = by < 0 ? -1 : 0;
    there.click();
  }
  function scroll(by) {
    const smooth = window.matchMedia("(prefers-reduced-motion: no-preference)").matches;
    scroller().scrollBy({ top: by * 0.6 * scroller().clientHeight, behavior: smooth ? "smooth" : "auto" });
  }

  /* keys */
  const KEYS = {
    ArrowRight: function () { walk(1); }, PageDown: function () { walk(1); },
    ArrowLeft: function () { walk(-1); }, PageUp: function () { walk(-1); },
    Home: function () { keep(nameOf(cards()[0])); follow(); },
    End: function () { keep(nameOf(cards().at(-1))); follow(); },
    ArrowDown: function () { scroll(1); }, ArrowUp: function () { scroll(-1); },
    Escape: leave
  };
  document.addEventListener("keydown", function (event) {
    const at = event.target;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) { return; }
    if (at.closest && at.closest("input, select, textarea, [contenteditable]")) { return; }
    const keys = find("#present-keys");
    if (event.key === "?") { event.preventDefault(); keys.open ? keys.close() : keys.showModal(); return; }
    if (keys.open) { return; }
    let act = isOn() && card && KEYS[event.key];
    if (event.key === "p" || event.key === "P") { act = isOn() ? leave : enter; }
    if (event.key === " " && isOn() && !at.closest("button, summary")) { act = function () { walk(event.shiftKey ? -1 : 1); }; }
    if (event.key === "Escape" && isOn()) { act = leave; }
    if (!act) { return; }
    event.preventDefault();
    if (!event.repeat || event.key === "ArrowDown" || event.key === "ArrowUp") { act(); }
  });
  document.addEventListener("click", function (event) {
    const asked = event.target.closest("[data-present]");
    if (!asked) { return; }
    const act = { on: enter, off: leave, next: function () { walk(1); }, previous: function () { walk(-1); },
      keys: function () { find("#present-keys").showModal(); } };
    act[asked.getAttribute("data-present")]();
  });

  /* the pointer */
  function rest() {
    window.clearTimeout(still);
    root.classList.remove("is-still");
    still = window.setTimeout(function () { root.classList.toggle("is-still", isOn()); }, 2000);
  }
  document.addEventListener("pointermove", function () { if (isOn()) { rest(); } });

  /* Every link followed or copied while presenting keeps presenting, and on the same page the same card. */
  document.addEventListener("motcua:link", function (event) {
    const url = event.detail;
    if (isOn()) { url.search = search(url.search, OURS, place(url.pathname === window.location.pathname ? word("the") : "")); }
  });
  window.addEventListener("_dashprivate_pushstate", function () { told = question(); });
  window.addEventListener("popstate", function (event) {
    if (question() === told) { event.stopImmediatePropagation(); follow(); return; }
    told = question();
    if (isOn() !== root.classList.contains("presenting")) { isOn() ? begin() : end(); }
  }, true);
  document.addEventListener("motcua:drawn", function () { if (isOn()) { follow(); } });
  document.addEventListener("scroll", function () { if (isOn() && card) { more(); } }, true);
  window.addEventListener("resize", function () { if (isOn() && card) { fit(); } });
  if (isOn()) { begin(); }
})();
