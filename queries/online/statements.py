"""Online, assisted, by post: how the dossiers of a period were handed in and given back.

One scan a question, joined with the small catalogue for the level. The statement packs
what a dossier is into one small number and groups by it; Python unpacks the groups and
adds them up. Counts are plain integers; nothing is divided here.

Of the dossiers received in the period (``metrics.ONLINE_COUNTS``):

``online``                      channel online; a null or unknown channel is the counter
``level_3 … full``              online, at that level: the dossier's own, else the procedure's
``level_unknown``               online, and neither says a level
``eligible``                    any channel, at level 3, 4, partial or full
``eligible_unknown``            any channel, and no level is known
``self_submitted``, ``assisted``, ``assisted_unknown``   the online ones at 3, 4, partial, full
``post_in``                     channel post

``returned`` and ``post_out`` go by the day the result was given to the citizen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, case, false, func, or_, select, true

from queries.asked.view import View
from queries.contract import ONLINE_LEVELS
from queries.courses.bound import Bound
from queries.courses.frames import frame_of
from queries.definitions.metrics import ONLINE_COUNTS, ONLINE_SUMS
from queries.on_time.outcomes import Columns, Condition, Window, midnight, number
from queries.on_time.statements import narrowed
from queries.on_time.trend import MONTHS, month_of, trend_months

LEVEL = {word: code for code, word in enumerate(ONLINE_LEVELS, start=1)}
"""The number of each level, lowest first; 0 is none known. From level 3 on it counts."""
_HIGH = LEVEL["3"]
_ONLINE, _POST = 1, 2
_SELF, _ASSISTED = 1, 2
_GIVEN, _POSTED = 1, 2
_LEVEL_COUNTS = {
    "level_unknown": 0, "level_3": LEVEL["3"], "level_4": LEVEL["4"], "partial": LEVEL["partial"],
    "full": LEVEL["full"],
}  # fmt: skip
"""Of the online ones: the count of each level."""

# What a dossier is, packed: each part's place value. Levels are below 8, the others below 4.
_PLACES = {"level": 1, "channel": 8, "how": 32, "is_in": 128, "back": 256, "month": 1024}
_MONTH = _PLACES["month"]

RECEIVED_COUNTS = tuple(word for word in ONLINE_COUNTS if word not in ("returned", "post_out"))
"""The counts that go by the day a dossier was received."""


@dataclass(frozen=True)
class Recorded:
    """What the source records; a figure that needs what it does not is "không có dữ liệu"."""

    levels: bool
    assisted: bool
    returns: bool
    contracts: bool
    procedures: bool
    fields: bool


def recorded(bound: Bound) -> Recorded:
    """Say which of the optional columns a district's database has."""
    has = bound.has
    coded = has("dossiers.procedure_code")
    return Recorded(
        levels=has("dossiers.online_level") or (coded and has("procedures.online_level")),
        assisted=has("dossiers.assisted"),
        returns=has("dossiers.returned_at") and has("dossiers.returned_by_post"),
        contracts=has("units.has_postal_contract"),
        procedures=coded,
        fields=has("dossiers.field") or (coded and has("procedures.field")),
    )


def online_by_unit(conn: Connection, bound: Bound, view: View) -> pd.DataFrame:
    """Counts by unit: one row per unit_code with a dossier received or given back in the period.

    Columns: unit_code (None for dossiers without one) and ``metrics.ONLINE_COUNTS`` in
    dossiers; what the source does not record is counted 0 (see ``recorded``). No row where
    the period has not begun.
    """
    return _counts(conn, bound, view, ("unit_code",))


def online_by_procedure(conn: Connection, bound: Bound, view: View) -> pd.DataFrame:
    """Counts by procedure: one row per procedure_code and (source's own) field.

    The same columns as ``online_by_unit`` after procedure_code and field; field is the
    dossier's own word, which counts only where the catalogue has none.
    """
    return _counts(conn, bound, view, ("procedure_code", "field"))


def online_by_unit_month(conn: Connection, bound: Bound, view: View, *, months: int = MONTHS) -> pd.DataFrame:
    """Counts by unit and month: one row per unit_code and month with dossiers.

    Columns: unit_code, month (0 the oldest, the view's the last), ``RECEIVED_COUNTS`` in
    dossiers. Each month is counted as if it were the period of the view. ``months``: how many.
    """
    columns = ["unit_code", "month", *RECEIVED_COUNTS]
    if not view.has_started:
        return pd.DataFrame(columns=columns)
    groups = frame_of(conn, month_statement(bound, view, months), ("unit_code", "packed", "n"))
    groups["month"] = groups.packed.to_numpy(dtype=np.int64) // _MONTH
    return _unpacked(groups, ["unit_code", "month"])[columns]


