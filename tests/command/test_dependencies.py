"""The libraries: bounded above, each with its licence; an audit that could not be made is no pass."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import audit
import pytest

from dashboard.command.licences import ROOT, licence_of, licences_document

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
NAMED = [
    *PROJECT["dependencies"],
    *(one for each in PROJECT["optional-dependencies"].values() for one in each),
]


@pytest.mark.parametrize("named", NAMED)
def test_every_library_is_bounded_on_both_sides(named: str) -> None:
    assert re.fullmatch(r"[\w.-]+(\[\w+\])?>=[\d.]+,<[\d.]+", named)


def test_every_locked_library_is_listed_with_its_licence(tmp_path: Path) -> None:
    locked = set(
        re.findall(r"^([\w.-]+)==", (ROOT / "requirements-dev.lock").read_text("utf-8"), re.MULTILINE)
    )
    rows = dict(re.findall(r"^\| ([\w.-]+) \| (.+) \|$", licences_document(), re.MULTILINE))
    assert set(rows) - {"thư viện"} == locked
    assert all(one.strip() for one in rows.values())
    assert rows["psycopg"] == "LGPL-3.0-only"
    (tmp_path / "requirements.lock").write_text("khong-ai-biet==1 \\\n", "utf-8")
    with pytest.raises(LookupError):
        licences_document(tmp_path)
    assert licence_of("brotlicffi") == "MIT"


def found(**more: Any) -> dict[str, object]:
    return {"name": "a", "version": "1.0", "vulns": []} | more


@pytest.mark.parametrize(
    ("libraries", "code", "told"),
    [
        ([found()], 0, "1 thư viện, không có lỗ hổng đã biết."),
        ([found(), found(name="b", vulns=[{"id": "CVE-1"}, {"id": "CVE-2"}])], audit.FOUND,
         "có lỗ hổng đã biết, hãy nâng phiên bản: b 1.0: CVE-1, CVE-2."),
        ([found(), found(name="b", skip_reason="no https://x.invalid here")], audit.UNREACHED,
         "không kiểm tra được 1 thư viện, ví dụ b (no here)."),
        ([], audit.UNREACHED, "không kiểm tra được: không thư viện nào được đối chiếu."),
    ],
)  # fmt: skip
def test_what_was_not_held_against_the_advisories_did_not_pass(
    libraries: list[dict[str, object]], code: int, told: str
) -> None:
    assert audit.judged(libraries) == (code, told)


def test_advisories_out_of_reach_are_said_to_be_and_fail_where_they_must_be_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for lock in audit.LOCKS:
        (tmp_path / lock).write_text(f"click==8.3.0 --hash=sha256:{'0' * 64}\n", "utf-8")
    assert audit.main([], tmp_path) == 0
    assert capsys.readouterr().out.count("không kiểm tra được") == 2
    assert audit.main(["--must"], tmp_path) == audit.UNREACHED
