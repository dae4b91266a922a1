"""The wall's page and its figures: whole, true, without a person or a dossier, honest about nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from apps import AS_OF, SAMPLE, Living, Site, district, dossiers, loaded, unit, with_officials, write
from faults import FAULTS, begun
from stores import DuckDB, Row
from test_pages import Drawn

from dashboard.formats import complement_text, rate_text
from dashboard.question.errors import Unavailable
from dashboard.wall import page as wall
from queries.definitions.metrics import Share
from queries.definitions.units import KIND_NAMES
from queries.sample.district import write_sample

DATA = "/man-hinh/so-lieu"
ROOT = Path(__file__).resolve().parents[2]
STYLE = (ROOT / "assets" / "wall" / "wall.css").read_text("utf-8")
MOST_BYTES = 150_000


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mau") / "mau.duckdb"
    write_sample(path, units=8, departments=3, years=1, per_unit_year=1_500, until=date(2026, 11, 21))
    return path


@pytest.fixture(scope="module")
def site(sample: Path) -> Site:
    return Site(sample)


@pytest.fixture(scope="module")
def told(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.json(DATA)
    return found


def scenes(told: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {one["number"]: one for one in told["scenes"]}


def texts(value: Any) -> Iterator[str]:
    """Every text in an answer, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def units_of(scene: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for line in scene["lines"] if not line["is_heading"]]


def over_and_fine(count: int, over: int) -> list[dict[str, int]]:
    """So many wards, the first of them over the threshold, each a little better than the one before."""
    return [{"late": 30 - i % 20, "on_time": 40} if i < over else {"on_time": 40} for i in range(count)]


# the page


def test_the_page_has_no_dash_no_plotly_and_no_figure(site: Site) -> None:
    answer = site.get("/man-hinh")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<html lang="vi">' in text
    assert not re.search(r"_dash|plotly|bootstrap", text, re.IGNORECASE)
    assert "style=" not in text
    assert "Mỹ An" not in text


def test_the_page_is_there_before_any_database_is() -> None:
    answer = Site("duckdb:////khong/co.duckdb").get("/man-hinh")
    assert answer.status_code == 200
    assert "Đang chờ số liệu…" in answer.get_data(as_text=True)


def test_the_policy_allows_our_own_scripts_and_nothing_inline(site: Site) -> None:
    answer = site.get("/man-hinh")
    parts = answer.headers["Content-Security-Policy"].split(";")
    rules = {name: rest for name, *rest in (part.split() for part in parts)}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == ["'self'"]
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", answer.get_data(as_text=True), re.DOTALL)
    assert len(scripts) == len(wall.SCRIPTS)
    assert all("src=" in head and not body for head, body in scripts)


def test_its_files_are_kept_for_ever_and_load_on_no_other_page(site: Site) -> None:
    page = site.get("/man-hinh").get_data(as_text=True)
    files = re.findall(r'(?:src|href)="(/assets/wall/[^"]+)"', page)
    assert len(files) == len(wall.STYLES) + len(wall.SCRIPTS)
    for file in files:
        answer = site.get(file, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        is_small = len(answer.get_data()) < 500
        assert is_small or answer.headers["Content-Encoding"] == "br"
    assert "/assets/wall/" not in site.get("/").get_data(as_text=True)


def test_the_wall_is_light(site: Site) -> None:
    page = site.get("/man-hinh").get_data(as_text=True)
    addresses = ["/man-hinh", DATA, *re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)]
    sizes = [len(site.get(one, headers={"Accept-Encoding": "br"}).data) for one in addresses]
    assert len(sizes) >= 6
    assert sum(sizes) < MOST_BYTES / 5, "far below the aim: 150 kB"


def test_the_build_changes_with_any_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: dict[str, Any], site: Site
) -> None:
    assert told["build"] == wall.build_id()
    assert f'data-build="{told["build"]}"' in site.get("/man-hinh").get_data(as_text=True)
    builds = {wall.build_id()}
    shutil.copytree(wall.FOLDER, tmp_path / "wall")
    monkeypatch.setattr(wall, "FOLDER", tmp_path / "wall")
    assert wall.build_id() in builds
    for name in (*wall.SCRIPTS, *wall.STYLES):
        with (tmp_path / "wall" / name).open("a") as file:
            file.write("/* */")
        builds.add(wall.build_id())
    assert len(builds) == 1 + len(wall.SCRIPTS) + len(wall.STYLES)


