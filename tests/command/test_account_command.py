"""``motcua account``: it prints SQL and nothing else, by the names of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from alone import no_settings  # noqa: F401 - a fixture
from click.testing import CliRunner, Result

from dashboard.command import program as command
from queries.source.account import account_sql
from queries.source.mapping import SourceMapping

pytestmark = pytest.mark.usefixtures("no_settings")
PLAIN = SourceMapping()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command.program, ["account", *arguments], prog_name="motcua")


def test_it_prints_what_is_asked_for() -> None:
    result = run("PostgreSQL", "--schema", "mc", "--reader", "doc")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == account_sql("postgresql", PLAIN, schema="mc", reader="doc")


def test_it_goes_by_the_settings_where_nothing_is_asked_for(tmp_path: Path) -> None:
    settings = tmp_path / "motcua.toml"
    settings.write_text(
        'database_url = "mysql+pymysql://a:b@h/mot_cua"\n[tables]\ndossiers = "v_hs"\n', "utf-8"
    )
    mapping = SourceMapping.of_settings(tables={"dossiers": "v_hs"})
    assert run().stdout == account_sql("mariadb", mapping, schema="mot_cua")
    assert "b@h" not in run().output
    settings.write_text('database_url = "postgresql+psycopg://a:b@h/csdl"\n', "utf-8")
    assert run().stdout == account_sql("postgresql", PLAIN, schema="motcua")
    settings.write_text('database_url = "postgresql+psycopg://a:b@h/csdl"\nschema = "mc"\n', "utf-8")
    assert run().stdout == account_sql("postgresql", PLAIN, schema="mc")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("duckdb",), "Chưa có SQL tạo tài khoản cho “duckdb”; có cho mariadb, mssql, oracle, postgresql."),
        (("mariadb", "--reader", "a'b"), "“a'b” không dùng làm tên được: chỉ chữ, số, dấu cách, _, $ và -."),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
