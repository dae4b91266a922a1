"""Under a path of a proxy: the same page, whether or not the proxy took the path off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from apps import Site, district

from dashboard.question.unit import unit_link
from dashboard.serving.prefix import Under


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("/motcua/ho-so", "/ho-so"),
        ("/ho-so", "/ho-so"),
        ("/motcua", "/"),
        ("/motcua/", "/"),
        ("/motcuaa", "/motcuaa"),
    ],
)
def test_the_path_is_taken_off_once(asked: str, seen: str) -> None:
    found: list[tuple[str, str]] = []

    def application(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        found.append((environ["SCRIPT_NAME"], environ["PATH_INFO"]))
        return []

    Under(application, "/motcua")({"PATH_INFO": asked}, lambda *_: None)
    assert found == [("/motcua", seen)]


def test_every_link_of_a_page_and_every_file_of_the_wall_is_under_it(tmp_path: Any) -> None:
    site = district(tmp_path, {"late": 3, "on_time": 30})
    site = Site(site.settings.database_url.get_secret_value(), url_prefix="/motcua")
    question = site.ask()
    assert question.link("/ho-so") == "/motcua/ho-so"
    assert unit_link(question)("P01") == "/motcua/don-vi/P01"
    wall = site.get("/man-hinh").get_data(as_text=True)
    assert wall.count('"/motcua/assets/wall/') == 6
    assert 'data-figures="/motcua/man-hinh/so-lieu"' in wall
