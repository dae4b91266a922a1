"""The same rows put into each engine arrive as the same copy, sign by sign."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from running import cannot_run
from sources import ZONE, Copy, put
from stores import SCHEMA, PostgreSQL, Store, icu_postgresql_url

from queries.source.mapping import SourceMapping
from queries.source.reading import Source, read_into


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    made = Copy(tmp_path)
    yield made
    made.connection.close()


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


UNITS = [
    {"unit_code": "P1", "name": "Phường 1", "kind": "ward"},
    {"unit_code": "P2", "name": "Phường 2", "kind": "ward"},
]
NIGHT = datetime(2026, 3, 3)
_UUID = "0F8FAD5B-D9CB-469F-A165-70867728950E"


def dossier(code: str | None, **more: Any) -> dict[str, Any]:
    return {
        "dossier_code": code, "unit_code": "P1", "channel": "counter", "state": "open",
        "received_at": datetime(2026, 3, 2, 8, 30), "due_at": datetime(2026, 3, 10, 17),
        "finished_at": None,
    } | more  # fmt: skip


MOMENTS = {f"dossiers.{one}": "moment" for one in ("received_at", "due_at", "finished_at")}


def test_codes_padded_folded_and_of_other_collations_become_the_catalogue_s(store: Store, copy: Copy) -> None:
    codes_become_the_catalogue_s(store, copy)


def test_codes_of_collations_of_icu_become_the_catalogue_s(copy: Copy) -> None:
    """The tests' own PostgreSQL has none, and citext takes their place there."""
    url = icu_postgresql_url()
    if url is None:
        cannot_run("PostgreSQL có ICU", "không có máy chủ")
    store = PostgreSQL(url, f"{SCHEMA}_icu")
    try:
        codes_become_the_catalogue_s(store, copy)
        with store.owner() as cursor:
            cursor.execute(
                "SELECT collname FROM pg_attribute JOIN pg_collation c ON c.oid = attcollation"
                " WHERE attrelid = 'dossiers'::regclass AND attname = 'dossier_code' AND collprovider = 'i'"
                " AND NOT collisdeterministic"
            )
            assert cursor.fetchall() == [("motcua_nocase",)]
    finally:
        store.close()


