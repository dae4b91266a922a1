"""The settings shown: to a person, to a worker, in a file, in the documents, and never a password."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alone import no_settings  # noqa: F401 - a fixture
from hypothesis import given
from hypothesis import strategies as st

from dashboard.command.documents import documents, main, stale
from dashboard.settings.explained import as_toml, explain
from dashboard.settings.settings import Settings, SettingsError, load, names
from queries.contract import CONTRACT
from queries.source.masking import mask

SECRET = "mật@khẩu/rất:dài"
ADDRESS = "postgresql+psycopg://doc:m%40tkhau@db.huyen.vn:5432/motcua"

pytestmark = pytest.mark.usefixtures("no_settings")


def values(settings: Settings) -> dict[str, Any]:
    """Every value, passwords too; equality of Settings would compare where they came from."""
    return {field: getattr(settings, field) for field in Settings.model_fields}


@pytest.mark.parametrize(
    "address",
    [
        f"postgres://doc:{SECRET}@h/d",
        f"postgresql+psycopg://doc:{SECRET}@h:cổng/d",
        f"doc:{SECRET}@h",
        f"postgresql+psycopg:/doc:{SECRET}@h",
        f"nosuch://h/d?sslmode=x&password={SECRET}",
        f"nosuch://doc:{SECRET} có dấu cách {SECRET}@h",
    ],
)
def test_no_error_shows_a_password(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", address)
    with pytest.raises(SettingsError) as caught:
        load(secret_key="ngắn quá")
    assert SECRET not in str(caught.value)
    assert "ngắn quá" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_view_of_the_settings_shows_a_password() -> None:
    settings = load(database_url=ADDRESS, secret_key="k" * 20)
    seen = [repr(settings), str(settings), settings.model_dump_json(), as_toml(settings)]
    seen += [str(row) for row in explain(settings)]
    assert not any("tkhau" in one or "kkkk" in one for one in seen)
    assert str(settings.database_url) == "postgresql+psycopg://doc:***@db.huyen.vn:5432/motcua"
    assert settings.database_url.get_secret_value() == ADDRESS


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_masked_hides_any_password(password: str) -> None:
    mark = f"«{password}»"
    assert mark not in mask(f"lỗi: mysql+pymysql://u:{mark}@h/d không mở được")


def test_an_address_without_password_is_shown_whole() -> None:
    for address in ("duckdb:///var/mau.duckdb", "postgresql+psycopg://h:5432/d", "mysql://u@h/d"):
        assert mask(address) == address


FULL: dict[str, Any] = {
    "database_url": ADDRESS,
    "files": [{"path": 'du liệu/"hồ sơ"*.xlsx'}, {"path": "a.csv", "table": "slips", "sheet": "T 1"}],
    "schema": 'lạ "thường"',
    "tables": {"dossiers": "V_HS"},
    "columns": {"dossiers.due_at": "NGAY HẸN", "units.name": "TÊN"},
    "values": {"state": {"4": "open", 'lạ "lắm"': "left_out"}, "ratings.level": {"tốt": "satisfied"}},
    "zones": {"dossiers.received_at": "UTC", "slips": "session"},
    "date_formats": ["%m/%d/%Y"],
    "first_year": 2000,
    "last_year": 2050,
    "copy_folder": "bản sao",
    "district_name": "Quận Mẫu",
    "time_zone": "UTC",
    "as_of": datetime(2026, 11, 21, 10, 15),
    "local_rules": [
        {
            "replaces": "cv_2307",
            "document": "QĐ 9",
            "since": date(2026, 11, 1),
            "unit_consequence": "phê bình",
            "official_consequence": "nhắc nhở",
        }
    ],
    "thresholds": [
        {"percent": "4.5", "since": date(2026, 1, 1), "document": "CV 1"},
        {"percent": "5", "document": "CV 2"},
    ],
    "near_bands": [{"percent": "3", "document": "nội bộ"}],
    "form_ii06a": [
        {
            "code": "II.06a/BTP",
            "title": "TÊN",
            "recipient": "Sở Tư pháp",
            "document": "TT 1",
            "since": date(2026, 3, 1),
        },
    ],
    "closed_count_on_time": True,
    "late_rate_basis": "D",
    "compare": "moment",
    "cutoff_day": 21,
    "due_soon_working_days": 3,
    "extra_days_off": [date(2026, 1, 2)],
    "extra_working_days": [date(2026, 1, 10)],
    "online_target": "62.5",
    "late_apology_days": 2,
    "expected_age_minutes": 60,
    "wall_scene_seconds": 45,
    "statement_timeout_seconds": 5,
    "cache_seconds": 0,
    "kept_generations": 5,
    "refresh_minutes": 7,
    "compare_hour": 3,
    "read_time_percent": 9,
    "read_rows_per_second": 5000,
    "refresh_memory_mb": 900,
    "writing_account": True,
    "source_connect_seconds": 6,
    "source_silence_seconds": 61,
    "source_lock_seconds": 11,
    "source_table_seconds": 3601,
    "loads_of": {"Kiosk: quầy 1": "ratings"},
    "refuse_no_dossiers": False,
    "refuse_table_down_percent": 11,
    "refuse_dossiers_up_percent": 51,
    "refuse_empty_up_points": 12,
    "refuse_future_percent": 2,
    "refuse_unknown_units_percent": 3,
    "refuse_as_of_back_hours": 25,
    "refuse_clock_apart_minutes": 121,
    "refuse_least_rows": 6,
    "host": "0.0.0.0",
    "port": 9000,
    "workers": 4,
    "hosts": ("motcua.quan.vn",),
    "lists_per_hour": 50,
    "health_host": "0.0.0.0",
    "health_port": 9001,
    "url_prefix": "/motcua",
    "public_url": "https://cong.quan.vn/motcua",
    "accounts_file": "tai-khoan.sqlite",
    "issued_file": "so-phieu.sqlite",
    "audit_folder": "nhat-ky",
    "audit_months": 36,
    "session_hours": 8,
    "session_idle_minutes": 30,
    "trusted_proxies": ["127.0.0.1", "10.1.0.0/24"],
    "proxy_user_header": "X-Remote-User",
    "oidc_issuer": "https://dang-nhap.example",
    "oidc_client_id": "motcua",
    "oidc_client_secret": "kin",
    "oidc_name_claim": "email",
    "smtp_host": "thu.quan.vn",
    "smtp_port": 465,
    "smtp_tls": "implicit",
    "smtp_ca_file": "ca.pem",
    "smtp_user": "motcua",
    "smtp_password": "kín như bưng",
    "smtp_password_file": "mat-khau",
    "mail_from": "motcua@quan.vn",
    "mail_most_mb": 5,
    "secret_key": "k" * 20,
}


def test_the_environment_carries_every_setting_to_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(FULL) == set(names())
    settings = load(**FULL)
    assert all(one != values(Settings())[name] for name, one in values(settings).items())
    for key, value in settings.to_environment().items():
        monkeypatch.setenv(key, value)
    assert values(load()) == values(settings)


def test_a_worker_begun_later_reads_the_file_as_it_is_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command line said goes before the file, as it did for the server."""
    Path("motcua.toml").write_text('district_name = "Quận Một"\nport = 1\n', "utf-8")
    monkeypatch.setenv("MOTCUA_CUTOFF_DAY", "21")
    for key, value in load(port="8060").to_environment().items():
        monkeypatch.setenv(key, value)
    Path("motcua.toml").write_text('district_name = "Quận Hai"\nport = 2\n', "utf-8")
    later = load()
    assert (later.district_name, later.port, later.cutoff_day) == ("Quận Hai", 8060, 21)


