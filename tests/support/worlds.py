"""One district in several worlds that differ in nothing but what some reader may not see.

A reader who may not see a thing gets the same answers in a world where that thing is another: nothing of it
can be read, counted, guessed or subtracted from what is answered. ``World`` says in what a world differs;
the figures of the district stay what they are, as they stand beside a unit's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from apps import loaded, write
from stores import Row

OWN = ("BN01", "BN02")
"""The units of the readers that see some; each has months of its own size."""
ALLOWED = "2026-09"
_NAMES = {"BN01": "Phường Thanh Bình", "BN02": "Phường Hòa Thuận"}
_HIDDEN = {
    False: (("ZKA07", "Phường Zkarima"), ("ZLA08", "Xã Zlamdong"), ("ZSI09", "Phường Zsigiang")),
    True: (("ZOM41", "Xã Zomtrung"), ("ZTH42", "Phường Zthesong"), ("ZUP43", "Xã Zuplinh")),
}
_OFFICIALS = {False: ("zcb", "Zvo"), True: ("zcx", "Zdo")}
_SIZES = {"BN01": (7, 11, 13, 17, 19), "BN02": (5, 3, 9, 8, 6)}
_POOL = (47, 53, 61, 67, 71)
"""Dossiers a month, July to November: of the units of OWN, and of all others together."""
_MONTHS = tuple(date(2026, month, 1) for month in range(7, 12))
_PROCEDURES = (("TT01", "Đăng ký khai sinh", "Hộ tịch"), ("TT02", "Cấp phép xây dựng", "Xây dựng"))


@dataclass(frozen=True)
class World:
    """In what a world differs from the first.

    ``units``: what the others than OWN are called and which of their dossiers, votes, complaints each has.
    ``alone``: there are two units, the first of OWN and another that has so many times the others' figures; 0:
    there are all.
    ``periods``: what happened outside September, and touched no day of it. ``officials``: what they are
    called. ``codes``: what dossiers are called.
    """

    units: bool = False
    periods: bool = False
    officials: bool = False
    codes: bool = False
    alone: int = 0

    @property
    def own(self) -> tuple[str, ...]:
        """The units of OWN that there are."""
        return OWN[:1] if self.alone else OWN

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """Codes and names of the others that there are."""
        return _HIDDEN[self.units][: 1 if self.alone else None]

    @property
    def times(self) -> int:
        """How many times their figures the others have."""
        return self.alone or 1

    @property
    def hidden(self) -> tuple[str, ...]:
        """The words by which the others than OWN are known, in lower case."""
        return tuple(word for code, name in _HIDDEN[self.units] for word in (code.lower(), name.lower()))

    @property
    def personal(self) -> tuple[str, ...]:
        """The words in every official's code and name, in lower case."""
        return tuple(word.lower() for word in _OFFICIALS[self.officials])

    def write(self, folder: Path) -> Path:
        """Write the district to a DuckDB file and give its path."""
        dossiers = [*self._dossiers()]
        return write(
            folder, self._units(), dossiers, load=loaded(),
            procedures=[{"procedure_code": code, "name": name, "field": field, "level": "commune",
                         "online_level": "4"} for code, name, field in _PROCEDURES],
            officers=[*self._officers()], slips=[*self._slips(dossiers)], steps=[*self._steps(dossiers)],
            ratings=[*self._ratings()], complaints=[*self._complaints()], receptions=[*self._receptions()],
            events=[{"on_day": date(2026, 9, 3), "title": f"Mốc của {name}", "unit_code": code}
                    for code, name in self.others]
            + [{"on_day": date(2026, 9, 4), "title": "Mốc chung", "unit_code": None}],
            duties=[*self._duties()],
        )  # fmt: skip

    def _units(self) -> list[Row]:
        name = _OFFICIALS[self.officials][1]
        own = [{"unit_code": code, "name": _NAMES[code], "kind": "ward", "head_name": f"{name} Đứng Đầu"}
               for code in self.own]  # fmt: skip
        others = [{"unit_code": code, "name": label, "kind": "ward", "head_name": f"{name} Trưởng"}
                  for code, label in self.others]  # fmt: skip
        if self.alone:
            return [*own, *others]
        # One of the others was merged into a unit of OWN: its name is still its own.
        ended = {"active_to": date(2026, 10, 31), "successor_code": OWN[0]}
        return [*own, *others[:-1], {**others[-1], **ended}]

    def _other(self, place: int) -> str:
        """The unit that has the dossier, votes or complaint of a place among those of all others."""
        units = [code for code, _ in self.others]
        if self.alone:
            return units[0]
        return units[place % 3] if not self.units else units[(place // 2) % 2 if place % 5 else 2]

    def _official(self, unit_code: str, place: int) -> str:
        code, _ = _OFFICIALS[self.officials]
        return f"{code}{(OWN.index(unit_code) + 1) if unit_code in OWN else 9}{place % 3}"

    def _dossiers(self) -> Iterator[Row]:
        for month, of, place in self._places():
            unit = self._other(place) if of is None else of
            kind = place % 7
            begins = datetime(month.year, month.month, 2 + place % 9, 8 + place % 8, place % 60)
            due = datetime(month.year, month.month, 14 + place % 3)
            closed: datetime | None = due + timedelta(days=(2 if kind in (1, 4) else -1), minutes=place * 3)
            state = "finished"
            if kind == 5 and month.month in (9, 11):
                state, closed = "open", None
            elif kind == 6:
                state = "refused" if place % 2 else "withdrawn"
            procedure, _, field = _PROCEDURES[place % 2]
            yield {
                "dossier_code": self._code(of, month, place), "unit_code": unit,
                # Handed in elsewhere: a unit of OWN for another, and another for a unit of OWN.
                "receiving_unit_code": OWN[0] if of is None and place % 11 == 3
                else self._other(place) if of is not None and place % 5 == 2 else unit,
                "procedure_code": procedure, "field": field, "channel": ("counter", "online")[place % 2],
                "online_level": "4", "received_at": begins, "due_at": due, "finished_at": closed,
                "state": state, "officer_code": self._official(unit, place), "late_reason": None,
            }  # fmt: skip

    def _code(self, of: str | None, month: date, place: int) -> str:
        number = f"{month.month:02}{place:03}"
        if of is not None:
            return f"{'YHS' if self.codes else 'XHS'}-{of}-{number}"
        return f"{_HIDDEN[self.units][0][0]}-HS-{'Y' if self.codes else 'X'}{number}"

    def _places(self) -> Iterator[tuple[date, str | None, int]]:
        """Months, the unit of OWN or None for another, and which of the dossiers it is."""
        for at, month in enumerate(_MONTHS):
            more = 4 if self.periods and month.month != 9 else 0
            for of in self.own:
                for place in range(_SIZES[of][at] + more):
                    yield month, of, place
            for place in range(_POOL[at] * self.times + 3 * more):
                yield month, None, place

    def _officers(self) -> Iterator[Row]:
        name = _OFFICIALS[self.officials][1]
        for unit in (*self.own, None):
            for place in range(3):
                code = self._official(unit or "", place)
                yield {"officer_code": code, "name": f"{name} {code}", "unit_code": unit,
                       "on_contract": place == 1}  # fmt: skip

    def _slips(self, dossiers: list[Row]) -> Iterator[Row]:
        for row in dossiers:
            late = row["finished_at"] is not None and row["finished_at"].date() > row["due_at"].date()
            if late and int(row["dossier_code"][-1]) % 2:
                yield {"slip_id": f"{row['dossier_code']}/1", "dossier_code": row["dossier_code"],
                       "kind": "apology", "issued_at": row["due_at"], "reason": "Chậm",
                       "issuing_unit_code": row["receiving_unit_code"],
                       "new_due_at": row["due_at"] + timedelta(days=5)}  # fmt: skip

    def _steps(self, dossiers: list[Row]) -> Iterator[Row]:
        for row in dossiers:
            if int(row["dossier_code"][-1]) % 3:
                continue
            yield {"dossier_code": row["dossier_code"], "step_no": 1, "unit_code": row["receiving_unit_code"],
                   "officer_code": row["officer_code"], "received_at": row["received_at"],
                   "due_at": row["due_at"], "handed_at": row["received_at"] + timedelta(hours=5)}  # fmt: skip

    def _ratings(self) -> Iterator[Row]:
        for at, month in enumerate(_MONTHS):
            more = 6 if self.periods and month.month != 9 else 0
            for of, level, votes in self._votes(at, more):
                yield {"unit_code": of, "rated_on": month.replace(day=5), "source": "tablet",
                       "level": level, "votes": votes}  # fmt: skip

    def _votes(self, at: int, more: int) -> Iterator[tuple[str, str, int]]:
        for place, of in enumerate(self.own):
            yield of, "satisfied", 31 + at + more + place
            yield of, "dissatisfied", 3 + at
        shares = (101, 59, 37) if not self.units else (43, 17, 137)
        for (of, _), votes in zip(self.others, shares, strict=False):
            yield of, "satisfied", votes * self.times + more
        for (of, _), votes in zip(self.others, reversed(shares), strict=False):
            yield of, "neutral", votes

    def _complaints(self) -> Iterator[Row]:
        for at, month in enumerate(_MONTHS):
            more = 2 if self.periods and month.month != 9 else 0
            for of, many in self._own_and_others(2, 1, 7):
                for place in range(many + more):
                    unit = self._other(place) if of is None else of
                    # Those of other months were answered in them; a June reader cannot tell there were any.
                    answered = None if month.month == 9 and place == 0 else month.replace(day=12)
                    yield {"complaint_id": f"{unit}-KN-{at}-{place}", "unit_code": unit, "field": "Hộ tịch",
                           "received_on": month.replace(day=3), "due_on": month.replace(day=10),
                           "answered_on": answered}  # fmt: skip

    def _duties(self) -> Iterator[Row]:
        """In September the same of OWN; of the others as many in all, under their own names."""
        for month in _MONTHS:
            for of in (*self.own, *(code for code, _ in self.others)):
                # A duty not done stays one: those of other months are done in them.
                many = 2 if self.periods and month.month != 9 else self.times if of not in OWN else 1
                for place in range(many):
                    yield {"duty_id": f"{of}-V-{month.month}-{place}", "unit_code": of,
                           "title": f"Báo cáo tháng {month.month} của {of}", "due_on": month.replace(day=15),
                           "done_on": None if month.month == 9 else month.replace(day=14),
                           "document": "Công văn 1"}  # fmt: skip

    def _own_and_others(self, first: int, second: int, others: int) -> list[tuple[str | None, int]]:
        """How many the units of OWN have, and all others together."""
        of_own: list[tuple[str | None, int]] = [*zip(self.own, (first, second), strict=False)]
        return [*of_own, (None, others * self.times)]

    def _receptions(self) -> Iterator[Row]:
        for month in _MONTHS:
            more = 3 if self.periods and month.month != 9 else 0
            for of, many in self._own_and_others(4, 2, 9):
                for place in range(many + more):
                    yield {"unit_code": self._other(place) if of is None else of,
                           "held_on": month.replace(day=6), "kind": "thường xuyên"}  # fmt: skip


def as_read(value: Any) -> str:
    """Give a text as a careless reader would look for a word in it."""
    return str(value).casefold()
