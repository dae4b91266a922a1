"""The file of accounts: who there is, who is signed in, who tried and failed.

One SQLite file of ours that nobody else may read (0600). Several worker processes and the command line
use it at once, so that a session that is revoked is revoked everywhere, and tries are counted together.
Only hashes are kept: of passwords argon2's, of sessions and links SHA-256 (they are random, so that
nothing could be guessed from it).
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from dashboard.accounts.account import WALL_ROLE, Account, AccountError, checked, checked_email, name_of
from dashboard.system_words import reason_of

WINDOW_SECONDS = 15 * 60
MOST_TRIES = {"both": 5, "account": 20, "address": 40}
"""Failed sign-ins in a window: of an account from one address, of an account, from one address."""
SEEN_SECONDS = 60
"""A session's last use is written at most this often."""
FLOW_SECONDS = 10 * 60
MOST_FLOWS = 1_000
"""Sign-ons elsewhere begun in a window from one address, which may be an office's: whoever has no account
begins them, and each is a row."""

_SCHEMA = """
CREATE TABLE accounts (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, units TEXT, periods TEXT, until TEXT,
    is_disabled INTEGER NOT NULL DEFAULT 0, password TEXT, link TEXT UNIQUE, email TEXT, first_until INTEGER
) STRICT;
CREATE TABLE sessions (
    token TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (name), begun INTEGER NOT NULL,
    seen INTEGER NOT NULL, ends INTEGER NOT NULL, is_first INTEGER NOT NULL DEFAULT 0, address TEXT
) STRICT;
CREATE TABLE tries (of TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX tries_of ON tries (of, at);
CREATE TABLE flows (state TEXT PRIMARY KEY, held TEXT NOT NULL, ends INTEGER NOT NULL) STRICT;
PRAGMA user_version = 2;
"""
_VERSION = 2
"""1: accounts have addresses of mail; 2: first passwords, and where sessions began."""
_LATER = {
    "accounts": {"email": "TEXT", "first_until": "INTEGER"},
    "sessions": {"is_first": "INTEGER NOT NULL DEFAULT 0", "address": "TEXT"},
}
"""What a file made by an earlier version is given."""
_COLUMNS = (
    "name, role, units, periods, until, is_disabled, password IS NOT NULL, link IS NOT NULL, email,"
    " first_until"
)


class StoreError(Exception):
    """The file of accounts cannot be used; its text says why, in Vietnamese, with the remedy."""


@dataclass(frozen=True)
class Session:
    """One session of an account. ``key``: what is kept of its token; moments are seconds since 1970."""

    key: str
    begun: int
    seen: int
    address: str