def codes_become_the_catalogue_s(store: Store, copy: Copy) -> None:
    put(
        store,
        {
            "units": [
                {"unit_code": "P1", "name": nfd("Phường Bến Nghé"), "kind": "ward", "parent_code": "q1"},
                {"unit_code": "Ấp2", "name": " Phường 2 \u200b", "kind": "ward", "parent_code": "Q1"},
                {"unit_code": "Q1", "name": "Quận 1", "kind": "desk", "parent_code": None},
                {"unit_code": "x9", "name": "Phường 9", "kind": "ward", "parent_code": None},
                {"unit_code": "X9", "name": "Phường 9 khác", "kind": "ward", "parent_code": None},
            ],
            "procedures": [{"procedure_code": "1.001", "name": "Khai sinh", "field": nfd("Hộ tịch")}],
            "officers": [{"officer_code": "cb-01", "name": "A", "unit_code": "p1"}],
            "dossiers": [
                dossier("HS-01", unit_code="p1", procedure_code="1.001 ", officer_code="CB-01"),
                dossier("HS-02", unit_code="P1", procedure_code="1.002", officer_code=None),
                dossier("HS-03", unit_code=nfd("ấp2"), procedure_code=None, officer_code="CB-02"),
                dossier("HS-04", unit_code="Ｐ1", procedure_code=None, officer_code=None),
                dossier("HS-05", unit_code="X9", procedure_code=None, officer_code=None),
                dossier("hs-06", unit_code="\ufeffP1\u3000", procedure_code=None, officer_code=None),
            ],
            "slips": [
                {"slip_id": "S1", "dossier_code": "hs-01", "kind": "apology", "issued_at": NIGHT,
                 "issuing_unit_code": "p1"},
                {"slip_id": "S2", "dossier_code": "HS-99", "kind": "Apology", "issued_at": NIGHT,
                 "issuing_unit_code": None},
                {"slip_id": "S3", "dossier_code": "HS-06", "kind": "apology", "issued_at": NIGHT,
                 "issuing_unit_code": None},
            ],
        },
        {
            **MOMENTS, "slips.issued_at": "moment", "units.unit_code": "char", "dossiers.unit_code": "nocase",
            "dossiers.dossier_code": "other nocase", "slips.dossier_code": "char",
            "officers.officer_code": "other nocase", "units.parent_code": "other nocase",
        },
    )  # fmt: skip
    copy.read(store)
    assert copy.rows("units", "unit_code", "name", "parent_code") == [
        ("P1", "Phường Bến Nghé", "Q1"),
        ("Q1", "Quận 1", None),
        ("X9", "Phường 9 khác", None),
        ("x9", "Phường 9", None),
        ("Ấp2", "Phường 2", "Q1"),
    ]
    assert copy.rows("dossiers", "dossier_code", "unit_code", "procedure_code", "officer_code") == [
        ("HS-01", "P1", "1.001", "cb-01"),
        ("HS-02", "P1", "1.002", None),
        ("HS-03", "Ấp2", None, "CB-02"),
        ("HS-04", "Ｐ1", None, None),
        ("HS-05", "X9", None, None),
        ("hs-06", "P1", None, None),
    ]
    assert copy.rows("slips", "slip_id", "dossier_code", "kind", "issuing_unit_code") == [
        ("S1", "HS-01", "apology", "P1"),
        ("S2", "HS-99", "apology", None),
        ("S3", "hs-06", "apology", None),
    ]
    assert copy.column("procedures", "field") == ["Hộ tịch"]
    assert copy.mended() == {
        ("dossiers", "officer_code", "folded_code"): (1, "HS-01"),
        ("dossiers", "officer_code", "unknown_code"): (1, "HS-03"),
        ("dossiers", "procedure_code", "unknown_code"): (1, "HS-02"),
        ("dossiers", "unit_code", "blanks"): (1, "hs-06"),
        ("dossiers", "unit_code", "folded_code"): (2, "HS-01; HS-03"),
        ("dossiers", "unit_code", "not_nfc"): (1, "HS-03") if nfd("ấp2") != "đ2" else None,
        ("dossiers", "unit_code", "unknown_code"): (1, "HS-04"),
        ("officers", "unit_code", "folded_code"): (1, "cb-01"),
        ("procedures", "field", "not_nfc"): (1, "1.001"),
        ("slips", "dossier_code", "folded_code"): (2, "S1; S3"),
        ("slips", "dossier_code", "unknown_code"): (1, "S2"),
        ("slips", "issuing_unit_code", "folded_code"): (1, "S1"),
        ("slips", "kind", "folded_word"): (1, "S2"),
        ("units", "name", "blanks"): (1, "Ấp2"),
        ("units", "name", "not_nfc"): (1, "P1"),
        ("units", "parent_code", "folded_code"): (1, "P1"),
    }


