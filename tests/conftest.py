"""What every test may ask for: the four engines, and the count of what could not run."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from checked import place  # noqa: F401 - a fixture
from clean_copies import CleanCopy, DuckDBFile, DuckDBMemory, PostgreSQLSchema
from hypothesis import settings
from running import NOT_RUN, cannot_run
from stores import DuckDB, MariaDB, PostgreSQL, SQLite, Store, mariadb_url
from temporary_postgresql import temporary_postgresql

# The same examples every time: a change is what breaks a build, not luck. A person hunting for
# more sets HYPOTHESIS_PROFILE=search; `make soak` draws more ("length").
settings.register_profile("same", derandomize=True)
settings.register_profile("length", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print "không chạy: N kiểm thử MariaDB (không có máy chủ)", one line a reason."""
    counted: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        _, mark, rest = reason.partition(f"{NOT_RUN}: ")
        if mark:
            counted[rest] += 1
    for rest, n in counted.items():
        terminalreporter.write_line(f"{NOT_RUN}: {n} {rest}", yellow=True)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL: MOTCUA_TEST_POSTGRESQL, else a server of our own."""
    given = os.environ.get("MOTCUA_TEST_POSTGRESQL")
    if given:
        yield given
        return
    with temporary_postgresql() as url:
        yield url


ENGINES = ("duckdb", "sqlite", "postgresql", pytest.param("mariadb", marks=pytest.mark.mariadb))


@pytest.fixture(scope="session", params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The contract's tables in each engine in turn; kept for the session, so fill it before reading."""
    opened: Store
    if request.param == "postgresql":
        opened = PostgreSQL(request.getfixturevalue("postgresql_url"))
    elif request.param == "mariadb":
        url = mariadb_url()
        if url is None:
            cannot_run("MariaDB", "không có máy chủ")
        opened = MariaDB(url)
    else:
        opened = (DuckDB if request.param == "duckdb" else SQLite)(tmp_path_factory.mktemp(request.param))
    yield opened
    opened.close()


COPIES = [("duckdb", "here"), ("duckdb", "elsewhere"), ("postgresql", "here")]
if settings.get_current_profile_name() == "length":
    # That another moment's rows are those built for it, tests/courses holds of both engines; what is asked
    # of them is then the same, and takes PostgreSQL a third of all the time of these tests.
    COPIES.append(("postgresql", "elsewhere"))


@pytest.fixture(scope="session", params=COPIES, ids="-".join)
def copy(request: pytest.FixtureRequest) -> Iterator[CleanCopy]:
    """Clean rows on each engine that is asked; "elsewhere": courses built for another moment than asked."""
    engine, where = request.param
    yield from _clean_copy(request, engine, is_elsewhere=where == "elsewhere")


@pytest.fixture(scope="session", params=["duckdb", "postgresql"])
def here(request: pytest.FixtureRequest) -> Iterator[CleanCopy]:
    """The same, courses built for the moment asked unless a test says for which."""
    yield from _clean_copy(request, request.param, is_elsewhere=False)


def _clean_copy(request: pytest.FixtureRequest, engine: str, *, is_elsewhere: bool) -> Iterator[CleanCopy]:
    opened: CleanCopy
    if engine == "duckdb":
        opened = DuckDBMemory(is_elsewhere=is_elsewhere)
    else:
        opened = PostgreSQLSchema(request.getfixturevalue("postgresql_url"), is_elsewhere=is_elsewhere)
    yield opened
    opened.close()


@pytest.fixture(params=["here", "elsewhere"])
def file_copy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CleanCopy]:
    """Clean rows in a generation's file, opened read-only as readers do."""
    opened = DuckDBFile(tmp_path, is_elsewhere=request.param == "elsewhere")
    yield opened
    opened.close()
