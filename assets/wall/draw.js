/* Puts texts and shares on the screen. Every element is made once; afterwards only what changed is touched. */
(function () {
  "use strict";
  const ONE_COLUMN = 22, TWO_COLUMNS = 40, MOST_NAMED = 24, MOST_FLAGS = 8;
  const plain = window.wallPlain;
  const byId = function (id) { return document.getElementById(id); };

  function made(parent, tag, name) {
    const node = document.createElement(tag);
    if (name) { node.className = name; }
    parent.appendChild(node);
    return node;
  }
  function text(node, value) { if (node.textContent !== value) { node.textContent = value; } }
  function look(node, name) { if (node.className !== name) { node.className = name; } }
  function hide(node, yes) { if (node.hidden !== yes) { node.hidden = yes; } }
  function variable(node, name, value) {
    const written = String(value);
    if (node.style.getPropertyValue(name) !== written) { node.style.setProperty(name, written); }
  }
  function attribute(node, name, value) {
    if (node.getAttribute(name) !== value) { node.setAttribute(name, value); }
  }

  function em() { return parseFloat(window.getComputedStyle(document.documentElement).fontSize); }

  /* the parts, made once */
  function column(parent) {
    const whole = made(parent, "div", "column");
    const head = made(whole, "div", "head");
    const heads = ["name", "value", "track", "note", "number", "number"].map(function (name) {
      return made(head, "span", name);
    });
    const limit = made(heads[2], "span", "limit");
    const lines = [];
    for (let i = 0; i < ONE_COLUMN; i += 1) {
      const line = made(whole, "div", "line");
      const name = made(line, "span"), value = made(line, "span"), track = made(line, "span");
      const mark = made(value, "i"), number = made(value, "span");
      made(track, "i");
      variable(line, "--row", i + 2);
      lines.push({ line: line, name: name, value: value, mark: mark, number: number, track: track, none: made(track, "em"),
        note: made(line, "span"), a: made(line, "span"), b: made(line, "span") });
    }
    return { whole: whole, heads: heads, limit: limit, lines: lines };
  }
  function figure(parent) {
    const whole = made(parent, "div", "figure");
    return { whole: whole, name: made(whole, "p", "figure-name"), value: made(whole, "p", "figure-value"),
      note: made(whole, "p", "figure-note"), more: made(whole, "p", "figure-note") };
  }
  function flag(parent) {
    const whole = made(parent, "div", "flag"), count = made(whole, "p", "flag-count"), told = made(whole, "div", "flag-told");
    return { whole: whole, mark: made(count, "i"), number: made(count, "span"),
      text: made(told, "p", "flag-text"), units: made(told, "p", "flag-units") };
  }
  const columns = [column(byId("columns")), column(byId("columns"))];
  const figures = [figure(byId("figures")), figure(byId("figures")), figure(byId("figures"))];
  const flags = [];
  for (let i = 0; i < MOST_FLAGS; i += 1) { flags.push(flag(byId("flags"))); }
  const units = [];
  for (let i = 0; i < MOST_NAMED; i += 1) {
    const whole = made(byId("strip-units"), "span");
    units.push({ whole: whole, name: made(whole, "b"), value: made(whole, "i") });
  }
  const rest = made(byId("strip-units"), "span", "rest");
  const keys = [made(byId("legend"), "span"), made(byId("legend"), "span")];
  const screens = [1, 2, 3, 4].map(function () { return made(byId("screens"), "span"); });

  /* one scene, one page of it */
  function pagesOf(scene) {
    if (scene.kind !== "board") { return 1; }
    if (plain) { return plain.pagesOf(scene); }
    return scene.lines.length <= ONE_COLUMN ? 1 : Math.ceil(scene.lines.length / TWO_COLUMNS);
  }
  function title(scene) {
    const node = byId("title");
    const whole = scene.title;
    if (node.textContent === whole) { return; }
    node.textContent = whole;
    look(node, "");
    ["is-middle", "is-long"].forEach(function (smaller) {
      if (node.scrollWidth > node.clientWidth) { look(node, smaller); }
    });
  }
  function scene(one, page) {
    const main = byId("scene");
    title(one);
    text(byId("lead"), one.kind === "word" ? "" : one.lead);
    attribute(main, "data-kind", one.kind);
    attribute(main, "data-legend", one.heads.bar.length ? "1" : "0");
    hide(byId("legend"), !one.heads.bar.length);
    keys.forEach(function (key, i) { text(key, one.heads.bar[i] || ""); });
    if (one.kind === "board") { board(main, one, page); } else { look(main, plain ? "is-plain" : ""); }
    if (one.kind === "flags") { allFlags(one); }
    if (one.kind === "word") { text(byId("word"), one.lead || ""); }
  }
  function board(main, one, page) {
    besides(one);
    if (plain) {
      look(main, "is-plain");
      plain.list(byId("list"), one, page);
      return;
    }
    const count = one.lines.length, pages = pagesOf(one), isWide = count > ONE_COLUMN;
    const inPage = Math.ceil(count / pages), rows = isWide ? Math.ceil(inPage / 2) : inPage;
    look(main, isWide ? "is-wide" : "");
    variable(main, "--rows", Math.max(rows, 1));
    variable(main, "--size", Math.round(100 * Math.max(1, Math.min(17.8 / Math.max(rows, 1), isWide ? 1.1 : 1.5))) / 100 + "rem");
    attribute(main, "data-limit", one.limit ? "1" : "0");
    if (one.limit) { variable(main, "--at", one.limit.at); attribute(main, "data-limit-look", one.limit.look); }
    columns.forEach(function (each, i) {
      const from = page * inPage + i * rows;
      const to = Math.min(isWide ? from + rows : from + inPage, (page + 1) * inPage, count);
      hide(each.whole, from >= to);
      if (from < to) { filled(each, one, one.lines.slice(from, to)); }
    });
    if (isWide) { sameWidths(); }
    if (one.limit) { columns.forEach(function (each) { limitAt(each, one.limit.at); }); }
  }
  /* The word stands above its line, but never past an end of the track. */
  function limitAt(each, at) {
    if (each.whole.hidden) { return; }
    const track = each.heads[2].clientWidth, word = each.limit.offsetWidth;
    const left = Math.max(0, Math.min(at * track - word / 2, track - word));
    variable(each.limit, "--left", Math.round(100 * left / em()) / 100 + "rem");
  }
  function besides(one) {
    figures.forEach(function (each, i) {
      const told = one.figures[i];
      hide(each.whole, !told);
      if (!told) { return; }
      look(each.whole, "figure " + told.look);
      text(each.name, told.name);
      text(each.value, told.value);
      look(each.value, "figure-value" + (/[0-9—]/.test(told.value) ? (told.value.length > 6 ? " is-long" : "") : " is-word"));
      text(each.note, told.note);
      text(each.more, told.more);
      hide(each.note, !told.note);
      hide(each.more, !told.more);
    });
  }
  /* Names and numbers take the width that the longest of both columns needs. */
  function sameWidths() {
    const holder = byId("columns"), names = { name: 0, value: 1, a: 4, b: 5 };
    const size = em();
    const shown = columns.filter(function (each) { return !each.whole.hidden; });
    Object.keys(names).forEach(function (name) { variable(holder, "--" + name + "-width", "max-content"); });
    const widths = Object.keys(names).map(function (name) {
      return Math.max.apply(null, shown.map(function (each) {
        return each.heads[names[name]].getBoundingClientRect().width;
      }));
    });
    Object.keys(names).forEach(function (name, i) {
      variable(holder, "--" + name + "-width", Math.ceil(100 * widths[i] / size) / 100 + "rem");
    });
  }
  function filled(into, one, lines) {
    const heads = one.heads;
    text(into.heads[1], heads.value);
    text(into.heads[4], heads.a);
    text(into.heads[5], heads.b);
    text(into.limit, one.limit ? one.limit.text : "");
    into.lines.forEach(function (each, i) {
      const told = lines[i];
      hide(each.line, !told);
      if (!told) { return; }
      const name = told.look + (told.few ? " few" : "");
      look(each.line, told.is_heading ? "line is-group" : "line");
      look(each.name, (told.is_heading ? "group " : name + " ") + "name");
      text(each.name, told.name);
      if (told.is_heading) { return; }
      look(each.value, name + " value");
      text(each.mark, told.mark);
      text(each.number, told.value);
      /* Where a bar has parts, its colours say the parts; the mark and the number say the flag. */
      look(each.track, (heads.bar.length && told.look === "near" ? "fine" : told.look) +
        (told.few ? " few" : "") + (told.is_clipped ? " clipped" : "") + " track");
      variable(each.track, "--first", told.parts[0] || 0);
      variable(each.track, "--second-part", told.parts[1] || 0);
      text(each.none, told.none);
      look(each.note, name + " note");
      text(each.note, told.note);
      look(each.a, "number");
      text(each.a, told.a);
      look(each.b, told.b_look + " number");
      text(each.b, told.b);
    });
  }
  function allFlags(one) {
    const told = one.groups.length ? one.groups[0].flags : [];
    const box = byId("flags");
    flags.forEach(function (each, i) {
      const line = told[i];
      hide(each.whole, !line);
      if (!line) { return; }
      look(each.whole, "flag " + line.look);
      text(each.mark, line.mark);
      text(each.number, line.count);
      text(each.text, line.text);
      text(each.units, line.units);
      hide(each.units, !line.units);
    });
    look(box, "flags");
    /* The tails of letters reach a little below their line. */
    if (box.scrollHeight > box.clientHeight + em() / 4) { look(box, "flags is-tight"); }
  }

  /* what stands around every scene */
  function around(told) {
    text(byId("place"), told.place);
    text(byId("period"), told.period);
    text(byId("as-of"), told.as_of);
    hide(byId("sample"), !told.sample);
    const problems = told.problems.slice(0, 2).join(" ");
    text(byId("problem"), problems);
    hide(byId("problem"), !problems);
    screens.forEach(function (each, i) {
      text(each, told.scenes[i] ? told.scenes[i].number + " " + told.scenes[i].name : "");
      hide(each, !told.scenes[i]);
    });
    strip(told.strip);
  }
  let stripShown = "";
  function strip(told) {
    const whole = JSON.stringify(told) + window.innerWidth + "×" + window.innerHeight;
    if (whole === stripShown) { return; }
    stripShown = whole;
    attribute(byId("strip"), "data-look", told.look);
    text(byId("strip-label"), (told.look === "over" ? "▲ " : "") + told.label);
    text(byId("strip-count"), told.count);
    const total = told.units.length;
    let shown = Math.min(total, MOST_NAMED);
    units.forEach(function (each, i) {
      hide(each.whole, i >= shown);
      if (i >= shown) { return; }
      look(each.whole, told.units[i].few ? "few" : "");
      text(each.name, told.units[i].name);
      text(each.value, told.units[i].value + (told.units[i].few ? " (ít hồ sơ)" : ""));
    });
    const box = byId("strip-units");
    const more = function () {
      text(rest, total ? (total > shown ? "và " + number(total - shown) + " đơn vị khác" : "") : told.text);
    };
    more();
    while (shown > 1 && box.scrollHeight > box.clientHeight + 1) {
      shown -= 1;
      hide(units[shown].whole, true);
      more();
    }
  }
  function number(value) { return String(value).replace(/\B(?=(\d{3})+$)/g, "."); }
  function place(index, page, pages) {
    screens.forEach(function (each, i) { look(each, i === index ? "now" : ""); });
    text(byId("page"), pages > 1 ? "trang " + (page + 1) + "/" + pages : "");
  }
  function waiting(since) {
    text(byId("word"), since ? "Máy chủ chưa trả lời từ " + since + ". Màn hình tự có số liệu khi kết nối được." : "");
  }

  window.wallDraw = {
    around: around, scene: scene, pagesOf: pagesOf, place: place, waiting: waiting,
    text: text, look: look, hide: hide, variable: variable, byId: byId
  };
})();