def test_numbers_uuids_enums_bits_and_booleans_are_what_they_say(store: Store, copy: Copy) -> None:
    put(
        store,
        {
            "units": [
                {"unit_code": Decimal("7.0"), "name": "Phường 7", "kind": "ward", "has_postal_contract": 1,
                 "sort_order": Decimal("3.0")},
                {"unit_code": Decimal("12.5"), "name": "Phường 12", "kind": "ward", "has_postal_contract": 0,
                 "sort_order": None},
            ],
            "procedures": [
                {"procedure_code": 1001, "name": "Khai sinh", "interlinked": "Có", "online_level": 4},
                {"procedure_code": 1002, "name": "Khai tử", "interlinked": "không", "online_level": 3},
                {"procedure_code": 1003, "name": "Đất", "interlinked": "chưa rõ", "online_level": None},
            ],
            "dossiers": [
                dossier(_UUID.lower(), unit_code="7", procedure_code=1001.0, assisted=True, online_level=4,
                        returned_by_post="Y"),
                dossier("0f8fad5b-d9cb-469f-a165-70867728950f", unit_code="007", procedure_code=None,
                        assisted=False, state="finished", online_level=None, returned_by_post="0"),
            ],
            "slips": [{"slip_id": 9, "dossier_code": _UUID, "kind": "apology",
                       "issued_at": datetime(2026, 3, 3)}],
            "ratings": [{"unit_code": "7", "rated_on": date(2026, 3, 3), "source": "tablet",
                         "level": "satisfied", "votes": Decimal("5.0")}],
            "published": [{"unit_code": "7", "source": "x", "period_start": date(2026, 1, 1),
                           "period_end": date(2026, 3, 31), "received": "1.000", "late": "12",
                           "score": "8,25"}],
        },
        {
            **MOMENTS, "units.unit_code": "decimal", "units.has_postal_contract": "bit",
            "units.sort_order": "decimal", "procedures.procedure_code": "whole",
            "procedures.online_level": "whole", "dossiers.dossier_code": "uuid",
            "dossiers.procedure_code": "double", "dossiers.assisted": "boolean", "dossiers.state": "enum",
            "dossiers.online_level": "whole", "slips.slip_id": "whole", "slips.issued_at": "moment",
            "ratings.rated_on": "day", "ratings.votes": "decimal", "published.period_start": "day",
            "published.period_end": "day",
        },
    )  # fmt: skip
    copy.read(store)
    assert copy.rows("units", "unit_code", "has_postal_contract", "sort_order") == [
        ("12.5", False, None),
        ("7", True, 3),
    ]
    assert copy.rows("procedures", "procedure_code", "interlinked", "online_level") == [
        ("1001", True, "4"),
        ("1002", False, "3"),
        ("1003", None, None),
    ]
    assert copy.rows(
        "dossiers", "dossier_code", "unit_code", "procedure_code", "assisted", "state", "online_level",
        "returned_by_post",
    ) == [
        (_UUID.lower(), "7", "1001", True, "open", "4", True),
        ("0f8fad5b-d9cb-469f-a165-70867728950f", "007", None, False, "finished", None, False),
    ]  # fmt: skip
    assert copy.rows("slips", "slip_id", "dossier_code") == [("9", _UUID.lower())]
    assert copy.column("ratings", "votes") == [5]
    assert copy.rows("published", "received", "late", "score") == [(None, 12, Decimal("8.2500"))]
    assert copy.mended() == {
        ("dossiers", "unit_code", "unknown_code"): (1, "0f8fad5b-d9cb-469f-a165-70867728950f"),
        ("procedures", "interlinked", "not_boolean"): (1, "1003"),
        ("published", "received", "not_number"): (1, "7"),
        ("slips", "dossier_code", "folded_code"): (1, "9"),
    }


_INSTANT = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)


def test_instants_are_local_wall_clock_and_moments_are_as_written(store: Store, copy: Copy) -> None:
    """Servers are in UTC here; an instant of 23:30 UTC is half past six of the next day in Vietnam."""
    put(
        store,
        {
            "units": UNITS,
            "dossiers": [
                dossier("A", finished_at=_INSTANT, due_at=date(2026, 3, 10), updated_at=_INSTANT),
                dossier("B", received_at=datetime(2026, 3, 2, 8, 30, 15, 250000), due_at=date(2026, 3, 10),
                        updated_at=None),
            ],
            "complaints": [{"complaint_id": "1", "unit_code": "P1", "received_on": _INSTANT}],
        },
        {
            "dossiers.received_at": "moment", "dossiers.due_at": "day", "dossiers.finished_at": "instant",
            "dossiers.updated_at": "instant", "complaints.received_on": "instant",
        },
    )  # fmt: skip
    reading = copy.read(store)
    local = datetime(2026, 3, 10, 6, 30)
    assert copy.rows("dossiers", "dossier_code", "received_at", "due_at", "finished_at", "updated_at") == [
        ("A", datetime(2026, 3, 2, 8, 30), datetime(2026, 3, 10), local, local),
        ("B", datetime(2026, 3, 2, 8, 30, 15, 250000), datetime(2026, 3, 10), None, None),
    ]
    assert copy.column("complaints", "received_on") == [date(2026, 3, 10)]
    assert reading.watermarks["dossiers"].greatest == local
    assert abs(reading.clock - datetime.now(ZoneInfo(ZONE)).replace(tzinfo=None)) < timedelta(minutes=5)
    assert not copy.mended()


