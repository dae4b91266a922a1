/* The component that puts a card's markup in its place, and gives keyboard focus back to the control that was used. */
(function () {
  "use strict";
  let focused = null;
  document.addEventListener("click", remember, true);
  document.addEventListener("change", remember, true);
  function remember(event) {
    const key = event.target.closest && event.target.closest("[data-key]");
    if (key || event.type === "click") { focused = key ? key.getAttribute("data-key") : null; }
  }

  window.dashboard = window.dashboard || {};
  window.dashboard.Markup = function Markup(props) {
    const place = React.useRef(null);
    const isThere = React.useRef(false);
    React.useLayoutEffect(function () {
      if (typeof props.html === "string") {
        /* What a page brings with it stands there in the frame that shows the page. */
        if (isThere.current) { take(place.current, props.html); } else { put([[place.current, props.html]]); }
      } else {
        window.motcua.keepRoom(place.current);
      }
      isThere.current = true;
    }, [props.html]);
    return React.createElement("div", {
      id: window.dash_component_api.stringifyId(props.id), className: props.className, ref: place,
      role: props.label ? "region" : undefined, "aria-label": props.label,
    });
  };

  /* Answers are put in their places together: the browser styles, lays out and paints the page once, not once
     for every few of them. A card that is late keeps the others waiting no longer than what a reader takes for
     at once. */
  const PATIENCE = 100;
  let answered = new Map(), timer = null;
  function take(place, html) {
    answered.set(place, html);
    const isWaiting = Array.from(document.querySelectorAll("#noi-dung .slot:not(.is-drawn)"))
      .some(function (one) { return !answered.has(one); });
    if (!isWaiting) { putAll(); } else if (!timer) { timer = window.setTimeout(putAll, PATIENCE); }
  }
  function putAll() {
    window.clearTimeout(timer);
    timer = null;
    const all = Array.from(answered).filter(function (one) { return one[0].isConnected; });
    answered = new Map();
    put(all);
  }
  function put(all) {
    all.forEach(function (one) { draw(one[0], one[1]); });
    giveFocusBack();
    all.forEach(function (one) {
      document.dispatchEvent(new CustomEvent("motcua:drawn", { detail: JSON.parse(one[0].id).card }));
    });
  }

  function draw(place, html) {
    place.innerHTML = html;
    window.motcua.giveRoom(place);
    /* A table that may be wider than its card and holds no link must be reached by the keyboard to be scrolled. */
    place.querySelectorAll(".scroll-x").forEach(function (wide) {
      if (!wide.querySelector("a[href], button, input")) { wide.tabIndex = 0; }
    });
    place.classList.add("is-drawn");
    /* Of more months than there is room for, the last are the ones asked about. */
    place.querySelectorAll(".scroll-x:has(> .heat:not(.origins))").forEach(function (wide) { wide.scrollLeft = wide.scrollWidth; });
  }

  /* The first page's place is kept by first/first.js. */
  document.addEventListener("motcua:taken", function () { focused = null; });
  function giveFocusBack() {
    if (document.getElementById("first")) { return; }
    const again = focused && document.querySelector('.page .is-drawn [data-key="' + focused + '"]');
    if (again) { again.focus({ preventScroll: true }); focused = null; }
  }
})();
