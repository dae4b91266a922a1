"""The complaints (phản ánh, kiến nghị) that wait past their day, one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from dashboard.figures.flags.wording import flag_sentence, share_note, why_not
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import nothing
from dashboard.figures.shared.table_cells import Cell, Column, Line
from dashboard.formats import count_text, day_text, sentence
from queries.definitions.units import UNKNOWN_UNIT, Unit
from queries.flags.found import FoundFlags

NAME = "Phản ánh, kiến nghị quá hạn trả lời"


def overdue_complaints(
    frame: pd.DataFrame, flags: FoundFlags, units: Mapping[str, Unit], *, link: Callable[[str], str],
    links: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """Draw the complaints that wait longest; nothing found and no data look different."""
    one = flags.of("complaint_overdue")
    if one.state != "found":
        return nothing(NAME, sentence(why_not(one)))
    if not one.district.count:
        return nothing(NAME, flag_sentence(one, flags))
    judged = min(flags.view.judged_on or flags.view.end, flags.view.end)
    rest = one.district.count - len(frame)
    lines = []
    for code, unit_code, field, received, due in frame.itertuples(index=False, name=None):
        unit = units.get(unit_code)
        lines.append(
            Line(
                (
                    Cell(str(code)),
                    Cell(unit.label if unit else UNKNOWN_UNIT),
                    Cell(field if isinstance(field, str) else "—"),
                    Cell(_day(received)),
                    Cell(_day(due)),
                    Cell(count_text((judged - _date(due).date()).days)),
                ),
                href=link(unit_code) if unit else "",
            )
        )
    return markup(
        "table.html",
        title=sentence(flag_sentence(one, flags)),
        subtitle="Chờ lâu nhất đứng trước; tính đến ngày chốt của kỳ.",
        columns=(
            Column("Mã", is_number=False), Column("Đơn vị", is_number=False),
            Column("Lĩnh vực", is_number=False), Column("Tiếp nhận"), Column("Hạn trả lời"),
            Column("Số ngày quá hạn", meaning="complaint_overdue"),
        ),
        rows=lines, total=(), links=links, more_href="",
        more=f"và {count_text(rest)} phản ánh, kiến nghị khác" if rest > 0 else "",
        note=f"{share_note(one)}. Số ngày là ngày lịch. {one.rule.rule_text(flags.view, flags.parameters)}",
    )  # fmt: skip


def _date(value: Any) -> datetime:
    moment: datetime = pd.Timestamp(value).to_pydatetime()
    return moment


def _day(value: Any) -> str:
    return "—" if pd.isna(value) else day_text(_date(value).date())
