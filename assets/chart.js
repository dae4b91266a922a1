/* What dcc.Graph leaves to do: fewer names of months on a phone, as large as its card at once, months by the
   arrow keys, and a picture that says what it is of. */
(function () {
  "use strict";
  const NARROW = 480;
  const known = new WeakSet();
  document.addEventListener("motcua:drawn", function () {
    document.querySelectorAll(".chart").forEach(function (place) {
      if (known.has(place)) { return; }
      known.add(place);
      const drawn = new MutationObserver(function () { if (plot(place)) { drawn.disconnect(); begin(place); } });
      drawn.observe(place, { childList: true, subtree: true });
    });
  });

  function plot(place) {
    const chart = place.querySelector(".js-plotly-plot");
    return chart && chart._fullLayout && chart.querySelector(".main-svg") ? chart : null;
  }

  function begin(place) {
    const chart = plot(place);
    if (place.clientWidth < NARROW) { thin(chart); }
    grown.observe(place);
  }

  /* On a phone the names of thirteen months run together: every third, from the last back, with its year. */
  function thin(chart) {
    const axis = chart.layout.xaxis;
    if (!axis || !axis.tickvals || axis.tickvals.length < 8) { return; }
    const last = axis.tickvals.length - 1;
    const kept = axis.tickvals.filter(function (_, i) { return (last - i) % 3 === 0; });
    window.Plotly.relayout(chart, {
      /* What the marks are called stands above the chart, in the card's words; their room is the line's. */
      annotations: (chart.layout.annotations || []).filter(function (one) { return one.name !== "event"; }),
      "margin.t": 12, "margin.b": 28, "margin.l": 36,
      /* The first month stands below the lowest number, not beside it. */
      "xaxis.ticks": "outside", "xaxis.ticklen": 6, "xaxis.tickcolor": "rgba(0,0,0,0)",
      "xaxis.tickvals": kept,
      "xaxis.ticktext": kept.map(function (month) { return month.replace(/\/20(\d\d)$/, "/$1"); }),
    });
  }

  /* A card grows with the one beside it and with the window, and its chart with the card: in the frame that
     shows it. Plotly's own way waits, in case the window is still being dragged. */
  const grown = new ResizeObserver(function (places) {
    places.forEach(function (one) {
      const chart = plot(one.target), layout = chart && chart._fullLayout;
      /* autosize is off while it is fitted to paper (assets/print.js) */
      if (!layout || !chart.clientHeight || chart.layout.autosize === false) { return; }
      if (Math.abs(chart.clientWidth - layout.width) <= 1 && Math.abs(chart.clientHeight - layout.height) <= 1) { return; }
      window.Plotly.relayout(chart, { autosize: true });
    });
  });

  /* The arrow keys: what a pointer is told of a month, shown and said. */
  const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
  document.addEventListener("keydown", function (event) {
    const frame = event.target.closest && event.target.closest(".drawing");
    const chart = frame && plot(frame.parentElement), by = STEPS[event.key];
    if (!chart || document.documentElement.classList.contains("presenting")) { return; }
    if (event.key === "Escape") { leave(chart); return; }
    if (!by || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    const months = monthsOf(chart);
    const at = chart.motcuaAt === undefined ? (by > 0 ? 0 : months.length - 1)
      : Math.min(Math.max(chart.motcuaAt + by, 0), months.length - 1);
    chart.motcuaAt = at;
    window.Plotly.Fx.hover(chart, months[at].points);
    document.dispatchEvent(new CustomEvent("motcua:say", { detail: months[at].texts.join("; ") }));
  });
  document.addEventListener("focusout", function (event) {
    const frame = event.target.matches && event.target.matches(".drawing") && event.target;
    if (frame && plot(frame.parentElement)) { leave(plot(frame.parentElement)); }
  });
  function leave(chart) {
    chart.motcuaAt = undefined;
    window.Plotly.Fx.unhover(chart);
  }
  function monthsOf(chart) {
    const months = [];
    chart.data.forEach(function (trace, curve) {
      if (!trace.customdata || trace.hoverinfo === "skip") { return; }
      trace.x.forEach(function (name, i) {
        if (trace.y[i] === null || trace.y[i] === undefined) { return; }
        let month = months.find(function (one) { return one.name === name; });
        if (!month) { month = { name: name, points: [], texts: [] }; months.push(month); }
        month.points.push({ curveNumber: curve, pointNumber: i });
        month.texts.push(String(trace.customdata[i]).replace(/<br>/g, ", ").replace(/<[^>]*>/g, ""));
      });
    });
    const order = chart._fullLayout.xaxis._categories || [];
    return months.sort(function (one, other) { return order.indexOf(one.name) - order.indexOf(other.name); });
  }

  /* A picture is shown without its page: title, what is drawn, the time of the data and what sample data are
     called go with it. */
  const WIDTH = 1200, HEIGHT = 600, TOP = 124, FOOT = 44;
  document.addEventListener("click", async function (event) {
    const button = event.target.closest("[data-picture]");
    const place = button && button.closest(".chart"), chart = place && plot(place);
    if (!chart) { return; }
    const card = place.closest(".card"), format = button.getAttribute("data-picture");
    const picture = await window.Plotly.toImage({ data: chart.data, layout: framed(chart, card), config: { locale: "vi" } },
      { format: format, width: WIDTH, height: HEIGHT, scale: format === "png" ? 2 : 1 });
    const link = document.createElement("a");
    link.href = picture;
    link.download = slug((card.querySelector(".slot").getAttribute("aria-label") || "bieu-do") + " " + (text(document, ".top .data-time b") || "")) + "." + format;
    link.click();
  });
  function text(within, selector) {
    const found = within.querySelector(selector);
    return found ? found.textContent.trim().replace(/\s+/g, " ") : "";
  }
  /* plotly breaks no lines: what is drawn and its marks take as many as they need. */
  function lines(words) { return words.match(/.{1,140}(?:\s|$)/g) || [words]; }
  function escaped(words) { return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;"); }
  function framed(chart, card) {
    const title = text(card, ".card-head h1, .card-head h2"), more = text(card, ".card-head p");
    const scope = text(card, ".scope"), sample = text(document, ".bar .sample b");
    const whose = text(document, ".top .brand") + " · Số liệu đến " + text(document, ".top .data-time b");
    function line(words, size, y, anchor, at) {
      return { text: words, x: at, xref: "paper", y: y, yref: "paper", yshift: 0, xanchor: anchor, yanchor: "top",
        showarrow: false, align: anchor, font: { size: size } };
    }
    const said = lines([scope, more].filter(Boolean).join(" · ")), top = TOP + 18 * (said.length - 1);
    const margin = Object.assign({}, chart.layout.margin, { t: top + 8, b: FOOT + 44 });
    const inside = HEIGHT - margin.t - margin.b;
    const head = 1 + top / inside, foot = -(margin.b - 30) / inside;
    return Object.assign({}, chart.layout, {
      autosize: false, width: WIDTH, height: HEIGHT, margin: margin, paper_bgcolor: getComputedStyle(document.documentElement).getPropertyValue("--card"),
      annotations: (chart.layout.annotations || []).concat([
        line("<b>" + escaped(title) + "</b>", 20, head, "left", 0),
        line(said.map(escaped).join("<br>"), 14, head - 40 / inside, "left", 0),
        line(escaped(whose), 12, foot, "left", 0),
      ], sample ? [line("<b>" + escaped(sample) + "</b>", 14, foot, "right", 1)] : []),
    });
  }
  function slug(words) {
    return words.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "")
      .replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  }
})();
