"""Settings: sources and their order, what is refused and how it is said."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alone import no_settings  # noqa: F401 - a fixture

from dashboard.settings.explained import as_toml, explain
from dashboard.settings.settings import Settings, SettingsError, load
from dashboard.settings.sources import variable
from queries.asked.view import DEFAULT_RULES, LocalRule
from queries.definitions.sources import Document

SECRET = "mật@khẩu/rất:dài"

pytestmark = pytest.mark.usefixtures("no_settings")


def write(text: str, name: str = "motcua.toml") -> None:
    Path(name).write_text(text, "utf-8")


def refusal(**overrides: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        load(**overrides)
    return str(caught.value)


def origin(settings: Settings, name: str) -> str:
    return next(row.origin for row in explain(settings) if row.name == name)


def test_without_any_source_the_defaults_hold() -> None:
    settings = load()
    assert settings == Settings()
    assert settings.database_url.get_secret_value() == "duckdb:///var/mau.duckdb"
    assert settings.rules() == DEFAULT_RULES
    assert settings.mapping().table("units") == "units"
    assert {row.origin for row in explain(settings)} == {"mặc định"}
    assert settings.to_environment() == {}


def test_a_later_source_wins_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    write('port = 1001\nhost = "a"\nschema = "x"\nworkers = 3')
    monkeypatch.setenv("MOTCUA_HOST", "b")
    monkeypatch.setenv("motcua_schema", "y")
    monkeypatch.setenv("MOTCUA_WORKERS", "4")
    settings = load(workers="5", port=None)
    assert (settings.port, settings.host, settings.db_schema, settings.workers) == (1001, "b", "y", 5)
    assert origin(settings, "port") == "motcua.toml"
    assert origin(settings, "host") == "môi trường MOTCUA_HOST"
    assert origin(settings, "schema") == "môi trường motcua_schema"
    assert origin(settings, "workers") == "dòng lệnh"
    assert origin(settings, "compare") == "mặc định"
    assert settings.origin("db_schema") == settings.origin("schema")


def test_settings_made_directly_read_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    write("port = 1001")
    monkeypatch.setenv("MOTCUA_HOST", "b")
    assert Settings(workers=1) == Settings().model_copy(update={"workers": 1})


def test_a_later_table_of_names_replaces_the_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    write('[tables]\nunits = "A"\nslips = "B"')
    monkeypatch.setenv("MOTCUA_TABLES", '{"units": "C"}')
    assert load().tables == {"units": "C"}


def test_the_file_may_be_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    write("port = 1")
    write("port = 2", "khac.toml")
    monkeypatch.setenv("MOTCUA_CONFIG", "khac.toml")
    assert load().port == 2
    assert origin(load(), "port") == "khac.toml"
    monkeypatch.setenv("MOTCUA_CONFIG", "khong-co.toml")
    assert refusal() == "Không thấy tệp cài đặt khong-co.toml (môi trường MOTCUA_CONFIG)."


def test_a_byte_order_mark_is_no_obstacle() -> None:
    Path("motcua.toml").write_bytes(b"\xef\xbb\xbfport = 7")
    assert load().port == 7


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"port = \nhost = 'a'", "sai cú pháp TOML ở dòng 1, cột 8."),
        (b"port = ", "sai cú pháp TOML ở cuối tệp."),
        ("district_name = 'Quận Mẫu'".encode("utf-16"), "không phải UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(content: bytes, told: str) -> None:
    Path("motcua.toml").write_bytes(content)
    assert refusal().startswith("Tệp cài đặt motcua.toml ")
    assert told in refusal()


def test_an_unknown_key_is_named_with_its_source_and_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    write("prot = 1")
    monkeypatch.setenv("MOTCUA_DATABSE_URL", f"x://u:{SECRET}@h")
    monkeypatch.setenv("MOTCUA_DB_SCHEMA", "")
    in_file, in_environment, by_hand = refusal(nothing_like_it=1).splitlines()
    assert in_file.startswith('Không có cài đặt "prot" (motcua.toml). Có phải ý bạn là "port"?')
    assert '(môi trường MOTCUA_DATABSE_URL). Có phải ý bạn là "database_url"?' in in_environment
    assert SECRET not in in_environment
    assert '"nothing_like_it" (dòng lệnh). Các cài đặt: database_url, files, schema, tables' in by_hand


def test_the_field_name_of_schema_is_not_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_DB_SCHEMA", "x")
    assert 'Có phải ý bạn là "schema"?' in refusal()
    monkeypatch.delenv("MOTCUA_DB_SCHEMA")
    assert load(db_schema="x").mapping().schema == "x"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("port", "0", "số nguyên từ 1 đến 65535"),
        ("port", "tám", 'giá trị "tám"'),
        ("url_prefix", "motcua", "phải là đường dẫn như /motcua"),
        ("url_prefix", "//evil.example", "phải là đường dẫn như /motcua"),
        ("cutoff_day", "29", "số nguyên từ 1 đến 28"),
        ("workers", "1.5", "số nguyên từ 0 đến 64"),
        ("hosts", "motcua.vn:80", "không phải tên máy"),
        ("public_url", "motcua.quan.vn", "phải là địa chỉ như https://motcua.quan.vn"),
        ("public_url", "https://ai:mat-khau@motcua.vn", "không có tài khoản"),
        ("public_url", "https://motcua.vn/?ky=2026", "không có ? và #"),
        ("public_url", "javascript:alert(1)", "phải là địa chỉ như"),
        ("public_url", "https://cong.quan.vn/khac", "đường dẫn /khac khác url_prefix"),
        ("late_rate_basis", "E", "Cho phép: A (hồ sơ đã giải quyết), B"),
        ("compare", "dday", 'Có phải ý bạn là "day"? Cho phép: day (theo ngày), moment'),
        ("trusted_proxies", "10.0.0.300", "10.0.0.300 không phải địa chỉ IP hay mạng"),
        ("refuse_no_dossiers", "có", "Cho phép: true hoặc false."),
        ("time_zone", "Asia/Ho_Chi_Min", 'Có phải ý bạn là "Asia/Ho_Chi_Minh"?'),
        ("time_zone", "../../etc/passwd", "không biết múi giờ này"),
        ("as_of", "hôm nay", "không đọc được thời điểm"),
        ("as_of", "2026-02-30", "không đọc được thời điểm"),
        ("extra_days_off", "2026-01-32", "extra_days_off[1]"),
        ("tables", '{"dosiers": "X"}', 'Có phải ý bạn là "dossiers"?'),
        ("tables", '{"dossiers": ""}', '"dossiers" phải đi với tên'),
        ("tables", "V_HS", "không phải JSON đúng cú pháp"),
        ("tables", '["V_HS"]', "không phải bảng tên"),
        ("columns", '{"dossiers.due": "X"}', 'Có phải ý bạn là "dossiers.due_at"?'),
        ("columns", '{"due_at": "X"}', "không có cột"),
        ("columns", '{"dossiers": {"due": "X"}}', 'Có phải ý bạn là "dossiers.due_at"?'),
        ("columns", '{"dossiers": {"due_at": 1}}', '"dossiers.due_at" phải đi với tên'),
        (
            "values",
            '{"stat": {"4": "open"}}',
            'không có cột "stat" trong quy ước dữ liệu. Có phải ý bạn là "state"?',
        ),
        ("values", '{"state": "open"}', '"state" phải là một bảng từ, viết dạng [values.state]'),
        ("values", '{"state": {"4": "opne"}}', "[values.state] đổi «4» thành «opne»"),
        ("values", '{"state": {"4": "opne"}}', 'Có phải ý bạn là "open"?'),
        ("values", '{"state": {"4": null}}', '[values.state]: "4" phải đi với một từ'),
        ("values", '{"received_at": {"4": "x"}}', "cột này chứa số hoặc ngày, không phải từ"),
        ("zones", '{"dossiers.received": "UTC"}', 'Có phải ý bạn là "dossiers.received_at"?'),
        ("zones", '{"dossiers.state": "UTC"}', "không có cột ngày giờ"),
        ("zones", '{"dossiers.received_at": "UTC+7"}', 'không biết múi giờ "UTC+7"'),
        ("date_formats", "%d/%m", "phải có %d (ngày), %m (tháng) và %Y (năm)"),
        ("date_formats", "dd/MM/yyyy", "phải có %d (ngày), %m (tháng) và %Y (năm)"),
        ("date_formats", "%d/%B/%Y", "có %B; chỉ dùng"),
        ("date_formats", "[]", "cần ít nhất một khuôn ngày"),
        ("first_year", "0", "số nguyên từ 1900 đến 2100"),
        ("thresholds", "[]", "cần ít nhất một dòng"),
        ("thresholds", "5", "Cho phép: danh sách dòng"),
        ("thresholds", '[{"percent": "100", "document": "x"}]', "thresholds[1].percent"),
        ("thresholds", '[{"percent": "0.0", "document": "x"}]', "lớn hơn 0"),
        ("thresholds", '[{"percent": "1e1", "document": "x"}]', "lớn hơn 0"),
        (
            "thresholds",
            '[{"percent": "5"}]',
            "thresholds[1].document (môi trường MOTCUA_THRESHOLDS) còn thiếu",
        ),
        ("thresholds", '[{"percent": "5", "document": "x", "form": 1}]', "thresholds[1].form"),
        (
            "near_bands",
            '[{"percent": "4", "document": "x"}, {"percent": "3", "document": "y"}]',
            "cùng since",
        ),
        ("near_bands", '[{"percent": "5", "document": "x"}]', "5% không nhỏ hơn ngưỡng 5%"),
        ("database_url", "postgres://h/d", 'Có phải ý bạn là "postgresql+psycopg"?'),
        ("database_url", "var/mau.duckdb", "không đọc được địa chỉ"),
        ("files", '[{"path": "a", "table": "dosiers"}]', "files[1].table (môi trường MOTCUA_FILES)"),
        ("files", '[{"path": "a", "table": "dosiers"}]', 'Có phải ý bạn là "dossiers"?'),
        ("files", '[{"path": " "}]', "phải là chữ, không được trống"),
        ("files", '[{"table": "slips"}]', "files[1].path (môi trường MOTCUA_FILES) còn thiếu"),
        ("files", '[{"path": "a", "sheets": "b"}]', "files[1].sheets"),
        ("files", '[{"path": "a"}, {"path": "a"}]', '"a" được khai hai lần'),
        ("files", "a.xlsx", "không phải JSON đúng cú pháp"),
        ("secret_key", "ngắn", "chuỗi ngẫu nhiên từ 16 ký tự"),
    ],
)
def test_a_bad_value_is_named_with_its_source_and_what_is_allowed(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable(name), value)
    sentence = refusal().splitlines()[0]
    assert sentence.startswith(f"Cài đặt {name}")
    assert f"(môi trường {variable(name)})" in sentence
    assert "Cho phép: " in sentence
    assert told in sentence


@pytest.mark.parametrize(
    "text", ["port = true", "port = 8050.0", "port = '8o5o'", "extra_days_off = [20260101]"]
)
def test_a_value_of_the_wrong_kind_in_the_file_is_refused(text: str) -> None:
    write(text)
    assert "(motcua.toml)" in refusal()


def test_names_of_the_server_reach_its_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable("hosts"), "motcua.quan.vn, motcua")
    ours = load()
    assert ours.hosts == ("motcua.quan.vn", "motcua")
    for name, value in ours.to_environment().items():
        monkeypatch.setenv(name, value)
    assert load().hosts == ours.hosts


@pytest.mark.parametrize(
    ("public_url", "prefix", "whole"),
    [
        ("", "", "http://127.0.0.1:8050/bao-cao"),
        ("https://motcua.quan.vn/", "", "https://motcua.quan.vn/bao-cao"),
        ("http://10.1.2.3:8050", "", "http://10.1.2.3:8050/bao-cao"),
        ("http://[::1]:8050", "", "http://[::1]:8050/bao-cao"),
        ("https://cong.quan.vn/motcua", "/motcua", "https://cong.quan.vn/motcua/bao-cao"),
        ("https://cong.quan.vn", "/motcua", "https://cong.quan.vn/motcua/bao-cao"),
    ],
)
def test_the_public_address_stands_before_a_link(public_url: str, prefix: str, whole: str) -> None:
    ours = load(public_url=public_url, url_prefix=prefix)
    assert ours.address_of(f"{prefix}/bao-cao", "http://127.0.0.1:8050/") == whole


def test_a_browser_may_use_the_public_name() -> None:
    assert "motcua.quan.vn" in load(public_url="https://motcua.quan.vn").served_as()


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_PORT", "x")
    monkeypatch.setenv("MOTCUA_COMPARE", "x")
    assert len(refusal(workers=65).splitlines()) == 3


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"2026-11-21T10:15"', datetime(2026, 11, 21, 10, 15)),
        ("2026-11-21T10:15:00", datetime(2026, 11, 21, 10, 15)),
        ('"2026-11-21"', datetime(2026, 11, 21, 23, 59)),
        ("2026-11-21", datetime(2026, 11, 21, 23, 59)),
        ("2026-11-21T03:15:00Z", datetime(2026, 11, 21, 10, 15)),
        ('"live"', "live"),
    ],
)
def test_as_of_pins_the_clock(written: str, meant: object) -> None:
    write(f"as_of = {written}")
    settings = load()
    assert settings.as_of == meant
    assert settings.is_live == (meant == "live")
    if not settings.is_live:
        assert settings.now() == meant


def test_the_clock_is_local_and_without_offset() -> None:
    assert load().now().tzinfo is None
    assert (
        abs(
            (load(time_zone="UTC").now() - load(time_zone="Asia/Ho_Chi_Minh").now()).total_seconds()
            + 7 * 3600
        )
        < 5
    )


@pytest.mark.parametrize(
    "text", ["2026-04-30, 2026-01-02", '["2026-04-30", "2026-01-02"]', "2026-01-02 2026-04-30"]
)
def test_days_in_a_variable_are_a_list(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_EXTRA_DAYS_OFF", text)
    assert load().extra_days_off == (date(2026, 1, 2), date(2026, 4, 30))


def test_a_day_cannot_be_both_off_and_worked() -> None:
    told = refusal(extra_days_off=[date(2026, 1, 2)], extra_working_days=[date(2026, 1, 2)])
    assert told.startswith(
        "Cài đặt extra_working_days (dòng lệnh) không hợp lệ: ngày 2026-01-02 cũng nằm trong"
    )


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("postgresql://reader:Mk@2026/s3cret@127.0.0.1/db", False),
        ("mysql://u:a@b@h/db?x=1", False),
        ("postgresql://u:p?@s3cret@h/db", False),
        ("postgresql://u:p@[::1]:5432/db", True),
        ("postgresql://u:p@/db?host=/var/run", True),
        ("postgresql://reader@site:mat-khau@127.0.0.1/db", True),
        ("postgresql://reader:Mk%402026%2Fs3cret@127.0.0.1/db?options=a@b@c", True),
        ("duckdb:///C:/a@b@c/mau.duckdb", True),
    ],
)
def test_a_password_whose_rest_a_driver_would_tell_is_refused_unseen(url: str, is_taken: bool) -> None:
    if is_taken:
        assert load(database_url=url).database_url.get_secret_value() == url
        return
    told = refusal(database_url=url)
    assert "%40" in told
    assert not any(part in told for part in ("Mk", "s3cret", "a@b", "2026"))


@pytest.mark.parametrize("name", ["V HỒ SƠ 2026 (mới)", "HS; cũ", "HS#1", "$a$"])
def test_a_name_of_the_source_may_hold_any_sign(name: str) -> None:
    assert load(tables={"dossiers": name}).mapping().table("dossiers") == name


def test_a_key_written_twice_is_called_that(tmp_path: Path) -> None:
    write("port = 1\nport = 2\n")
    assert "một khóa được đặt hai lần" in refusal()


def test_a_link_to_no_file_is_not_taken_for_no_file(tmp_path: Path) -> None:
    Path("motcua.toml").symlink_to(tmp_path / "khong-co.toml")
    assert "Không thấy tệp cài đặt motcua.toml" in refusal()


def test_columns_stand_in_a_section_a_table() -> None:
    write('[columns.dossiers]\ndue_at = "NGAY_HEN"\n[columns.units]\nname = "TEN"')
    mapping = load().mapping()
    assert (mapping.column("dossiers", "due_at"), mapping.column("units", "name")) == ("NGAY_HEN", "TEN")
    assert load().hints() == []


def test_columns_of_the_old_form_are_read_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    write('[columns]\ndossiers.due_at = "NGAY_HEN"\n"units.name" = "TEN"')
    settings = load()
    assert settings.mapping().column("dossiers", "due_at") == "NGAY_HEN"
    assert settings.mapping().column("units", "name") == "TEN"
    assert settings.hints() == [
        'Cài đặt columns (motcua.toml): "units.name" là cách viết cũ, vẫn đọc được; nên viết [columns.units] '
        'rồi name = "TEN".'
    ]
    monkeypatch.setenv("MOTCUA_COLUMNS", '{"dossiers.due_at": "HEN"}')
    assert load().mapping().column("dossiers", "due_at") == "HEN"
    assert "(môi trường MOTCUA_COLUMNS)" in load().hints()[0]
    monkeypatch.setenv("MOTCUA_COLUMNS", '{"dossiers": {"due_at": "HEN"}}')
    assert load().columns == {"dossiers.due_at": "HEN"}
    assert load().hints() == []


def test_a_column_named_in_both_forms_is_told() -> None:
    write('[columns]\n"dossiers.due_at" = "A"\n[columns.dossiers]\ndue_at = "B"')
    assert refusal().startswith(
        'Cài đặt columns (motcua.toml) không hợp lệ: "dossiers.due_at" được khai hai lần'
    )


WORDS = """
[values.state]
4 = "open"
"1" = "left_out"
[values.assisted]
C = true
[values.ratings.level]
"tốt" = "satisfied"
"""


def test_words_of_the_source_are_mapped_by_column_or_by_table_and_column(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(WORDS)
    mapping = load().mapping()
    assert dict(mapping.words("dossiers", "state")) == {"4": "open", "1": "left_out"}
    assert dict(mapping.words("dossiers", "assisted")) == {"C": "true"}
    assert dict(mapping.words("ratings", "level")) == {"tốt": "satisfied"}
    assert mapping.words("procedures", "level") == {}
    monkeypatch.setenv(
        "MOTCUA_VALUES", '{"state": {"9": "finished"}, "ratings": {"level": {"1": "neutral"}}}'
    )
    mapping = load().mapping()
    assert dict(mapping.words("dossiers", "state")) == {"9": "finished"}
    assert dict(mapping.words("ratings", "level")) == {"1": "neutral"}
    assert origin(load(), "values") == "môi trường MOTCUA_VALUES"


def test_zones_are_named_by_column_or_for_a_whole_table(monkeypatch: pytest.MonkeyPatch) -> None:
    write('[zones]\n"dossiers.received_at" = "UTC"\nslips = "session"\ndossiers.due_at = "Asia/Bangkok"')
    mapping = load().mapping()
    assert mapping.zone("dossiers", "received_at") == "UTC"
    assert mapping.zone("slips", "issued_at") == "session"
    assert mapping.zone("dossiers", "due_at") == "Asia/Bangkok"
    assert mapping.zone("dossiers", "finished_at") is None
    monkeypatch.setenv("MOTCUA_ZONES", '{"dossiers.received_at": "session"}')
    assert load().zones == {"dossiers.received_at": "session"}


@pytest.mark.parametrize(
    "written", ["%m/%d/%Y; %d.%m.%Y %H:%M", '["%m/%d/%Y", "%d.%m.%Y %H:%M"]'],
)  # fmt: skip
def test_the_order_of_text_dates_is_a_setting(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().mapping().date_formats == ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
    monkeypatch.setenv("MOTCUA_DATE_FORMATS", written)
    assert load().mapping().date_formats == ("%m/%d/%Y", "%d.%m.%Y %H:%M")


def test_the_years_of_real_days_are_settings() -> None:
    mapping = load(first_year=2000, last_year="2050").mapping()
    assert (mapping.first_year, mapping.last_year) == (2000, 2050)
    assert "năm 1995 trước first_year 2000" in refusal(first_year=2000, last_year=1995)


def test_rules_are_dated_and_exact() -> None:
    write('[[thresholds]]\npercent = "4,5"\nsince = 2026-07-01\ndocument = "CV 9"\n'
          "[[thresholds]]\npercent = 6\ndocument = 'CV 8'")  # fmt: skip
    rules = load().rules()
    assert [(rule.percent, rule.since, rule.document) for rule in rules.threshold] == [
        ("6", None, "CV 8"), ("4.5", date(2026, 7, 1), "CV 9"),
    ]  # fmt: skip
    assert rules.threshold_on(date(2026, 6, 30)).percent == "6"
    assert rules.threshold_on(date(2026, 7, 1)).percent == "4.5"


def test_a_district_replaces_the_rules_of_other_localities() -> None:
    write('[[local_rules]]\nreplaces = "cv_2307"\ndocument = "QĐ 9"\nsince = 2026-11-01\n'
          'unit_consequence = "phê bình"\n[[local_rules]]\nreplaces = "my_duc"\ndocument = "KH 3"')  # fmt: skip
    settings = load()
    assert settings.rules().local == (
        LocalRule("cv_2307", Document("QĐ 9", date(2026, 11, 1), "phê bình")),
        LocalRule("my_duc", Document("KH 3")),
    )
    assert 'replaces = "cv_2307"' in as_toml(settings)
    (row,) = (one for one in explain(settings) if one.name == "local_rules")
    assert row.value == "cv_2307 → QĐ 9 (từ 01/11/2026); my_duc → KH 3"
    told = refusal(local_rules=[{"replaces": "cv_2370", "document": "a"}])
    assert "local_rules[1].replaces" in told
    assert 'Có phải ý bạn là "cv_2307"?' in told
    twice = [{"replaces": "cv_2245", "document": "a"}, {"replaces": "cv_2245", "document": "b"}]
    assert "hai dòng cùng replaces" in refusal(local_rules=twice)


def test_the_near_band_must_lie_below_the_threshold_on_every_day() -> None:
    later = [{"percent": "6", "document": "a"}, {"percent": "4", "since": date(2027, 1, 1), "document": "b"}]
    assert refusal(thresholds=later).startswith(
        "Cài đặt near_bands (mặc định) không hợp lệ: 4% không nhỏ hơn ngưỡng 4% (thresholds)."
    )


def test_variables_of_the_tests_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_TEST_ALL", "1")
    assert load() == Settings()


def test_files_alone_or_beside_a_database() -> None:
    write('[[files]]\npath = "du-lieu/*.xlsx"\n[[files]]\npath = "a.xlsx"\ntable = "slips"\nsheet = "T1"')
    alone = load()
    assert [(one.path, one.table, one.sheet) for one in alone.files] == [
        ("du-lieu/*.xlsx", None, None), ("a.xlsx", "slips", "T1")
    ]  # fmt: skip
    assert alone.source_url is None
    assert load(database_url="sqlite:///x.db").source_url == "sqlite:///x.db"
    write("port = 1")
    assert load().source_url == "duckdb:///var/mau.duckdb"