def test_zones_of_the_settings_say_how_a_column_is_read(store: Store, copy: Copy) -> None:
    put(
        store,
        {
            "units": UNITS,
            "dossiers": [dossier("A", received_at=datetime(2026, 3, 9, 23, 30), submitted_at=_INSTANT,
                                 returned_at=_INSTANT)],
        },
        {**MOMENTS, "dossiers.submitted_at": "instant", "dossiers.returned_at": "instant"},
    )  # fmt: skip
    zones = {"dossiers.received_at": "UTC", "dossiers.submitted_at": "UTC", "dossiers.due_at": "session"}
    if store.name != "sqlite":  # its text says the offset itself, whatever the settings say
        zones["dossiers.returned_at"] = "session"
    copy.read(store, SourceMapping(zones=zones))
    written = datetime(2026, 3, 9, 23, 30)
    local = datetime(2026, 3, 10, 6, 30)
    if store.name == "sqlite":
        written = local
    assert copy.rows("dossiers", "received_at", "submitted_at", "returned_at", "due_at") == [
        (local, written, written, datetime(2026, 3, 10, 17))
    ]


DAYS: dict[str, tuple[datetime | None, str | None]] = {
    "02/03/2026 08:00": (datetime(2026, 3, 2, 8), None),
    "2/3/2026": (datetime(2026, 3, 2), None),
    "15-03-2026 8:05:07": (datetime(2026, 3, 15, 8, 5, 7), None),
    "15.3.2026": (datetime(2026, 3, 15), None),
    "2026-03-02T08:00:00": (datetime(2026, 3, 2, 8), None),
    "2026-03-02 08:00": (datetime(2026, 3, 2, 8), None),
    "2026/3/2": (datetime(2026, 3, 2), None),
    "20260302": (datetime(2026, 3, 2), None),
    "2026-03-02T01:00:00Z": (datetime(2026, 3, 2, 8), None),
    "2026-03-02T08:00:00.5+07:00": (datetime(2026, 3, 2, 8, 0, 0, 500000), None),
    "2026-03-02 01:00:00.000 +00:00": (datetime(2026, 3, 2, 8), None),
    "2026-03-02 08:00:00 +0700": (datetime(2026, 3, 2, 8), None),
    "2026-03-02T01:00:00z": (datetime(2026, 3, 2, 8), None),
    "2026/03/02 01:00 Z": (datetime(2026, 3, 2, 8), None),
    " 02/03/2026\u00a0": (datetime(2026, 3, 2), None),
    "0000-00-00 00:00:00": (None, "no_such_day"),
    "2026-03-00": (None, "no_such_day"),
    "2026-02-30": (None, "no_such_day"),
    "31/02/2026": (None, "no_such_day"),
    "infinity": (None, "no_such_day"),
    "0001-01-01": (None, "outside_years"),
    "1900-01-01 00:00:00": (None, "outside_years"),
    "1970-01-01 07:00:00": (None, "outside_years"),
    "9999-12-31": (None, "outside_years"),
    "03/15/2026": (None, "other_day_order"),
    "chưa có": (None, "not_moment"),
    "2026-03-02 08:00 PM": (None, "no_such_day"),
    "46000": (None, "not_moment"),
    "05/11/26": (None, "short_year"),
    "5-11-26 08:30": (None, "short_year"),
    "   ": (None, None),
}