def test_the_scenes_take_the_time_that_is_set(sample: Path) -> None:
    assert 'data-scene-ticks="20"' in Site(sample).get("/man-hinh").get_data(as_text=True)
    slower = Site(sample, wall_scene_seconds=45)
    assert 'data-scene-ticks="45"' in slower.get("/man-hinh").get_data(as_text=True)


def test_every_page_links_to_the_wall_in_a_tab_of_its_own(site: Site) -> None:
    assert 'href="/man-hinh" target="_blank"' in Drawn(site, {})["overview-bar"]


# the figures


def test_the_answer_is_json_that_nobody_keeps(site: Site) -> None:
    answer = site.get(DATA)
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_stands_around_the_scenes(told: dict[str, Any]) -> None:
    assert told["place"] == "Quận Mẫu · Bộ phận Một cửa"
    assert told["period"] == "Tháng 11/2026, dương lịch, 01/11–21/11/2026 (kỳ chưa kết thúc)"
    assert told["as_of"] == "Số liệu đến 10:15, 21/11/2026"
    assert told["sample"] is True
    assert told["problems"] == []
    assert told["age_seconds"] == 0
    assert told["expected_seconds"] == 1440 * 60
    assert abs(datetime.fromisoformat(told["now"]) - datetime.now()) < timedelta(days=1)
    assert [(one["number"], one["name"]) for one in told["scenes"]] == [
        (1, "Trễ hẹn"), (2, "Cảnh báo"), (3, "Hài lòng"), (4, "Trực tuyến"),
    ]  # fmt: skip


def test_no_person_and_no_dossier_is_named(sample: Path, tmp_path: Path) -> None:
    copy = shutil.copy(sample, tmp_path / "ban-sao.duckdb")  # the site holds the file itself
    with duckdb.connect(str(copy), read_only=True) as connection:
        people = {
            row[0]
            for query in ("SELECT name FROM officers", "SELECT officer_code FROM officers",
                          "SELECT head_name FROM units", "SELECT complaint_id FROM complaints",
                          "SELECT slip_id FROM slips")
            for row in connection.execute(query).fetchall() if row[0]
        }  # fmt: skip
        codes = {row[0] for row in connection.execute("SELECT dossier_code FROM dossiers").fetchall()}
    assert len(people) > 30
    assert len(codes) > 5_000
    for site in (Site(sample), Site(sample).seen_by(with_officials())):
        shown = list(texts(site.json(DATA)))
        assert len(shown) > 200
        whole = "\n".join(shown)
        assert not [one for one in people if one in whole]
        tokens = set(re.split(r"[\s,;:()]+", whole))
        assert not tokens & codes


def test_restricted_flags_are_counts_alone(site: Site, told: dict[str, Any]) -> None:
    def restricted(told: dict[str, Any]) -> list[str]:
        lines = [line for group in scenes(told)[2]["groups"] for line in group["flags"]]
        assert any(line["units"] for line in lines)
        return [line["units"] for line in lines if "ông chức có từ" in line["text"]]

    assert restricted(told) == []
    assert restricted(site.seen_by(with_officials()).json(DATA)) == [""]


# the same numbers as everywhere


def test_late_rates_are_those_of_the_api(site: Site, told: dict[str, Any]) -> None:
    for query in ("", "?cach_tinh=C", "?ky=2026"):
        api = site.json(f"/api/v1/on-time{query}")
        lines = units_of(scenes(site.json(DATA + query))[1])
        basis = query[-1] if "cach_tinh" in query else "A"
        expected = sorted(
            (row["late_rate_text"], f"{rate['numerator']}/{rate['denominator']}", str(row["open_overdue"]))
            for row in api["rows"]
            if (rate := row["rates"][basis])["denominator"]
        )  # fmt: skip
        assert len(expected) > 8
        found = sorted((line["value"], line["a"].replace(".", ""), line["b"].replace(".", ""))
                       for line in lines if line["a"])  # fmt: skip
        assert found == expected
    late = site.json("/api/v1/on-time")["district"]
    figures = {one["name"]: one["value"] for one in scenes(told)[1]["figures"]}
    share = Share(late["late"], late["rates"]["A"]["denominator"])
    assert figures["Tỷ lệ đúng hạn"] == complement_text(share)
    assert figures["Quá hạn chưa giải quyết xong"] == f"{late['open_overdue']:,}".replace(",", ".")


