/* Leads to the sign-in page when the session has ended: a callback is then answered 401, in JSON. */
(function () {
  "use strict";
  const ask = window.fetch;
  window.fetch = function () {
    return ask.apply(this, arguments).then(function (answer) {
      const there = answer.status === 401 && answer.headers.get("X-Motcua-Sign-In");
      if (there) {
        const here = window.location.pathname + window.location.search;
        window.location.assign(there + "?tiep=" + encodeURIComponent(here));
      }
      return answer;
    });
  };
})();