def digest(token: str) -> str:
    """Give what is kept of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Store:
    """The file of accounts at a path; it need not be there. Moments are seconds since 1970, UTC."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def has_accounts(self) -> bool:
        """Say whether there is any account: if so nobody gets in without one."""
        if not self.path.exists():
            return False
        with self._open() as db:
            return db.execute("SELECT 1 FROM accounts LIMIT 1").fetchone() is not None

    # --- accounts ------------------------------------------------------------------

    def add(self, account: Account, password: str | None) -> None:
        """Add an account with the hash of its password, None for one that only signs on elsewhere.

        Its ``first_until`` says how long that is good for, where its owner has to choose another.

        Raises AccountError for one that cannot be or is there.
        """
        checked(account)
        self._create()
        with self._open() as db:
            try:
                db.execute(
                    "INSERT INTO accounts (name, role, units, periods, until, password, email, first_until)"
                    " VALUES (?,?,?,?,?,?,?,?)",
                    (account.name, account.role, _written(account.units), _written(account.periods),
                     account.until.isoformat() if account.until else None, password, account.email,
                     account.first_until),
                )  # fmt: skip
            except sqlite3.IntegrityError:
                raise AccountError(f"Đã có tài khoản {account.name}.") from None

    def accounts(self) -> tuple[Account, ...]:
        """Give every account by name; none where there is no file."""
        if not self.path.exists():
            return ()
        with self._open() as db:
            return tuple(map(_account, db.execute(f"SELECT {_COLUMNS} FROM accounts ORDER BY name")))

    def account(self, name: str) -> Account | None:
        """Give one account; None where there is none of the name."""
        return next((one for one in self.accounts() if one.name == name_of(name)), None)

    def password(self, name: str) -> str | None:
        """Give the hash of an account's password; None where there is no such account, or password."""
        with self._open() as db:
            row = db.execute("SELECT password FROM accounts WHERE name = ?", (name,)).fetchone()
        return None if row is None else row[0]

    def set_password(self, name: str, password: str, first_until: int | None = None) -> None:
        """Change the hash of a password and end the account's sessions. Raises AccountError."""
        self._change(name, "password = ?, first_until = ?", password, first_until)

    def own_password(self, name: str, kept: str, chosen: str) -> bool:
        """Put the hash that its owner chose in the place of the one they knew, and end all sessions.

        False where the account has another password by now, or is closed: nothing changes.
        """
        with self._open() as db:
            found = db.execute(
                "UPDATE accounts SET password = ?, first_until = NULL"
                " WHERE name = ? AND password = ? AND NOT is_disabled",
                (chosen, name, kept),
            )
            if found.rowcount:
                db.execute("DELETE FROM sessions WHERE account = ?", (name,))
        return bool(found.rowcount)

    def disable(self, name: str, *, is_disabled: bool = True) -> None:
        """Close an account, or open it again; its sessions and its link end. Raises AccountError."""
        self._change(name, "is_disabled = ?, link = NULL", int(is_disabled))

    def new_link(self, name: str) -> str:
        """Give a new token for a wall's link; the one before ends. Raises AccountError."""
        account = self.account(name)
        if account is not None and account.role != WALL_ROLE:
            raise AccountError(f"Chỉ tài khoản {WALL_ROLE} có liên kết; {name} là {account.role}.")
        if account is not None and account.is_disabled:
            raise AccountError(f"{name} đang bị khóa: mở lại bằng motcua user disable {name} --undo.")
        token = secrets.token_urlsafe(32)
        self._change(name, "link = ?", digest(token))
        return token

    def set_email(self, name: str, email: str | None) -> None:
        """Change where an account is written to, None for nowhere; sessions go on. Raises AccountError."""
        account = self.account(name)
        if account is None:
            raise AccountError(f"Không có tài khoản {name}.")
        checked_email(account.role, email)
        with self._open() as db:
            db.execute("UPDATE accounts SET email = ? WHERE name = ?", (email, account.name))

    def _change(self, name: str, what: str, *values: Any) -> None:
        with self._open() as db:
            found = db.execute(f"UPDATE accounts SET {what} WHERE name = ?", (*values, name))
            if not found.rowcount:
                raise AccountError(f"Không có tài khoản {name}.")
            db.execute("DELETE FROM sessions WHERE account = ?", (name,))

    # --- sessions ------------------------------------------------------------------

    def begin(
        self, name: str, now: int, lasts: int, *, password: str | None = None, address: str = ""
    ) -> str:
        """Begin a session of so many seconds at most, from an address, and give its token.

        ``password``: the hash that the reader's password was held against. Checking it takes a while, and
        whoever changes it meanwhile ends all sessions: none may begin afterwards by the one before. By a
        first password that is too old none begins either.
        Raises AccountError where the account is closed, or its password is another by now, or too old.
        """
        token = secrets.token_urlsafe(32)
        with self._open() as db:
            db.execute("DELETE FROM sessions WHERE ends < ?", (now,))
            # One statement: nobody changes the account between the look and the session.
            begun = db.execute(
                "INSERT INTO sessions (token, account, begun, seen, ends, is_first, address)"
                " SELECT :token, name, :now, :now, :ends,"
                " :password IS NOT NULL AND first_until IS NOT NULL, :address FROM accounts"
                " WHERE name = :name AND NOT is_disabled AND (:password IS NULL"
                " OR password = :password AND (first_until IS NULL OR first_until >= :now))",
                {"token": digest(token), "now": now, "ends": now + lasts, "name": name,
                 "password": password, "address": address},
            )  # fmt: skip
        if not begun.rowcount:
            raise AccountError(f"Tài khoản {name} đã bị khóa, vừa đổi mật khẩu hoặc mật khẩu tạm đã hết hạn.")
        return token

    def of_session(self, token: str, now: int, idle: int, *, is_used: bool = True) -> Account | None:
        """Give whose session a token is; None where it is nobody's, has ended or was idle too long.

        ``is_used`` False: the browser asks by itself, which does not keep the session.
        """
        with self._open() as db:
            row = db.execute(
                "SELECT account, seen, is_first FROM sessions WHERE token = ? AND ends >= ? AND seen >= ?",
                (digest(token), now, now - idle),
            ).fetchone()
            if row is None:
                return None
            if is_used and row[1] < now - SEEN_SECONDS:
                db.execute("UPDATE sessions SET seen = ? WHERE token = ?", (now, digest(token)))
            found = db.execute(f"SELECT {_COLUMNS} FROM accounts WHERE name = ?", (row[0],)).fetchone()
        return None if found is None else replace(_account(found), must_choose=bool(row[2]))

    def is_first(self, key: str) -> bool:
        """Say whether a session, by what is kept of its token, began with a first password."""
        with self._open() as db:
            row = db.execute("SELECT is_first FROM sessions WHERE token = ?", (key,)).fetchone()
        return bool(row and row[0])

    def end(self, token: str) -> None:
        """End a session."""
        with self._open() as db:
            db.execute("DELETE FROM sessions WHERE token = ?", (digest(token),))

    def sessions(self, name: str, now: int, idle: int) -> tuple[Session, ...]:
        """Give the sessions of an account that have not ended, the last used first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT token, begun, seen, coalesce(address, '') FROM sessions"
                " WHERE account = ? AND ends >= ? AND seen >= ? ORDER BY seen DESC, begun DESC",
                (name, now, now - idle),
            ).fetchall()
        return tuple(Session(*row) for row in rows)

    def end_others(self, name: str, token: str, key: str | None = None) -> int:
        """End an account's sessions but the token's own: one, or all; give how many there were."""
        with self._open() as db:
            found = db.execute(
                "DELETE FROM sessions WHERE account = ? AND token <> ? AND (? IS NULL OR token = ?)",
                (name, digest(token), key, key),
            )
        return found.rowcount

    def of_link(self, token: str) -> Account | None:
        """Give which wall a link's token is of; None where it is of none."""
        with self._open() as db:
            row = db.execute(f"SELECT {_COLUMNS} FROM accounts WHERE link = ?", (digest(token),)).fetchone()
        return None if row is None else _account(row)

    # --- tries ---------------------------------------------------------------------

    def may_try(self, name: str, address: str, now: int) -> bool:
        """Count a try to sign in, whether there is such an account or not; False where there are too many."""
        keys = {
            "both": f"b {digest(name)} {address}",
            "account": f"a {digest(name)}",
            "address": f"i {address}",
        }
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("DELETE FROM tries WHERE at < ?", (now - WINDOW_SECONDS,))
            for kind, key in keys.items():
                (tried,) = db.execute("SELECT count(*) FROM tries WHERE of = ?", (key,)).fetchone()
                if tried >= MOST_TRIES[kind]:
                    return False
            db.executemany("INSERT INTO tries VALUES (?,?)", [(key, now) for key in keys.values()])
        return True

    def forget_tries(self, name: str, address: str) -> None:
        """Forget the tries of who signed in after all; those from the address of others stay."""
        keys = (f"b {digest(name)} {address}", f"a {digest(name)}")
        with self._open() as db:
            db.execute("DELETE FROM tries WHERE of IN (?,?)", keys)

    # --- signing on elsewhere ---------------------------------------------------------

    def keep_flow(self, state: str, held: dict[str, str], address: str, now: int) -> bool:
        """Keep what a sign-on elsewhere is finished with; False where an address has begun too many."""
        key = f"s {address}"
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("DELETE FROM flows WHERE ends < ?", (now,))
            db.execute("DELETE FROM tries WHERE at < ?", (now - WINDOW_SECONDS,))
            (begun,) = db.execute("SELECT count(*) FROM tries WHERE of = ?", (key,)).fetchone()
            if begun >= MOST_FLOWS:
                return False
            db.execute("INSERT INTO tries VALUES (?,?)", (key, now))
            db.execute(
                "INSERT INTO flows VALUES (?,?,?)", (digest(state), json.dumps(held), now + FLOW_SECONDS)
            )
        return True

    def take_flow(self, state: str, now: int) -> dict[str, str] | None:
        """Give what was kept, once; None where there is nothing, or it is too old."""
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            row = db.execute("SELECT held, ends FROM flows WHERE state = ?", (digest(state),)).fetchone()
            db.execute("DELETE FROM flows WHERE state = ?", (digest(state),))
        return None if row is None or row[1] < now else json.loads(row[0])

    # --- the file --------------------------------------------------------------------

    def _create(self) -> None:
        if self.path.exists():
            return
        # Made aside, so that a server that is running never meets a file without tables.
        aside = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            try:
                with closing(sqlite3.connect(aside)) as db:
                    db.executescript(_SCHEMA)
                _put(aside, self.path)
            finally:
                aside.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"Không tạo được tệp tài khoản {self.path}: {reason_of(error)}.") from None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            mode = self.path.stat().st_mode
        except OSError:
            raise StoreError(f"Không có tệp tài khoản {self.path}.") from None
        if os.name == "posix" and mode & 0o077:
            raise StoreError(f"Người khác đọc được tệp tài khoản {self.path}: chạy chmod 600 {self.path}.")
        try:
            with closing(sqlite3.connect(self.path, timeout=10)) as db, db:
                _brought_up(db)
                yield db
        except sqlite3.Error as error:
            raise StoreError(f"Tệp tài khoản {self.path} không đọc, ghi được: {error}.") from error


def _put(aside: Path, path: Path) -> None:
    """Give a file its name, unless there is one of it by now: of two who begin, the first one's stays."""
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        aside.rename(path)


def _brought_up(db: sqlite3.Connection) -> None:
    """Give a file made by an earlier version the columns it lacks."""
    if db.execute("PRAGMA user_version").fetchone()[0] >= _VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    for table, columns in _LATER.items():
        there = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        for name, kind in columns.items():
            if name not in there:
                db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
    db.execute(f"PRAGMA user_version = {_VERSION}")
    db.commit()


def _written(values: tuple[str, ...] | None) -> str | None:
    return None if values is None else json.dumps(values, ensure_ascii=False)


def _account(row: tuple[Any, ...]) -> Account:
    name, role, units, periods, until, is_disabled, has_password, has_link, email, first_until = row
    return Account(
        name, role,
        None if units is None else tuple(json.loads(units)),
        None if periods is None else tuple(json.loads(periods)),
        None if until is None else date.fromisoformat(until),
        bool(is_disabled), bool(has_password), bool(has_link), email, first_until,
    )  # fmt: skip
