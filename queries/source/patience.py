"""How long a statement may take where the engine or its server does not see to that itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, event


def interrupt_after(engine: Engine, timeout: float) -> None:
    """End a DuckDB statement that runs too long; it has no timeout of its own."""
    _act_after(engine, timeout, lambda connection: connection.interrupt())


def _act_after(engine: Engine, seconds: float, act: Callable[[Any], None]) -> None:
    """Do something with the driver's connection of a statement that has not ended in time."""

    @event.listens_for(engine, "before_cursor_execute")
    def _start(conn: Connection, _cursor: Any, _statement: str, *_: Any) -> None:
        timer = threading.Timer(seconds, act, (conn.connection.driver_connection,))
        timer.daemon = True
        timer.start()
        conn.info["motcua_timer"] = timer

    @event.listens_for(engine, "after_cursor_execute")
    def _stop(conn: Connection, *_: Any) -> None:
        _cancel(conn.info)

    @event.listens_for(engine, "handle_error")
    def _failed(context: Any) -> None:
        if context.connection is not None:
            _cancel(context.connection.info)


def _cancel(info: dict[str, Any]) -> None:
    timer = info.pop("motcua_timer", None)
    if timer is not None:
        timer.cancel()


PING_SECONDS = 5.0
"""So long a connection that was kept may take to say that it lives."""
GRACE_SECONDS = 5.0
"""So much longer than the server's own timeout a statement may take before its line is given up."""


def give_up_after(engine: Engine, timeout: float) -> None:
    """Cut the line of a statement that PostgreSQL should have ended itself.

    Keepalives find a line that is dead, not one that a proxy or a frozen server keeps
    acknowledging: its reader would wait for ever, and a server's eight readers with it.
    """
    ping, roll_back = engine.dialect.do_ping, engine.dialect.do_rollback

    def patient_ping(dbapi_connection: Any) -> bool:
        with given_up(dbapi_connection, PING_SECONDS):
            return ping(dbapi_connection)

    def patient_rollback(dbapi_connection: Any) -> None:
        with given_up(dbapi_connection, PING_SECONDS):
            roll_back(dbapi_connection)

    engine.dialect.do_ping = patient_ping  # type: ignore[method-assign]
    engine.dialect.do_rollback = patient_rollback  # type: ignore[method-assign]
    _act_after(engine, timeout + GRACE_SECONDS, _cut)


@contextmanager
def given_up(connection: Any, seconds: float) -> Iterator[None]:
    """Cut a psycopg connection's line unless what is done with it ends in time."""
    timer = threading.Timer(seconds, _cut, (connection,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: Any) -> None:
    """End both directions of a psycopg connection's line: whoever waits for it is told at once."""
    with (
        suppress(Exception),  # it may have ended meanwhile
        socket.fromfd(connection.pgconn.socket, socket.AF_INET, socket.SOCK_STREAM) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)
