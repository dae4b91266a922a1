"""What the "?" beside a number is told by the server, whatever a browser sends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from apps import Site, district

from dashboard.figures.shared.markup import markup
from queries.definitions.meanings import NAMES

TEMPLATES = Path(__file__).resolve().parents[2] / "dashboard" / "templates"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return district(tmp_path_factory.mktemp("nghia"), {"late": 5, "on_time": 95}, {"on_time": 30})


def asked(site: Site, **data: Any) -> str:
    """The popover's answer, as JSON text."""
    body = {
        "output": "..meaning.children...meaning.is_open..",
        "outputs": [{"id": "meaning", "property": "children"}, {"id": "meaning", "property": "is_open"}],
        "inputs": [{"id": "meaning-asked", "property": "data", "value": data}],
        "changedPropIds": ["meaning-asked.data"],
    }
    answer = site.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    response = answer.get_json()["response"]["meaning"]
    assert response["is_open"] is True
    return json.dumps(response["children"], ensure_ascii=False)


def test_definition_a_b_days_source_and_the_way_on(site: Site) -> None:
    told = asked(site, of="late_rate_a", share="5/100", turn=3, path="/dung-han", search="?ky=2026-10")
    for part in (
        "Tỷ lệ trễ hẹn, trên hồ sơ đã giải quyết", "Trễ hạn / (trước hạn + đúng hạn + trễ hạn).", "5/100",
        "ngày kết thúc trong kỳ", "Biểu II.06", "/phuong-phap?ky=2026-10", "Số liệu đến", '"data-turn": "3"',
    ):  # fmt: skip
        assert part in told


@pytest.mark.parametrize("data", [
    {}, {"of": "khong_co"}, {"of": ["late"]}, {"of": {"a": 1}, "search": 7, "path": 3, "as_of": "hôm qua"},
    {"of": "late", "share": "x" * 5_000, "search": "?ky=" + "9" * 500},
])  # fmt: skip
def test_nothing_a_browser_sends_breaks_it(site: Site, data: dict[str, Any]) -> None:
    told = asked(site, **data)
    assert "Mã lỗi" not in told
    assert len(told) < 2_000


def test_a_flag_takes_the_view_s_basis(site: Site) -> None:
    assert "cách tính C" in asked(site, of="unit_late", search="?cach_tinh=C")


def test_a_name_is_read_without_its_question_mark() -> None:
    text = markup("table.html", title="x", subtitle="", columns=[], rows=[], total=(), note="", links=(),
                  more="", more_href="")  # fmt: skip
    assert "help" not in text
    macro = (TEMPLATES / "frame.html").read_text("utf-8")
    assert re.search(r"data-help.*></button>", macro), "the sign is drawn by the style sheet"


def test_every_meaning_written_in_a_template_is_defined() -> None:
    for file in TEMPLATES.glob("*.html"):
        for word in re.findall(r"help\('(\w+)'", file.read_text("utf-8")):
            assert word in NAMES, (file.name, word)


def test_every_meaning_written_in_a_figure_or_beside_a_name_is_defined() -> None:
    written = [
        (file.name, word)
        for folder, glob, pattern in (
            (TEMPLATES, "*.html", r"named\([^{}]*?, '(\w+)'"),
            (TEMPLATES.parent / "figures", "**/*.py", r"""meaning["']?[=:] ?"(\w+)\""""),
        )
        for file in folder.glob(glob)
        for word in re.findall(pattern, file.read_text("utf-8"))
    ]
    assert len(written) > 40
    assert [one for one in written if one[1] not in NAMES] == []
