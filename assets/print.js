/* Fits charts to the paper while a page is printed, and back to the screen afterwards. */
(function () {
  "use strict";
  const PAPER = 680; /* A4 less its margins and the card's padding, in CSS pixels */
  const SMALLER = 0.75; /* as in the style for print: a chart's words are of the size of those around them */
  function charts() { return document.querySelectorAll(".js-plotly-plot"); }
  function fit(width) {
    if (!window.Plotly) { return; }
    charts().forEach(function (chart) {
      const frame = chart.closest(".chart");
      if (!frame) { return; }
      window.Plotly.relayout(chart, width ? { autosize: false, width: width / SMALLER, height: (frame.closest(".unit-trend") ? 140 : 195) / SMALLER } : { autosize: true, width: null, height: null });
    });
  }
  window.addEventListener("beforeprint", function () { fit(PAPER); });
  window.addEventListener("afterprint", function () { fit(0); });
})();
