"""(b) Phú Thọ: 163 units' published counts, rates and flags come back from 597,918 dossiers."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from psycopg import sql

from acceptance import files, mariadb
from acceptance.asking import COUNTS, Dashboard, Row, by_unit, sums
from acceptance.checks import Checks
from acceptance.database import Database

FILE = "phu_tho_2026.csv"
HERE = Path(__file__).parent
UNITS = 163
DOSSIERS = 597_918
FLAGGED = 95
JUST_BELOW = (165, 3_329)
"""Overdue and received of the unit that one decimal would print as flagged (5,0%)."""
JUST_OVER = (57, 1_134)
"""The unit that a threshold in whole percents (5,026% > 5%) might still pass over."""


@dataclass(frozen=True)
class Published:
    """One unit's figures as published."""

    received: int
    on_time: int
    overdue: int
    ratio: Fraction

    @property
    def still_open(self) -> int:
        """How many of the overdue we left open: every third."""
        return self.overdue // 3


def check(checks: Checks, database: Database, data: Path) -> None:
    """Expand the published counts into dossiers and ask for them back under rate D."""
    with (data / FILE).open(encoding="utf-8", newline="") as file:
        published = {
            row["code"]: Published(
                int(row["total_received"]), int(row["total_on_time"]), int(row["total_overdue"]),
                Fraction(row["ratio_on_time_pct"]),
            )
            for row in csv.DictReader(file)
        }  # fmt: skip
    with checks.section("(b) Phú Thọ: 163 đơn vị, số đã công bố của năm 2026 đến 26/9"):
        checks.counted("đơn vị trong tệp", len(published), UNITS)
        checks.counted("hồ sơ trong tệp", sum(one.received for one in published.values()), DOSSIERS)
        database.run((HERE / "phu_tho.sql").read_text(encoding="utf-8"))
        database.load_csv(sql.Identifier("phu_tho", "published"), data / FILE)
        database.run((HERE / "phu_tho_dossiers.sql").read_text(encoding="utf-8"))
        database.open_to_reader("phu_tho")
        dashboard = Dashboard(
            database_url=database.url.render_as_string(hide_password=False), schema="phu_tho",
            as_of="2026-09-26",
        )  # fmt: skip
        answer = dashboard.ask("on-time", ky="2026", cach_tinh="D")
        rows = by_unit(answer)
        checks.equal("cách tính", answer["basis"], "D")
        _check_counts(checks, answer, rows, published)
        _check_rates(checks, rows, published)
        _check_flags(checks, rows, published)
        _check_edges(checks, rows, published)
    with checks.section("(b) Phú Thọ: cùng dữ liệu trong MariaDB"):
        words = {"ky": "2026", "cach_tinh": "D"}
        mariadb.check(checks, database, "phu_tho", {"as_of": "2026-09-26"}, answer, **words)
    with checks.section("(b) Phú Thọ: cùng dữ liệu trong tệp .xlsx và .csv"):
        files.check(checks, database, "phu_tho", {"as_of": "2026-09-26"}, answer, **words)


def _check_counts(
    checks: Checks, answer: Mapping[str, Any], rows: Mapping[str | None, Row],
    published: Mapping[str, Published],
) -> None:  # fmt: skip
    def same(name: str, got: Mapping[Any, int], expected: Mapping[Any, int]) -> None:
        checks.same(f"{name}: {sum(expected.values()):,} hồ sơ".replace(",", "."), got, expected)

    same("tiếp nhận", {code: row["received"] for code, row in rows.items()},
         {code: one.received for code, one in published.items()})  # fmt: skip
    same("quá hạn = tử số của cách tính D",
         {code: row["rates"]["D"]["numerator"] for code, row in rows.items()},
         {code: one.overdue for code, one in published.items()})  # fmt: skip
    same("đúng hạn = mẫu số trừ tử số",
         {code: row["rates"]["D"]["denominator"] - row["rates"]["D"]["numerator"]
          for code, row in rows.items()},
         {code: one.on_time for code, one in published.items()})  # fmt: skip
    same("xong trễ (hai phần ba số quá hạn)", {code: row["late"] for code, row in rows.items()},
         {code: one.overdue - one.still_open for code, one in published.items()})  # fmt: skip
    same("quá hạn chưa xong (một phần ba)", {code: row["open_overdue"] for code, row in rows.items()},
         {code: one.still_open for code, one in published.items()})  # fmt: skip
    checks.same("tỷ lệ A của cùng dữ liệu: xong trễ / đã xong",
                {code: _share(row, "A") for code, row in rows.items()},
                {code: (one.overdue - one.still_open, one.received - one.still_open)
                 for code, one in published.items()})  # fmt: skip
    district = answer["district"]
    checks.same("toàn tỉnh = cộng các dòng", {word: district[word] for word in COUNTS}, sums(answer))
    checks.equal("toàn tỉnh, tử số và mẫu số của cách tính D", _share(district, "D"),
                 (sum(one.overdue for one in published.values()), DOSSIERS))  # fmt: skip


