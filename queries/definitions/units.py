"""The units and procedures of the district: small lists that every page needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from queries.asked.collation import collation_key
from queries.asked.view import View

UNKNOWN_UNIT = "(không rõ đơn vị)"
UNKNOWN_FIELD = "(không rõ lĩnh vực)"
UNKNOWN_PROCEDURE = "(không rõ thủ tục)"
LOCAL_KINDS = ("ward", "commune", "township", "zone")
KIND_NAMES = {
    "ward": "phường", "commune": "xã", "township": "thị trấn", "zone": "đặc khu",
    "department": "phòng chuyên môn", "desk": "bộ phận một cửa cấp huyện",
    "center": "Trung tâm Phục vụ hành chính công", "branch": "chi nhánh", "point": "điểm tiếp nhận",
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """One unit (đơn vị); ``code`` None is the row of dossiers whose unit is not known."""

    code: str | None
    name: str
    kind: str = ""
    sort_order: int | None = None
    active_from: date | None = None
    active_to: date | None = None
    successor_code: str | None = None
    has_postal_contract: bool | None = None
    head_name: str | None = None
    short_name: str = ""

    @property
    def label(self) -> str:
        """Give the name without its kind ("Mỹ An"), where no other unit would have the same."""
        return self.short_name or self.name

    @property
    def is_known(self) -> bool:
        """Say whether this is a real unit: one that is ranked, flagged and counted in titles."""
        return self.code is not None

    def is_active(self, start: date, end: date) -> bool:
        """Say whether the unit existed on some day from start to end."""
        return (self.active_from is None or self.active_from <= end) and (
            self.active_to is None or self.active_to >= start
        )


NO_UNIT = Unit(None, UNKNOWN_UNIT)


@dataclass(frozen=True)
class Procedure:
    """One procedure (thủ tục) of the catalogue."""

    code: str
    name: str
    field: str | None = None
    level: str | None = None
    online_level: str | None = None


def fields_of(named: Iterable[tuple[Any, Any]], procedures: Iterable[Procedure]) -> list[str]:
    """Give the field of each procedure code and dossier's own field: the catalogue's, else the own."""
    of_code = {one.code: one.field for one in procedures}
    # A frame may give NaN for what has no word.
    return [
        of_code.get(code) or (own if isinstance(own, str) and own else UNKNOWN_FIELD) for code, own in named
    ]


def without_kind(unit: Unit) -> str:
    """Give "Mỹ An" for "Phường Mỹ An"; "Phường 2" stays, a number says nothing alone."""
    kind = KIND_NAMES.get(unit.kind, "")
    rest = unit.name[len(kind) :].strip()
    is_prefixed = unit.kind in LOCAL_KINDS and unit.name.lower().startswith(f"{kind} ")
    return rest if is_prefixed and not rest[:1].isdigit() else unit.name


def by_name(unit: Unit) -> tuple[Any, ...]:
    """Give the sorting key of lists that no metric orders.

    As the district orders its units (sort_order), then those it has not placed: local units first, then
    by name. "(không rõ đơn vị)" is last.
    """
    place = unit.sort_order
    return (
        not unit.is_known, place is None, place or 0, unit.kind not in LOCAL_KINDS,
        collation_key(unit.name), unit.code or "",
    )  # fmt: skip


def is_ranked(unit: Unit, view: View) -> bool:
    """Say whether a unit is ranked, flagged and counted in n/N: one there was in the view's period.

    Another's dossiers are listed and summed, so that a merger loses none, but not judged.
    """
    return unit.is_known and unit.is_active(view.period.start, view.end)


def listed(units: Iterable[Unit], counted: Collection[Any], view: View) -> tuple[Unit, ...]:
    """Give the units a view lists: active in its period, or with a dossier counted in it."""
    return tuple(
        unit
        for unit in units
        if (view.unit_code is None or unit.code == view.unit_code)
        and (unit.is_active(view.period.start, view.end) or unit.code in counted)
    )
