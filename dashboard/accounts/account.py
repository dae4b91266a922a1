"""What an account is: a name, a role, what it may see and until when."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from dashboard.question.access import Rights
from dashboard.settings.values import mail_address
from queries.asked.periods import CUTOFF_DAY, parse_period

ROLES = {
    "noi_vu": "Phòng Nội vụ: xem mọi số liệu, kể cả tên công chức",
    "lanh_dao": "Lãnh đạo: xem mọi số liệu, kể cả tên công chức",
    "giam_sat": "Đoàn giám sát: đơn vị, kỳ được nêu, không có tên công chức, hết hạn vào ngày được nêu",
    "don_vi": "Đơn vị: số liệu của đơn vị mình, không có tên công chức",
    "man_hinh": "Màn hình treo tường: chỉ trang màn hình, mở bằng liên kết riêng",
}
WALL_ROLE = "man_hinh"
_SEES_OFFICIALS = frozenset({"noi_vu", "lanh_dao"})
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class AccountError(ValueError):
    """An account that cannot be; its text says why, in Vietnamese, with the remedy."""


@dataclass(frozen=True)
class Account:
    """One account. ``units`` and ``periods``: what it may see, None for all; ``until``: its last day.

    ``email``: where ``motcua send`` writes to; None for one that gets no letters. ``first_until``: the
    second, since 1970, to which its password lets somebody in, once, to choose one of their own; None where
    it is their own. ``must_choose``: whoever asks came in by such a password.
    """

    name: str
    role: str
    units: tuple[str, ...] | None = None
    periods: tuple[str, ...] | None = None
    until: date | None = None
    is_disabled: bool = False
    has_password: bool = False
    has_link: bool = False
    email: str | None = None
    first_until: int | None = None
    must_choose: bool = False

    def is_open_on(self, day: date) -> bool:
        """Say whether it may be used on a day."""
        return not self.is_disabled and (self.until is None or day <= self.until)

    def rights(self, cutoff_day: int = CUTOFF_DAY) -> Rights:
        """Give what whoever has it may see."""
        periods = (
            None if self.periods is None else tuple(parse_period(word, cutoff_day) for word in self.periods)
        )
        return Rights(self.role, self.units, periods, self.role in _SEES_OFFICIALS)


def name_of(text: str) -> str:
    """Give an account's name as it is kept: one name, however it is typed. Empty where it is none."""
    name = unicodedata.normalize("NFC", text).strip().casefold()
    return name if _NAME.fullmatch(name) else ""


def checked(account: Account) -> Account:
    """Give the account, if it can be. Raises AccountError."""
    if not name_of(account.name):
        raise AccountError(
            f'Tên "{account.name[:64]}" không dùng được: 1 đến 64 chữ thường không dấu, số, . _ @ -'
        )
    if account.role not in ROLES:
        raise AccountError(f'Không có vai trò "{account.role[:40]}"; chỉ có {", ".join(ROLES)}.')
    if account.role == "don_vi" and len(account.units or ()) != 1:
        raise AccountError("Tài khoản don_vi phải có đúng một đơn vị: --unit MÃ.")
    if account.role == "giam_sat" and not (account.units and account.periods and account.until):
        raise AccountError(
            "Tài khoản giam_sat phải có đơn vị (--unit MÃ), kỳ (--period 2026-H1) và ngày hết hạn "
            "(--until 2026-12-31)."
        )
    if account.role in ("noi_vu", "lanh_dao", WALL_ROLE) and (account.units or account.periods):
        raise AccountError(f"Tài khoản {account.role} xem toàn địa bàn: bỏ --unit, --period.")
    checked_email(account.role, account.email)
    for word in account.periods or ():
        try:
            parse_period(word, CUTOFF_DAY)
        except ValueError as error:
            raise AccountError(f'Kỳ "{word[:40]}" không dùng được: {error}') from None
    return account


def checked_email(role: str, email: str | None) -> None:
    """Raise AccountError where an account of the role cannot have the address."""
    if email is None:
        return
    if role == WALL_ROLE:
        raise AccountError(f"Tài khoản {WALL_ROLE} là một màn hình, không nhận thư: bỏ --email.")
    try:
        mail_address(email)
    except ValueError as error:
        # Not as it was typed: what is no address may hold line ends.
        told = "".join(one if one.isprintable() else "?" for one in email[:80])
        raise AccountError(f'Địa chỉ thư "{told}" {error}.') from None