def test_satisfaction_is_that_of_the_api(site: Site, told: dict[str, Any]) -> None:
    api = site.json("/api/v1/satisfaction")
    expected = sorted((row["satisfaction_rate_text"], row["very_satisfied_rate_text"])
                      for row in api["rows"] if row["votes"])  # fmt: skip
    scene = scenes(told)[3]
    assert sorted((line["value"], line["b"]) for line in units_of(scene) if line["a"]) == expected
    assert [one["value"] for one in scene["figures"][:2]] == [
        api["district"]["satisfaction_rate_text"], api["district"]["very_satisfied_rate_text"],
    ]  # fmt: skip


def test_online_is_that_of_the_api(site: Site, told: dict[str, Any]) -> None:
    api = site.json("/api/v1/online")
    expected = sorted((row["online_rate_text"], rate_text(Share(row["full"], row["received"]), 1))
                      for row in api["rows"] if row["received"])  # fmt: skip
    scene = scenes(told)[4]
    assert sorted((line["value"], line["b"]) for line in units_of(scene) if line["a"]) == expected
    assert scene["figures"][0]["value"] == api["district"]["online_rate_text"]


def test_flags_are_the_red_ones_of_the_api(site: Site, told: dict[str, Any]) -> None:
    rows = site.json("/api/v1/flags")["rows"]
    api = [
        row for row in rows if row["unit_code"] is None and row["level"] == "red" and row["count"] is not None
    ]
    lines = [line for group in scenes(told)[2]["groups"] for line in group["flags"]]
    assert len(lines) == len(api) == 4
    counts = sorted(int(line["count"].split("/")[0].replace(".", "")) for line in lines)
    assert counts == sorted(row["count"] for row in api)


def test_what_the_strip_says_gives_way_to_who_crossed_the_threshold(tmp_path: Path) -> None:
    """Three wards in October and November: over twice, newly over, back under; a fourth is new."""

    def of(code: str, month: int, late: int) -> list[Row]:
        return dossiers(code, late=late, on_time=40, month=date(2026, month, 1))

    rows = [*of("P01", 10, 9), *of("P01", 11, 9), *of("P02", 10, 0), *of("P02", 11, 7), *of("P03", 10, 8),
            *of("P03", 11, 0), *of("P04", 11, 6)]  # fmt: skip
    told = Site(write(tmp_path, [unit(n) for n in (1, 2, 3, 4)], rows)).json(DATA)
    figure = scenes(told)[1]["figures"][1]
    assert (figure["name"], figure["value"]) == ("Mới vượt so với kỳ trước", "1")
    assert (figure["note"], figure["more"]) == ("Phường 2", "đã xuống: Phường 3")
    assert "3/4" not in str(scenes(told)[1]["figures"]), "the title and the strip say so"
    over = scenes(told)[2]["groups"][0]["flags"][0]
    assert (over["count"], over["units"]) == (
        "3/4",
        "So với kỳ trước, mới vượt: Phường 2; đã xuống: Phường 3; 1 đơn vị khác khi đó chưa có hồ sơ",
    )
    named = [
        one["name"]
        for one in scenes(Site(tmp_path / "motcua.duckdb").json(f"{DATA}?ky=2026-10"))[1]["figures"]
    ]
    assert named == ["Tỷ lệ đúng hạn", "Quá hạn chưa giải quyết xong"], "nothing to compare October with"


def test_bars_are_parts_of_the_track(told: dict[str, Any]) -> None:
    for number in (1, 3, 4):
        for line in units_of(scenes(told)[number]):
            assert all(0 <= part <= 1 for part in line["parts"])
            assert sum(line["parts"]) <= 1.0001
    assert 0 < scenes(told)[1]["limit"]["at"] < 1


