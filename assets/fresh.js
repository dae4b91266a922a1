/* Tells a tab that has been open all day that there are new data; it never changes figures by itself. */
(function () {
  "use strict";
  const prefix = document.documentElement.getAttribute("data-prefix") || "";
  let asking = false;
  window.setInterval(async function () {
    const line = document.querySelector("[data-as-of]"), waits = document.querySelector(".unavailable");
    if (asking || !line && !waits || document.hidden || new URLSearchParams(window.location.search).has("den")) { return; }
    asking = true;
    /* Engines before Chromium 66 cannot take a request back: there it ends by itself, and asks no other meanwhile. */
    const stop = window.AbortController ? new AbortController() : null;
    const timer = window.setTimeout(function () { if (stop) { stop.abort(); } }, 5000);
    try {
      const answer = await fetch(prefix + "/api/v1/as-of", stop ? { cache: "no-store", signal: stop.signal } : { cache: "no-store" });
      if (!answer.ok || !(answer.headers.get("content-type") || "").includes("application/json")) { return; }
      const told = await answer.json();
      if (waits && told.as_of) { window.location.reload(); return; }
      if (told.as_of && told.as_of > line.getAttribute("data-as-of")) { document.dispatchEvent(new CustomEvent("motcua:fresh")); }
    } catch (error) {
      /* The server is away; the next turn asks again. */
    } finally {
      window.clearTimeout(timer);
      asking = false;
    }
  }, 60000);
})();
