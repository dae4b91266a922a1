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

  function draw(markup, id) {
    if (markup === undefined || markup === null) { return "slot"; }
    const place = document.getElementById(JSON.stringify({ card: id.card, type: id.type }));
    if (!place) { return "slot"; }
    place.innerHTML = markup;
    /* A table that may be wider than its card and holds no link must be reached by the keyboard to be scrolled. */
    place.querySelectorAll(".scroll-x").forEach(function (wide) {
      if (!wide.querySelector("a[href], button, input")) { wide.tabIndex = 0; }
    });
    if (focused) {
      const again = place.querySelector('[data-key="' + focused + '"]');
      if (again) { again.focus({ preventScroll: true }); focused = null; }
    }
    document.dispatchEvent(new CustomEvent("motcua:drawn", { detail: id.card }));
    return "slot is-drawn";
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    motcua: {
      draw: function (markup) {
        return draw(markup, window.dash_clientside.callback_context.outputs_list.id);
      }
    }
  });
})();