# units over the threshold


@pytest.mark.parametrize("count", [7, 16, 22, 163])
def test_every_unit_is_there_worst_first(tmp_path: Path, count: int) -> None:
    over = count // 2
    told = district(tmp_path, *over_and_fine(count, over)).json(DATA)
    board = scenes(told)[1]
    assert len(units_of(board)) == count
    assert [line["look"] for line in units_of(board)] == ["over"] * over + ["fine"] * (count - over)
    strip = told["strip"]
    assert (strip["label"], strip["count"]) == ("Vượt ngưỡng 5%", f"{over}/{count} đơn vị")
    assert len(strip["units"]) == over, "the screen names those that fit"
    rates = [float(one["value"].rstrip("%").replace(",", ".")) for one in strip["units"]]
    assert rates == sorted(rates, reverse=True)
    assert board["title"].startswith(f"{over}/{count} đơn vị")


def test_all_over_and_none_over(tmp_path: Path) -> None:
    every = district(tmp_path / "a", *over_and_fine(3, 3)).json(DATA)
    assert scenes(every)[1]["title"] == "Cả 3 đơn vị có tỷ lệ trễ hẹn từ 5% trở lên"
    assert len(every["strip"]["units"]) == 3
    none = district(tmp_path / "b", *over_and_fine(3, 0)).json(DATA)["strip"]
    assert (none["text"], none["look"], none["units"]) == ("Không đơn vị nào vượt ngưỡng", "fine", [])


def test_a_unit_with_few_dossiers_is_never_named_worst(tmp_path: Path) -> None:
    told = district(tmp_path, {"late": 1, "on_time": 3}, {"late": 3, "on_time": 30}).json(DATA)
    named = [(one["name"], one["few"]) for one in told["strip"]["units"]]
    assert named == [("Phường 2", False), ("Phường 1", True)]
    lines = units_of(scenes(told)[1])
    assert [(line["name"], line["few"], line["note"]) for line in lines][1] == ("Phường 1", True, "ít hồ sơ")
    assert lines[1]["is_clipped"], "its 25% must not flatten the others' bars"
    assert "gạch chéo: ít hồ sơ" in scenes(told)[1]["lead"]


def test_exactly_at_the_threshold_is_over_and_backlog_is_marked(tmp_path: Path) -> None:
    told = district(tmp_path, {"late": 2, "on_time": 38}, {"late": 1, "on_time": 39, "overdue": 5}).json(DATA)
    first, second = units_of(scenes(told)[1])
    assert (first["value"], first["look"], first["mark"]) == ("5,00%", "over", "▲")
    assert (second["b"], second["b_look"]) == ("5", "near")


def test_departments_come_after_wards_and_strays_last(tmp_path: Path) -> None:
    desk = {"unit_code": "D1", "name": "Phòng Tư pháp", "kind": "department"}
    rows = [*dossiers("P01", on_time=30), *dossiers("D1", late=5, on_time=30), *dossiers("X", on_time=2)]
    board = scenes(Site(write(tmp_path, [desk, unit(1)], rows)).json(DATA))[1]
    assert [line["name"] for line in board["lines"]] == [
        "Phường 1", "Phòng chuyên môn và bộ phận cấp huyện", "Phòng Tư pháp", "(không rõ đơn vị)",
    ]  # fmt: skip
    assert board["lines"][-1]["look"] == "stray"


def test_one_unit(tmp_path: Path) -> None:
    told = district(tmp_path, {"late": 4, "on_time": 30}).json(DATA)
    assert scenes(told)[1]["title"] == "Phường 1 vượt ngưỡng: trễ hẹn 11,76%"
    assert scenes(told)[2]["title"].startswith("Phường 1 có ")


# nothing to show


def kinds(told: dict[str, Any]) -> list[str]:
    return [one["kind"] for one in told["scenes"]]


