"""(c) Golden figures: public ones of 2019 and the arithmetic of the threshold, on made-up dossiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import sql

from acceptance.asking import Dashboard, Row, by_unit
from acceptance.checks import Checks
from acceptance.database import Database
from dashboard.formats import rate_text, share_text
from queries.metrics import METRICS, Share

AS_OF = "2020-01-31"
SIZES = (7, 16, 22, 163)


@dataclass(frozen=True)
class Lot:
    """Many dossiers of one unit, all alike but for the day: spread over ``days`` from ``first``.

    Each is promised ``limit`` days after it was received and finished ``taken`` days after.
    """

    unit: str
    count: int
    limit: int
    taken: int
    first: date = date(2019, 1, 2)
    days: int = 340


def on_time(unit: str, count: int, first: date = date(2019, 1, 2), days: int = 340) -> Lot:
    """Give dossiers finished before their promise."""
    return Lot(unit, count, 10, 4, first, days)


def late(unit: str, count: int) -> Lot:
    """Give dossiers finished two days after their promise."""
    return Lot(unit, count, 10, 12)


def check(checks: Checks, database: Database) -> None:
    """Build each district by the contract and ask its figures over the API."""
    with checks.section("(c) Số liệu vàng: thị trấn Nhà Bè 2019"):
        _check_resolved(checks, database)
    with checks.section("(c) Số liệu vàng: phường Thạch Bàn 2019"):
        _check_nothing_late(checks, database)
    with checks.section("(c) Số liệu vàng: ngưỡng 5%"):
        _check_threshold(checks, database)
    with checks.section("(c) Số liệu vàng: 7, 16, 22 và 163 đơn vị"):
        for size in SIZES:
            _check_size(checks, database, size)
    with checks.section("(c) Số liệu vàng: cách in"):
        share = Share(616, 1_825)
        text = rate_text(share, METRICS["resolved_rate"].decimals)
        checks.equal(f"{share_text(share)} (chỉ cách in, tỷ lệ trực tuyến có sau)", text, "33,8%")


def _district(
    database: Database, schema: str, units: Mapping[str, str], lots: Iterable[Lot]
) -> Dashboard:  # fmt: skip
    """Make a district in the contract's own tables; ``units``: code → kind."""
    database.make_contract(schema)

    def table(name: str) -> sql.Identifier:
        return sql.Identifier(schema, name)

    with database.owner.cursor() as cursor:
        cursor.executemany(
            sql.SQL("INSERT INTO {} (unit_code, name, kind) VALUES (%s, %s, %s)").format(table("units")),
            [(code, f"Đơn vị {code}", kind) for code, kind in units.items()],
        )
        load = sql.SQL("INSERT INTO {} (as_of, source) VALUES (%s, 'nghiệm thu')").format(table("loads"))
        cursor.execute(load, (AS_OF,))
        cursor.executemany(
            sql.SQL("""
                INSERT INTO {} (dossier_code, unit_code, channel, received_at, due_at, finished_at, state)
                SELECT %(unit)s || '-' || %(lot)s || '-' || i, %(unit)s, 'counter', received,
                    received + make_interval(days => %(limit)s), received + make_interval(days => %(taken)s),
                    'finished'
                FROM generate_series(1, %(count)s) AS i,
                    LATERAL (SELECT %(first)s::timestamp
                        + make_interval(days => i %% %(days)s, hours => 8 + i %% 8) AS received) AS r
            """).format(table("dossiers")),
            [{**vars(lot), "lot": number} for number, lot in enumerate(lots)],
        )
    database.open_to_reader(schema)
    return Dashboard(
        database_url=database.url.render_as_string(hide_password=False), schema=schema, as_of=AS_OF
    )


