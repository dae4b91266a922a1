/* Boxes where a unit, a procedure or a dossier is found by typing: a combobox with a list under it.
   What is found is the server's; every choice is a link, so the address stays the only state. */
(function () {
  "use strict";
  const PATIENCE = 150, SLOW = 10000;
  const NAMES = { phieu: "Phiếu", don_vi: "Đơn vị", thu_tuc: "Thủ tục", ho_so: "Hồ sơ" };
  let open = null, timer = null, asking = null;

  function parts(box) {
    return { box: box, root: box.closest("[data-finds]"), list: document.getElementById(box.getAttribute("aria-controls")), status: box.parentNode.querySelector("[role=status]") };
  }
  function boxOf(event) {
    const at = event.target;
    return at.matches && at.matches("[data-finds] input[role=combobox]") ? at : null;
  }

  function ask(box, isAll) {
    const at = parts(box), typed = isAll ? "" : box.value.trim();
    window.clearTimeout(timer);
    if (asking) { asking.abort(); }
    if (!typed && !at.root.hasAttribute("data-narrow")) { close(); return; }
    const stop = asking = new AbortController();
    const late = window.setTimeout(function () { stop.abort("late"); }, SLOW);
    const finds = at.root.getAttribute("data-finds");
    const href = typed ? finds + (finds.includes("?") ? "&" : "?") + "tim=" + encodeURIComponent(typed) : finds;
    fetch(href, { cache: "no-store", signal: stop.signal }).then(function (answer) {
      if (!answer.ok) { throw new Error(answer.headers.get("X-Request-Id") || ""); }
      return answer.json();
    }).then(function (found) {
      if (document.activeElement === box) { show(at, typed, found); }
    }).catch(function (error) {
      if (stop !== asking || (stop.signal.aborted && stop.signal.reason !== "late")) { return; }
      const request = error && /^[\w-]{8,64}$/.test(error.message) ? " Mã yêu cầu: " + error.message + "." : "";
      say(at, "Chưa tìm được: máy chủ chưa trả lời." + request);
    }).finally(function () { window.clearTimeout(late); });
  }

  function option(at, href, name, note) {
    const link = document.createElement("a");
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    link.id = at.box.id + "-" + at.list.querySelectorAll("[role=option]").length;
    link.href = href;
    link.tabIndex = -1;
    link.setAttribute("data-key", at.box.getAttribute("data-key"));
    link.append(name);
    if (note) { const small = document.createElement("small"); small.append(note); link.append(small); }
    return link;
  }

  function show(at, typed, found) {
    const narrow = at.root.getAttribute("data-narrow");
    const rows = found.rows.filter(function (one) { return !narrow || one.kind === "don_vi"; });
    at.list.replaceChildren();
    if (narrow && !typed) { at.list.append(option(at, at.root.getAttribute("data-all"), "tất cả đơn vị")); }
    Object.keys(NAMES).forEach(function (kind) {
      const own = rows.filter(function (one) { return one.kind === kind; });
      if (!own.length) { return; }
      const group = document.createElement("div"), head = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", NAMES[kind]);
      head.className = "found-kind";
      head.setAttribute("aria-hidden", "true");
      head.append(NAMES[kind]);
      at.list.append(group);
      if (!narrow) { group.append(head); }
      own.forEach(function (one) {
        group.append(option(at, narrow ? narrow.replace("__DON_VI__", encodeURIComponent(one.code)) : one.href, one.name, narrow ? "" : one.note));
      });
    });
    if (!narrow && rows.length && found.has_more) {
      at.list.append(option(at, everything(at, typed), "Xem tất cả những gì tìm được"));
    }
    const n = rows.length;
    if (!n) { say(at, "Không tìm thấy “" + typed + "”."); return; }
    at.status.textContent = found.has_more && !narrow ? "Tìm thấy nhiều, hiện " + n : "Tìm thấy " + n;
    reveal(at);
    /* Of units the best is chosen by Enter; in the head Enter shows all that was found. */
    if (narrow && typed) { choose(at, 0); }
  }
  function say(at, text) {
    const line = document.createElement("div");
    line.className = "found-nothing";
    line.append(text);
    at.list.replaceChildren(line);
    at.status.textContent = text;
    reveal(at);
  }
  function everything(at, typed) {
    return at.root.getAttribute("data-everything").replace("__TIM__", encodeURIComponent(typed));
  }

  function reveal(at) {
    open = at;
    at.list.hidden = false;
    at.box.setAttribute("aria-expanded", "true");
    at.box.removeAttribute("aria-activedescendant");
  }
  function close() {
    window.clearTimeout(timer);
    if (asking) { asking.abort(); asking = null; }
    if (!open) { return; }
    open.list.hidden = true;
    open.box.setAttribute("aria-expanded", "false");
    open.box.removeAttribute("aria-activedescendant");
    open = null;
  }
  function options(at) { return Array.from(at.list.querySelectorAll("[role=option]")); }
  function chosen(at) { return at.list.querySelector("[aria-selected=true]"); }
  function choose(at, place) {
    const all = options(at);
    if (!all.length) { return; }
    const one = all[(place + all.length) % all.length];
    all.forEach(function (other) { other.setAttribute("aria-selected", String(other === one)); });
    at.box.setAttribute("aria-activedescendant", one.id);
    one.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("input", function (event) {
    const box = boxOf(event);
    if (!box) { return; }
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { ask(box); }, PATIENCE);
  });
  document.addEventListener("focusin", function (event) {
    const box = boxOf(event);
    if (box) { box.select(); } else if (open && !open.root.contains(event.target)) { close(); }
  });
  document.addEventListener("focusout", function (event) {
    const box = boxOf(event);
    if (!box || !box.closest("[data-narrow]") || box.closest("[data-narrow]").contains(event.relatedTarget)) { return; }
    box.value = box.defaultValue; /* What was typed and not chosen narrows nothing. */
    close();
  });
  document.addEventListener("pointerdown", function (event) {
    const inside = event.target.closest("[data-finds]");
    if (event.target.closest(".found")) { event.preventDefault(); return; } /* the box keeps the keyboard */
    if (open && inside !== open.root) { close(); }
  });
  document.addEventListener("click", function (event) {
    const box = boxOf(event);
    if (box && box.closest("[data-narrow]") && !(open && open.box === box)) { ask(box, true); }
    if (event.target.closest(".found a")) { close(); }
  });
  document.addEventListener("keydown", function (event) {
    const box = boxOf(event);
    if (!box) {
      const isTyping = event.target.closest && event.target.closest("input, textarea, select, dialog[open], [contenteditable]");
      const search = document.getElementById("search");
      if (event.key === "/" && search && search.offsetParent && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); search.focus(); }
      return;
    }
    const at = parts(box), isOpen = open && open.box === box;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) { ask(box, box.value === box.defaultValue && at.root.hasAttribute("data-narrow")); return; }
      const place = options(at).indexOf(chosen(at));
      choose(at, event.key === "ArrowDown" ? place + 1 : place < 0 ? -1 : place - 1);
    } else if (event.key === "Enter") {
      const one = isOpen && chosen(at);
      if (one) { event.preventDefault(); one.click(); } else if (at.root.hasAttribute("data-narrow")) { event.preventDefault(); }
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      close();
      box.value = box.defaultValue;
    } else if (event.key === "Tab") { close(); }
  }, true);
  document.addEventListener("submit", function (event) {
    const root = event.target.closest("form.search");
    if (!root) { return; }
    event.preventDefault();
    const box = root.querySelector("input[role=combobox]"), at = parts(box), typed = box.value.trim();
    if (!typed) { return; }
    /* A link, so that it is followed as every link is (assets/address.js). */
    const link = option(at, everything(at, typed), "");
    at.list.append(link);
    link.click();
    close();
  });
})();