def _counts(conn: Connection, bound: Bound, view: View, by: tuple[str, ...]) -> pd.DataFrame:
    columns = [*by, *ONLINE_COUNTS]
    if not view.has_started:
        return pd.DataFrame(columns=columns)
    groups = frame_of(conn, online_statement(bound, view, by), [*by, "packed", "n"])
    return _unpacked(groups, list(by))[columns]


def online_statement(bound: Bound, view: View, by: tuple[str, ...]) -> Select[Any]:
    """Build the one statement that counts a period: columns of ``by``, the packed number, how many."""
    return _grouped(packed_dossiers(bound, view, by), by)


def month_statement(bound: Bound, view: View, count: int = MONTHS) -> Select[Any]:
    """Build the statement of the trend: unit_code, the packed number with its month, how many."""
    d = bound["dossiers"].c
    months = trend_months(view, count)
    last = Window.of(view.at(period=months[-1], judged_on=None))
    within = and_(d.received_at >= midnight(months[0].start), d.received_at < last.cut)
    # To group by the words as they are, and to read the few groups, costs less than to read each row.
    # The catalogue is asked only for a dossier without a known level of its own.
    asked = case((_level(d.online_level).is_(None), d.procedure_code)).label("procedure_code")
    month = month_of(d.received_at, months, bound).label("month")
    words = select(d.unit_code, asked, d.channel, d.online_level, d.assisted, month)
    each = words.where(within, narrowed(bound, view)).subquery("words").c
    alike = select(*each, func.count().label("n")).group_by(*each).subquery("alike")
    one = _packed(bound, alike, ("unit_code", "n"), {"is_in": number(1), "month": alike.c.month})
    return select(one.unit_code, one.packed, func.sum(one.n)).group_by(one.unit_code, one.packed)


def packed_dossiers(bound: Bound, view: View, columns: tuple[str, ...]) -> Columns:
    """Give one row a dossier received or given back in the period: columns of dossiers, and ``packed``.

    ``meaning`` reads the packed number; its parts stand beside it for ``belongs``. Counting
    and listing both build on this, so a list has as many rows as its number says.
    """
    window = Window.of(view)
    d = bound["dossiers"].c
    within: Condition = and_(d.received_at >= window.start, d.received_at < window.cut)
    parts = {"is_in": case((d.received_at >= window.start, number(1)), else_=number(0)), "back": number(0)}
    if recorded(bound).returns:
        is_back = and_(d.returned_at >= window.start, d.returned_at < window.cut)
        posted = case((d.returned_by_post == true(), number(_POSTED)), else_=number(_GIVEN))
        parts["back"] = case((is_back, posted), else_=number(0))
        within = and_(d.received_at < window.cut, or_(within, is_back))
    return _packed(bound, bound["dossiers"], columns, parts, within, narrowed(bound, view))


def _packed(
    bound: Bound, of: Subquery, columns: tuple[str, ...], more: Mapping[str, ColumnElement[int]],
    *where: Condition,
) -> Columns:  # fmt: skip
    d = of.c
    source, level = _with_level(bound, of)
    how = _how(d) if bound.has("dossiers.assisted") else number(0)
    parts = {"level": level, "channel": _channel(d), "how": how, **more}
    packed = number(0)
    for name, part in parts.items():
        packed += number(_PLACES[name]) * part
    named = [part.label(name) for name, part in parts.items()]
    return (
        select(*(d[name] for name in columns), *named, packed.label("packed"))
        .select_from(source)
        .where(*where)
        .subquery("packed")
        .c
    )


def _grouped(packed: Columns, by: tuple[str, ...]) -> Select[Any]:
    keys = [packed[name] for name in (*by, "packed")]
    return select(*keys, func.count()).group_by(*keys)


