/* The page is in the document already. This starts Dash when it has been painted, and gives way when Dash has
   drawn the same page: without a flash, and with the reader's place kept. Written into each document by
   dashboard/frame/document.py. */
(function () {
  "use strict";
  const scripts = document.getElementById("scripts");
  const first = document.getElementById("first");
  const SLOW = 20000, LIST = 10000;

  /* As assets/waiting.js, which is not here yet: cards to come are as large as they were. */
  try {
    const sizes = JSON.parse(window.sessionStorage.getItem("motcua-sizes")) || {};
    document.querySelectorAll("#first .slot:not(.is-drawn)").forEach(function (place) {
      const size = sizes[JSON.parse(place.id).card + "@" + window.innerWidth];
      if (size) { place.parentElement.style.minHeight = size + "px"; }
    });
  } catch (error) { /* nothing is known */ }

  /* Dash's scripts wait until the page has been painted. A tab in the background paints nothing. */
  let isBegun = false;
  function begin() {
    if (isBegun) { return; }
    isBegun = true;
    const later = [];
    let waiting = 1;
    function next() { if (--waiting === 0) { later.forEach(insert); } }
    function insert(one) {
      const made = document.createElement("script");
      Array.from(one.attributes).forEach(function (given) { made.setAttribute(given.name, given.value); });
      if (one.src) {
        made.async = false;
        waiting += 1;
        made.onload = next;
        made.onerror = function () { giveUp(); next(); };
      } else {
        made.textContent = one.textContent;
      }
      scripts.parentNode.insertBefore(made, scripts);
    }
    scripts.content.querySelectorAll("link").forEach(function (one) { document.head.appendChild(one.cloneNode()); });
    Array.from(scripts.content.querySelectorAll("script")).forEach(function (one) {
      /* What stands in the document runs at once, so it comes when all files it builds on have. */
      if (one.src || one.type === "application/json") { insert(one); } else { later.push(one); }
    });
    next();
  }
  if (first && document.visibilityState === "visible") {
    requestAnimationFrame(function () { window.setTimeout(begin, 0); });
    window.setTimeout(begin, 1500);
  } else {
    begin();
  }
  if (!first) { return; }

  /* The page that Dash draws stands beneath, unseen, until it is whole as far as this one is. */
  const entry = document.getElementById("react-entry-point");
  const drawn = new MutationObserver(function () { if (isDrawn()) { takeOver(); } });
  drawn.observe(entry, { childList: true, subtree: true });
  function isDrawn() {
    const main = entry.querySelector("main"), drawn = ".slot.is-drawn";
    return main && main.querySelectorAll(drawn).length >= first.querySelectorAll(drawn).length;
  }

  let isDue = false;
  function takeOver() {
    drawn.disconnect();
    /* A list that is open would be closed under the reader's hand. */
    if (!isDue && isListOpen()) {
      document.addEventListener("change", now, true);
      document.addEventListener("focusout", now, true);
      window.setTimeout(now, LIST);
      return;
    }
    now();
  }
  function isListOpen() {
    return document.activeElement && document.activeElement.tagName === "SELECT" && first.contains(document.activeElement);
  }
  function now(event) {
    if (isDue) { return; }
    isDue = true;
    document.removeEventListener("change", now, true);
    document.removeEventListener("focusout", now, true);
    /* The list's own event is answered first: it may lead elsewhere. */
    if (event) { window.setTimeout(swap, 0); } else { swap(); }
  }

  function swap() {
    const old = first.querySelector("main"), page = entry.querySelector("main");
    if (!first.isConnected) { return; }
    const at = [window.scrollX, window.scrollY];
    const focused = page && old.contains(document.activeElement) && placeOf(document.activeElement, old);
    const caret = focused && caretOf(document.activeElement);
    const states = page ? statesOf(old) : [];
    first.remove();
    states.forEach(function (state) {
      const one = at_(page, state.path);
      if (!one || one.tagName !== state.tag) { return; }
      if (state.isOpen) { one.open = true; }
      if (state.value !== undefined) { one.value = state.value; }
      if (state.scroll) { one.scrollLeft = state.scroll[0]; one.scrollTop = state.scroll[1]; }
    });
    const again = focused && at_(page, focused);
    if (again) {
      again.focus({ preventScroll: true });
      if (caret) { again.setSelectionRange(caret[0], caret[1]); }
    }
    window.scrollTo(at[0], at[1]);
    document.dispatchEvent(new CustomEvent("motcua:taken"));
  }

  /* The two pages are alike, so a place in the one is found again in the other. */
  function placeOf(one, top) {
    const path = [];
    for (let at = one; at !== top; at = at.parentElement) {
      path.unshift(Array.prototype.indexOf.call(at.parentElement.children, at));
    }
    return path;
  }
  function at_(top, path) {
    return path.reduce(function (one, index) { return one && one.children[index]; }, top);
  }
  function statesOf(top) {
    const states = [];
    top.querySelectorAll("details, input, textarea, .scroll-x, ul").forEach(function (one) {
      const isField = one.matches("input, textarea");
      const state = {
        isOpen: one.tagName === "DETAILS" && one.open,
        value: isField && one.value !== one.defaultValue ? one.value : undefined,
        scroll: !isField && (one.scrollLeft || one.scrollTop) ? [one.scrollLeft, one.scrollTop] : null,
      };
      if (state.isOpen || state.value !== undefined || state.scroll) {
        states.push(Object.assign(state, { path: placeOf(one, top), tag: one.tagName }));
      }
    });
    return states;
  }
  function caretOf(one) {
    return one.tagName === "INPUT" && one.selectionStart !== null && one.type !== "date" ? [one.selectionStart, one.selectionEnd] : null;
  }

  /* If Dash never draws, what has been read stays, its links work, and what Dash says is seen. */
  function giveUp() {
    if (!first.isConnected) { return; }
    first.classList.add("is-alone");
  }
  window.setTimeout(giveUp, SLOW);

  /* Until assets/address.js is there nobody follows lists. */
  document.addEventListener("change", function (event) {
    if (first.contains(event.target) && event.target.matches("select[data-go]")) { window.location.assign(event.target.value); }
  });
})();