def test_a_period_without_dossiers(tmp_path: Path) -> None:
    told = district(tmp_path, {"on_time": 5}, {}).json(f"{DATA}?ky=2024-05")
    assert kinds(told) == ["word", "flags", "word", "word"]
    assert scenes(told)[1]["title"] == "Không có hồ sơ nào trong kỳ này"
    assert told["strip"]["text"] == "Chưa có hồ sơ nào để tính tỷ lệ trễ hẹn"
    assert "%" not in "".join(line["value"] for line in scenes(told)[1]["lines"])


def test_a_period_that_has_not_begun(tmp_path: Path) -> None:
    told = district(tmp_path, {"on_time": 5}).json(f"{DATA}?ky=2027-05")
    assert kinds(told) == ["word"] * 4
    assert {one["title"] for one in told["scenes"]} == {"Kỳ chưa bắt đầu"}
    assert scenes(told)[2]["lead"] == "Kỳ này bắt đầu từ 01/05/2027."
    assert told["strip"]["text"] == "Kỳ chưa bắt đầu"


def test_without_ratings_and_without_levels_it_says_so(tmp_path: Path) -> None:
    store = DuckDB(tmp_path)
    rows = [{"dossier_code": f"H{i}", **row} for i, row in enumerate(dossiers("P01", on_time=9))]
    without = ("ratings", "slips", "dossiers.online_level", "procedures.online_level")
    store.fill({"units": [unit(1)], "dossiers": rows, "loads": [loaded()]}, without=without)
    store.close()
    told = Site(store.path).json(DATA)
    assert kinds(told) == ["board", "flags", "word", "word"]
    assert scenes(told)[3]["title"] == scenes(told)[4]["title"] == "Không có dữ liệu"
    lines = [line for group in scenes(told)[2]["groups"] for line in group["flags"]]
    assert any(line["text"] == "Chưa xin lỗi: không có dữ liệu" and line["count"] == "—" for line in lines)


def test_a_unit_without_dossiers_is_not_zero(tmp_path: Path) -> None:
    told = district(tmp_path, {"on_time": 5}, {}).json(DATA)
    first, second = units_of(scenes(told)[1])
    assert (first["value"], first["none"]) == ("0%", "")
    assert (second["value"], second["none"], second["parts"]) == ("—", "không có hồ sơ", [])


def test_a_fall_of_satisfaction_and_a_missed_target_are_marked(tmp_path: Path) -> None:
    def votes(day: date, level: str, n: int) -> Row:
        return {"unit_code": "P01", "rated_on": day, "source": "tablet", "level": level, "votes": n}

    ratings = [votes(date(2026, 10, 5), "satisfied", 40), votes(date(2026, 11, 5), "satisfied", 30),
               votes(date(2026, 11, 6), "dissatisfied", 10)]  # fmt: skip
    path = write(tmp_path, [unit(1)], dossiers("P01", on_time=30), ratings=ratings)
    found = scenes(Site(path, online_target="60").json(DATA))
    fallen, low = units_of(found[3])[0], units_of(found[4])[0]
    assert (fallen["value"], fallen["mark"], fallen["note"]) == ("75,00%", "◆", "▼ 25,00 điểm %")
    assert (low["mark"], found[4]["limit"]) == ("◆", {"at": 0.6, "text": "Chỉ tiêu 60%", "look": "near"})


# the address


@pytest.mark.parametrize(("count", "moved"), [(29, ""), (30, "không đổi so với kỳ trước")])
def test_a_share_of_few_dossiers_has_not_moved_nor_stayed(tmp_path: Path, count: int, moved: str) -> None:
    rows = [row for month in (10, 11) for row in dossiers(
        "P01", on_time=count, month=date(2026, month, 1), channel="online", online_level="4")]  # fmt: skip
    told = Site(write(tmp_path, [unit(1)], rows)).json(DATA)
    assert scenes(told)[4]["figures"][0]["more"] == moved


@pytest.mark.parametrize(
    ("query", "numbers"),
    [("?canh=3,1", [3, 1]), ("?canh=2", [2]), ("?canh=9", [1, 2, 3, 4]), ("?canh=1,,x", [1, 2, 3, 4])],
)
def test_the_address_chooses_the_scenes(site: Site, query: str, numbers: list[int]) -> None:
    told = site.json(DATA + query)
    assert [one["number"] for one in told["scenes"]] == numbers
    assert bool(told["problems"]) == (query in ("?canh=9", "?canh=1,,x"))


