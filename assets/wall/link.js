/* The line to the server: one request at a time, each a minute after the last was answered or given up. */
(function () {
  "use strict";
  const TEXTS = ["build", "now", "place", "period", "as_of"];
  const KINDS = { board: "lines", flags: "groups", word: "title" };

  /* A proxy may answer anything; only what has the shape of our figures is drawn. */
  function isOurs(told) {
    return Boolean(told) && TEXTS.every(function (name) { return typeof told[name] === "string"; }) &&
      !Number.isNaN(moment(told.now)) && typeof told.age_seconds === "number" &&
      Array.isArray(told.problems) && Boolean(told.strip) && Array.isArray(told.strip.units) &&
      Array.isArray(told.scenes) && told.scenes.length > 0 && told.scenes.every(function (one) {
        return Boolean(one) && typeof one.title === "string" && one.kind in KINDS &&
          one[KINDS[one.kind]] !== undefined && Array.isArray(one.lines) && Array.isArray(one.figures) &&
          Array.isArray(one.groups) && Boolean(one.heads) && Array.isArray(one.heads.bar);
      });
  }
  /* Server moments are local without offset: read and written as if they were UTC, whatever this machine's zone. */
  function moment(text) { return Date.parse(text + "Z"); }

  /* Engines before Chromium 66 cannot take a request back: there it is left to end by itself, and not waited for. */
  function asked(address, kind, timeout) {
    const stop = window.AbortController ? new AbortController() : null;
    const how = { cache: "no-store", credentials: "same-origin" };
    if (stop) { how.signal = stop.signal; }
    let timer = 0;
    const late = new Promise(function (_, reject) {
      timer = window.setTimeout(function () {
        if (stop) { stop.abort(); }
        reject(new Error("no answer in time"));
      }, timeout);
    });
    const answered = fetch(address, how).then(function (answer) {
      const told = answer.headers.get("content-type") || "";
      if (!answer.ok || told.indexOf(kind) !== 0) {
        if (stop) { stop.abort(); }
        throw new Error(answer.status + " " + told);
      }
      return answer.text();
    });
    return Promise.race([answered, late])
      .then(function (body) { window.clearTimeout(timer); return body; },
        function (error) { window.clearTimeout(timer); throw error; });
  }

  function connect(address, refresh, timeout, heard, failed) {
    let inFlight = false, timer = 0, failures = 0;
    function later(wait) { window.clearTimeout(timer); timer = window.setTimeout(now, wait); }
    function now() {
      if (inFlight) { return; }
      inFlight = true;
      window.clearTimeout(timer);
      asked(address, "application/json", timeout).then(function (body) {
        const told = JSON.parse(body);
        if (!isOurs(told)) { throw new Error("not our figures"); }
        heard(told);
        failures = 0;
      }).catch(function () {
        failures += 1;
        failed(failures);
      }).then(function () {
        inFlight = false;
        /* The first failure is looked into soon: a server that restarts is back in seconds. */
        later(failures === 1 ? refresh / 4 : refresh);
      });
    }
    window.addEventListener("online", now);
    return now;
  }

  /* Loads the page anew, but only once the page and all it needs have just been answered. */
  function reloadIfThere(mine, timeout, mustDiffer, done) {
    asked(window.location.href, "text/html", timeout).then(function (body) {
      const build = /data-build="([0-9a-f]+)"/.exec(body);
      if (!build || (mustDiffer && build[1] === mine)) { throw new Error("not the page we need"); }
      const files = body.match(/[^"]*\/assets\/wall\/[a-z]+\.(?:js|css)\?m=[0-9a-f]+/g) || [];
      return Promise.all(files.map(function (file) {
        return asked(file, file.indexOf(".css") > 0 ? "text/css" : "text/javascript", timeout);
      }));
    }).then(function () { window.location.reload(); }).catch(done);
  }

  window.wallLink = { connect: connect, reloadIfThere: reloadIfThere, moment: moment };
})();