def _with_level(bound: Bound, of: Subquery) -> tuple[Any, ColumnElement[int]]:
    """Give dossiers, with the catalogue where it is needed, and each dossier's level.

    Of a code that stands twice in the catalogue the lowest level counts: joined as it is, it
    would count its dossiers twice, and a defect must not raise a share.
    """
    d, p = of.c, bound["procedures"].c
    known: list[ColumnElement[int]] = []
    if bound.has("dossiers.online_level"):
        known.append(_level(d.online_level))
    source: Any = of
    if bound.has("procedures.online_level") and bound.has("dossiers.procedure_code"):
        catalogue = (
            select(p.procedure_code, func.min(_level(p.online_level)).label("level"))
            .where(p.procedure_code.is_not(None))
            .group_by(p.procedure_code)
            .subquery("catalogue")
        )
        source = source.outerjoin(catalogue, catalogue.c.procedure_code == d.procedure_code)
        known.append(catalogue.c.level)
    return source, func.coalesce(*known, number(0)) if known else number(0)


def _level(word: ColumnElement[Any]) -> ColumnElement[int]:
    """Give a level's number; NULL for none and for a word that is no level."""
    commonest_first = ("partial", "2", "full", "3", "4", "1")  # twice as fast as in their order
    return case(*((word == one, number(LEVEL[one])) for one in commonest_first))


def _channel(d: Columns) -> ColumnElement[int]:
    """Give the channel's number; null and unknown ones are the counter."""
    return case((d.channel == "online", number(_ONLINE)), (d.channel == "post", number(_POST)),
                else_=number(0))  # fmt: skip


def _how(d: Columns) -> ColumnElement[int]:
    """Say who typed an online dossier; 0 not recorded, or not online (that makes fewer groups)."""
    return case(
        (d.channel != "online", number(0)),
        (d.assisted == true(), number(_ASSISTED)),
        (d.assisted == false(), number(_SELF)),
        else_=number(0),
    )


def belongs(c: Columns, word: str) -> Condition:
    """Say in SQL what ``meaning`` says in Python: whether a dossier is in a count, or a sum of counts."""
    if word in ONLINE_SUMS:
        return or_(*(belongs(c, part) for part in ONLINE_SUMS[word]))
    is_in = c.is_in == number(1)
    is_online = and_(is_in, c.channel == number(_ONLINE))
    is_high = and_(is_online, c.level >= number(_HIGH))
    if word in _LEVEL_COUNTS:
        return and_(is_online, c.level == number(_LEVEL_COUNTS[word]))
    conditions: dict[str, Condition] = {
        "received": is_in,
        "online": is_online,
        "eligible": and_(is_in, c.level >= number(_HIGH)),
        "eligible_unknown": and_(is_in, c.level == number(0)),
        "self_submitted": and_(is_high, c.how == number(_SELF)),
        "assisted": and_(is_high, c.how == number(_ASSISTED)),
        "assisted_unknown": and_(is_high, c.how == number(0)),
        "post_in": and_(is_in, c.channel == number(_POST)),
        "returned": c.back > number(0),
        "post_out": c.back == number(_POSTED),
    }
    return conditions[word]


def meaning(packed: np.ndarray) -> dict[str, np.ndarray]:
    """Say for each packed number which counts of ``ONLINE_COUNTS`` it belongs to: word → yes or no."""
    level, channel, how, is_in, back = (
        packed // _PLACES[name] % size
        for name, size in (("level", 8), ("channel", 4), ("how", 4), ("is_in", 2), ("back", 4))
    )
    was_received = is_in == 1
    is_online = was_received & (channel == _ONLINE)
    is_high = is_online & (level >= _HIGH)
    return {
        **{word: is_online & (level == one) for word, one in _LEVEL_COUNTS.items()},
        "received": was_received,
        "online": is_online,
        "eligible": was_received & (level >= _HIGH),
        "eligible_unknown": was_received & (level == 0),
        "self_submitted": is_high & (how == _SELF),
        "assisted": is_high & (how == _ASSISTED),
        "assisted_unknown": is_high & (how == 0),
        "post_in": was_received & (channel == _POST),
        "returned": back > 0,
        "post_out": back == _POSTED,
    }


def _unpacked(groups: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Give the counts of ``ONLINE_COUNTS`` per group of ``by`` from packed numbers."""
    packed, n = groups.packed.to_numpy(dtype=np.int64), groups.n.to_numpy(dtype=np.int64)
    chosen = meaning(packed)
    number_of = groups.groupby(by, dropna=False, sort=False).ngroup().to_numpy()
    keys = groups[by].drop_duplicates(ignore_index=True)
    # bincount adds floats: exact up to 2**53 dossiers.
    sums = {
        word: np.bincount(number_of, n * chosen[word], len(keys)).astype(np.int64) for word in ONLINE_COUNTS
    }
    return pd.concat([keys, pd.DataFrame(sums)], axis=1)
