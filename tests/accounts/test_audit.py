"""The audit: who was given lists of dossiers and names of officials, and nothing of what was in them."""

from __future__ import annotations

import json
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from apps import Site, dossiers, server, unit, with_officials, write

server()  # the pages register with the one application of the process

from dashboard.command.program import program  # noqa: E402
from dashboard.pages import dossiers as list_page  # noqa: E402
from dashboard.pages import flags as flags_page  # noqa: E402
from dashboard.pages import overview  # noqa: E402
from dashboard.question import audit  # noqa: E402


@pytest.fixture
def site(tmp_path: Path) -> Site:
    rows = dossiers("P01", on_time=3, late=4, officer_code="C1")
    officials = [{"officer_code": "C1", "name": "Người Kín", "on_contract": True}]
    database = write(tmp_path, [unit(1)], rows, officers=officials)
    return Site(database, audit_folder=str(tmp_path / "nhat-ky"))


def lines(site: Site) -> list[dict[str, Any]]:
    return [dict(one) for one in audit.read(Path(site.settings.audit_folder))]


def test_every_list_of_dossiers_is_noted_each_time_it_is_given(site: Site) -> None:
    site.get("/api/v1/dossiers?ky=2026-11&chi_so=late")
    site.get("/api/v1/dossiers?ky=2026-11&dang=csv")
    site.draw(list_page.draw_list, {"ky": "2026-11"})
    site.draw(list_page.draw_list, {"ky": "2026-11"})  # kept as drawn, and yet given again
    site.get("/tai/ho-so.xlsx?ky=2026-11")
    found = lines(site)
    assert [one["how"] for one in found] == ["api", "file", "page", "page", "file"]
    assert {one["what"] for one in found} == {"dossiers"}
    assert found[0]["filter"]["chi_so"] == "late"
    assert datetime.fromisoformat(found[0]["at"]).utcoffset() is not None


def test_what_shows_neither_is_not_noted(site: Site) -> None:
    site.draw(overview.draw_ranking)
    site.get("/api/v1/on-time")
    site.get("/api/v1/dossiers?ky=nham")
    assert lines(site) == []


def test_officials_are_noted_where_they_are_shown(site: Site) -> None:
    for of in (site, site.seen_by(with_officials())):
        of.draw(flags_page.draw_review)
        of.get("/api/v1/flags")
    assert [(one["what"], one["how"]) for one in lines(site)] == [("officials", "page"), ("officials", "api")]


def test_nothing_that_was_seen_is_in_it(site: Site) -> None:
    seen = site.seen_by(with_officials())
    code = seen.json("/api/v1/dossiers?ky=2026-11")["rows"][0]["dossier_code"]
    seen.get(f"/api/v1/dossiers?ky=2026-11&ma={code}")
    seen.draw(flags_page.draw_review)
    (path,) = Path(site.settings.audit_folder).iterdir()
    held = path.read_text("utf-8")
    assert code not in held
    assert "Người Kín" not in held
    assert '"ma": "…"' in held
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_old_months_go_and_lines_are_only_added(site: Site, tmp_path: Path) -> None:
    folder = Path(site.settings.audit_folder)
    folder.mkdir()
    for month in range(1, 13):
        (folder / f"xem-2020-{month:02}.jsonl").write_text('{"at": "2020"}\nkhông phải JSON\n', "utf-8")
    few = Site(site.settings.database_url.get_secret_value(), audit_folder=str(folder), audit_months=3)
    for _ in range(2):
        few.get("/api/v1/dossiers?ky=2026-11")
    kept = sorted(one.name for one in folder.iterdir())
    assert kept[:2] == ["xem-2020-11.jsonl", "xem-2020-12.jsonl"]
    assert len(kept) == 3
    assert len((folder / kept[2]).read_text("utf-8").splitlines()) == 2
    assert len(lines(few)) == 4


def test_a_disk_that_takes_nothing_keeps_nobody_waiting(site: Site, tmp_path: Path) -> None:
    (tmp_path / "nhat-ky").write_text("một tệp")
    assert site.get("/api/v1/dossiers?ky=2026-11").status_code == 200


def test_the_command_reads_it(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.get("/api/v1/dossiers?ky=2026-11")
    monkeypatch.setenv("MOTCUA_AUDIT_FOLDER", site.settings.audit_folder)
    for words, count in (((), 1), (("--who", "ai"), 0), (("--since", "2999-01-01"), 0)):
        with pytest.raises(SystemExit) as ended:
            program.main(["audit", "--json", *words])
        assert not ended.value.code
        told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert len(told) == count
    with pytest.raises(SystemExit):
        program.main(["audit"])
    assert "1 lần." in capsys.readouterr().out