def test_the_file_it_prints_gives_the_same_settings() -> None:
    without_secrets = {
        key: one
        for key, one in FULL.items()
        if key not in ("database_url", "secret_key", "oidc_client_secret", "smtp_password")
    }
    settings = load(**without_secrets, database_url="sqlite:///tệp.db")
    Path("motcua.toml").write_text(as_toml(settings), "utf-8")
    assert values(load()) == values(settings)


def test_the_file_it_prints_holds_every_setting_as_a_comment() -> None:
    text = as_toml(Settings())
    assert tomllib.loads(text) == {}
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    bare = [line for line in lines if "=" in line or line.startswith("[")]
    for name in names():
        assert any(line.startswith((f"{name} = ", f"[{name}]", f"[[{name}]]")) for line in bare), name


def test_every_setting_says_what_it_is() -> None:
    for row in explain(Settings()):
        assert row.help.endswith("."), row.name
        assert row.allowed, row.name
        assert row.variable == f"MOTCUA_{row.name.upper()}"


def test_the_documents_are_up_to_date() -> None:
    assert stale() == []


def test_documents_are_written_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "docs"
    assert main(["--check"], folder) == 1
    assert main([], folder) == 0
    assert main(["--check"], folder) == 0
    (folder / "contract.md").write_text("sửa tay", "utf-8")
    assert stale(folder) == ["contract.md"]
    assert "docs/contract.md đã cũ" not in capsys.readouterr().out


def test_the_documents_name_everything() -> None:
    texts = documents()
    assert all(f"`{name}`" in texts["settings.md"] for name in names())
    assert all(
        f"`{column.name}`" in texts["contract.md"] for table in CONTRACT.values() for column in table.columns
    )