def test_the_address_chooses_the_period_and_the_basis(site: Site) -> None:
    told = site.json(f"{DATA}?ky=bc-2026-10&cach_tinh=B&so_voi=cung-ky")
    assert told["period"] == "Kỳ báo cáo tháng 10/2026, kỳ báo cáo, 15/09–14/10/2026"
    assert told["strip"]["label"] == "Vượt ngưỡng 5%, cách tính B"
    assert "cách tính B" in scenes(told)[1]["lead"]


@pytest.mark.parametrize(
    "query",
    ["?ky=2026-13", "?ky=<script>", "?la=1", "?canh=", "?canh=%00", "?ky=2026-11&ky=2026-10", "?den=hom-qua",
     "?don_vi=khong-co", "?%ff=%fe", f"?{'x' * 5000}=1", "?canh=1&canh=2"],
)  # fmt: skip
def test_nonsense_shows_all_scenes_and_a_sentence(site: Site, query: str) -> None:
    assert site.get(f"/man-hinh{query}").status_code == 200
    told = site.json(DATA + query)
    assert len(told["scenes"]) in (1, 4)
    assert told["problems"]
    assert all(sentence.endswith(".") for sentence in told["problems"])


def test_a_pinned_moment_is_never_called_old(site: Site, sample: Path) -> None:
    assert site.json(f"{DATA}?den=2026-11-10T09:00")["expected_seconds"] is None
    late = Site(sample, as_of=AS_OF + timedelta(days=3)).json(DATA)
    assert late["age_seconds"] == 3 * 86_400


# failures


def test_before_the_first_copy_the_figures_are_a_503(tmp_path: Path) -> None:
    site = Living(write(tmp_path, [unit(1)], dossiers("P01", late=1), load=SAMPLE), tmp_path / "copy")
    answer = site.json(DATA, 503)
    assert answer["error"] == "Đang đọc dữ liệu lần đầu."
    assert str(tmp_path) not in str(answer)
    site.refresh()
    assert site.json(DATA)["sample"] is True


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_source_leaves_the_last_figures_and_says_since_when_and_why(
    tmp_path: Path, fault: str
) -> None:
    site = begun(tmp_path)
    before = site.json(DATA)
    told = FAULTS[fault](site, tmp_path)
    after = site.json(DATA)
    assert after["scenes"] == before["scenes"] != []
    assert after["problems"][0] == told


def test_a_source_without_its_tables_says_which(tmp_path: Path) -> None:
    path = tmp_path / "trong.duckdb"
    duckdb.connect(str(path)).close()
    site = Living(path, tmp_path / "copy")
    site.refresh()
    assert "units" in site.json(DATA, 503)["error"]


def test_a_scene_the_database_does_not_give_in_time_leaves_the_others(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_question: object) -> None:
        raise Unavailable("quá thời gian")

    monkeypatch.setattr("dashboard.wall.page._flags", slow)
    answer = site.json(DATA)
    assert [one["kind"] for one in answer["scenes"]] == ["board", "word", "board", "board"]
    assert "quá thời gian" in answer["scenes"][1]["lead"]
    assert answer["strip"]["units"]


def test_only_a_moment_that_is_pinned_in_the_past_is_meant_to_be_old(site: Site) -> None:
    assert site.json(f"{DATA}?den=2026-11-12T10:15")["expected_seconds"] is None
    for word in ("abc", "2099-01-01"):
        assert site.json(f"{DATA}?den={word}")["expected_seconds"]


def test_a_failure_of_ours_is_json_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_question: object) -> None:
        raise RuntimeError("chi tiết nội bộ")

    monkeypatch.setattr("dashboard.wall.page.scenes", broken)
    answer = site.json(DATA, 500)
    assert set(answer) == {"error", "code", "request_id"}
    assert "nội bộ" not in str(answer)


# the look


