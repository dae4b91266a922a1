"""What goes wrong amid hundreds of thousands of rows, in the program as it is served: ``make soak``.

PostgreSQL and MariaDB each hold a large sample, which a program reads through a line and an account of its
own, whole each time. Whatever happens to a reading, readers go on with the last good figures, are told why,
and see the new ones without a hand. MOTCUA_TEST_ROWS=1280000 takes a district of the full size.
"""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from browser.wall import Program
from disks import filled, small_disk
from ports import free_port
from proxies import Line, line_to
from running import cannot_run
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool
from stores import mariadb_url
from waiting import until

from bench import databases
from bench.data import AS_OF, sample_of
from bench.monitor import monitoring
from dashboard.question.working_copy import reader_of
from dashboard.settings.settings import Settings
from dashboard.settings.values import SecretUrl
from queries.copy.engine import open_copy
from queries.copy.generations import Generation, Generations
from queries.copy.verify import verify

pytestmark = pytest.mark.soak

ROWS = int(os.environ.get("MOTCUA_TEST_ROWS", "300000"))
AMID = ROWS // 6
"""So many dossiers have arrived when something happens: more than one part, and most are to come."""
IMPATIENT = Path(__file__).parents[1] / "support" / "impatient.py"
"""The program that is started; never imported here, or all tests of this process would ask as often."""
DISK_MB = 2_000
GONE = 5
"""So many dossiers are deleted at the source for each reading, so that there is something to take."""
MOST_HEALTH = 200
LONGEST = 300


@dataclass(frozen=True)
class Words:
    """What an engine calls things. ``sessions``: those of an account, by the number that ends one."""

    made: str
    dropped: tuple[str, ...]
    sessions: str
    ended: str
    cancelled: str
    locked: tuple[str, ...]


WORDS = {
    "postgresql": Words(
        made="CREATE ROLE {0} LOGIN PASSWORD 'x'",
        dropped=("DROP OWNED BY {0}", "DROP ROLE {0}"),
        sessions="SELECT pid FROM pg_stat_activity WHERE usename = '{0}'",
        ended="SELECT pg_terminate_backend({0})",
        cancelled="SELECT pg_cancel_backend({0})",
        locked=("BEGIN", "LOCK TABLE {0} IN ACCESS EXCLUSIVE MODE"),
    ),
    "mariadb": Words(
        made="CREATE USER {0} IDENTIFIED BY 'x'",
        dropped=("DROP USER {0}",),
        sessions="SELECT id FROM information_schema.processlist WHERE user = '{0}'",
        ended="KILL {0}",
        cancelled="KILL QUERY {0}",
        locked=("LOCK TABLES {0} WRITE",),
    ),
}


class Database:
    """A large sample in one engine, as its owner changes it, and the account that may read it."""

    def __init__(self, engine: str, database: databases.Database) -> None:
        self.words, self.sample = WORDS[engine], database.sample
        self.account = f"motcua_amid_{os.getpid()}"
        self.url = make_url(database.url)
        self._owner = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._codes = self.sample.newest(100 * GONE)
        self._loaded_at = AS_OF

    def run(self, *statements: str) -> None:
        with self._owner.connect() as conn:
            for one in statements:
                conn.exec_driver_sql(one)

    def asked(self, statement: str) -> list[Any]:
        with self._owner.connect() as conn:
            return list(conn.exec_driver_sql(statement).scalars())

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        with self._owner.connect() as conn:
            for one in self.words.locked:
                conn.exec_driver_sql(one.format(table))
            yield
            conn.invalidate()

    def open(self) -> None:
        """Let the account read; of changed dossiers nothing is known, so that all are read each time."""
        self.run("ALTER TABLE dossiers DROP COLUMN updated_at", self.words.made.format(self.account))
        for table in self.sample.tables:
            self.grant(table)

    def close(self) -> None:
        self.run(*(one.format(self.account) for one in self.words.dropped))

    def grant(self, table: str) -> None:
        self.run(f"GRANT SELECT ON {table} TO {self.account}")

    def revoke(self, table: str) -> None:
        self.run(f"REVOKE SELECT ON {table} FROM {self.account}")

    def rename(self, table: str, name: str) -> None:
        self.run(f"ALTER TABLE {table} RENAME TO {name}")

    def sessions(self) -> list[int]:
        return self.asked(self.words.sessions.format(self.account))

    def load(self) -> None:
        self._loaded_at += timedelta(minutes=1)
        self.run(f"UPDATE loads SET loaded_at = '{self._loaded_at}'")

    def change(self) -> None:
        gone, self._codes = self._codes[:GONE], self._codes[GONE:]
        codes = ", ".join(f"'{one}'" for one in gone)
        self.run(f"DELETE FROM dossiers WHERE dossier_code IN ({codes})")
        self.load()


