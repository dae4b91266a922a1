"""What a browser is allowed, what it is told, and what a monitor hears."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import re
import shutil
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import brotli
import flask
import pytest
from apps import AS_OF, Living, Site, district, dossiers, loaded, page, server, unit, write
from waiting import until
from werkzeug.test import EnvironBuilder

from dashboard.question.unit import unit_path
from dashboard.serving import compression
from dashboard.serving.security import MOST_ASKED, UPDATE
from dashboard.theme import GRAPH_CONFIG

ROOT = Path(__file__).resolve().parents[2]
PATHS = ("/", "/dung-han", "/?ky=2026-13&x=<script>alert(1)</script>", "/khong-co", "/dung-han/khong-co")
FOREIGN = re.compile(r"(?:https?:)?//([a-z0-9.-]+\.[a-z]{2,})", re.IGNORECASE)
NAMESPACES = {"www.w3.org"}
"""XML's names are addresses that nobody fetches."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return district(tmp_path_factory.mktemp("nho"), {"late": 1, "on_time": 9}, {"on_time": 3})


def document(site: Site, path: str) -> str:
    return site.get(path).get_data(as_text=True)


def policy(site: Site, path: str) -> dict[str, list[str]]:
    parts = site.get(path).headers["Content-Security-Policy"].split(";")
    return {name: rest for name, *rest in (part.split() for part in parts)}


# documents


@pytest.mark.parametrize("path", PATHS)
def test_the_policy_of_a_document_allows_exactly_the_scripts_in_it(site: Site, path: str) -> None:
    found = policy(site, path)
    inline = [
        body
        for head, body in re.findall(r"<script([^>]*)>(.*?)</script>", document(site, path), re.DOTALL)
        if "src=" not in head and "application/json" not in head
    ]
    assert inline
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inline
    }
    assert set(found["script-src"]) == {"'self'", *hashes}
    assert found["default-src"] == found["connect-src"] == found["form-action"] == ["'self'"]
    assert found["object-src"] == found["base-uri"] == ["'none'"]
    assert found["frame-ancestors"] == ["'self'"]
    for rule, allowed in found.items():
        assert not [one for one in allowed if "*" in one or "http" in one or "eval" in one], rule


def test_only_styles_may_stand_in_the_document(site: Site) -> None:
    unsafe = [rule for rule, allowed in policy(site, "/").items() if "'unsafe-inline'" in allowed]
    assert unsafe == ["style-src"]