def _share(row: Row, basis: str) -> tuple[int, int]:
    return row["rates"][basis]["numerator"], row["rates"][basis]["denominator"]


def _check_rates(
    checks: Checks, rows: Mapping[str | None, Row], published: Mapping[str, Published]
) -> None:  # fmt: skip
    """Compare printed rates with the published on-time ratio.

    The printed one is compared where no decimal was added so as not to touch a threshold.
    Both are rounded half up, we the late rate and the publisher the on-time rate: at an
    exact half of the last decimal, and only there, 100 − ours is 0,01 below theirs.
    """
    dated = {code: one for code, one in published.items() if one.received}
    checks.same("tỷ lệ đúng hạn đã công bố = 100 − tỷ lệ của API, làm tròn 2 chữ số",
                {code: _half_up(100 - Fraction(100 * a, b)) if b else None
                 for code in dated for a, b in [_share(rows[code], "D")]},
                {code: one.ratio for code, one in dated.items()})  # fmt: skip
    printed = {code: rows[code]["late_rate_text"].removesuffix("%").replace(",", ".") for code in dated}
    plain = {code: text for code, text in printed.items() if len(text.partition(".")[2]) <= 2}
    halves = {code for code in plain if _is_half(Fraction(100 * dated[code].overdue, dated[code].received))}
    same = [code for code in plain if code not in halves]
    checks.same("100 − tỷ lệ trễ in ra = tỷ lệ đúng hạn đã công bố",
                {code: 100 - Fraction(plain[code]) for code in same},
                {code: dated[code].ratio for code in same})  # fmt: skip
    checks.same("như trên, phần trăm rơi đúng nửa đơn vị cuối (hai bên cùng làm tròn lên): lệch đúng 0,01",
                {code: dated[code].ratio - (100 - Fraction(plain[code])) for code in halves},
                dict.fromkeys(halves, Fraction(1, 100)))  # fmt: skip


def _half_up(value: Fraction) -> Fraction:
    return Fraction((value * 200 + 1) // 2, 100)


def _is_half(value: Fraction) -> bool:
    return (value * 100) % 1 == Fraction(1, 2)


def _check_flags(checks: Checks, rows: Mapping[str | None, Row], published: Mapping[str, Published]) -> None:
    flagged = {code for code, row in rows.items() if row["flag"] == "over"}
    checks.counted("đơn vị vượt ngưỡng", len(flagged), FLAGGED)
    # In integers: late / received at or over 5%, near from 4%.
    expected = {
        code: None if not one.received
        else "over" if 20 * one.overdue >= one.received
        else "near" if 25 * one.overdue >= one.received
        else "fine"
        for code, one in published.items()
    }  # fmt: skip
    checks.same("cờ của từng đơn vị", {code: row["flag"] for code, row in rows.items()}, expected)
    contradictions = [
        row["unit"] for row in rows.values()
        if row["late_rate"] is not None and (_number(row["late_rate_text"]) >= 5) != (row["flag"] == "over")
    ]  # fmt: skip
    checks.counted("số in ra không trái với cờ", len(rows) - len(contradictions), len(rows),
                   tuple(contradictions))  # fmt: skip


def _number(text: str) -> Fraction:
    return Fraction(text.removesuffix("%").replace(",", "."))


def _check_edges(checks: Checks, rows: Mapping[str | None, Row], published: Mapping[str, Published]) -> None:
    def having(pair: tuple[int, int]) -> Row:
        (code,) = [code for code, one in published.items() if (one.overdue, one.received) == pair]
        return rows[code]

    def shown(row: Row) -> str:
        rate = f"{row['late_rate']:.3f}".replace(".", ",")
        return f"{row['unit']} {rate} in {row['late_rate_text']} {row['flag']}"

    below, above = having(JUST_BELOW), having(JUST_OVER)
    checks.equal("165/3.329 = 4,956% không vượt", shown(below), f"{below['unit']} 4,956 in 4,96% near")
    checks.equal("57/1.134 = 5,026% vượt", shown(above), f"{above['unit']} 5,026 in 5,03% over")
    empty = [rows[code] for code, one in published.items() if not one.received]
    checks.counted("đơn vị không có hồ sơ", len(empty), 1)
    for row in empty:
        checks.same(f"{row['unit']}: 0 hồ sơ là «—», không tỷ lệ, không cờ",
                    {word: row[word] for word in ("received", "late_rate", "late_rate_text", "flag")},
                    {"received": 0, "late_rate": None, "late_rate_text": "—", "flag": None})  # fmt: skip
