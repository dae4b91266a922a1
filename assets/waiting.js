/* A card that waits is as large as it was when it was last seen in this tab, at this width: what comes below it
   does not move when its answer comes. */
(function () {
  "use strict";
  const KEPT = "motcua-sizes";
  window.motcua = window.motcua || {};

  function known() {
    try { return JSON.parse(window.sessionStorage.getItem(KEPT)) || {}; } catch (error) { return {}; }
  }
  function name(place) { return JSON.parse(place.id).card + "@" + window.innerWidth; }

  function measure() {
    const sizes = known();
    document.querySelectorAll("#noi-dung .slot.is-drawn").forEach(function (place) {
      sizes[name(place)] = place.parentElement.offsetHeight;
    });
    try { window.sessionStorage.setItem(KEPT, JSON.stringify(sizes)); } catch (error) { /* no room: as before */ }
  }
  document.addEventListener("motcua:leave", measure);
  window.addEventListener("pagehide", measure);

  window.motcua.keepRoom = function (place) {
    const size = known()[name(place)];
    if (size) { place.parentElement.style.minHeight = size + "px"; }
  };
  window.motcua.giveRoom = function (place) {
    place.parentElement.style.minHeight = "";
  };
})();
