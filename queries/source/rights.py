"""Whether an account could write: read from the engine's catalogue or the file's, never tried."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    String,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.sql.elements import ColumnElement

_MARIADB_WRITES = (
    "ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "TRIGGER", "FILE", "SUPER",
    "DELETE HISTORY",
)  # fmt: skip
_POSTGRESQL_ROLES = {
    "pg_write_server_files": "ghi được tệp trên máy chủ",
    "pg_execute_server_program": "chạy được chương trình trên máy chủ",
}
_MSSQL_ROLES = ("db_owner", "db_datawriter", "db_ddladmin", "db_securityadmin")
"""The last two do not write by themselves: one changes tables, the other grants itself what it likes."""
_TABLE_WRITES = ("INSERT", "UPDATE", "DELETE", "ALTER")
_MARIADB_SUPER = frozenset({"ALL PRIVILEGES", "SUPER"})


@dataclass(frozen=True)
class Rights:
    """What an account may do beyond reading. ``writes``: how it could write, in Vietnamese, one each."""

    is_superuser: bool = False
    writes: tuple[str, ...] = ()


def refusal(rights: Rights) -> str:
    """Say why an account that can do more than read is refused, and what to do."""
    reasons = "; ".join(rights.writes)
    what = f"là tài khoản quản trị ({reasons})" if rights.is_superuser else f"ghi được: {reasons}"
    return (
        f"Tài khoản này {what}. Bảng theo dõi chỉ dùng tài khoản chỉ đọc được các bảng của quy ước: in SQL "
        "tạo nó bằng motcua account; chưa đổi được ngay thì đặt writing_account = true trong motcua.toml."
    )


def _quoted(conn: Connection, tables: Sequence[str], schema: str | None) -> dict[str, str]:
    """Give each table's name as it stands in a statement, by its name."""
    written = conn.dialect.identifier_preparer.format_table
    return {name: written(table(name, **({"schema": schema} if schema else {}))) for name in tables}


def postgresql_rights(conn: Connection, _url: URL, tables: Sequence[str], schema: str | None) -> Rights:
    """Read the roles and privileges of whoever signed in."""
    # session_user, not current_user: the account may have stepped down to a reader by itself.
    who = func.session_user()
    roles = table("pg_roles", column("rolname"), column("rolsuper"), schema="pg_catalog")
    if conn.scalar(select(roles.c.rolsuper).where(roles.c.rolname == who)):
        # Every other privilege follows; naming them would only make the sentence long.
        return Rights(True, ("là superuser, ghi được cả tệp trên máy chủ bằng COPY TO",))
    reasons = []
    # Of the roles there are: servers before 11 have neither.
    writers = select(roles.c.rolname).where(
        roles.c.rolname.in_(list(_POSTGRESQL_ROLES)), func.pg_has_role(who, roles.c.rolname, "MEMBER")
    )
    held = {str(row[0]) for row in conn.execute(writers)}
    reasons += [f"có vai trò {name}, {what}" for name, what in _POSTGRESQL_ROLES.items() if name in held]
    quoted = _quoted(conn, tables, schema)
    writable = [
        name
        for name, full in quoted.items()
        if conn.scalar(
            select(
                or_(
                    func.has_table_privilege(who, full, "INSERT, UPDATE, DELETE, TRUNCATE"),
                    func.has_any_column_privilege(who, full, "INSERT, UPDATE"),
                )
            )
        )
    ]
    if writable:
        reasons.append(f"sửa được bảng {', '.join(writable)}")
    if conn.scalar(select(func.has_schema_privilege(who, schema or func.current_schema(), "CREATE"))):
        reasons.append("tạo được bảng trong schema")
    return Rights(False, tuple(reasons))


def mariadb_rights(conn: Connection, url: URL, _tables: Sequence[str], schema: str | None) -> Rights:
    """Read the grants, which the information schema does not replace: it leaves out roles."""
    grants = [str(row[0]) for row in conn.execute(text("SHOW GRANTS"))]
    held = granted(grants, schema or url.database)
    writes = [one for one in _MARIADB_WRITES if one in held]
    is_superuser = bool(_MARIADB_SUPER & granted(grants, None, everywhere=True))
    return Rights(is_superuser, (f"có quyền {', '.join(writes)}",) if writes else ())


def granted(grants: Sequence[str], database: str | None, *, everywhere: bool = False) -> set[str]:
    """Give the privileges on one database in lines of SHOW GRANTS (None: on any; ``everywhere``: on all).

    Grants on other databases are left out: MariaDB lets everybody write in `test`. The lines hold password
    hashes too and are never shown.
    """
    held: set[str] = set()
    for line in grants:
        words = re.match(r"GRANT (.+?) ON (?:TABLE )?(?:(\*)|`((?:[^`]|``)*)`)\.", line, re.IGNORECASE)
        if words is None:
            continue
        if words[2] or (not everywhere and (database is None or _is_like(database, words[3]))):
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


