/* Puts what cards answer in its places, and gives keyboard focus back to the control that was used. */
(function () {
  "use strict";
  let focused = null;
  document.addEventListener("click", remember, true);
  document.addEventListener("change", remember, true);
  function remember(event) {
    const key = event.target.closest && event.target.closest("[data-key]");
    if (key || event.type === "click") { focused = key ? key.getAttribute("data-key") : null; }
  }

  /* Answers are put in their places together: the browser styles, lays out and paints the page once, not once
     for every few of them, and a chart is drawn when its card has the size that it keeps. A card that is late
     keeps the others waiting no longer than what a reader takes for at once. */
  const PATIENCE = 100;
  let answered = new Set(), timer = null;
  function take(changes) {
    changes.forEach(function (change) { answered.add(change.target); });
    const isWaiting = document.querySelector(".page .slot:not(.is-drawn, [data-markup])");
    if (!isWaiting) { put(); } else if (!timer) { timer = window.setTimeout(put, PATIENCE); }
  }

  function put() {
    window.clearTimeout(timer);
    timer = null;
    const places = Array.from(answered).filter(function (place) { return place.isConnected; });
    answered = new Set();
    const cards = places.filter(function (place) { return place.hasAttribute("data-markup"); });
    cards.forEach(draw);
    if (cards.length) { giveFocusBack(); }
    places.filter(function (place) { return place.hasAttribute("data-chart"); }).forEach(function (place) {
      document.dispatchEvent(new CustomEvent("motcua:chart", { detail: place }));
    });
    cards.forEach(function (place) {
      document.dispatchEvent(new CustomEvent("motcua:drawn", { detail: JSON.parse(place.id).card }));
    });
  }

  function draw(place) {
    place.innerHTML = place.getAttribute("data-markup");
    place.removeAttribute("data-markup");
    /* A table that may be wider than its card and holds no link must be reached by the keyboard to be scrolled. */
    place.querySelectorAll(".scroll-x").forEach(function (wide) {
      if (!wide.querySelector("a[href], button, input")) { wide.tabIndex = 0; }
    });
    /* Of more months than there is room for, the last are the ones asked about. */
    place.querySelectorAll(".scroll-x:has(> .heat)").forEach(function (wide) { wide.scrollLeft = wide.scrollWidth; });
    place.classList.add("is-drawn");
  }

  function giveFocusBack() {
    const again = focused && document.querySelector('.page .is-drawn [data-key="' + focused + '"]');
    if (again) { again.focus({ preventScroll: true }); focused = null; }
  }

  /* Dash puts a card's answer into an attribute of its place: one change of one element, where a Store and a
     clientside callback behind it were three. */
  new MutationObserver(take).observe(document.body, {
    subtree: true, attributeFilter: ["data-markup", "data-chart"],
  });
})();
