/* Puts a card's markup in its place, and gives keyboard focus back to the control that was used. */
(function () {
  "use strict";
  let focused = null;
  document.addEventListener("click", function (event) {
    const key = event.target.closest && event.target.closest("[data-key]");
    focused = key ? key.getAttribute("data-key") : null;
  }, true);
  document.addEventListener("change", function (event) {
    const key = event.target.closest && event.target.closest("[data-key]");
    if (key) { focused = key.getAttribute("data-key"); }
  }, true);

  /* A card grows with the one beside it, and its chart with the card: in the frame that shows it. Plotly's own
     way waits 150 ms, in case the window is still being dragged. */
  const grown = new ResizeObserver(function (places) {
    places.forEach(function (place) {
      const chart = place.target.querySelector(".js-plotly-plot");
      const drawn = chart && chart._fullLayout;
      /* autosize is off while it is fitted to paper (assets/print.js) */
      if (!drawn || !window.Plotly || !chart.clientHeight || chart.layout.autosize === false) { return; }
      if (Math.abs(chart.clientWidth - drawn.width) <= 1 && Math.abs(chart.clientHeight - drawn.height) <= 1) { return; }
      window.Plotly.relayout(chart, { autosize: true });
    });
  });

  function draw(place) {
    const markup = place.getAttribute("data-markup");
    if (markup === null) { return; }
    place.removeAttribute("data-markup");
    place.innerHTML = markup;
    /* A table that may be wider than its card and holds no link must be reached by the keyboard to be scrolled. */
    place.querySelectorAll(".scroll-x").forEach(function (wide) {
      if (!wide.querySelector("a[href], button, input")) { wide.tabIndex = 0; }
    });
    if (focused) {
      const again = place.querySelector('[data-key="' + focused + '"]');
      if (again) { again.focus({ preventScroll: true }); focused = null; }
    }
    place.classList.add("is-drawn");
    const chart = place.parentElement.querySelector(".chart");
    if (chart) { grown.observe(chart); }
    document.dispatchEvent(new CustomEvent("motcua:drawn", { detail: JSON.parse(place.id).card }));
  }

  /* Dash puts a card's answer into an attribute of its place: one change of one element, where a Store and a
     clientside callback behind it were three. */
  new MutationObserver(function (changes) {
    changes.forEach(function (change) { draw(change.target); });
  }).observe(document.body, { subtree: true, attributeFilter: ["data-markup"] });
})();