def test_dates_of_text_are_read_day_first_and_what_is_none_is_empty(store: Store, copy: Copy) -> None:
    texts = list(DAYS)
    put(
        store,
        {
            "units": UNITS,
            "dossiers": [dossier(f"HS-{i:02}", due_at=one) for i, one in enumerate(texts)],
        },
        {name: kind for name, kind in MOMENTS.items() if name != "dossiers.due_at"},
    )
    copy.read(store)
    assert copy.rows("dossiers", "dossier_code", "due_at") == [
        (f"HS-{i:02}", DAYS[one][0]) for i, one in enumerate(texts)
    ]
    expected: dict[tuple[str, str, str], tuple[int, str]] = {}
    for reason in {reason for _, reason in DAYS.values() if reason}:
        codes = [f"HS-{i:02}" for i, one in enumerate(texts) if DAYS[one][1] == reason]
        expected["dossiers", "due_at", reason] = (len(codes), "; ".join(codes[:3]))
    assert copy.mended() == expected


def test_the_engine_s_own_impossible_dates_are_empty(store: Store, copy: Copy) -> None:
    own = {
        "postgresql": ["infinity", "-infinity", "0001-01-01", "0044-03-15 BC"],
        "mariadb": ["0000-00-00", "2026-03-00", "2026-00-00", "1900-01-01"],
        "duckdb": ["infinity", "-infinity", "0001-01-01", "1900-01-01"],
        "sqlite": ["0000-00-00", "2026-03-00", "2026-00-00", "1900-01-01"],
    }[store.name]
    put(
        store,
        {"units": UNITS, "dossiers": [dossier(f"HS-{i}", due_at=one) for i, one in enumerate(own)]},
        MOMENTS,
    )
    copy.read(store)
    assert copy.column("dossiers", "due_at") == [None] * 4
    counted = {reason: n for (_, column, reason), (n, _) in copy.mended().items() if column == "due_at"}
    assert sum(counted.values()) == 4
    assert set(counted) == {"no_such_day", "outside_years"}


def test_of_one_key_the_latest_row_stays_and_of_the_same_row_one(store: Store, copy: Copy) -> None:
    early, late = datetime(2026, 3, 1, 8), datetime(2026, 3, 5, 8)
    put(
        store,
        {
            "units": [*UNITS, UNITS[0], {"unit_code": "P2", "name": "Phường Hai", "kind": "ward"}],
            "dossiers": [
                dossier("A", updated_at=late, state="finished"),
                dossier("A", updated_at=early),
                dossier("A", updated_at=None),
                dossier("B", updated_at=early, late_reason="a"),
                dossier("B", updated_at=early, late_reason="b"),
                dossier("C", updated_at=early),
                dossier("C", updated_at=early),
                dossier("C", updated_at=early),
                dossier(None, updated_at=early),
                dossier(None, updated_at=early),
                dossier("D", received_at=None, updated_at=early),
            ],
        },
        {**MOMENTS, "dossiers.updated_at": "moment"},
    )
    copy.read(store)
    assert copy.rows("dossiers", "dossier_code", "state", "late_reason", "received_at") == [
        (None, "open", None, datetime(2026, 3, 2, 8, 30)),
        (None, "open", None, datetime(2026, 3, 2, 8, 30)),
        ("A", "finished", None, datetime(2026, 3, 2, 8, 30)),
        ("B", "open", "b", datetime(2026, 3, 2, 8, 30)),
        ("C", "open", None, datetime(2026, 3, 2, 8, 30)),
        ("D", "open", None, None),
    ]
    assert copy.rows("units", "unit_code", "name") == [("P1", "Phường 1"), ("P2", "Phường Hai")]
    assert copy.mended() == {
        ("dossiers", "dossier_code", "same_key"): (3, "A; B"),
        ("dossiers", "dossier_code", "same_row"): (2, "C"),
        ("units", "unit_code", "same_key"): (1, "P2"),
        ("units", "unit_code", "same_row"): (1, "P1"),
    }