def _check_resolved(checks: Checks, database: Database) -> None:
    year = 25_684
    before = on_time("1", 900, date(2018, 3, 1), 200)
    after = on_time("1", 80, date(2020, 1, 2), 15)
    town = _district(database, "golden_town", {"1": "township"}, [before, on_time("1", year), after])
    for name, answer in (("đơn vị", town.ask("on-time", ky="2019")["rows"][0]),
                         ("toàn địa bàn", town.ask("on-time", ky="2019")["district"])):  # fmt: skip
        checks.same(f"{name}: tiếp nhận 25.684, đã giải quyết 25.684, không có kỳ trước chuyển sang",
                    {word: answer[word] for word in ("received", "carried_over", "finished")},
                    {"received": year, "carried_over": 0, "finished": year})  # fmt: skip
        resolved = Share(answer["finished"], answer["received"] + answer["carried_over"])
        text = f"{share_text(resolved)} = {rate_text(resolved, METRICS['resolved_rate'].decimals)}"
        checks.equal(f"{name}: tỷ lệ giải quyết (chia ở đây từ số của API)", text, "25.684/25.684 = 100%")


def _check_nothing_late(checks: Checks, database: Database) -> None:
    lots = [on_time("1", 31, date(2019, 6, 3), 20), Lot("1", 34, 5, 5, date(2019, 7, 1), 20)]
    ward = _district(database, "golden_ward", {"1": "ward"}, lots)
    for month, count in (("2019-06", 31), ("2019-07", 34)):
        row = ward.ask("on-time", ky=month)["rows"][0]
        words = ("finished", "late", "open_overdue", "late_rate", "late_rate_text", "flag")
        checks.same(f"tháng {month}: trễ 0/{count}, in «0%», không cờ đỏ",
                    {word: row[word] for word in words},
                    dict(zip(words, (count, 0, 0, 0, "0%", "fine"), strict=True)))  # fmt: skip


def _check_threshold(checks: Checks, database: Database) -> None:
    # late, n → what must be said; the last four prove needed and affordable by doing it.
    cases: dict[tuple[int, int], dict[str, Any]] = {
        (171, 2_305): {"flag": "over", "needed_on_time": 1_116, "affordable_late": None},
        (92, 1_840): {"flag": "over", "needed_on_time": 1, "late_rate_text": "5,00%"},
        (100, 2_016): {"flag": "near", "needed_on_time": None, "affordable_late": 0},
        (600, 12_010): {"flag": "near", "late_rate_text": "4,996%"},
        (171, 2_305 + 1_115): {"flag": "over", "needed_on_time": 1},
        (171, 2_305 + 1_116): {"flag": "near", "needed_on_time": None},
        (92, 1_840 + 1): {"flag": "near"},
        (100 + 1, 2_016 + 1): {"flag": "over"},
    }
    codes = {f"{a}-{n}": (a, n) for a, n in cases}
    lots = [lot for code, (a, n) in codes.items() for lot in (late(code, a), on_time(code, n - a))]
    rows = by_unit(_district(database, "golden_threshold", dict.fromkeys(codes, "ward"), lots)
                   .ask("on-time", ky="2019-01-01..2020-01-31"))  # fmt: skip
    for code, (a, n) in codes.items():
        row, expected = rows[code], cases[a, n]
        told = ", ".join(f"{word} {value}" for word, value in expected.items())
        checks.same(f"{share_text(Share(a, n))}: {told}",
                    {"share": _share(row), **{word: row[word] for word in expected}},
                    {"share": (a, n), **expected})  # fmt: skip


def _share(row: Row) -> tuple[int, int]:
    return row["rates"]["A"]["numerator"], row["rates"]["A"]["denominator"]


def _check_size(checks: Checks, database: Database, size: int) -> None:
    codes = [f"{number:03d}" for number in range(1, size + 1)]
    # The last unit has no dossier: it must come back all the same.
    lots = [on_time(code, 3) for code in codes[:-1]]
    dashboard = _district(database, f"golden_{size}", dict.fromkeys(codes, "commune"), lots)
    expected = {code: 3 if code != codes[-1] else 0 for code in codes}
    rows = by_unit(dashboard.ask("on-time", ky="2019-01-01..2020-01-31"))
    checks.same(f"{size} đơn vị ở /on-time", {code: row["received"] for code, row in rows.items()}, expected)
    checks.same(f"{size} đơn vị ở /units", dict.fromkeys(by_unit(dashboard.ask("units")), "có"),
                dict.fromkeys(codes, "có"))  # fmt: skip
