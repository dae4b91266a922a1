"""What is not there, what is broken and what passes by itself are three things; and nobody waits for ever."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import literal, select, text
from sqlalchemy.engine import URL, make_url
from stores import DuckDB, SQLite, Store

from queries.source import patience as engine_patience
from queries.source.driver_words import cause_of
from queries.source.engine import DatabaseUnavailable, DataUnreadable, open_engine, reading

ONLY_POSTGRESQL = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
ONLY_SERVERS = pytest.mark.parametrize(
    "store", ["postgresql", pytest.param("mariadb", marks=pytest.mark.mariadb)], indirect=True
)
ROWS = {"units": [{"unit_code": "P1", "name": "Phường 1", "kind": "ward"}], "slips": []}


# a line that is kept and says nothing


class Proxy:
    """Something between us and a server that stops forwarding, and goes on taking what is sent."""

    def __init__(self, server: URL) -> None:
        self._server, self.stalled = server, threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> URL:
        port = self._listener.getsockname()[1]
        query = {name: value for name, value in self._server.query.items() if name != "host"}
        return self._server.set(host="127.0.0.1", port=port, query=query)

    def _connect(self) -> socket.socket:
        folder = self._server.query.get("host")
        if folder:
            line = socket.socket(socket.AF_UNIX)
            line.connect(str(Path(str(folder)) / f".s.PGSQL.{self._server.port or 5432}"))
            return line
        return socket.create_connection((self._server.host or "127.0.0.1", self._server.port or 5432))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                there = self._connect()
                self._open += [here, there]
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._forward, args=(one, other), daemon=True).start()

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        is_old = not self.stalled.is_set()
        with suppress(OSError):
            while data := one.recv(65_536):
                if is_old and self.stalled.is_set():
                    continue
                other.sendall(data)

    def close(self) -> None:
        for one in (self._listener, *self._open):
            one.close()


@pytest.fixture
def proxy(store: Store) -> Iterator[Proxy]:
    made = Proxy(store.url)
    yield made
    made.close()


@ONLY_POSTGRESQL
def test_a_line_that_is_kept_but_says_nothing_is_given_up(
    store: Store, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_patience, "PING_SECONDS", 0.4)
    monkeypatch.setattr(engine_patience, "GRACE_SECONDS", 0.4)
    store.fill(ROWS)
    engine = open_engine(proxy.url, statement_timeout_seconds=0.4)
    with reading(engine) as conn:
        assert conn.scalar(select(literal(1))) == 1
        proxy.stalled.set()
        began = time.monotonic()
        with pytest.raises(Exception, match=r"closed|lost|EOF|terminat"):
            conn.scalar(select(literal(2)))
        assert time.monotonic() - began < 5
    proxy.stalled.clear()
    with reading(engine) as conn:
        assert conn.scalar(select(literal(3))) == 3
    proxy.stalled.set()  # what lies in the pool is dead; a new line is made
    began = time.monotonic()
    with reading(engine) as conn:
        assert conn.scalar(select(literal(4))) == 4
    assert time.monotonic() - began < 5
    engine.dispose()


# in Vietnamese, with what to change


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ('FATAL:  password authentication failed for user "x"', "sai tài khoản hoặc mật khẩu"),
        ("(1045, \"Access denied for user 'root'@'127.0.0.1' (using password: YES)\")", "sai tài khoản"),
        ('FATAL:  database "x" does not exist', "không có cơ sở dữ liệu tên này"),
        ("(1049, \"Unknown database 'x'\")", "không có cơ sở dữ liệu tên này"),
        ("[Errno -2] Name or service not known", "không tìm thấy máy chủ"),
        ("connection to server failed: Connection refused", "chưa chạy, sai cổng"),
        ("(2003, \"Can't connect to MySQL server on '127.0.0.1'\")", "chưa chạy, sai cổng"),
        ("connection timeout expired", "không trả lời kịp"),
        ("canceling statement due to statement timeout", "quá lâu nên bị dừng"),
        ("IO Error: Could not set lock on file: Conflicting lock is held", "chương trình khác khóa"),
        ("database is locked", "chương trình khác khóa"),
        ("unable to open database file", "không được phép mở tệp"),
        ("file is not a database", "tệp hỏng"),
        ("Loading external extensions is disabled through configuration", "tệp hỏng"),
        ('date/time field value out of range: "30/02/2026"', "không đọc được"),
    ],
)
def test_the_usual_reasons_are_said_in_vietnamese(line: str, cause: str) -> None:
    assert cause in cause_of(line)


def test_what_is_none_of_them_is_told_as_it_is() -> None:
    assert cause_of("something quite new") == ""


@ONLY_POSTGRESQL
def test_a_value_that_cannot_be_read_is_no_server_that_is_away(store: Store) -> None:
    store.fill(ROWS)
    with pytest.raises(DataUnreadable, match="không đọc được") as caught, reading(store.engine) as conn:
        conn.execute(text("SELECT CAST('30/02/2026' AS date)"))
    assert "motcua check" in caught.value.told


def test_a_file_of_another_engine_says_what_it_is_not(tmp_path: Path) -> None:
    lite = SQLite(tmp_path)
    lite.fill(ROWS)
    for url in (f"duckdb:///{lite.path}", f"sqlite:///{tmp_path / 'x.duckdb'}"):
        if url.endswith("x.duckdb"):
            (tmp_path / "d").mkdir()
            duck = DuckDB(tmp_path / "d")
            duck.fill(ROWS)
            duck.close()
            duck.path.rename(tmp_path / "x.duckdb")
        engine = open_engine(make_url(url))
        with pytest.raises(DatabaseUnavailable, match="không phải tệp của loại"), reading(engine) as conn:
            conn.execute(text("SELECT count(*) FROM sqlite_master"))
        engine.dispose()
    lite.close()
