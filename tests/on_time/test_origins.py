"""Where late dossiers come from: units against fields, against an addition by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from apps import Site, dossiers, said, unit, write
from test_pages import Drawn, Texts

from queries.definitions.units import Procedure, Unit
from queries.on_time.origins import origins_of

UNITS = (Unit("P01", "Phường 1", "ward"), Unit("P02", "Phường 2", "ward"))
PROCEDURES = (Procedure("T1", "Khai sinh", "Hộ tịch"), Procedure("T2", "Kết hôn", "Hộ tịch"),
              Procedure("T3", "Tách thửa", "Đất đai"))  # fmt: skip
ROWS = pd.DataFrame(
    [
        ("P01", "T1", None, 3), ("P01", "T2", "Khác", 2), ("P02", "T3", None, 4),
        ("P09", "T1", None, 1), (None, None, "Y tế", 2), ("P02", None, None, 1), ("P01", "T3", None, 0),
    ],
    columns=["unit_code", "procedure_code", "field", "c_late"],
)  # fmt: skip


def test_units_and_fields_add_up_to_all_late_dossiers() -> None:
    """The catalogue's field counts; the dossier's own where there is none; no known unit is one row, last."""
    found = origins_of(ROWS, UNITS, PROCEDURES, by_procedure=False)
    assert [(one.code, late) for one, late in found.units] == [("P01", 5), ("P02", 5), (None, 3)]
    assert [(one.name, late) for one, late in found.groups] == [
        ("Hộ tịch", 6), ("Đất đai", 4), ("Y tế", 2), ("(không rõ lĩnh vực)", 1),
    ]  # fmt: skip
    assert found.cells == {
        ("P01", "Hộ tịch"): 5, ("P02", "Đất đai"): 4, (None, "Hộ tịch"): 1, (None, "Y tế"): 2, ("P02", ""): 1,
    }  # fmt: skip
    assert found.total == 13


def test_of_one_field_the_columns_are_its_procedures() -> None:
    found = origins_of(ROWS[:2], UNITS, PROCEDURES, by_procedure=True)
    assert [(one.code, one.name, late) for one, late in found.groups] == [
        ("T1", "Khai sinh", 3), ("T2", "Kết hôn", 2),
    ]  # fmt: skip


def test_nothing_late_is_nothing() -> None:
    found = origins_of(ROWS[:0], UNITS, PROCEDURES, by_procedure=False)
    assert (found.units, found.groups, found.total) == ((), (), 0)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    rows = [
        *dossiers("P01", late=3, on_time=20, procedure_code="T1"),
        *dossiers("P01", overdue=2, procedure_code="T3"),
        *dossiers("P02", late=1, overdue=1, on_time=5, procedure_code="T3"),
    ]
    procedures = [
        {"procedure_code": one.code, "name": one.name, "field": one.field, "level": "commune"}
        for one in PROCEDURES
    ]
    path = write(tmp_path_factory.mktemp("o-dau"), [unit(1), unit(2)], rows, procedures=procedures)
    return Site(path)


def test_the_page_leads_with_them_and_each_number_opens_its_dossiers(site: Site) -> None:
    drawn = Drawn(site)["on-time-origins"]
    text = said(drawn)
    assert "Hồ sơ trễ nhiều nhất: Hộ tịch ở Phường 1 3" in text
    links = re.findall(r'href="(/ho-so[^"]*)">(\d+)</a>', str(drawn))
    assert ("/ho-so?don_vi=P01&amp;linh_vuc=ho-tich&amp;chi_so=c_late", "3") in links
    assert ("/ho-so?chi_so=c_late", "7") in links
    for address, count in links:
        rows = site.json("/api/v1/dossiers?" + address.partition("?")[2].replace("&amp;", "&"))
        assert rows["total"] == int(count), address


def test_a_unit_without_late_dossiers_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], dossiers("P01", on_time=20))
    assert "Không có hồ sơ nào trễ hạn hay quá hạn" in Texts(Site(path))["on-time-origins"]
