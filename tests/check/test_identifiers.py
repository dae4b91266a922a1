"""Which table and column of other names may be which: what is sure, what is asked."""

from __future__ import annotations

import pytest

from queries.check.identifiers import TableGuess, fitting, proposed

DOSSIERS = (
    "ma_ho_so", "ma_don_vi", "hinh_thuc", "ngay_tiep_nhan", "ngay_hen_tra", "ngay_co_ket_qua", "trang_thai",
)  # fmt: skip


def columns(guess: TableGuess, *, is_sure: bool = True) -> dict[str, str]:
    return {one.column: one.real for one in guess.columns if one.is_sure is is_sure}


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("ho_so", DOSSIERS),
        ("TblHoSo", tuple("".join(part.title() for part in one.split("_")) for one in DOSSIERS)),
        ("HOSO", tuple(one.replace("_", "").upper() for one in DOSSIERS)),
        ("dm_ho_so", tuple(f"c_{one}" for one in DOSSIERS)),
        ("applications", ("file_no", "agency_code", "submission_channel", "received_date", "due_date",
                          "finish_date", "status")),
    ],
)  # fmt: skip
def test_one_name_in_many_spellings(table: str, names: tuple[str, ...]) -> None:
    (found,) = proposed({table: names, "nhat_ky": ("id", "luc")})
    assert (found.name, found.real, found.is_sure) == ("dossiers", table, True)
    expected = ("dossier_code", "unit_code", "channel", "received_at", "due_at", "finished_at", "state")
    assert columns(found) == dict(zip(expected, names, strict=True))


def test_the_contracts_own_names_are_themselves() -> None:
    (found,) = proposed({"DOSSIERS": ("Dossier_Code", "state")})
    assert found.is_sure
    assert columns(found) == {"dossier_code": "Dossier_Code", "state": "state"}


def test_what_could_be_two_is_asked() -> None:
    (found,) = proposed({"ho_so": (*DOSSIERS, "hen_tra_dau")})
    due = next(one for one in found.columns if one.column == "due_at")
    assert (due.is_sure, {due.real, *due.others}) == (False, {"ngay_hen_tra", "hen_tra_dau"})
    found = proposed({"ho_so": DOSSIERS, "tbl_ho_so": DOSSIERS})[0]
    assert (found.is_sure, {found.real, *found.others}) == (False, {"ho_so", "tbl_ho_so"})


def test_a_name_in_place_of_a_code_a_number_and_the_next_best_day_are_asked() -> None:
    names = ("ma_ho_so", "don_vi", "thu_tuc_id", "ngay_tiep_nhan", "ngay_hen_tra", "ngay_tra", "trang_thai")
    (found,) = proposed({"ho_so": names})
    assert columns(found, is_sure=False) == {
        "unit_code": "don_vi", "procedure_code": "thu_tuc_id", "finished_at": "ngay_tra",
    }  # fmt: skip
    assert columns(found)["returned_at"] == "ngay_tra"


def test_catalogues_are_told_apart_by_their_names_and_others_are_none() -> None:
    names = ("ma", "ten", "loai")
    found = {
        one.name: one.real for one in proposed({"dm_don_vi": names, "dm_thu_tuc": names, "dm_mau": names})
    }
    assert found == {"units": "dm_don_vi", "procedures": "dm_thu_tuc"}


def test_the_number_a_catalogue_is_referred_to_by_may_be_its_code_and_is_asked() -> None:
    units, procedures, _ = proposed({
        "dm_don_vi": ("id", "ten_don_vi", "cap"), "dm_thu_tuc": ("id", "ten_thu_tuc"), "ho_so": DOSSIERS,
    })  # fmt: skip
    assert (units.real, columns(units, is_sure=False)) == ("dm_don_vi", {"unit_code": "id"})
    assert (procedures.real, columns(procedures, is_sure=False)) == ("dm_thu_tuc", {"procedure_code": "id"})
    (units, _) = proposed({"dm_don_vi": ("id", "ma_don_vi", "ten_don_vi", "loai"), "ho_so": DOSSIERS})
    assert columns(units)["unit_code"] == "ma_don_vi"


def test_a_table_that_only_contains_the_word_is_asked() -> None:
    (found,) = proposed({"lich_su_ho_so": DOSSIERS})
    assert not found.is_sure


@pytest.mark.parametrize(
    "name", ["ho_ten", "HoTenNguoiNop", "SODIENTHOAI", "dia_chi", "cccd", "applicant_name"]
)
def test_citizens_columns_are_counted_and_never_named(name: str) -> None:
    (found,) = proposed({"ho_so": (*DOSSIERS, name)})
    assert (found.personal, found.unused) == (1, ())
    assert name not in columns(found).values()


def test_what_a_person_said_is_sure() -> None:
    (found,) = proposed(
        {"bang_7": ("k", *DOSSIERS[1:])},
        tables={"dossiers": "bang_7"},
        columns={"dossiers.dossier_code": "k"},
    )
    assert found.is_sure
    assert columns(found)["dossier_code"] == "k"


def test_the_better_of_two_schemas_has_more_that_is_needed() -> None:
    assert fitting(proposed({"ho_so": DOSSIERS})) > fitting(proposed({"ho_so": DOSSIERS[:5]})) > 0