class District:
    """The program over such a database. ``figures``, ``generation``: what is shown since the last good one."""

    figures: Any
    generation: Generation

    def __init__(self, database: Database, line: Line, url: str, folder: Path) -> None:
        self.database, self.line, self.url = database, line, url
        self.disk, self.log = folder / "disk", folder / "log"
        self.copy_folder = self.disk / "copy"
        self.generations = Generations(self.copy_folder)
        self.program = Program(
            url, free_port(), copy_folder=str(self.copy_folder), health_port=str(free_port()),
            source_silence_seconds="5", source_lock_seconds="2", read_time_percent="100", refresh_minutes="1440",
            compare_hour=str((datetime.now().hour + 12) % 24),
        )  # fmt: skip
        self._tries = 0

    def start(self) -> None:
        self.program.start(IMPATIENT, self.log)

        def is_ready() -> bool:
            with suppress(OSError):  # 503 until there is a copy
                return bool(self._get("/readyz"))
            return False

        until(is_ready, LONGEST)
        self._look()

    def _look(self) -> None:
        self.figures, self.generation = self._shown()
        self._tries = self.generations.state().tries

    def _shown(self) -> tuple[Any, Generation]:
        current = self.generations.current()
        assert current is not None
        return self._get("/api/v1/on-time"), current

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.program.address}{path}", timeout=60) as answer:
            text = answer.read().decode()
        return json.loads(text) if "json" in answer.headers["content-type"] else text

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Ask for health all the while; nothing unforeseen may be on standard error."""
        ports = [self.program.port, int(self.program.settings["health_port"])]
        with monitoring(ports, every=0.1) as heard:
            yield
        slowest = max(max(one) for one in heard.times.values())
        print(f"  /healthz {slowest:.0f} ms at most")
        for line in self.log.read_text("utf-8").splitlines():
            assert "trace" not in json.loads(line), line
        assert slowest < MOST_HEALTH

    def reads(self) -> None:
        """Have something new at the source, and wait until the program is amid reading it."""
        self.database.change()
        self.is_amid()

    def is_amid(self) -> None:
        def has_come() -> bool:
            table, rows = self.generations.progress() or ("", 0)
            return table == "dossiers" and rows >= AMID

        until(has_come, LONGEST)

    def goes_on(self, kind: str, told: str) -> None:
        """The last good figures stand, and everybody is told since when and why."""

        def last() -> Any:
            return self._get("/readyz")["last_try"]

        until(lambda: self.generations.state().tries > self._tries, LONGEST)
        self._tries = self.generations.state().tries
        until(lambda: last()["result"] == kind and told in last()["reason"], 10)
        found = last()
        print(f"  {kind}: {found['reason']}")
        since = datetime.fromisoformat(found["failing_since"])
        sentence = f"Số liệu chưa cập nhật được từ {since:%H:%M ngày %d/%m/%Y}: {found['reason']}"
        assert sentence in unescape(self._get("/"))
        assert sentence in self._get("/man-hinh/so-lieu")["problems"]
        assert self._shown() == (self.figures, self.generation)

    def takes(self) -> None:
        """The new figures come by themselves; what is then there is what the source holds."""
        before, began = self.generation, time.monotonic()
        until(lambda: self._shown()[1].number > before.number, LONGEST)
        until(lambda: self._get("/readyz")["last_try"]["result"] in ("taken", "nothing_new"))
        until(lambda: self._get("/api/v1/on-time") != self.figures)
        print(f"  taken after {time.monotonic() - began:.0f} s")
        self._look()
        assert self.generation.measures.dossiers == self.database.asked("SELECT count(*) FROM dossiers")[0]


@pytest.fixture(scope="module", params=["postgresql", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def district(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    folder = tmp_path_factory.mktemp("amid")
    if request.param == "mariadb" and mariadb_url() is None:
        cannot_run("MariaDB", "không có máy chủ")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as opened:
        if request.param == "postgresql":
            patch.setenv("MOTCUA_TEST_POSTGRESQL", request.getfixturevalue("postgresql_url"))
        made = opened.enter_context(databases.filled(request.param, sample_of(ROWS)))
        opened.enter_context(small_disk(folder / "disk", DISK_MB))
        database = Database(request.param, made)
        opened.callback(database.close)
        database.open()
        url = database.url.set(username=database.account, password="x")
        line, through = opened.enter_context(line_to(url))
        one = District(database, line, through.render_as_string(hide_password=False), folder)
        opened.callback(one.program.kill)
        one.start()
        yield one


def test_a_line_cut_and_a_line_held_still(district: District) -> None:
    with district.at_work():
        district.reads()
        district.line.cut_after(0)
        district.goes_on("unreadable", "mất kết nối với máy chủ")
        district.line.mend()
        district.is_amid()
        district.line.hold_still_after(0)
        district.goes_on("unreadable", "quá 5 giây không có gì trả lời")
        district.line.mend()
        district.takes()


def test_the_refresh_killed(district: District) -> None:
    with district.at_work():
        district.reads()
        children = psutil.Process(district.program.process_id).children(recursive=True)
        [process] = [one for one in children if "dashboard.question.apart" in one.cmdline()]
        os.kill(process.pid, signal.SIGKILL)
        district.goes_on("unwritable", "dừng giữa chừng (mã -9)")
        district.takes()


def test_the_session_ended_and_the_statement_cancelled_by_the_server(district: District) -> None:
    with district.at_work():
        district.reads()
        for one in district.database.sessions():
            district.database.run(district.database.words.ended.format(one))
        district.goes_on("unreadable", "máy chủ")
        district.is_amid()
        for one in district.database.sessions():
            district.database.run(district.database.words.cancelled.format(one))
        district.goes_on("unreadable", "dừng")
        district.takes()


def test_rights_revoked_before_and_amid(district: District) -> None:
    with district.at_work():
        district.database.revoke("dossiers")
        district.database.change()
        district.goes_on("unreadable", "«dossiers», hoặc tài khoản không được đọc")
        district.database.grant("dossiers")
        district.is_amid()
        district.database.revoke("slips")
        district.goes_on("unreadable", "tài khoản không được đọc bảng này")
        district.database.grant("slips")
        district.takes()


def test_a_table_renamed_before_and_amid(district: District) -> None:
    with district.at_work():
        district.database.rename("dossiers", "dossiers_away")
        district.database.load()
        district.goes_on("unreadable", "Không có bảng hồ sơ «dossiers»")
        district.database.rename("dossiers_away", "dossiers")
        district.database.change()
        district.is_amid()
        district.database.rename("slips", "slips_away")
        district.goes_on("unreadable", "thiếu bảng hoặc cột")
        district.database.rename("slips_away", "slips")
        district.takes()


def test_a_table_locked_before_and_amid(district: District) -> None:
    with district.at_work():
        district.database.change()
        with district.database.locked("dossiers"):
            district.goes_on("unreadable", "đang bị chương trình khác khóa")
        district.is_amid()
        with district.database.locked("slips"):
            district.goes_on("unreadable", "đang bị chương trình khác khóa")
        district.takes()


def test_a_table_loaded_anew_amid_the_rows(district: District) -> None:
    """Another in its place, then emptied: loaders do both, and neither heeds the snapshot of a reader."""
    with district.at_work():
        district.database.run("CREATE TABLE slips_new AS SELECT * FROM slips")
        district.database.grant("slips_new")
        district.reads()
        district.database.rename("slips", "slips_old")
        district.database.rename("slips_new", "slips")
        district.takes()
        district.reads()
        district.database.run("TRUNCATE TABLE slips")
        if district.database.words is WORDS["mariadb"]:
            district.goes_on("unreadable", "bảng vừa được nạp lại giữa lúc đọc")
        district.goes_on("refused", "còn 0 dòng")
        district.database.run("INSERT INTO slips SELECT * FROM slips_old", "DROP TABLE slips_old")
        district.database.load()
        district.takes()


def test_half_a_load(district: District) -> None:
    with district.at_work():
        district.database.rename("dossiers", "dossiers_all")
        half = f"SELECT * FROM dossiers_all LIMIT {ROWS // 2}"
        district.database.run(f"CREATE TABLE dossiers AS {half}")
        district.database.grant("dossiers")
        district.database.load()
        district.goes_on("refused", "giới hạn 10%")
        district.database.run("DROP TABLE dossiers")
        district.database.rename("dossiers_all", "dossiers")
        district.database.change()
        district.takes()


def test_the_disk_full(district: District) -> None:
    with district.at_work():
        district.reads()
        with filled(district.disk):
            district.goes_on("unwritable", "đĩa đầy")
        district.takes()


def test_after_all_that_the_copy_is_what_the_source_holds(district: District) -> None:
    settings = Settings(database_url=SecretUrl(district.url), copy_folder=str(district.copy_folder))
    source = reader_of(settings).source
    assert source is not None
    engine = open_copy(district.generation.path)
    with engine.connect() as conn:
        assert verify(conn, source, settings.mapping(), zone=settings.time_zone).differences == ()
    engine.dispose()
    assert len(district.database.sessions()) <= 1, "no session of a broken reading is left"
