"""A Word document as offices write one: A4, Times New Roman 13, the margins of Nghị định 30/2020/NĐ-CP."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from dashboard.issued.record import Block, Seal, rows_block
from dashboard.sheets.workbook import SAMPLE
from dashboard.theme import OVER_TEXT, PALETTE

FONT = "Times New Roman"
TEXT_WIDTH = 160  # mm: A4 less 30 on the left and 20 on the right
_SIZE, _SMALL, _SMALLER = 13, 11, 10.5
TOGETHER = 8
"""A table of no more rows is not parted by a page's end."""
_LAST = 3
"""So many rows at the end of any table stay together."""


class Paper:
    """A document that is being written; ``save`` ends it.

    ``blocks``: what it has said so far, as data.
    """

    def __init__(self, *, title: str, foot: str, is_sample: bool) -> None:
        self.blocks: list[Block] = []
        self._sealed: Any = None
        self._document = Document()
        self._document.core_properties.title = title
        self._document.core_properties.author = ""
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin, section.right_margin = Mm(30), Mm(20)
        normal = self._document.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(_SIZE)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        normal.paragraph_format.space_after = Pt(6)
        self._small(section.footer.paragraphs[0], foot)
        section.different_first_page_header_footer = True
        self._small(section.first_page_footer.paragraphs[0], foot)
        if is_sample:
            self._marked(section.first_page_header.paragraphs[0])
            self._marked(section.header.add_paragraph())
        self._number(section.header.paragraphs[0], "PAGE")

    def save(self, file: IO[bytes], seal: Seal | None = None) -> None:
        """Write the file; its number at the head of each page, the seal's lines where they belong."""
        if seal is not None:
            self._seal(seal)
        self._document.save(file)

    def reopened_at(self, address: str) -> None:
        """Say where the same view opens; below it stands what the seal says. No figure, so in no block."""
        self._note_line(f"Mở lại đúng số liệu này: {address}").paragraph_format.keep_with_next = True
        self._sealed = self._note_line("")

    def _note_line(self, text: str) -> Any:
        one = self._paragraph(text, size=_SMALLER, align=WD_ALIGN_PARAGRAPH.LEFT, after=3)
        one.paragraph_format.first_line_indent = Mm(0)
        one.paragraph_format.keep_together = True
        return one

    def _seal(self, seal: Seal) -> None:
        one = self._sealed if self._sealed is not None else self._note_line("")
        for place, line in enumerate(seal.lines):
            run = one.add_run(line)
            run.font.size = Pt(_SMALLER)
            if place < len(seal.lines) - 1:
                run.add_break()
        if seal.number:
            section = self._document.sections[0]
            for header in (section.first_page_header, section.header):
                top = header.add_paragraph()
                top.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                run = top.add_run(f"Phiếu số {seal.number}")
                run.bold, run.font.size = True, Pt(_SMALL)

    def national_head(self, *, above: str, office: str, is_one: bool = False) -> None:
        """Write who reports on the left, the state's name on the right; number and day stay open.

        ``is_one``: both lines name the office that reports, so that both are bold.
        """
        table = self._document.add_table(rows=2, cols=2)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        left, right = table.rows[0].cells
        self._lines(left, ((above.upper(), is_one, 13), (office.upper(), True, 13), ("———————", False, 8)))
        self._lines(right, (
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True, 12), ("Độc lập - Tự do - Hạnh phúc", True, 13),
            ("———————————————", False, 8),
        ))  # fmt: skip
        self._lines(table.rows[1].cells[0], (("Số: ………/………", False, 13),))
        self._lines(table.rows[1].cells[1], (("………………, ngày …… tháng …… năm ………", False, 13),), italic=True)
        for row in table.rows:
            row.cells[0].width, row.cells[1].width = Mm(66), Mm(100)
        self._wide(table, (66, 100))

    def title(self, text: str, *under: str) -> None:
        """Write the title and the lines under it."""
        self._paragraph(text.upper(), bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, size=14, before=12, after=2)
        for line in under:
            self._paragraph(line, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, after=2)
        self._paragraph("———————", align=WD_ALIGN_PARAGRAPH.CENTER, size=8, after=4)

    def appendix(self, text: str, *under: str) -> None:
        """Begin an appendix on a page of its own that lies across."""
        self.blocks += [Block("head", text), *(Block("note", line) for line in under)]
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        self._drop_break_line()
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(20)
        section.different_first_page_header_footer = False
        self._paragraph(text.upper(), bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, size=14, after=2)
        for place, line in enumerate(under):
            is_last = place == len(under) - 1
            self._paragraph(line, bold=not is_last, italic=is_last, align=WD_ALIGN_PARAGRAPH.CENTER, after=2)

    def _drop_break_line(self) -> None:
        """Let a section end with its last line: an empty one after a full page is a page of its own."""
        *_, last, empty = self._document.element.body.iterchildren(qn("w:p"))
        if empty.getprevious() is last:
            last.get_or_add_pPr().append(empty.pPr.sectPr)
            empty.getparent().remove(empty)

    def heading(self, text: str, *, on_new_page: bool = False) -> None:
        """Write the head of a part."""
        self.blocks.append(Block("head", text))
        one = self._paragraph(text, bold=True, before=10, after=4)
        one.paragraph_format.page_break_before = on_new_page
        one.paragraph_format.keep_with_next = True

    def text(self, text: str, *, italic: bool = False, small: bool = False) -> None:
        """Write a paragraph, its first line indented; a small one is a note, no figure of the view."""
        self.blocks.append(Block("note" if small else "text", text))
        one = self._paragraph(
            text, italic=italic, size=_SMALLER if small else _SIZE, after=3 if small else 6,
            align=WD_ALIGN_PARAGRAPH.LEFT if small else WD_ALIGN_PARAGRAPH.JUSTIFY,
        )  # fmt: skip
        one.paragraph_format.first_line_indent = Mm(0 if small else 10)

    def room(self, lines: int = 3, *, is_last: bool = False) -> None:
        """Leave dotted lines to write on; the last stay with who signs under them."""
        for place in range(lines):
            one = self._paragraph("\t", after=2)
            one.paragraph_format.keep_with_next = is_last or place < lines - 1
            stops = one.paragraph_format.tab_stops
            stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float], *,
              total: Sequence[str] = ()) -> None:  # fmt: skip
        """Write a table; ``widths`` in mm. Numbers, changes and dashes stand on the right.

        A row with fewer cells than heads is the head of a part: bold, its last cell over the rest.
        """
        rows = [tuple(row) for row in rows]
        whole = [*rows, *([total] if total else [])]
        self.blocks.append(rows_block(heads, [(*row, *[""] * (len(heads) - len(row))) for row in whole]))
        table = self._document.add_table(rows=1, cols=len(heads))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            self._cell(cell, head, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
            self._shade(cell)
        repeated = OxmlElement("w:tblHeader")
        repeated.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)
        for row in rows:
            self._row(table, row, bold=False)
        if total:
            self._row(table, total, bold=True)
        self._wide(table, widths)
        # Of a longer table no row goes to the next page by itself.
        kept = table.rows[:-1] if len(table.rows) <= TOGETHER + 1 else table.rows[-_LAST:-1]
        for row in kept:
            row.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
        for row in table.rows:
            kept = OxmlElement("w:cantSplit")
            row._tr.get_or_add_trPr().append(kept)
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
        self._narrow(table)
        self._paragraph("", after=2, size=6)

    def picture(
        self, image: IO[bytes], told: str, heads: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> None:
        """Put in a picture as wide as the text; ``told`` says it to who cannot see it, and under it.

        ``heads``, ``rows``: the values that it draws, for the blocks.
        """
        self.blocks.append(rows_block(heads, rows, told))
        one = self._document.add_picture(image, width=Mm(TEXT_WIDTH))
        one._inline.docPr.set("descr", told)
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._paragraph(told, italic=True, size=_SMALL, align=WD_ALIGN_PARAGRAPH.CENTER)

    def signatures(self, left: str, right: str) -> None:
        """Leave room for two signatures."""
        self._paragraph("", after=2, size=6).paragraph_format.keep_with_next = True
        table = self._document.add_table(rows=1, cols=2)
        for cell, who in zip(table.rows[0].cells, (left, right), strict=True):
            self._lines(cell, ((who.upper(), True, 13), ("(Ký, ghi rõ họ tên)", False, 12)))
        self._space_below(table)

    def closing(self, who: str) -> None:
        """End a report as Nghị định 30/2020/NĐ-CP has it: whom it goes to, and on the right who signs."""
        self._paragraph("", after=2, size=6).paragraph_format.keep_with_next = True
        table = self._document.add_table(rows=1, cols=2)
        left, right = table.rows[0].cells
        self._lines(left, (("Nơi nhận:", True, 12), ("- ……………………;", False, 11), ("- ……………………;", False, 11),
                           ("- Lưu: VT, ………", False, 11)), align=WD_ALIGN_PARAGRAPH.LEFT)  # fmt: skip
        left.paragraphs[0].runs[0].italic = True
        self._lines(right, ((who.upper(), True, 13), ("(Chữ ký, dấu, họ và tên)", False, 12)))
        self._space_below(table)

    def _space_below(self, table: Any) -> None:
        """Leave room to sign that no page break parts from who signs."""
        row = table.rows[0]
        row.height = Mm(34)
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        self._paragraph("", after=0, size=6)

    def _row(self, table: Any, row: Sequence[str], *, bold: bool) -> None:
        cells = table.add_row().cells
        if len(row) < len(cells):
            cells[len(row) - 1].merge(cells[-1])
            bold = True
        for cell, text in zip(cells, row, strict=False):
            bare = text.lstrip("▲▼+− ")
            is_number = (
                bare[:1].isdigit() and bare.count("/") < 2 and not set(bare) - set("0123456789.,%/() ")
            )
            align = WD_ALIGN_PARAGRAPH.RIGHT if is_number or text == "—" else WD_ALIGN_PARAGRAPH.LEFT
            self._cell(cell, text, bold=bold, align=align)

    def _cell(self, cell: Any, text: str, *, bold: bool, align: Any) -> None:
        one = cell.paragraphs[0]
        one.alignment, one.paragraph_format.space_after = align, Pt(1)
        run = one.add_run(text)
        run.bold, run.font.size = bold, Pt(_SMALL)
        # An empty cell is as high as the mark at its paragraph's end.
        size, mark = OxmlElement("w:sz"), OxmlElement("w:rPr")
        size.set(qn("w:val"), str(2 * _SMALL))
        mark.append(size)
        one._p.get_or_add_pPr().append(mark)

    def _wide(self, table: Any, widths: Sequence[float]) -> None:
        # Word goes by the cells, LibreOffice by the grid.
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)

    def _narrow(self, table: Any) -> None:
        """Leave little room beside the text of cells, so that a/b of large numbers stays on one line."""
        margins = OxmlElement("w:tblCellMar")
        for side in ("left", "right"):
            one = OxmlElement(f"w:{side}")
            one.set(qn("w:w"), "68")  # 1,2 mm
            one.set(qn("w:type"), "dxa")
            margins.append(one)
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        look.addprevious(margins) if look is not None else table._tbl.tblPr.append(margins)

    def _shade(self, cell: Any) -> None:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), PALETTE["blue-90"].removeprefix("#"))
        cell._tc.get_or_add_tcPr().append(shade)

    def _lines(
        self, cell: Any, lines: Iterable[tuple[str, bool, int]], *, italic: bool = False,
        align: Any = WD_ALIGN_PARAGRAPH.CENTER,
    ) -> None:  # fmt: skip
        for place, (text, bold, size) in enumerate(lines):
            one = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
            one.alignment, one.paragraph_format.space_after = align, Pt(0)
            run = one.add_run(text)
            run.bold, run.italic, run.font.size = bold, italic, Pt(size)

    def _paragraph(
        self, text: str, *, bold: bool = False, italic: bool = False, align: Any = None, size: float = _SIZE,
        before: float = 0, after: float = 6,
    ) -> Any:  # fmt: skip
        one = self._document.add_paragraph()
        one.alignment = align
        one.paragraph_format.space_before, one.paragraph_format.space_after = Pt(before), Pt(after)
        run = one.add_run(text.replace(" điểm %", " điểm\u00a0%"))
        run.bold, run.italic, run.font.size = bold, italic, Pt(size)
        return one

    def _marked(self, one: Any) -> None:
        run = one.add_run(SAMPLE)
        run.bold, run.font.size = True, Pt(_SMALL)
        run.font.color.rgb = RGBColor.from_string(OVER_TEXT.removeprefix("#").upper())
        one.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _small(self, one: Any, text: str) -> None:
        one.alignment = WD_ALIGN_PARAGRAPH.CENTER
        # Small enough to stand on one line, whatever unit and period.
        one.add_run(text).font.size = Pt(8)

    def _number(self, one: Any, name: str) -> None:
        # At the middle of the top, and not on the first page: Nghị định 30/2020/NĐ-CP, Phụ lục I.
        one.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = one.add_run()
        run.font.size = Pt(_SIZE)
        for kind in ("begin", None, "end"):
            if kind is None:
                part = OxmlElement("w:instrText")
                part.text = name
            else:
                part = OxmlElement("w:fldChar")
                part.set(qn("w:fldCharType"), kind)
            run._r.append(part)
