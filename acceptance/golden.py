"""(c) Golden figures: public ones of 2019, then the arithmetic of the threshold, on made-up dossiers."""

from __future__ import annotations

from typing import Any

from acceptance import golden_2019
from acceptance.asking import Row, by_unit
from acceptance.checks import Checks
from acceptance.database import Database
from acceptance.district import district, late, on_time
from dashboard.formats import share_text
from queries.definitions.metrics import Share

SIZES = (7, 16, 22, 163)
MOST_DRAWN = 40
"""Past so many units a ranking draws those at or near the threshold and leads to all."""


def check(checks: Checks, database: Database) -> None:
    """Build each district by the contract, ask its figures over the API and read them on the pages."""
    golden_2019.check(checks, database)
    with checks.section("(c) Số liệu vàng: ngưỡng 5%"):
        _check_threshold(checks, database)
    with checks.section("(c) Số liệu vàng: 7, 16, 22 và 163 đơn vị"):
        for size in SIZES:
            _check_size(checks, database, size)


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
    rows = by_unit(district(database, "golden_threshold", dict.fromkeys(codes, "ward"), lots)
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
    # The first unit is at the threshold; the last has no dossier and must come back all the same.
    lots = [late(codes[0], 3), *(on_time(code, 3) for code in codes[:-1])]
    dashboard = district(database, f"golden_{size}", dict.fromkeys(codes, "commune"), lots)
    expected = {codes[0]: 6, **dict.fromkeys(codes[1:-1], 3), codes[-1]: 0}
    whole = "2019-01-01..2020-01-31"
    rows = by_unit(dashboard.ask("on-time", ky=whole))
    checks.same(f"{size} đơn vị ở /on-time", {code: row["received"] for code, row in rows.items()}, expected)
    checks.same(f"{size} đơn vị ở /units", dict.fromkeys(by_unit(dashboard.ask("units")), "có"),
                dict.fromkeys(codes, "có"))  # fmt: skip
    table = dashboard.read("on-time-units", "/dung-han", ky=whole)
    checks.counted(f"{size} đơn vị trong bảng của trang Đúng hạn",
                   sum(f"Đơn vị {code} " in table for code in codes), size)  # fmt: skip
    ranking = dashboard.read("overview-ranking", "/", ky=whole)
    drawn = sum(f"Đơn vị {code} " in ranking for code in codes[:-1])
    if size <= MOST_DRAWN:
        checks.counted(f"{size} đơn vị trong xếp hạng của trang Tổng quan (một đơn vị không có hồ sơ)",
                       drawn, size - 1)  # fmt: skip
    else:
        checks.same(f"trang Tổng quan vẽ đơn vị ở ngưỡng và dẫn đến cả {size} đơn vị",
                    {"vẽ": drawn, "dẫn đến cả": f"Xem cả {size} đơn vị" in ranking},
                    {"vẽ": 1, "dẫn đến cả": True})  # fmt: skip
