"""Whether the account could write: read from the catalogue or the file, never tried."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, column, func, select, table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement, Executable

from queries.source.engine import DatabaseUnavailable, reading

_MARIADB_WRITES = (
    "ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "TRIGGER", "FILE", "SUPER",
    "DELETE HISTORY",
)  # fmt: skip


def what_it_may_write(engine: Engine, tables: list[str], schema: str | None) -> tuple[bool | None, list[str]]:
    """Give whether the account can write, and the Vietnamese reasons; None where unknown.

    ``tables``: the real names of the contract's tables that were found.
    """
    readers: dict[str, Callable[[Engine, list[str], str | None], list[str] | None]] = {
        "postgresql": _postgresql,
        "mysql": _mariadb,
        "mariadb": _mariadb,
        "duckdb": _file,
        "sqlite": _file,
    }
    read = readers.get(engine.dialect.name)
    try:
        reasons = read(engine, tables, schema) if read else None
    except DatabaseUnavailable:
        reasons = None
    return (None, []) if reasons is None else (bool(reasons), reasons)


def _postgresql(engine: Engine, tables: list[str], schema: str | None) -> list[str]:
    # session_user, not current_user: our own session may have stepped down to a reader.
    who = func.session_user()
    reasons: list[str] = []
    with reading(engine) as conn:
        roles = table("pg_roles", column("rolname"), column("rolsuper"), schema="pg_catalog")
        if conn.scalar(select(roles.c.rolsuper).where(roles.c.rolname == who)):
            # Every other privilege follows; naming them would only make the sentence long.
            return ["là superuser, ghi được cả tệp trên máy chủ bằng COPY TO"]
        writers = select(roles.c.rolname).where(
            roles.c.rolname == "pg_write_server_files", func.pg_has_role(who, roles.c.rolname, "MEMBER")
        )
        if conn.scalar(writers):
            reasons.append("có vai trò pg_write_server_files, ghi được tệp trên máy chủ")
        names = {name: _qualified(conn, name, schema) for name in tables}
        writable = [
            name
            for name, full in names.items()
            if conn.scalar(select(func.has_table_privilege(who, full, "INSERT, UPDATE, DELETE, TRUNCATE")))
        ]
        if writable:
            reasons.append(f"sửa được bảng {', '.join(writable)}")
        where = schema or func.current_schema()
        if conn.scalar(select(func.has_schema_privilege(who, where, "CREATE"))):
            reasons.append("tạo được bảng trong schema")
    return reasons


def _qualified(conn: Connection, name: str, schema: str | None) -> str:
    source = table(name, **({"schema": schema} if schema else {}))
    return conn.dialect.identifier_preparer.format_table(source)


class _ShowGrants(Executable, ClauseElement):
    """SHOW GRANTS, which the information schema does not replace: it leaves out roles."""

    inherit_cache = True


@compiles(_ShowGrants)
def _show_grants(_element: _ShowGrants, _compiler: Any, **_: Any) -> str:
    return "SHOW GRANTS"


def _mariadb(engine: Engine, _tables: list[str], schema: str | None) -> list[str]:
    with reading(engine) as conn:
        grants = [str(row[0]) for row in conn.execute(_ShowGrants())]
    held = granted(grants, schema or engine.url.database)
    writes = [one for one in _MARIADB_WRITES if one in held]
    return [f"có quyền {', '.join(writes)}"] if writes else []


def granted(grants: list[str], database: str | None) -> set[str]:
    """Give the privileges on one database in lines of SHOW GRANTS (None: on any).

    Grants on other databases are left out: MariaDB lets everybody write in `test`. The
    lines hold password hashes too and are never shown.
    """
    held: set[str] = set()
    for line in grants:
        words = re.match(r"GRANT (.+?) ON (?:TABLE )?(?:(\*)|`((?:[^`]|``)*)`)\.", line, re.IGNORECASE)
        if words and (words[2] or database is None or _is_like(database, words[3])):
            # A privilege on columns is written "UPDATE (`a`, `b`)".
            names = re.sub(r"\([^)]*\)", "", words[1])
            held |= {one.strip().upper() for one in names.split(",") if one.strip()}
    return held


def _is_like(database: str, pattern: str) -> bool:
    """Match a database with the pattern of a grant: % and _, or \\_ for the sign itself."""
    signs = {"%": ".*", "_": "."}
    parts = re.findall(r"\\.|.", pattern.replace("``", "`"))
    regex = "".join(signs.get(one) or re.escape(one[-1]) for one in parts)
    return re.fullmatch(regex, database, re.IGNORECASE) is not None


def _file(engine: Engine, _tables: list[str], _schema: str | None) -> list[str] | None:
    path = engine.url.database
    if not path or path == ":memory:":
        return None
    return [f"tệp {path} ghi được"] if os.access(path, os.W_OK) else []
