"""Passwords: what is asked of one, and the work of checking it."""

from __future__ import annotations

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.accounts.account import AccountError
from dashboard.accounts.predictable import is_predictable

LEAST, MOST = 12, 128
"""Characters."""
LEAST_DIFFERENT, LONG_NAME = 5, 4
"""Not "aaaaaaaaaaaa"; a name of so many letters may not be in it."""
_AT_ONCE = 2
_LONGEST_WAIT_SECONDS = 5.0


FIRST_SECONDS = 3 * 86_400
"""How long a first password lets its owner in, once, to choose one of their own."""
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another: no i, l, o, 0, 1."""


def first_password() -> str:
    """Give a random password that can be told by telephone: five groups of four signs, 99 bits."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(5))


class Busy(Exception):  # noqa: N818 - what the server is
    """So many passwords are being checked that this one would wait too long."""


class Passwords:
    """Makes and checks argon2id hashes, few at once: a check takes 19 MiB and some 30 ms."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash("mật khẩu của không ai cả")

    def hash(self, password: str, name: str) -> str:
        """Give the hash of a new password. Raises AccountError for one that is too easy."""
        text = unicodedata.normalize("NFC", password)
        if not LEAST <= len(text) <= MOST:
            raise AccountError(f"Mật khẩu phải có từ {LEAST} đến {MOST} ký tự.")
        is_name = len(name) >= LONG_NAME and name in text.casefold()
        if is_name or len(set(text)) < LEAST_DIFFERENT:
            raise AccountError(
                "Mật khẩu không được chứa tên tài khoản, và phải có ít nhất 5 ký tự khác nhau."
            )
        if is_predictable(text, name):
            raise AccountError(
                "Mật khẩu này dễ đoán: gần như chỉ gồm từ hay dùng (matkhau, admin, quan, ubnd…), năm, dãy "
                "phím hay dãy số. Hãy ghép vài từ không liên quan với nhau."
            )
        return self._hasher.hash(text)

    def fits(self, password: str, kept: str | None) -> bool:
        """Say whether a password is the kept one; takes as long where there is none. Raises Busy."""
        if not self._turns.acquire(timeout=_LONGEST_WAIT_SECONDS):
            raise Busy
        try:
            text = unicodedata.normalize("NFC", password[: MOST + 1])
            self._hasher.verify(kept or self._nobody, text)
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._turns.release()
        return kept is not None
