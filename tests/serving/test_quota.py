"""Lists and sheets are counted; everything else is not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import flask
import pytest
from apps import Site, district, server

from dashboard.serving.quota import Quota, is_list


def test_so_much_an_hour_and_each_their_own() -> None:
    now = [0.0]
    quota = Quota(3, clock=lambda: now[0])
    assert [quota.take("a") for _ in range(4)] == [True, True, True, False]
    assert quota.take("b")
    now[0] = 1_199
    assert not quota.take("a"), "a third of an hour gives one back"
    now[0] = 1_201
    assert [quota.take("a"), quota.take("a")] == [True, False]
    now[0] = 100_000
    assert [quota.take("a") for _ in range(4)] == [True, True, True, False], "never more than an hour's"


def test_workers_count_together(tmp_path: Path) -> None:
    one, other = (Quota(3, tmp_path / "lists.sqlite", lambda: 1_000.0) for _ in range(2))
    assert [one.take("a"), other.take("a"), one.take("a"), other.take("a"), one.take("a")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert other.take("b")


def test_lists_end_where_the_quota_does_and_pages_go_on(tmp_path: Path) -> None:
    site = district(tmp_path, {"late": 2, "on_time": 9})
    site = Site(site.settings.database_url.get_secret_value(), lists_per_hour=2)
    found = [site.get("/api/v1/dossiers").status_code for _ in range(3)]
    assert found == [200, 200, 429]
    assert "lists_per_hour" in site.json("/api/v1/dossiers", 429)["error"]
    for path in ("/api/v1/on-time", "/", "/man-hinh/so-lieu", "/api/v1/search?tim=HS-", "/tim-kiem?tim=HS-"):
        assert site.get(path).status_code == 200, path
    assert site.get("/api/v1/dossiers/", environ_overrides={"REMOTE_ADDR": "127.0.0.9"}).status_code == 200
    assert site.get("/tai/ho-so.xlsx").status_code == 429


@pytest.mark.parametrize(
    "address",
    ["/ho-so", "/ho-so/", "/ho-so?trang=2", "/api/v1/search?tim=HS-&trang=2", "/tim-kiem?trang=02&tim=HS-",
     "/tim-kiem?tim=HS-&trang=1&trang=2", "/tai/dung-han.xlsx"],
)  # fmt: skip
def test_a_page_brings_its_list_so_its_address_counts(tmp_path: Path, address: str) -> None:
    site = district(tmp_path, {"late": 2})
    site = Site(site.settings.database_url.get_secret_value(), lists_per_hour=1)
    assert site.get(address).status_code == 200
    assert site.get(address).status_code == 429


@pytest.mark.parametrize(
    ("output", "of", "what", "value", "counts"),
    [
        ('{"card":"dossiers-list","type":"slot"}.html', "dossiers-first-question", "data", {}, True),
        ('{"card":"search-found","type":"slot"}.html', "search-first-question", "data",
         {"words": {"tim": "HS", "trang": "2"}}, True),
        ('{"card":"search-found","type":"slot"}.html', "search-first-question", "data",
         {"words": {"tim": "HS"}}, False),
        ('{"card":"overview-actions","type":"slot"}.html', "overview-question", "data", {}, False),
        (".._pages_content.children..._pages_store.data..", "_pages_location", "pathname", "/ho-so", True),
        (".._pages_content.children..._pages_store.data..", "_pages_location", "pathname", "/", False),
    ],
)  # fmt: skip
def test_a_callback_counts_however_its_json_is_written(
    output: str, of: str, what: str, value: Any, counts: bool
) -> None:
    asked = {"output": output, "inputs": [{"id": of, "property": what, "value": value}]}
    # Every letter of it as an escape is the same request.
    body = re.sub(r"[a-z-]", lambda letter: f"\\u{ord(letter[0]):04x}", json.dumps(asked))
    body = body.replace("\\\\u0022", '\\\\"')
    assert json.loads(body) == asked
    for one in (body, json.dumps(asked)):
        with server().test_request_context(
            "/_dash-update-component", method="POST", data=one, content_type="application/json"
        ):
            assert is_list(flask.request) is counts
