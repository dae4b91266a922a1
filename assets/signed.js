/* Leads to the sign-in page when the session has ended: a callback is then answered 401, in JSON.
   The id of a request that failed is kept where the page says that it did (assets/main.css). */
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
      const request = answer.status >= 400 && answer.headers.get("X-Request-Id");
      const page = /^[\w-]+$/.test(request || "") && document.getElementById("noi-dung");
      if (page) { page.style.setProperty("--lost", '"Không tải được. Mã yêu cầu: ' + request + '."'); }
      return answer;
    });
  };
})();