def test_the_settings_words_and_names_are_taken(store: Store, copy: Copy) -> None:
    mapping = SourceMapping.of_settings(
        tables={"dossiers": "HoSo"},
        columns={"dossiers": {"dossier_code": "MaHS", "unit_code": "ma_don_vi"}},
        values={
            "state": {"1": "left_out", "3": "left_out", "4": "open", "9": "finished", "10": "finished"},
            "channel": {"1": "counter", "": "counter", "2": "online", "3": "post"},
            "assisted": {"C": True, "K": False},
            "level": {"4": "satisfied"},
            "procedures": {"level": {"4": "commune"}},
        },
    )
    put(
        store,
        {
            "units": UNITS,
            "procedures": [{"procedure_code": "T1", "name": "Khai sinh", "level": 4}],
            "dossiers": [
                dossier("A", state=4, channel=1, assisted="c"),
                dossier("B", state=9, channel=None, assisted="K"),
                dossier("C", state=1, channel=2, assisted=None),
                dossier("D", state=8, channel=2, assisted=None),
            ],
            "ratings": [{"unit_code": "P1", "rated_on": date(2026, 3, 3), "source": "tablet", "level": "4",
                         "votes": 1},
                        {"unit_code": "P1", "rated_on": date(2026, 3, 3), "source": "tablet", "level": "6",
                         "votes": 1}],
        },
        {**MOMENTS, "dossiers.state": "whole", "dossiers.channel": "whole", "procedures.level": "whole",
         "ratings.rated_on": "day", "ratings.votes": "whole"},
        names={"dossiers": "HoSo", "dossiers.dossier_code": "mahs", "dossiers.unit_code": "Ma_Don_Vi"},
    )  # fmt: skip
    copy.read(store, mapping)
    assert copy.rows("dossiers", "dossier_code", "state", "channel", "assisted") == [
        ("A", "open", "counter", True),
        ("B", "finished", "counter", False),
        ("D", "8", "online", None),
    ]
    assert copy.column("procedures", "level") == ["commune"]
    assert copy.column("ratings", "level") == ["6", "satisfied"]
    assert copy.mended() == {
        ("dossiers", "state", "left_out"): (1, "C"),
        ("dossiers", "state", "unknown_word"): (1, "D"),
        ("ratings", "level", "unknown_word"): (1, "P1"),
    }


def test_texts_with_quotes_lines_and_signs_arrive_whole(store: Store, copy: Copy) -> None:
    odd = ['a"b', '"', "a,b", "hai\ndòng", "hai\r\ndòng", "cr\rx", "\\N", "\\", "'", "NULL", "a\tb", "%s %d",
           "x" * 200, "đ😀ấ", "a;b", "#x"]  # fmt: skip
    put(
        store,
        {"units": UNITS, "dossiers": [dossier(f"{i:02}", late_reason=one) for i, one in enumerate(odd)]},
        MOMENTS,
    )
    copy.read(store)
    assert copy.column("dossiers", "late_reason") == odd
    assert not copy.mended()


def test_columns_and_tables_that_are_not_there_are_empty_and_not_present(store: Store, copy: Copy) -> None:
    put(store, {"units": UNITS, "dossiers": [dossier("A")]}, MOMENTS)
    reading = copy.read(store)
    assert reading.present == {
        "units", "units.unit_code", "units.name", "units.kind", "dossiers", "dossiers.dossier_code",
        "dossiers.unit_code", "dossiers.channel", "dossiers.state", "dossiers.received_at",
        "dossiers.due_at", "dossiers.finished_at",
    }  # fmt: skip
    assert copy.column("present", "name") == sorted(reading.present)
    assert copy.rows("dossiers", "assisted", "officer_code", "updated_at") == [(None, None, None)]
    assert copy.rows("slips") == []


def test_bytes_that_are_no_text_are_counted(copy: Copy, tmp_path: Path) -> None:
    path = tmp_path / "nguon.db"
    with sqlite3.connect(path) as own:
        own.execute("CREATE TABLE units (unit_code TEXT, name TEXT, kind TEXT)")
        own.execute("INSERT INTO units VALUES ('P1', CAST(x'5068ff' AS TEXT), 'ward')")
        names = list(dossier("A"))
        own.execute(f"CREATE TABLE dossiers ({', '.join(f'{one} TEXT' for one in names)})")
    own.close()
    read_into(copy.connection, Source(f"sqlite:///{path}"), SourceMapping(), zone=ZONE, folder=tmp_path)
    assert copy.column("units", "name") == ["Ph\ufffd"]
    assert copy.mended() == {("units", "name", "broken_text"): (1, "P1")}
