"""A PostgreSQL database of our own, and the account that may only read it.

The owner is who a district's database administrator would be; the dashboard is only
ever given the reader. Database and reader are dropped at the end, however it ends.
"""

from __future__ import annotations

import importlib
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import errors, sql
from sqlalchemy.engine import URL, make_url

from queries.contract import CONTRACT, Kind

ROOT = Path(__file__).resolve().parent.parent
GIVEN = "MOTCUA_TEST_POSTGRESQL"
USUAL = "postgresql://postgres@127.0.0.1:5432/postgres"

_TYPES: dict[Kind, LiteralString] = {
    Kind.TEXT: "text", Kind.NUMBER: "integer", Kind.DECIMAL: "numeric(18,4)",
    Kind.BOOLEAN: "boolean", Kind.DAY: "date",
    Kind.MOMENT: "timestamp",
}  # fmt: skip


class Database:
    """The database as its administrator sees it."""

    def __init__(self, owner: psycopg.Connection[tuple[Any, ...]], url: URL) -> None:
        self.owner = owner
        self.url = url
        """What the dashboard connects with: the reader's account."""

    @property
    def version(self) -> str:
        """The server's version."""
        return self.owner.info.parameter_status("server_version") or ""

    def run(self, statements: str) -> None:
        """Run our own SQL, one or many statements, as the administrator."""
        self.owner.execute(statements.encode())

    def load_csv(self, table: sql.Identifier, path: Path) -> None:
        """Copy a CSV file with a heading line into a table; empty cells become NULL."""
        copy = sql.SQL("COPY {} FROM STDIN (FORMAT csv, HEADER true)").format(table)
        with self.owner.cursor() as cursor, cursor.copy(copy) as target:
            target.write(path.read_bytes())

    def make_contract(self, schema: str) -> None:
        """Make the nine tables of the contract, empty, in a schema of their own."""
        self.owner.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        for one in CONTRACT.values():
            columns = sql.SQL(", ").join(
                sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(_TYPES[column.kind]))
                for column in one.columns
            )
            self.owner.execute(
                sql.SQL("CREATE UNLOGGED TABLE {} ({})").format(sql.Identifier(schema, one.name), columns)
            )

    def open_to_reader(self, schema: str) -> None:
        """Let the reader read what is in a schema now: SELECT, and nothing else."""
        inside, reader = sql.Identifier(schema), sql.Identifier(self.url.username or "")
        self.owner.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(inside, reader))
        self.owner.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(inside, reader))
        self.owner.execute("ANALYZE")

    def refused(self, statements: tuple[LiteralString, ...]) -> list[str]:
        """Give which statements the server refuses the reader for want of a right."""
        refused = []
        with psycopg.connect(_libpq(self.url), autocommit=True) as reader:
            for one in statements:
                try:
                    reader.execute(one)
                except errors.InsufficientPrivilege:
                    refused.append(one)
        return refused


@contextmanager
def database() -> Iterator[Database]:
    """Give a new database on the first server there is, and drop it afterwards."""
    name = f"motcua_accept_{os.getpid()}_{secrets.token_hex(3)}"
    new, password = sql.Identifier(name), secrets.token_urlsafe(16)
    with ExitStack() as stack:
        server = make_url(stack.enter_context(_server()))
        admin = stack.enter_context(psycopg.connect(_libpq(server), autocommit=True))
        # Undone in reverse: the role can go once the database that gave it rights is gone.
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(new, sql.Literal(password)))
        stack.callback(admin.execute, sql.SQL("DROP ROLE {}").format(new))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(new))
        stack.callback(admin.execute, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(new))
        ours = server.set(drivername="postgresql+psycopg", database=name)
        owner = stack.enter_context(psycopg.connect(_libpq(ours), autocommit=True))
        owner.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        owner.execute("SET synchronous_commit = off")
        yield Database(owner, ours.set(username=name, password=password))


@contextmanager
def _server() -> Iterator[str]:
    """Give a server's address: the given one, the usual one if it answers, else one of our own."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    try:
        psycopg.connect(USUAL, connect_timeout=2).close()
    except psycopg.OperationalError:
        with _temporary_postgresql() as url:
            yield url
    else:
        yield USUAL


def _temporary_postgresql() -> AbstractContextManager[str]:
    # The tests are no package: their folder is on the path while they run, and here.
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    tests = importlib.import_module("temporary_postgresql")
    server: AbstractContextManager[str] = tests.temporary_postgresql()
    return server


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