def file_rights(_conn: Connection, url: URL, _tables: Sequence[str], _schema: str | None) -> Rights:
    """Ask the operating system whether the file could be written."""
    path = str(url.database)
    return Rights(False, (f"tệp {path} ghi được",) if os.access(path, os.W_OK) else ())


def mssql_rights(conn: Connection, _url: URL, tables: Sequence[str], schema: str | None) -> Rights:
    """Ask for the roles that may write, and of each table what may be done (compiled only).

    What may be done is the answer of all grants together: the account's own, its roles', the schema's.
    """
    asked = select(func.is_srvrolemember("sysadmin"), *(func.is_member(one) for one in _MSSQL_ROLES))
    found: Sequence[Any] = conn.execute(asked).one()
    held = [name for name, is_held in zip(("sysadmin", *_MSSQL_ROLES), found, strict=True) if is_held]
    reasons = [f"có vai trò {', '.join(held)}"] if held else []
    if "sysadmin" in held:
        return Rights(True, tuple(reasons))  # every table follows
    writable = [
        name
        for name, full in _quoted(conn, tables, schema).items()
        # 1 or 0; nothing of what is not there.
        if any(
            conn.execute(
                select(*(func.has_perms_by_name(full, "OBJECT", one) for one in _TABLE_WRITES))
            ).one()
        )
    ]
    if writable:
        reasons.append(f"sửa được bảng {', '.join(writable)}")
    return Rights(False, tuple(reasons))


def oracle_rights(conn: Connection, _url: URL, tables: Sequence[str], schema: str | None) -> Rights:
    """Ask for the privileges that may write, for grants on the tables, for their owner (compiled only)."""
    roles = table("session_roles", column("role"))
    is_dba = bool(conn.scalar(select(func.count()).select_from(roles).where(roles.c.role == "DBA")))
    privileges = table("session_privs", column("privilege"))
    writing = select(privileges.c.privilege).where(
        privileges.c.privilege.in_(
            ("INSERT ANY TABLE", "UPDATE ANY TABLE", "DELETE ANY TABLE", "CREATE TABLE")
        )
    )
    held = sorted(str(row[0]) for row in conn.execute(writing))
    reasons = [f"có quyền {', '.join(held)}"] if held else []
    # As the catalogue writes them: what needs no quotes stands there in capitals.
    names = {_in_catalogue(conn, one): one for one in tables}
    owner = None if schema is None else _in_catalogue(conn, schema)

    def told(*asked: Select[Any]) -> str:
        found = {str(row[0]) for one in asked for row in conn.execute(one)}
        return ", ".join(given for name, given in names.items() if name in found)

    if owned := told(_oracle_owned(names, owner)):
        reasons.append(f"là chủ của bảng {owned}")
    if granted_on := told(*_oracle_granted(names, owner)):
        reasons.append(f"sửa được bảng {granted_on}")
    return Rights(is_dba, tuple(reasons))


_ORACLE_USER: ColumnElement[str] = literal_column("USER", String)


def _in_catalogue(conn: Connection, name: str) -> str:
    return str(conn.dialect.denormalize_name(name))


def _oracle_owned(names: Collection[str], owner: str | None) -> Select[Any]:
    """Ask which of these are the account's own; ``owner``: None is the account."""
    objects = table("user_objects", column("object_name"), column("object_type"))
    asked = select(objects.c.object_name).where(
        objects.c.object_name.in_(names), objects.c.object_type.in_(("TABLE", "VIEW", "MATERIALIZED VIEW"))
    )
    return asked if owner is None else asked.where(literal(owner) == _ORACLE_USER)


def _oracle_granted(names: Collection[str], owner: str | None) -> Iterator[Select[Any]]:
    """Ask on which of these the account, or a role it has, may do more than read.

    ``owner``: None is whoever a synonym means, so anybody.
    """
    whose = ("owner", "table_name", "privilege")
    direct = table("user_tab_privs", column("grantee"), *map(column, whose))
    by_role = table("role_tab_privs", *map(column, whose))
    for grants, *held in ((direct, direct.c.grantee == _ORACLE_USER), (by_role,)):
        asked = select(grants.c.table_name).where(
            grants.c.table_name.in_(names), grants.c.privilege.in_(_TABLE_WRITES), *held
        )
        yield asked if owner is None else asked.where(grants.c.owner == owner)
