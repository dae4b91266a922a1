"""Words that the contract does not know: what becomes of them, and the TOML that says what they mean."""

from __future__ import annotations

import tomllib
from typing import Any

from checked import CLEAN, TWO_ENGINES, Place, dossier, of

from queries.check.findings import ERROR, WARNING
from queries.check.words import NATIONAL, Unknown, as_toml
from queries.contract import CHANNELS, STATES
from queries.source.mapping import LEFT_OUT, SourceMapping

NOTHING = SourceMapping()


def uncommented(toml: str, **meanings: str) -> dict[str, Any]:
    """What the TOML says once a person has taken the # away, and filled in what was left to say."""
    lines = [line.removeprefix("# ") if line.startswith('# "') else line for line in toml.splitlines()]
    text = "\n".join(lines)
    for word, ours in meanings.items():
        text = text.replace(f'"{word}" = ""', f'"{word}" = "{ours}"')
    values: dict[str, Any] = tomllib.loads(text)["values"]
    return values


@TWO_ENGINES
def test_national_codes_are_proposed_as_comments_and_never_taken_silently(place: Place) -> None:
    codes = ["4", "9", "10", "2", "5"]
    rows = [dossier(n, state=codes[n % 5], channel=str(1 + n % 3)) for n in range(40)]
    for row in rows:
        if row["state"] in ("2", "4"):
            row["finished_at"] = None
    place.fill(dossiers=rows)
    report = place.check()
    assert not report.ok, "most states are not known: what is counted by them would be wrong"
    found = of(report, "unknown_word", column="state")
    assert (found.severity, found.count) == (ERROR, 40)
    assert set(found.examples) == set(codes)
    assert "Khai nghĩa ở [values]" in found.sentence
    assert tomllib.loads(report.toml) == {"values": {"state": {}, "channel": {}}}
    assert '# "4" = "open"  # 8 dòng' in report.toml.splitlines()
    assert "mã quốc gia" in report.toml
    values = uncommented(report.toml)
    assert values["state"] == {
        "4": "open", "9": "finished", "10": "finished", "2": "open", "5": "suspended",
    }  # fmt: skip
    assert values["channel"] == {"1": "counter", "2": "online", "3": "post"}
    mended = place.check(SourceMapping(values=values))
    assert mended.ok
    assert mended.toml == ""
    assert not any(one.id == "unknown_word" for one in mended.findings)


@TWO_ENGINES
def test_rows_of_national_states_that_are_left_out_are_counted(place: Place) -> None:
    place.change("dossiers", [0, 1], state="1")
    mapping = SourceMapping(values={"state": {"1": LEFT_OUT}})
    report = place.check(mapping)
    assert of(report, "left_out").count == 2
    assert report.tables[2].rows == 38


@TWO_ENGINES
def test_other_words_are_left_for_a_person_to_say(place: Place) -> None:
    rows = [dossier(n, state='đã "xong"' if n < 3 else "finished") for n in range(40)]
    rows[5]["state"] = "9"
    place.fill(dossiers=rows)
    report = place.check()
    assert report.ok
    found = of(report, "unknown_word")
    assert (found.severity, found.count, found.examples) == (WARNING, 4, ('đã "xong"', "9"))
    assert "4 dòng (10%) mang từ không có trong quy ước" in found.sentence
    lines = report.toml.splitlines()
    assert "# Điền nghĩa rồi bỏ dấu #: open, suspended, finished, refused, withdrawn, left_out." in lines
    assert '# "đã \\"xong\\"" = ""  # 3 dòng' in lines
    assert '# "9" = ""  # 1 dòng' in lines, "where others are no national codes, this is none either"
    tomllib.loads(report.toml.replace('# "', '"'))


@TWO_ENGINES
def test_columns_that_share_a_name_and_not_its_words_have_sections_of_their_own(place: Place) -> None:
    place.fill(
        units=[{**CLEAN["units"][0], "kind": "phường"}, CLEAN["units"][1]],
        slips=[{**CLEAN["slips"][0], "kind": "xin lỗi"}],
        ratings=[{**CLEAN["ratings"][0], "level": "tốt"}],
        procedures=[{**CLEAN["procedures"][0], "online_level": "một phần"}],
    )
    report = place.check()
    values = uncommented(report.toml)
    assert values["units"] == {"kind": {"phường": ""}}
    assert values["slips"] == {"kind": {"xin lỗi": ""}}
    assert values["ratings"] == {"level": {"tốt": ""}}
    assert values["online_level"] == {"một phần": ""}
    assert of(report, "unknown_word", "ratings").severity == ERROR, "all of them"
    assert of(report, "unknown_word", "procedures").severity == WARNING


def test_yes_and_no_in_other_words_can_be_said_too(place: Place) -> None:
    rows = [dossier(n, assisted=("C" if n % 2 else "K")) for n in range(40)]
    place.typed("dossiers", rows, assisted="varchar(9)")
    report = place.check()
    found = of(report, "unknown_word", column="assisted")
    assert found.examples == ("C", "K")
    assert "true, false, left_out" in report.toml
    values = uncommented(report.toml, C="true", K="false")
    assert values == {"assisted": {"C": "true", "K": "false"}}
    assert place.check(SourceMapping(values=values)).toml == ""


def test_a_section_that_the_settings_have_is_added_to_and_not_written_twice() -> None:
    unknown = [Unknown("dossiers", "state", {"x": 1}, 1)]
    assert as_toml(unknown, NOTHING).startswith("[values.state]\n")
    known = SourceMapping(values={"state": {"4": "open"}})
    assert as_toml(unknown, known).startswith("# Thêm vào [values.state] đã có trong cài đặt:\n")
    known = SourceMapping(values={"dossiers.state": {"4": "open"}})
    assert "# Thêm vào [values.dossiers.state]" in as_toml(unknown, known)
    padded = as_toml([Unknown("dossiers", "state", {"04": 2}, 2)], NOTHING)
    assert '# "04" = "open"  # 2 dòng' in padded


def test_columns_of_one_name_in_two_tables_have_one_section() -> None:
    unknown = [
        Unknown("procedures", "online_level", {"toàn trình": 3, "một phần": 1}, 4),
        Unknown("dossiers", "state", {"x": 1}, 1),
        Unknown("dossiers", "online_level", {"toàn trình": 9, "khác": 1}, 10),
    ]
    written = as_toml(unknown, NOTHING)
    values = tomllib.loads(written.replace('# "', '"'))["values"]
    assert values == {"online_level": {"toàn trình": "", "một phần": "", "khác": ""}, "state": {"x": ""}}


def test_the_national_codes_are_those_of_the_product() -> None:
    states = NATIONAL["state"]
    assert {code for code, word in states.items() if word == LEFT_OUT} == {"1", "3"}
    assert {code for code, word in states.items() if word == "suspended"} == {"5", "6"}
    assert {states["7"], states["8"]} == {"withdrawn", "refused"}
    assert set(states.values()) <= {*STATES, LEFT_OUT}
    assert set(NATIONAL["channel"].values()) <= set(CHANNELS)
