/* Draws a card's chart with plotly from what its answer brought, and keeps it as large as its card. */
(function () {
  "use strict";
  const PREFIX = document.documentElement.getAttribute("data-prefix") || "";
  const BUNDLE = PREFIX + "/_dash-component-suites/plotly/package_data/plotly.min.js";
  const NARROW = 480;
  let waiting = [], isLoading = false;

  document.addEventListener("motcua:chart", function (event) {
    waiting.push(event.detail);
    if (window.Plotly) { drawAll(); } else { load(); }
  });

  function drawAll() {
    const places = waiting;
    waiting = [];
    places.forEach(draw);
  }

  function draw(place) {
    const asked = place.getAttribute("data-chart");
    if (!place.isConnected || asked === null) { return; }
    place.removeAttribute("data-chart");
    place.classList.toggle("is-empty", !asked);
    if (!asked) { place.replaceChildren(); return; }
    const told = JSON.parse(asked), chart = document.createElement("div");
    place.setAttribute("aria-label", told.sentence);
    place.replaceChildren(chart);
    if (place.clientWidth < NARROW) { thin(told.figure.layout.xaxis); }
    window.Plotly.newPlot(chart, told.figure.data, told.figure.layout, told.config);
    grown.observe(place);
  }

  /* On a phone the names of thirteen months run together: every third, from the last back, with its year. */
  function thin(axis) {
    if (!axis || !axis.tickvals || axis.tickvals.length < 8) { return; }
    const last = axis.tickvals.length - 1;
    axis.tickvals = axis.tickvals.filter(function (_, i) { return (last - i) % 3 === 0; });
    axis.ticktext = axis.tickvals.map(function (month) { return month.replace(/\/20(\d\d)$/, "/$1"); });
  }

  /* Where the set-up could not fetch the small bundle (assets/a-plotly…), plotly's own is asked for by the
     first chart. */
  function load() {
    if (isLoading) { return; }
    isLoading = true;
    const script = document.createElement("script");
    script.src = BUNDLE;
    script.onload = drawAll;
    script.onerror = function () { isLoading = false; };
    document.head.appendChild(script);
  }

  /* A card grows with the one beside it and with the window, and its chart with the card: in the frame that
     shows it. Plotly's own way waits 150 ms, in case the window is still being dragged. */
  const grown = new ResizeObserver(function (places) {
    places.forEach(function (place) {
      const chart = place.target.querySelector(".js-plotly-plot"), layout = chart && chart._fullLayout;
      /* autosize is off while it is fitted to paper (assets/print.js) */
      if (!layout || !chart.clientHeight || chart.layout.autosize === false) { return; }
      if (Math.abs(chart.clientWidth - layout.width) <= 1 && Math.abs(chart.clientHeight - layout.height) <= 1) { return; }
      window.Plotly.relayout(chart, { autosize: true });
    });
  });
})();
