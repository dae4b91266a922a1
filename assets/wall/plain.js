/* A board as a plain list, for screens whose engine lays out no grid (Chromium before 66): all the rest is the same. */
(function () {
  "use strict";
  const MOST = 12;
  const supports = function (value) { return Boolean(window.CSS && CSS.supports && CSS.supports("display", value)); };
  if (supports("grid") && supports("contents") && window.AbortController) { return; }

  const PARTS = ["name", "value", "number", "number"];
  let rows = null;
  function row(parent) {
    const whole = parent.appendChild(document.createElement("p"));
    whole.className = "list-line";
    const parts = PARTS.map(function (name) {
      const part = whole.appendChild(document.createElement("span"));
      part.className = name;
      return part;
    });
    return { whole: whole, parts: parts };
  }
  function set(one, look, texts) {
    one.whole.hidden = !texts;
    if (!texts) { return; }
    if (one.whole.className !== look) { one.whole.className = look; }
    one.parts.forEach(function (part, i) {
      if (part.textContent !== texts[i]) { part.textContent = texts[i]; }
    });
  }
  function list(box, scene, page) {
    if (!rows) {
      rows = [];
      for (let i = 0; i <= MOST; i += 1) { rows.push(row(box)); }
    }
    const heads = scene.heads, limit = scene.limit ? scene.limit.text : "";
    set(rows[0], "list-line is-head", [limit, heads.value, heads.a, heads.b]);
    const shown = scene.lines.slice(page * MOST, (page + 1) * MOST);
    rows.slice(1).forEach(function (each, i) {
      const line = shown[i];
      if (!line) { set(each, "", null); return; }
      const few = line.few && line.note ? " (" + line.note + ")" : "";
      set(each, "list-line " + line.look + (line.few ? " few" : "") + (line.is_heading ? " is-group" : ""),
        [line.name + few, (line.mark ? line.mark + " " : "") + (line.none || line.value), line.a, line.b]);
      each.parts[3].className = line.b_look + " number";
    });
  }
  window.wallPlain = {
    list: list,
    pagesOf: function (scene) { return Math.max(1, Math.ceil(scene.lines.length / MOST)); }
  };
})();
