"""The audit: who was given lists of dossiers and names of officials, and nothing of what was in them."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import dash
import pytest
from apps import Living, Site, dossiers, page, server, unit, with_officials, write

server()  # the pages register with the one application of the process

from dashboard.command import report  # noqa: E402
from dashboard.command.program import program  # noqa: E402
from dashboard.pages import dossiers as list_page  # noqa: E402
from dashboard.pages import flags as flags_page  # noqa: E402
from dashboard.pages import overview  # noqa: E402
from dashboard.question import audit  # noqa: E402
from dashboard.sheets.files import TABLES  # noqa: E402


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


CODE = "{code}"
GIVE_LISTS = (
    "/api/v1/dossiers", "/api/v1/dossiers?dang=csv", f"/api/v1/search?tim={CODE}", f"/api/v1/search?tim={CODE}&dang=csv",
    "/ho-so", f"/ho-so?ma={CODE}", "/ho-so?mau=5", f"/ho-so/{CODE}", f"/tim-kiem?tim={CODE}", "/tai/ho-so.xlsx",
    "/tai/ho-so.xlsx?mau=5", "/tai/phieu-giam-sat.docx?don_vi=P01",
)  # fmt: skip
"""Addresses that give codes of dossiers."""
NAMES = ("/canh-bao", "/api/v1/flags")
"""Addresses that name officials to who may see them."""
PUBLIC = ("/healthz", "/readyz", "/_dash-layout", "/_dash-dependencies", "/_favicon.ico")


def given(site: Site, address: str) -> str:
    """What an address gives its reader, cards that its page asks for included."""
    answer = site.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    text = (
        answer.get_data(as_text=True)
        if "openxml" not in (answer.mimetype or "")
        else in_file(answer.get_data())
    )
    path, _, query = address.partition("?")
    if answer.mimetype != "text/html" or path in ("/man-hinh", "/dang-nhap"):
        return text
    module = next(
        (one["module"] for one in dash.page_registry.values() if one["path"] == path),
        "dashboard.pages.dossier" if path.startswith("/ho-so/") else "dashboard.pages.unit",
    )
    words = parse_qs(query)
    cards = [one for name, one in vars(page(module.rpartition(".")[2])).items() if name.startswith("draw_")]
    return text + "".join(str(site.draw(card, words, path=path)) for card in cards)


def in_file(held: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(held)) as parts:
        return " ".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def every_address(site: Site) -> list[str]:
    """Every address there is to ask by GET, with what it needs to give something."""
    rules = [str(rule) for rule in site.server.url_map.iter_rules() if "GET" in (rule.methods or ())]
    plain = [rule for rule in rules if "<" not in rule and not rule.startswith(PUBLIC) and "/sso" not in rule]
    plain += [one["path"] for one in dash.page_registry.values() if not one["path_template"]]
    plain += [f"/tai/{name}.xlsx" for name in TABLES] + ["/don-vi/P01"]
    needs = {"/tai/phieu-giam-sat.docx": "?don_vi=P01", "/api/v1/search": "?tim=P01"}
    known = {address.partition("?")[0] for address in GIVE_LISTS if "search" not in address}
    known |= {"/dang-nhap", "/tai-khoan"}  # of the reader's own account alone
    plain = [one for one in plain if "not-found" not in one and one not in known]
    return sorted({one + needs.get(one, "") for one in plain})


def test_every_address_that_gives_lists_or_names_is_noted_and_no_other(tmp_path: Path) -> None:
    rows = dossiers("P01", on_time=3, late=4, officer_code="C1")
    officials = [{"officer_code": "C1", "name": "Người Kín", "on_contract": True}]
    database = write(tmp_path, [unit(1)], rows, officers=officials)
    site = Site(database, audit_folder=str(tmp_path / "nhat-ky")).seen_by(with_officials())
    codes = [row["dossier_code"] for row in site.json("/api/v1/dossiers")["rows"]]
    others = every_address(site)
    assert {
        "/",
        "/giao-ban",
        "/tai/giao-ban.docx",
        "/tai/don-vi.xlsx",
        "/man-hinh/so-lieu",
        "/api/v1/units",
    } < set(others)
    asked = [address.replace(CODE, codes[0]) for address in (*GIVE_LISTS, *others)]
    for address in asked:
        before = len(lines(site))
        text = given(site, address)
        noted = {one["what"] for one in lines(site)[before:]}
        shown = {"dossiers"} if any(code in text for code in codes) else set()
        if "Người Kín" in text:
            shown.add("officials")
        # A list of dossiers with their officials is one line: it says that these were seen.
        assert noted == shown or (noted, shown) == ({"dossiers"}, {"dossiers", "officials"}), address
        assert bool(noted) == (address.replace(codes[0], CODE) in GIVE_LISTS or address in NAMES), address


def test_a_report_of_the_command_line_is_noted_too(site: Site, tmp_path: Path) -> None:
    living = Living(Path(site.settings.database_url.get_secret_value().removeprefix("duckdb:///")), tmp_path / "copy",
                    audit_folder=str(tmp_path / "nhat-ky"))  # fmt: skip
    living.refresh()
    assert report.run(living.settings, "unit", period="2026-11", unit="P01", out=tmp_path) == 0
    assert [(one["what"], one["how"], one["who"]) for one in lines(site)] == [("dossiers", "file", "")]
    assert report.run(living.settings, "district", period="2026-11", unit=None, out=tmp_path) == 0
    assert len(lines(site)) == 1


def test_a_long_list_is_noted_when_it_is_begun(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.sheets.routes.AT_ONCE", 3)
    monkeypatch.setattr("dashboard.sheets.routes.Jobs.begin", lambda *_, **__: None)
    assert "Tải 7 hồ sơ" in site.get("/tai/ho-so.xlsx?ky=2026-11").get_data(as_text=True)
    assert lines(site) == [], "only asked"
    site.post("/tai/ho-so.xlsx?ky=2026-11", headers={"Origin": "http://localhost"})
    assert [one["how"] for one in lines(site)] == ["file"]


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
