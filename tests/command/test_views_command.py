"""``motcua views``: it prints SQL and nothing else, asks no source, and says what it does not have."""

from __future__ import annotations

import pytest
from alone import no_settings  # noqa: F401 - a fixture
from click.testing import CliRunner, Result

from dashboard.command import program as command
from queries.source.systems import SYSTEMS, Wanted, sql_of

pytestmark = pytest.mark.usefixtures("no_settings")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command.program, ["views", *arguments], prog_name="motcua")


@pytest.mark.parametrize(
    ("arguments", "name", "engine", "wanted", "what"),
    [
        (("epar",), "epar", "mariadb", Wanted(), "views"),
        (("EPAR", "--from", "r3", "--to", "mc", "--reader", "doc", "--nightly", "--slips"), "epar", "mariadb",
         Wanted("r3", "mc", "doc", is_nightly=True, has_slips=True), "views"),
        (("opencps", "--engine", "postgresql", "--site", "55301"), "opencps", "postgresql",
         Wanted(site=55301), "views"),
        (("epar", "--compare"), "epar", "mariadb", Wanted(), "compare"),
    ],
)  # fmt: skip
def test_sql_is_printed_as_it_is_asked_for(
    arguments: tuple[str, ...], name: str, engine: str, wanted: Wanted, what: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 0
    assert result.stdout == sql_of(SYSTEMS[name], engine, wanted, what=what)
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Nêu phần mềm một cửa; có cho: epar (e-PAR (R3)), opencps (OpenCPS v2)."),
        (("igate",), "Chưa có view soạn sẵn cho “igate”; có cho: epar (e-PAR (R3)), opencps (OpenCPS v2)."),
        (("opencps", "--nightly"), "SQL của OpenCPS v2 không có phần bảng nạp hằng đêm."),
        (("epar", "--to", "a b"), "“a b” không dùng làm tên được: chỉ chữ không dấu, số, _, $ và -."),
    ],
)
def test_what_there_is_not_is_told(arguments: tuple[str, ...], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"{sentence} Xem: motcua views --help\n"
