"""The log: a line a request, with its id and without what was looked for; local time with its zone."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apps import Site, district
from lines import Counts, Line, asked

from dashboard.accounts.account import Account
from dashboard.accounts.passwords import Passwords
from dashboard.accounts.store import Store
from dashboard.serving.front import Front
from dashboard.serving.log import Json, shown_path, shown_query

PROXY = "10.0.0.9"
ID = re.compile(r"[0-9A-F]{10}")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return district(tmp_path, {"late": 2, "on_time": 9})


def written(site: Site, caplog: pytest.LogCaptureFixture, **request: Any) -> tuple[dict[str, Any], Line]:
    """The one line of a request, as it stands in the log, and what was answered."""
    caplog.clear()
    front = Front(
        site.server.wsgi_app,
        threads=1,
        hosts=(),
        is_proxy=lambda address: address == PROXY,
        measures=Counts(),
    )
    scope, line = asked(Line(), **{"client": "127.0.0.1:1", "method": "GET", "query": "", **request})
    with caplog.at_level(logging.INFO, "motcua"):
        asyncio.run(front(scope, line.receive, line.send))
    (one,) = [record for record in caplog.records if record.name == "motcua.request"]
    text = Json("Asia/Ho_Chi_Minh").format(one)
    assert "\n" not in text
    return json.loads(text), line


def test_a_request_has_one_line(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    line, answer = written(site, caplog, path="/api/v1/on-time", query="ky=2026-11&don_vi=P01")
    status, headers, body = answer.answer
    assert (status, line["status"], line["bytes"]) == (200, 200, len(body))
    assert line["request"] == headers["x-request-id"]
    assert ID.fullmatch(line["request"])
    assert (line["method"], line["path"], line["address"]) == ("GET", "/api/v1/on-time", "127.0.0.1")
    assert line["query"] == {"ky": "2026-11", "don_vi": "P01"}
    assert line["ms"] > 0
    assert datetime.fromisoformat(line["at"]).utcoffset() == timedelta(hours=7)


def test_it_names_the_account_and_its_role(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Store(tmp_path / "tai-khoan.sqlite")
    store.add(Account("an", "noi_vu"), Passwords().hash("Một cửa phường 7 rất nhanh", "an"))
    of = district(tmp_path, {"late": 1})
    of = Site(of.settings.database_url.get_secret_value(), accounts_file=str(store.path))
    token = store.begin("an", int(datetime.now().timestamp()), 3600)
    line, _ = written(of, caplog, path="/api/v1/on-time", cookie=f"motcua={token}")
    assert (line["who"], line["role"], line["status"]) == ("an", "noi_vu", 200)
    assert token not in caplog.text
    line, _ = written(of, caplog, path="/api/v1/on-time")
    assert (line["who"], line["role"], line["status"]) == ("", "", 401)


def test_what_was_looked_for_is_not_in_it(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    code = site.json("/api/v1/dossiers")["rows"][0]["dossier_code"]
    for path, query in (
        (f"/ho-so/{code}", ""), ("/ho-so", f"ma={code}"), ("/api/v1/search", f"tim={code}"),
        (f"/{code}-0001", ""), ("/dang-nhap", f"tiep=%2Fho-so%2F{code}"), ("/man-hinh", f"khoa={code}"),
        ("/", f"{code}=1"), ("/", f"don_vi={code} Nguyễn"),
    ):  # fmt: skip
        line, _ = written(site, caplog, path=path, query=query)
        assert code not in json.dumps(line), (path, query)


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/don-vi/P01", "/don-vi/P01"), ("/motcua/ho-so/H1.2-3", "/motcua/ho-so/…"), ("/ho-so", "/ho-so"),
     ("/tai/viec/abc_-9/tep.xlsx", "/tai/viec/…/tep.xlsx"), ("/000.00.12.H01-261101-0001", "/…"),
     ("/assets/plotly-4.1.1.min.js", "/assets/plotly-4.1.1.min.js"), ("/wp-login.php", "/wp-login.php"),
     ("/api/v1/on-time", "/api/v1/on-time")],
)  # fmt: skip
def test_paths_are_told_without_codes(path: str, shown: str) -> None:
    assert shown_path(path) == shown


def test_of_an_address_only_words_that_say_nothing_of_anybody_are_told() -> None:
    query = "ky=2026-Q3&chi_so=late&ma=H01&tim=An&khoa=bimat&code=x&don_vi=Nguy%E1%BB%85n+An&sap_xep=-due_at"
    told = shown_query(query)
    assert (told["ky"], told["chi_so"], told["sap_xep"]) == ("2026-Q3", "late", "-due_at")
    assert (told["ma"], told["tim"], told["don_vi"], told["…"]) == ("…", "…", "…", "…")
    assert "khoa" not in told


def test_an_id_is_taken_from_a_listed_proxy_alone(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    given = {"x_request_id": "proxy-0001-abc"}
    by_proxy, _ = written(site, caplog, path="/healthz", client=f"{PROXY}:1", **given)
    assert by_proxy["request"] == "proxy-0001-abc"
    by_reader, _ = written(site, caplog, path="/healthz", **given)
    assert ID.fullmatch(by_reader["request"])
    for wrong in ("a b", "x" * 65, "1", "đđđđđđđđđ", '"}\n{"'):
        found, _ = written(site, caplog, path="/healthz", client=f"{PROXY}:1", x_request_id=wrong)
        assert ID.fullmatch(found["request"]), wrong


def test_what_is_logged_while_a_request_is_answered_carries_its_id(site: Site) -> None:
    record = logging.LogRecord("motcua", logging.WARNING, "", 0, "một câu: %s", ("x\ny",), None)
    with site.server.test_request_context("/", environ_overrides={"motcua.request": "0123456789"}):
        line = json.loads(Json("Asia/Ho_Chi_Minh").format(record))
    assert (line["request"], line["message"], line["level"]) == ("0123456789", "một câu: x\ny", "WARNING")
    assert "request" not in json.loads(Json("UTC").format(record)), "nobody asks"


def test_a_trace_is_in_the_one_line_of_its_failure() -> None:
    try:
        raise ValueError("hỏng\nhai dòng")
    except ValueError:
        record = logging.LogRecord("motcua", logging.ERROR, "", 0, "A1 /x: hỏng", (), sys.exc_info())
    text = Json("UTC").format(record)
    assert "\n" not in text
    assert json.loads(text)["trace"].startswith("Traceback")
