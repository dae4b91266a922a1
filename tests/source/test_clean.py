"""Reading clean, against a second telling in plain Python; and what the settings may and may not say."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from clean_oracle import Oracle
from sources import Copy, put
from stores import Store

from queries.contract import CONTRACT
from queries.source.clean import CLEANING_VERSION, catalogue_of
from queries.source.expressions import BLANKS
from queries.source.folding import Catalogue, fold
from queries.source.mapping import MappingError, SourceMapping
from queries.source.mended import SENTENCES, Reason


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    made = Copy(tmp_path)
    yield made
    made.connection.close()


@pytest.fixture(scope="module")
def arrived() -> dict[int, dict[str, Any]]:
    """What arrived from the first engine of each seed: every other has to say the same."""
    return {}


_CODES = ["P1", "P2", "p3", "P3", "Ấp 4", "007", "straße", "ＡＢ"]
_WRITTEN = ["{}", "{}", "{}", " {}", "{} ", "{}\u3000", "\u200b{}", "\ufeff{}", "\t{}\u00a0"]
_MOMENTS = [
    "2026-03-02 08:30:00", "2026-03-02T08:30", "02/03/2026", "2/3/2026 7:05", "15-03-2026 08:00:30",
    "1.3.2026", "2026-03-02T23:30:00Z", "2026-03-02 08:00:00+07:00", "0000-00-00", "2026-03-00",
    "2026-02-30 08:00:00", "30/02/2026", "03/25/2026", "infinity", "0001-01-01", "1970-01-01 07:00:00",
    "2101-01-01", "hôm nay", "2026-3-2", "2026/03/02",
]  # fmt: skip


def _written(random_: random.Random, word: str) -> str:
    """A word as people write it: in other letters, in parts, with blanks about it."""
    if random_.random() < 0.4:
        word = random_.choice([str.lower, str.upper, str.title])(word)
    if random_.random() < 0.3:
        word = unicodedata.normalize("NFD", word)
    return random_.choice(_WRITTEN).format(word)


def _district(seed: int) -> dict[str, list[dict[str, Any]]]:
    random_ = random.Random(seed)

    def one_of(*words: str | None) -> str | None:
        word = random_.choice(words)
        return word if word is None else _written(random_, word)

    def when() -> str | None:
        return None if random_.random() < 0.1 else random_.choice(_MOMENTS)

    dossiers = [
        {
            "dossier_code": one_of(*[f"HS-{i}" for i in range(60)], *[f"Hộ-{i}" for i in range(20)], None),
            "unit_code": one_of(*_CODES, "P9", "ab", None),
            "receiving_unit_code": one_of(*_CODES, None, None, ""),
            "procedure_code": one_of("1.001", "T1", "t1", "x", None),
            "channel": one_of("counter", "online", "post", "fax", None, ""),
            "assisted": one_of("1", "0", "true", "Có", "không", "N", "maybe", None),
            "received_at": when(), "due_at": when(), "finished_at": when(),
            "state": one_of("open", "suspended", "finished", "đang xử lý", None),
            "officer_code": one_of("CB-1", "CB-2", "CB-3", None),
            "late_reason": one_of("Thiếu hồ sơ", "thiếu hồ sơ", None),
            "updated_at": when(),
        }
        for _ in range(250)
    ]  # fmt: skip
    dossiers += [dict(random_.choice(dossiers)) for _ in range(20)]
    return {
        "units": [
            {"unit_code": one, "name": _written(random_, f"Phường {i}"), "kind": one_of("ward", "zone", "xã"),
             "parent_code": one_of(*_CODES, None)}
            for i, one in enumerate(_CODES)
        ],
        "procedures": [{"procedure_code": one, "name": "Khai sinh"} for one in ("1.001", "T1", "T2")],
        "officers": [{"officer_code": one, "unit_code": one_of(*_CODES)} for one in ("cb-1", "CB-2")],
        "dossiers": dossiers,
        "slips": [
            {"slip_id": f"S{i}", "dossier_code": one_of(*[f"hs-{i}" for i in range(70)], "hộ-3"),
             "kind": one_of("apology", "refusal", "khác"), "issued_at": when()}
            for i in range(80)
        ],
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_odd_rows_are_what_a_plain_loop_makes_of_them(
    store: Store, copy: Copy, seed: int, arrived: dict[int, dict[str, Any]]
) -> None:
    tables = _district(seed)
    oracle = Oracle(tables)
    types = {"dossiers.unit_code": "nocase", "units.unit_code": "other nocase",
             "slips.dossier_code": "nocase", "dossiers.channel": "other nocase",
             "dossiers.dossier_code": "nocase"}  # fmt: skip
    put(store, tables, types)
    copy.read(store)
    for name, rows in oracle.tables.items():
        columns = list(tables[name][0])
        found = copy.rows(name, *columns)
        expected = [tuple(row[one] for one in columns) for row in rows]
        assert sorted(found, key=repr) == sorted(expected, key=repr), name
        keys = [row[0].encode() for row in found if row[0] is not None]
        assert keys == sorted(keys), name
    assert copy.mended() == oracle.mended()
    # And the same from every engine, sign by sign, in the same order.
    assert copy.everything() == arrived.setdefault(seed, copy.everything())


def test_every_blank_of_unicode_is_taken_off_and_no_other_sign() -> None:
    blank = {chr(i) for i in range(0x11000) if chr(i).isspace()} | {"\u200b", "\ufeff", "\0"}
    assert set(BLANKS) == blank


def test_codes_fold_by_casefold_and_nfc() -> None:
    assert fold("STRASSE") == fold("straße")
    assert fold(unicodedata.normalize("NFD", "ĐẤT")) == fold("đất")
    assert fold("Ｐ1") != fold("P1")
    catalogue = Catalogue(["P1", "x9", "X9"])
    assert catalogue.alike("p1") == ["P1"]
    assert catalogue.alike("X9") == ["X9"]
    assert catalogue.alike("ｘ9") == []


def test_every_column_of_the_contract_that_names_a_unit_refers_to_the_units() -> None:
    named = {
        f"{spec.name}.{one.name}"
        for spec in CONTRACT.values()
        for one in spec.columns
        if catalogue_of(spec.name, one.name) == "units"
    }
    assert named == {
        "units.parent_code", "units.successor_code", "dossiers.unit_code", "dossiers.receiving_unit_code",
        "slips.issuing_unit_code", "ratings.unit_code", "officers.unit_code", "complaints.unit_code",
        "receptions.unit_code", "events.unit_code", "duties.unit_code", "published.unit_code",
        "steps.unit_code",
    }  # fmt: skip
    assert catalogue_of("steps", "officer_code") == "officers"
    assert catalogue_of("dossiers", "procedure_code") == "procedures"
    assert catalogue_of("procedures", "procedure_code") is None


def test_each_reason_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(one.endswith(".") and unicodedata.is_normalized("NFC", one) for one in SENTENCES.values())
    assert CLEANING_VERSION >= 1


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"tables": {"hoso": "x"}}, "[tables]"),
        ({"columns": {"dossiers": {"ma": "x"}}}, "[columns]"),
        ({"values": {"trang_thai": {"1": "open"}}}, "[values]"),
        ({"values": {"state": {"1": "mở"}}}, "[values.state]"),
        ({"values": {"votes": {"1": "2"}}}, "[values.votes]"),
        ({"values": {"assisted": {"C": "maybe"}}}, "[values.assisted]"),
        ({"zones": {"dossiers": {"received_at": "Hà Nội"}}}, "múi giờ"),
        ({"zones": {"dossiers": {"unit_code": "UTC"}}}, "[zones]"),
    ],
)
def test_settings_that_name_what_there_is_not_are_refused(sections: dict[str, Any], told: str) -> None:
    with pytest.raises(MappingError) as raised:
        SourceMapping.of_settings(**sections)
    assert told in str(raised.value)


def test_a_mapping_is_frozen_and_known_by_what_it_says() -> None:
    one = SourceMapping.of_settings(values={"state": {"4": "open"}}, zones={"dossiers": {"due_at": "UTC"}})
    same = SourceMapping(values={"state": {"4": "open"}}, zones={"dossiers.due_at": "UTC"})
    assert one.fingerprint() == same.fingerprint()
    assert one.fingerprint() != SourceMapping().fingerprint()
    assert one.words("dossiers", "state") == {"4": "open"}
    with pytest.raises(TypeError):
        one.values["state"]["5"] = "open"  # type: ignore[index]


def test_columns_are_found_whatever_their_case_and_the_exact_one_first() -> None:
    mapping = SourceMapping(columns={"units.unit_code": "MaDV"})
    assert mapping.found("units", ["MADV", "Name", "KIND"]) == {
        "unit_code": "MADV", "name": "Name", "kind": "KIND",
    }  # fmt: skip
    assert mapping.found("units", ["madv", "MaDV"]) == {"unit_code": "MaDV"}


def test_other_formats_of_dates_come_from_the_settings(store: Store, copy: Copy) -> None:
    put(
        store,
        {
            "units": [{"unit_code": "P1", "name": "P", "kind": "ward"}],
            "dossiers": [
                {"dossier_code": code, "unit_code": "P1", "channel": "counter", "state": "open",
                 "received_at": text, "due_at": None, "finished_at": None}
                for code, text in (("A", "03/15/2026 08:00"), ("B", "08:05 16.03.2026"), ("C", "15/03/2026"))
            ],
        },
    )  # fmt: skip
    copy.read(store, SourceMapping(date_formats=("%m/%d/%Y", "%H:%M %d.%m.%Y"), first_year=2000))
    assert copy.column("dossiers", "received_at") == [
        datetime(2026, 3, 15, 8), datetime(2026, 3, 16, 8, 5), None,
    ]  # fmt: skip
    assert copy.mended() == {("dossiers", "received_at", "other_day_order"): (1, "C")}
