/* Puts a card's table on the clipboard so that Word and Excel paste it as a table, numbers as numbers. */
(function () {
  "use strict";
  const NUMBER = /^([−-]?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?(%?)$/;
  /* How a text begins that a sheet may take for a formula, and the signed numbers that begin so too. */
  const RISKY = /^[\s\u200b]*[=+\-@＝＋－＠]/, SIGNED = /^[+\-]\d[\d.]*(?:,\d+)?\s?%?$/;

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copy-table]");
    if (!button) { return; }
    const card = button.closest(".card") || button.closest(".slot");
    const tables = card ? Array.from(card.querySelectorAll("table")) : [];
    if (tables.length) { say(button, copy(tables)); }
  });

  /* Every table of the card, in its order: a unit's metrics are one table a subject. */
  function copy(tables) {
    const told = tables.map(written);
    return put(told.map(function (one) { return one.plain; }).join("\n\n"),
      told.map(function (one) { return one.html; }).join("<p></p>"));
  }

  function written(table) {
    const rows = Array.from(table.rows, function (row) { return Array.from(row.cells); });
    const title = table.caption ? table.caption.textContent.trim() : "";
    const plain = rows.map(function (cells) { return cells.map(text).map(inert).join("\t"); }).join("\n");
    const html = '<table border="1" style="border-collapse:collapse;font-family:\'Times New Roman\'">'
      + rows.map(function (cells) { return "<tr>" + cells.map(cell).join("") + "</tr>"; }).join("") + "</table>";
    return {
      plain: (title ? inert(title) + "\n" : "") + plain,
      html: (title ? "<p><b>" + safe(title) + "</b></p>" : "") + html,
    };
  }

  /* Works without HTTPS too, where a browser has no navigator.clipboard. */
  function put(plain, html) {
    let isPut = false;
    function fill(event) {
      event.clipboardData.setData("text/plain", plain);
      event.clipboardData.setData("text/html", '<meta charset="utf-8">' + html);
      event.preventDefault();
      event.stopImmediatePropagation();
      isPut = true;
    }
    document.addEventListener("copy", fill, true);
    document.execCommand("copy");
    document.removeEventListener("copy", fill, true);
    return isPut;
  }

  /* What stands small under a figure is put behind it in brackets: a cell of a sheet holds one line. */
  function text(cell) {
    const bare = cell.cloneNode(true);
    const notes = Array.from(bare.querySelectorAll("small"), function (one) { one.remove(); return line(one); });
    const figure = line(bare) || (cell.querySelector("[aria-label]") || { getAttribute: function () { return ""; } }).getAttribute("aria-label") || "";
    const told = notes.filter(Boolean).join("; ");
    return told ? figure + " (" + told + ")" : figure;
  }

  function line(element) {
    element.querySelectorAll(".visually-hidden, [aria-hidden=true]").forEach(function (one) { one.remove(); });
    return element.textContent.replace(/\s+/g, " ").trim();
  }

  /* Behind an apostrophe a sheet reads text, as in the CSV of the API. */
  function inert(told) {
    return RISKY.test(told) && !SIGNED.test(told) ? "'" + told : told;
  }

  function cell(element) {
    const told = text(element), name = element.tagName === "TH" ? "th" : "td";
    const spans = (element.colSpan > 1 ? ' colspan="' + element.colSpan + '"' : "")
      + (element.rowSpan > 1 ? ' rowspan="' + element.rowSpan + '"' : "");
    const number = NUMBER.exec(told);
    if (!number || name === "th") {
      /* Text for Excel by its style, for LibreOffice by sdnum: neither reads a formula in it. */
      return "<" + name + spans + ' sdnum="1033;0;@" style="mso-number-format:\'\\@\'">' + safe(told) + "</" + name + ">";
    }
    const decimals = number[3] || "", isPercent = number[4] === "%";
    const value = Number((number[1] ? "-" : "") + number[2].replace(/\./g, "") + (decimals ? "." + decimals : ""));
    const shape = (isPercent ? "0" : "#,##0") + (decimals ? "." + "0".repeat(decimals.length) : "") + (isPercent ? "%" : "");
    const exact = isPercent ? value / 100 : value;
    return "<td" + spans + ' x:num="' + exact + '" sdval="' + exact + '" sdnum="1033;0;' + shape
      + '" align="right" style="mso-number-format:\'' + shape.replace(",", "\\,").replace(".", "\\.") + '\'">' + safe(told) + "</td>";
  }

  function safe(told) {
    return told.replace(/[&<>"]/g, function (sign) { return { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }[sign]; });
  }

  function say(button, ok) {
    const told = new CustomEvent("motcua:told", { cancelable: true, detail: ok ? "Đã chép bảng" : "Chưa chép được bảng" });
    if (!document.dispatchEvent(told)) { return; }
    const said = button.textContent;
    button.textContent = ok ? "Đã chép bảng" : "Không chép được";
    window.setTimeout(function () { button.textContent = said; }, 2000);
  }
})();