def luminance(color: str) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.03928 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(color[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PALETTE = (ROOT / "assets" / "wall" / "palette.css").read_text("utf-8")
COLORS = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", PALETTE))


def test_the_palette_is_that_of_the_design() -> None:
    expected = {"ground": "#0d1722", "ink": "#eef3f8", "muted": "#9fb0c1", "over": "#ff7a45",
                "near": "#f2c14e", "fine": "#5fb0e6"}  # fmt: skip
    assert {name: COLORS[name] for name in expected} == expected
    assert re.findall(r"#[0-9a-f]{3,8}\b", STYLE) == [], "colours are written once"


@pytest.mark.parametrize("behind", ["ground", "panel"])
@pytest.mark.parametrize("text", ["ink", "muted", "over", "near", "fine"])
def test_every_text_stands_out(text: str, behind: str) -> None:
    assert contrast(COLORS[text], COLORS[behind]) >= 4.5
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize(("part", "beside"), [
    ("fine", "track"), ("over", "track"), ("near", "track"), ("second", "ground"), ("ink", "over"),
    ("ground", "near"),
])  # fmt: skip
def test_every_shape_stands_out(part: str, beside: str) -> None:
    assert contrast(COLORS[part], COLORS[beside]) >= (2.2 if part == "ink" else 3)


def test_no_text_is_smaller_than_24_pixels_at_1080_lines() -> None:
    """1rem is 24 px there, so no size may be below it."""
    assert ":root { font-size: 1.25vw; }" in STYLE
    assert "(min-aspect-ratio: 16/9) { :root { font-size: 2.2222vh; } }" in STYLE
    assert 1920 * 0.0125 == pytest.approx(1080 * 0.022222, abs=0.01) == pytest.approx(24, abs=0.01)
    sizes = [size for size in re.findall(r"font-size: ([^;]+);", STYLE) if not size.endswith(("vw", "vh"))]
    assert len(sizes) > 12
    assert all(float(size.removesuffix("rem")) >= 1 for size in sizes if size.endswith("rem"))
    assert {size for size in sizes if not size.endswith("rem")} == {"var(--size)"}
    assert "Math.max(1, Math.min(17.8 /" in (ROOT / "assets" / "wall" / "draw.js").read_text("utf-8")


def test_nothing_that_engines_of_2016_cannot_read() -> None:
    """Chromium 53 drops a declaration it does not know, but a word it does not know ends the whole script."""
    declared = re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL)
    assert not re.search(r"[ :(]((min|max|clamp)\(|inset:|aspect-ratio: )", declared)
    scripts = {name: (ROOT / "assets" / "wall" / name).read_text("utf-8") for name in wall.SCRIPTS}
    newer = r"\?\.[a-zA-Z(\[]|\?\?|\basync\b|\bawait\b|\.\.\.|\*\*|catch \{|\.finally\(|Object\.(values|entries)|padStart|flatMap"
    for name, script in scripts.items():
        code = re.sub(r"/\*.*?\*/", "", script, flags=re.DOTALL)
        assert not re.search(newer, code), name


def test_nothing_on_the_wall_moves_by_itself() -> None:
    scripts = "".join((ROOT / "assets" / "wall" / name).read_text("utf-8") for name in wall.SCRIPTS)
    assert "requestAnimationFrame" not in scripts
    assert not re.search(r"animation|transition", STYLE)
    assert scripts.count("setInterval") == 1
    assert "innerHTML" not in scripts


def test_kinds_of_units_are_left_out_of_names_where_they_can_be(told: dict[str, Any]) -> None:
    names = [line["name"] for line in units_of(scenes(told)[1])]
    assert "Mỹ An" in names
    assert not [name for name in names if name.lower().startswith(f"{KIND_NAMES['ward']} mỹ")]


@pytest.mark.parametrize(
    "path", ["/man-hinh/", "/man-hinh/?canh=1", "/healthz/", "/readyz/", "/api/v1/meta/"]
)
def test_a_slash_at_the_end_is_the_same_page(site: Site, path: str) -> None:
    with_slash, without = site.get(path), site.get(path.replace("/?", "?").rstrip("/"))
    assert with_slash.status_code == without.status_code == 200
    assert with_slash.mimetype == without.mimetype
