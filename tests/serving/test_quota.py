"""Lists and sheets are counted; everything else is not."""

from __future__ import annotations

from pathlib import Path

from apps import Site, district

from dashboard.serving.quota import Quota


def test_so_much_an_hour_and_each_their_own() -> None:
    now = [0.0]
    quota = Quota(3, lambda: now[0])
    assert [quota.take("a") for _ in range(4)] == [True, True, True, False]
    assert quota.take("b")
    now[0] = 1_199
    assert not quota.take("a"), "a third of an hour gives one back"
    now[0] = 1_201
    assert [quota.take("a"), quota.take("a")] == [True, False]
    now[0] = 100_000
    assert [quota.take("a") for _ in range(4)] == [True, True, True, False], "never more than an hour's"


def test_lists_end_where_the_quota_does_and_pages_go_on(tmp_path: Path) -> None:
    site = district(tmp_path, {"late": 2, "on_time": 9})
    site = Site(site.settings.database_url.get_secret_value(), lists_per_hour=2)
    found = [site.get("/api/v1/dossiers").status_code for _ in range(3)]
    assert found == [200, 200, 429]
    assert "lists_per_hour" in site.json("/api/v1/dossiers", 429)["error"]
    for path in ("/api/v1/on-time", "/", "/man-hinh/so-lieu", "/ho-so"):
        assert site.get(path).status_code == 200, path
    assert site.get("/api/v1/dossiers/", environ_overrides={"REMOTE_ADDR": "127.0.0.9"}).status_code == 200
    assert site.get("/tai/ho-so.xlsx").status_code == 429