@pytest.mark.parametrize(
    "path", [*PATHS, "/healthz", "/readyz", "/api/v1/on-time", "/api/v1/on-time?dang=csv", "/assets/main.css",
             "/khung/trang.css", "/_dash-layout", "/_dash-component-suites/x/y.js",
             "/api/v1/khong-co", "/api", "/khong-co"],
)  # fmt: skip
def test_every_answer_bears_the_headers(site: Site, path: str) -> None:
    headers = site.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "base-uri 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors" in headers["Content-Security-Policy"]
    assert "Server" not in headers or "Python" not in headers["Server"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", [*PATHS, "/man-hinh"])
def test_a_page_elsewhere_has_no_hold_on_one_of_ours_that_it_opened(site: Site, path: str) -> None:
    """A browser that says nothing is answered as one that comes from elsewhere."""
    for comes in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert site.get(path, headers=comes).headers["Cross-Origin-Opener-Policy"] == "same-origin", comes
    for comes in ({"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}):
        assert "Cross-Origin-Opener-Policy" not in site.get(path, headers=comes).headers, comes


@pytest.mark.parametrize("path", PATHS)
def test_a_document_is_never_kept(site: Site, path: str) -> None:
    assert site.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PATHS)
def test_a_document_is_vietnamese_and_fits_a_phone(site: Site, path: str) -> None:
    text = document(site, path)
    assert '<html lang="vi"' in text
    assert "width=device-width" in text


@pytest.mark.parametrize("path", PATHS)
def test_no_version_of_what_runs_here_is_told_in_the_configuration(site: Site, path: str) -> None:
    text = document(site, path)
    config = re.findall(r'id="_dash-config" type="application/json">(.*?)</script>', text)[0]
    told = {key for key in json.loads(config) if "version" in key}
    assert told <= {"disable_version_check", "ddk_version"}
    for package in ("dash", "plotly", "flask"):
        assert f'"{version(package)}"' not in config
    assert f'"{platform.python_version()}"' not in config


@pytest.mark.parametrize("path", PATHS)
def test_a_document_names_no_foreign_host(site: Site, path: str) -> None:
    hosts = set(FOREIGN.findall(document(site, path))) - NAMESPACES
    assert hosts == set()


def test_everything_a_document_loads_comes_from_here(site: Site) -> None:
    text = document(site, "/")
    loaded_from = re.findall(r"<(?:script|link|img)[^>]*\s(?:src|href)=\"([^\"]+)\"", text)
    assert len(loaded_from) > 8
    for address in loaded_from:
        assert address.startswith("/"), address
        assert not address.startswith("//"), address
        assert site.get(address).status_code == 200, address


def test_our_own_files_name_no_foreign_host() -> None:
    own = [one for one in (ROOT / "assets").iterdir() if one.suffix in (".css", ".js", ".svg")]
    own += (ROOT / "dashboard" / "templates").iterdir()
    assert len(own) > 10
    for file in own:
        if "plotly" not in file.name:  # fetched by the set-up, not ours
            assert set(FOREIGN.findall(file.read_text("utf-8"))) - NAMESPACES == set(), file.name


def test_bootstrap_loads_nothing_from_elsewhere(site: Site) -> None:
    style = site.get("/khung/trang.css").get_data(as_text=True)
    assert [
        one for one in re.findall(r"url\(([^)]*)\)", style) if not one.strip("'\"").startswith("data:")
    ] == []


# charts


def test_no_chart_can_be_sent_to_a_public_cloud(site: Site) -> None:
    assert GRAPH_CONFIG["showSendToCloud"] is False
    assert GRAPH_CONFIG["plotlyServerURL"] == ""
    assert GRAPH_CONFIG["displaylogo"] is False
    drawing, _pictures = site.draw(page("unit").draw_trend, {}, path=unit_path("P01"))[1]
    assert drawing.children.config == GRAPH_CONFIG
    sources = (ROOT / "dashboard").rglob("*.py")
    assert [one.name for one in sources if "Graph(" in one.read_text("utf-8")] == ["components.py"]
    scripts = [one for one in (ROOT / "assets").glob("*.js") if "plotly" not in one.name]
    assert [one.name for one in scripts if "newPlot(" in one.read_text("utf-8")] == []


# unknown addresses


@pytest.mark.parametrize(
    "path",
    [
        "/khong-co", "/dung-han/x", "/don-vi/khong-co", "/healthz/x", "/api/v1/khong-co", "/assets/khong.js",
        "/assets/../app.py", "/assets/%2e%2e/app.py", "/_dash-component-suites/x/y.js",
        "/_dash-component-suites/x", "/_dash-component-suites/", "/_dash-component-suites/dash/khong-co.js",
        "/_dash-component-suites/dash/../../app.py", "/_dash-khong-co", "/favicon.png", "/index.html",
        "/.git/config", "/motcua.toml",
    ],
)  # fmt: skip
def test_an_unknown_path_is_404(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.get_data(as_text=True)


def test_what_no_page_asks_is_refused_quietly(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    of_page = ".._pages_content.children..._pages_store.data.."
    page_outputs = [
        {"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"},
    ]  # fmt: skip

    def router(*values: object) -> dict[str, Any]:
        inputs = [{"id": "_pages_location", "property": name, "value": value}
                  for name, value in zip(("pathname", "search"), values, strict=False)]  # fmt: skip
        return {"output": of_page, "outputs": page_outputs, "inputs": inputs, "changedPropIds": []}

    ours = router("/", "")
    assert site.post(UPDATE, json=ours).status_code == 200
    junk: tuple[Any, ...] = (
        {}, [], None, 5, "x", {"output": "x.y", "outputs": {"id": "x", "property": "y"}, "inputs": []},
        router(), router("/"), router(None, ""), router(5, ""), router("", ""), router({"a": 1}, ""),
        router("/", None), {**ours, "outputs": None}, {**ours, "outputs": [5, 6]},
        {**ours, "inputs": {"a": 1}}, {**ours, "state": [1]}, {**ours, "changedPropIds": [[]]},
        {**ours, "changedPropIds": 5}, {**ours, "outputs": page_outputs[0]},
        {**ours, "outputs": [*page_outputs[:1], {"id": "x", "property": "y"}]},
        {**ours, "outputs": page_outputs[::-1]},
        {"output": "_pages_dummy.children", "outputs": {"id": "_pages_dummy", "property": "children"},
         "inputs": [{"id": "_pages_store", "property": "data", "value": {}}]},
    )  # fmt: skip
    for body in junk:
        answer = site.post(UPDATE, json=body)
        assert answer.status_code == 400, body
        assert answer.get_json()["error"] == "Yêu cầu không đúng dạng."
    for text in ("[" * 100_000, "", "{", "\0"):
        assert site.post(UPDATE, data=text, content_type="application/json").status_code == 400, text[:5]
    long = site.post(UPDATE, data="x" * (MOST_ASKED + 1), content_type="application/json")
    assert long.status_code in (400, 413)
    assert caplog.records == []


@pytest.mark.parametrize("path", ["/api/v1/on-time", "/api/v1/as-of", "/dung-han", "/healthz", "/man-hinh"])
def test_an_address_that_only_tells_says_so_in_vietnamese(site: Site, path: str) -> None:
    answer = site.post(path, json={})
    assert answer.status_code == 405
    told = answer.get_json()["error"] if path.startswith("/api") else answer.get_data(as_text=True)
    assert told.startswith("Địa chỉ này chỉ để đọc (GET).")
    assert "GET" in answer.headers["Allow"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# compression and caching of files


def test_files_are_compressed_once_and_kept_by_their_version(site: Site) -> None:
    address = re.findall(r'src="(/_dash-component-suites/dash/dcc/[^"]+)"', document(site, "/"))[0]
    answers = [
        site.get(address, headers={"Accept-Encoding": coding}) for coding in ("br", "br", "gzip", "identity")
    ]
    assert [one.headers.get("Content-Encoding") for one in answers] == ["br", "br", "gzip", None]
    assert answers[0].data == answers[1].data
    assert len(answers[0].data) < len(answers[3].data) / 2
    assert all("immutable" in one.headers["Cache-Control"] for one in answers)
    assert "immutable" not in site.get("/assets/main.css").headers.get("Cache-Control", "")
    # A browser asks for the icon at every change of address: not in the middle of each page's cards.
    assert site.get("/assets/favicon.svg").headers["Cache-Control"] == "public, max-age=86400"


def test_a_file_is_closed_before_its_answer_is_on_its_way(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser that goes away in the middle leaves nothing open."""
    opened: list[Any] = []

    def spy(path: Any, mode: str) -> Any:
        opened.append(Path(path).open(mode))  # noqa: SIM115 - who opened it must close it
        return opened[-1]

    monkeypatch.setattr("werkzeug.utils.open", spy, raising=False)
    asked = EnvironBuilder(path="/assets/months.js", base_url="http://127.0.0.1/").get_environ()
    site.server({**asked, "REMOTE_ADDR": "127.0.0.1"}, lambda *_: lambda _data: None)
    assert [one.closed for one in opened] == [True]


def test_what_is_asked_beside_a_file_s_name_is_not_kept() -> None:
    kept = compression._Kept()
    for i in range(2 * compression._MOST_FILES):
        kept.set(f"br;/assets/{i}.js", b"x")
    assert len(kept._kept) <= compression._MOST_FILES
    with server().test_request_context("/assets/main.css?m=1&x=2"):
        assert compression._address(flask.request) == "/assets/main.css"


def test_small_files_are_squeezed_too_and_wait_for_nothing() -> None:
    text = (compression._ASSETS / "main.css").read_bytes()
    quickly, kept, key = brotli.compress(text, quality=1), compression._Kept(), "br;/assets/main.css"
    assert compression._WORTH_IT < len(quickly) < compression._LARGE
    kept.set(key, quickly)
    until(lambda: len(kept.get(key) or b"") < len(quickly))
    squeezed = kept.get(key) or b""
    assert len(squeezed) < len(quickly)
    assert brotli.decompress(squeezed) == text


def test_a_file_squeezed_beforehand_is_sent_as_it_is_while_it_is_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "_ASSETS", tmp_path / "assets")
    (tmp_path / "assets").mkdir()
    file, squeezed = tmp_path / "assets" / "a.js", tmp_path / "assets" / "a.js.br"
    file.write_bytes(b"let a;")
    assert compression._ready("br;/assets/a.js") is None
    squeezed.write_bytes(b"squeezed")
    os.utime(squeezed, (file.stat().st_atime, file.stat().st_mtime + 1))
    assert compression._ready("br;/assets/a.js") == b"squeezed"
    (tmp_path / "b.js").write_bytes(b"")
    (tmp_path / "b.js.br").write_bytes(b"outside")
    for other in ("gzip;/assets/a.js", "br;/assets/../b.js", "br;/khung/a.js", "br;"):
        assert compression._ready(other) is None, other
    os.utime(squeezed, (file.stat().st_atime, file.stat().st_mtime - 1))
    assert compression._ready("br;/assets/a.js") is None


def test_answers_with_figures_are_compressed_and_each_its_own(site: Site, tmp_path: Path) -> None:
    other = district(tmp_path, {"late": 7, "on_time": 9}, {"on_time": 3})
    for one, late in ((site, 1), (other, 7)):
        answer = one.get("/api/v1/on-time", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert one.json("/api/v1/on-time")["district"]["late"] == late


# what a monitor asks


def test_the_process_is_healthy_whatever_the_data_are(tmp_path: Path) -> None:
    assert Site(tmp_path / "khong.duckdb").json("/healthz") == {"status": "ok"}


def test_ready_is_json_with_the_age_of_data_and_copy_and_the_last_try(tmp_path: Path) -> None:
    moment = AS_OF - timedelta(minutes=90)
    path = write(tmp_path, [unit(1)], dossiers("P01", late=1), load=loaded(as_of=moment))
    site = Living(path, tmp_path / "copy", expected_age_minutes=60)
    before = site.json("/readyz", 503)
    assert (before["status"], before["error"]) == ("unavailable", "Đang đọc dữ liệu lần đầu.")
    assert before["last_try"] is None
    site.refresh()
    answer = site.json("/readyz")
    assert (answer["status"], answer["as_of"], answer["data_age_seconds"]) == (
        "ok",
        moment.isoformat(),
        5_400,
    )
    assert answer["is_old"] is True
    assert 0 <= answer["copy_age_seconds"] < 60
    assert answer["last_try"]["result"] == "taken"
    assert site.get("/readyz").headers["Cache-Control"] == "no-store"


def test_a_source_that_is_away_leaves_the_figures_and_says_since_when(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [unit(1)], dossiers("P01", late=1))
    site = Living(path, tmp_path / "copy")
    site.refresh()
    shutil.move(path, tmp_path / "away")
    assert site.refresh().kind == "unreadable"
    answer = site.json("/readyz")
    assert (answer["status"], answer["last_try"]["result"]) == ("ok", "unreadable")
    assert answer["last_try"]["failing_since"]
    assert str(tmp_path) not in answer["last_try"]["reason"]
    assert site.json("/api/v1/on-time")["district"]["late"] == 1
    shutil.move(tmp_path / "away", path)
    assert site.refresh().is_good
    assert site.json("/readyz")["last_try"]["failing_since"] is None


def test_an_open_tab_asks_the_moment_of_the_data(site: Site) -> None:
    assert site.json("/api/v1/as-of")["as_of"] == AS_OF.isoformat()
    assert Site("duckdb:////khong/co.duckdb").json("/api/v1/as-of", 503)["error"]


def test_a_failure_of_the_server_shows_its_code_and_nothing_else(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("chi tiết nội bộ")

    monkeypatch.setattr("dashboard.serving.health.the_source", broken)
    answer = site.get("/readyz")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "nội bộ" not in text
    assert re.findall(r"[0-9A-F]{8}", text)[0] in caplog.text
    assert server().debug is False
