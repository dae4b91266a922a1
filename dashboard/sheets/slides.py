"""Giao ban as slides: one finding each, its chart one that PowerPoint can edit."""

from __future__ import annotations

from typing import IO, Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE
from pptx.oxml.ns import qn
from pptx.util import Mm, Pt

from dashboard.question.question import Question
from dashboard.sheets import about
from dashboard.sheets.findings import Chart, Finding, findings
from dashboard.sheets.workbook import SAMPLE
from dashboard.theme import ACCENT, FINE, INK, MUTED, OVER, OVER_TEXT

_WIDTH, _HEIGHT, _EDGE = 338, 190, 15  # mm: 16:9
_FONT = "Arial"


def write_slides(file: IO[bytes], question: Question, *, address: str) -> None:
    """Write the slides: a title, then one a finding."""
    show = Presentation()
    show.slide_width, show.slide_height = Mm(_WIDTH), Mm(_HEIGHT)
    show.core_properties.title, show.core_properties.author = "Giao ban", ""
    foot = f"{about.foot(question)} · {address}"
    is_sample = question.known.as_of.is_sample
    first = _slide(show, foot, is_sample=is_sample)
    _text(first, 60, 24, "Giao ban: giải quyết thủ tục hành chính", size=40, bold=True)
    _text(first, 90, 14, about.subtitle(question), size=20, colour=MUTED)
    for one in findings(question):
        _finding(_slide(show, foot, is_sample=is_sample), one)
    show.save(file)


def _finding(slide: Any, found: Finding) -> None:
    _text(slide, 12, 26, found.title, size=28, bold=True)
    if found.chart is None:
        _text(slide, 42, 130, *found.lines, size=20, are_points=True)
        return
    _text(slide, 40, 30, *found.lines, size=14, colour=MUTED)
    _chart(slide, found.chart)


def _slide(show: Any, foot: str, *, is_sample: bool) -> Any:
    slide = show.slides.add_slide(show.slide_layouts[6])
    _text(slide, _HEIGHT - 11, 8, foot, size=9, colour=MUTED)
    if is_sample:
        _text(slide, 2, 8, SAMPLE, size=12, bold=True, colour=OVER_TEXT)
    return slide


def _text(slide: Any, top: float, height: float, *lines: str, size: int, bold: bool = False,
          colour: str = INK, are_points: bool = False) -> None:  # fmt: skip
    frame = slide.shapes.add_textbox(Mm(_EDGE), Mm(top), Mm(_WIDTH - 2 * _EDGE), Mm(height)).text_frame
    frame.word_wrap = True
    for place, line in enumerate(lines):
        one = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = one.add_run()
        run.text = line
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, _FONT
        run.font.color.rgb = _rgb(colour)
        one.space_after = Pt(6)
        if are_points:
            _point(one)


def _point(paragraph: Any) -> None:
    """Put a bullet before a paragraph, its further lines under its words."""
    look = paragraph._p.get_or_add_pPr()
    look.set("marL", str(Mm(7)))
    look.set("indent", str(-Mm(7)))
    bullet = look.makeelement(qn("a:buChar"), {"char": "•"})
    look.append(bullet)


def _chart(slide: Any, told: Chart) -> None:
    data = CategoryChartData(number_format="0.00")
    data.categories = told.names
    data.add_series(told.name, told.values)
    is_line = told.kind == "line"
    if is_line and told.limit is not None:
        data.add_series("Ngưỡng, %", [told.limit] * len(told.names))
    kind = XL_CHART_TYPE.LINE_MARKERS if is_line else XL_CHART_TYPE.COLUMN_CLUSTERED
    place = (Mm(_EDGE), Mm(72), Mm(_WIDTH - 2 * _EDGE), Mm(_HEIGHT - 86))
    chart = slide.shapes.add_chart(kind, *place, data).chart
    chart.has_legend, chart.has_title = False, False
    chart.font.size, chart.font.name = Pt(11), _FONT
    chart.value_axis.visible, chart.value_axis.has_major_gridlines = False, False
    chart.value_axis.minimum_scale = 0
    series = chart.plots[0].series[0]
    for point_at, (text, value) in enumerate(zip(told.texts, told.values, strict=True)):
        if value is None:
            continue
        point = series.points[point_at]
        frame = point.data_label.text_frame
        is_over = bool(told.is_over) and told.is_over[point_at]
        # The mark beside the colour: no meaning rests on colour alone.
        frame.text = f"▲ {text}" if is_over else text
        frame.paragraphs[0].runs[0].font.size = Pt(11)
        point.data_label.position = XL_LABEL_POSITION.ABOVE if is_line else XL_LABEL_POSITION.OUTSIDE_END
        if not is_line:
            point.format.fill.solid()
            point.format.fill.fore_color.rgb = _rgb(OVER if is_over else FINE)
    if is_line:
        series.smooth = False
        series.format.line.color.rgb = _rgb(ACCENT)
        if told.limit is not None:
            limit = chart.plots[0].series[1]
            limit.smooth, limit.marker.style = False, XL_MARKER_STYLE.NONE
            limit.format.line.color.rgb, limit.format.line.width = _rgb(OVER), Pt(1)
            label = limit.points[0].data_label
            label.text_frame.text = f"ngưỡng {told.limit:g}%".replace(".", ",")
            label.text_frame.paragraphs[0].runs[0].font.size = Pt(11)
            label.position = XL_LABEL_POSITION.ABOVE


def _rgb(colour: str) -> Any:
    return RGBColor.from_string(colour.removeprefix("#").upper())
