"""Who is written to: accounts, by role and by name; never a screen, nobody whose account is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.accounts.account import ROLES, WALL_ROLE, Account, AccountError, name_of


@dataclass(frozen=True)
class Chosen:
    """The accounts that are written to, by name, and why others that were meant are not."""

    accounts: tuple[Account, ...]
    left_out: tuple[str, ...]


def chosen(accounts: Iterable[Account], *, roles: Sequence[str], names: Sequence[str], today: date) -> Chosen:
    """Choose of all accounts those of some roles and those named.

    Raises AccountError for a role or a name that there is not, for a screen, and where nothing is asked.
    """
    if not roles and not names:
        raise AccountError("Gửi cho ai? Nêu --role VAI_TRÒ hoặc --to TÊN; lặp lại được.")
    for role in roles:
        if role not in ROLES or role == WALL_ROLE:
            may = ", ".join(one for one in ROLES if one != WALL_ROLE)
            raise AccountError(f'Không gửi thư cho vai trò "{role[:40]}"; chỉ có {may}.')
    known = {one.name: one for one in accounts}
    named = set()
    for name in names:
        found = known.get(name_of(name))
        if found is None:
            raise AccountError(f"Không có tài khoản {name[:64]}.")
        if found.role == WALL_ROLE:
            raise AccountError(f"Tài khoản {found.name} là một màn hình, không nhận thư.")
        named.add(found.name)
    meant = [one for one in known.values() if one.name in named or one.role in roles]
    why = {one.name: _why_not(one, today) for one in meant}
    return Chosen(
        tuple(one for one in meant if not why[one.name]),
        tuple(f"Không gửi cho {name}: {told}." for name, told in why.items() if told),
    )


def _why_not(account: Account, today: date) -> str:
    if account.is_disabled:
        return "tài khoản đã khóa"
    if not account.is_open_on(today):
        return "tài khoản đã hết hạn"
    if account.email is None:
        return f"chưa có địa chỉ thư (motcua user email {account.name} ĐỊA_CHỈ)"
    return ""
