"""motcua user: the accounts, their passwords, the links of walls."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from dashboard.accounts.account import ROLES, WALL_ROLE, Account, AccountError, checked, name_of
from dashboard.accounts.passwords import FIRST_SECONDS, Passwords, first_password
from dashboard.accounts.store import Store, StoreError
from dashboard.command.words import Program
from dashboard.formats import moment_text
from dashboard.settings.settings import Settings, SettingsError, load


class Until(click.ParamType[date]):
    """The last day of an account; errors in Vietnamese."""

    name = "ngày"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" không phải ngày dạng 2026-12-31.', param, ctx)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (AccountError, StoreError) as error:
        raise SettingsError(str(error)) from None


def _opened() -> tuple[Settings, Store]:
    settings = load()
    return settings, Store(Path(settings.accounts_file))


_name = click.argument("name", metavar="TÊN")
_from_stdin = click.option("--password-stdin", "is_from_stdin", is_flag=True,
                           help="Đọc mật khẩu từ đầu vào chuẩn, một dòng, không hỏi.")  # fmt: skip
_first = click.option("--first", "is_first", is_flag=True,
                      help="In một mật khẩu tạm, dùng được 3 ngày; lần đăng nhập đầu phải đổi.")  # fmt: skip


@click.group(cls=Program, default="list", short_help="Tài khoản: thêm, xem, khóa, đổi mật khẩu, liên kết.")
def user() -> None:
    """Tài khoản của người xem. Từ tài khoản đầu tiên, không ai vào được mà không đăng nhập.

    Vai trò: noi_vu và lanh_dao xem mọi số liệu; giam_sat xem đơn vị, kỳ được nêu đến một ngày; don_vi xem
    đơn vị mình; man_hinh chỉ là màn hình treo tường, mở bằng liên kết.
    """


@user.command("add", short_help="Thêm tài khoản.")
@_name
@click.option("--role", required=True, metavar="VAI_TRÒ", help=f"Một trong {', '.join(ROLES)}.")
@click.option("--unit", "units", multiple=True, metavar="MÃ", help="Đơn vị được xem; lặp lại được.")
@click.option("--period", "periods", multiple=True, metavar="KỲ",
              help="Kỳ được xem (2026-H1, 2025, bc-2026-Q4…); lặp lại được.")  # fmt: skip
@click.option("--until", type=Until(), metavar="NGÀY", help="Ngày cuối dùng được, dạng 2026-12-31.")
@click.option("--sso", "is_elsewhere", is_flag=True,
              help="Không có mật khẩu: chỉ vào bằng đăng nhập một lần của cơ quan.")  # fmt: skip
@click.option("--email", metavar="ĐỊA_CHỈ", help="Nơi motcua send gửi thư đến.")
@_from_stdin
@_first
def add(*, name: str, role: str, units: tuple[str, ...], periods: tuple[str, ...], until: date | None,
        is_elsewhere: bool, email: str | None, is_from_stdin: bool, is_first: bool) -> None:  # fmt: skip
    """Thêm tài khoản và hỏi mật khẩu của nó (ít nhất 12 ký tự), hoặc in mật khẩu tạm (--first).

    Tài khoản man_hinh không có mật khẩu: lệnh user link in liên kết cho màn hình.
    """
    settings, store = _opened()
    with _told():
        account = checked(
            Account(name_of(name) or name, role, units or None, periods or None, until, email=email)
        )
        if store.account(account.name) is not None:
            raise AccountError(f"Đã có tài khoản {account.name}.")
        has_password = not is_elsewhere and role != WALL_ROLE
        if is_first and (is_from_stdin or not has_password):
            raise click.UsageError("--first không đi cùng --sso, --password-stdin hay vai trò man_hinh.")
        given = first_password() if is_first else None
        until_second = _until_second(is_first=is_first)
        hashed = _password(account.name, given, is_from_stdin=is_from_stdin) if has_password else None
        store.add(replace(account, first_until=until_second), hashed)
    click.echo(f"Đã thêm {account.name} ({role}) vào {store.path}.")
    _tell_first(settings, given, until_second)
    if role == WALL_ROLE:
        click.echo(f"Liên kết cho màn hình: motcua user link {account.name}")


@user.command("list", short_help="Xem các tài khoản.")
def shown() -> None:
    """Xem các tài khoản: vai trò, được xem gì, đến ngày nào, còn dùng được không."""
    settings, store = _opened()
    with _told():
        accounts = store.accounts()
    if not accounts:
        click.echo(f"Chưa có tài khoản nào ({store.path}): chỉ mở được ở chính máy chủ.")
        return
    table = Table()
    for title in ("Tên", "Vai trò", "Đơn vị", "Kỳ", "Đến ngày", "Vào bằng", "Thư", "Tình trạng"):
        table.add_column(title, overflow="fold")
    today = settings.clock().date()
    for one in accounts:
        by = "mật khẩu" if one.has_password else "liên kết" if one.has_link else "—"
        if one.first_until is not None:
            by = f"mật khẩu tạm, đến {_local(settings, one.first_until)}"
        table.add_row(
            one.name, one.role, ", ".join(one.units or ("tất cả",)), ", ".join(one.periods or ("tất cả",)),
            f"{one.until:%d/%m/%Y}" if one.until else "—", by, one.email or "—",
            "đã khóa" if one.is_disabled else "dùng được" if one.is_open_on(today) else "hết hạn",
        )  # fmt: skip
    Console().print(table)


@user.command("disable", short_help="Khóa tài khoản; hết phiên ngay.")
@_name
@click.option("--undo", "is_undone", is_flag=True, help="Mở lại tài khoản đã khóa.")
def disable(*, name: str, is_undone: bool) -> None:
    """Khóa một tài khoản: các phiên đang mở hết ngay, liên kết màn hình không dùng được nữa."""
    _, store = _opened()
    with _told():
        store.disable(name_of(name), is_disabled=not is_undone)
    click.echo(f"Đã mở lại {name}." if is_undone else f"Đã khóa {name}; các phiên đang mở đã hết.")


@user.command("password", short_help="Đổi mật khẩu; các phiên đang mở hết ngay.")
@_name
@_from_stdin
@_first
def password(*, name: str, is_from_stdin: bool, is_first: bool) -> None:
    """Đổi mật khẩu một tài khoản, hoặc in mật khẩu tạm (--first); các phiên đang mở của nó hết ngay.

    Người xem tự đổi mật khẩu của mình ở trang Tài khoản (bấm tên tài khoản trên thanh đầu trang).
    """
    if is_first and is_from_stdin:
        raise click.UsageError("--first không đi cùng --password-stdin.")
    settings, store = _opened()
    with _told():
        account = store.account(name)
        if account is None:
            raise AccountError(f"Không có tài khoản {name}.")
        if account.role == WALL_ROLE:
            raise AccountError(f"Tài khoản {WALL_ROLE} không có mật khẩu; dùng motcua user link {name}.")
        given = first_password() if is_first else None
        until_second = _until_second(is_first=is_first)
        hashed = _password(account.name, given, is_from_stdin=is_from_stdin)
        store.set_password(account.name, hashed, until_second)
    click.echo(f"Đã đổi mật khẩu của {account.name}; các phiên đang mở đã hết.")
    _tell_first(settings, given, until_second)


@user.command("email", short_help="Đặt, bỏ địa chỉ thư của tài khoản.")
@_name
@click.argument("email", metavar="ĐỊA_CHỈ", required=False)
@click.option("--none", "is_removed", is_flag=True, help="Bỏ địa chỉ: tài khoản không nhận thư nữa.")
def email(*, name: str, email: str | None, is_removed: bool) -> None:
    """Đặt nơi motcua send gửi thư cho một tài khoản, hoặc bỏ đi; các phiên đang mở vẫn tiếp tục."""
    if (email is None) != is_removed:
        raise click.UsageError("Nêu một trong hai: ĐỊA_CHỈ hoặc --none.")
    _, store = _opened()
    with _told():
        store.set_email(name, email)
    click.echo(f"Tài khoản {name} không nhận thư nữa." if is_removed else f"Thư cho {name} gửi đến {email}.")


@user.command("link", short_help="In liên kết mới cho một màn hình treo tường.")
@_name
def link(*, name: str) -> None:
    """In liên kết mới cho một tài khoản man_hinh; liên kết trước đó không dùng được nữa.

    Liên kết dùng được đến khi in liên kết khác hoặc khóa tài khoản, và chỉ mở được trang màn hình.
    """
    settings, store = _opened()
    with _told():
        token = store.new_link(name_of(name))
    host = settings.host if settings.host not in ("0.0.0.0", "::") else "ĐỊA_CHỈ_MÁY_CHỦ"
    there = f"{settings.url_prefix}/man-hinh?khoa={token}"
    click.echo(settings.address_of(there, f"http://{host}:{settings.port}"))
    first = "" if settings.public_url else "Thay phần đầu bằng địa chỉ mà màn hình gọi tới. "
    click.echo(f"{first}Liên kết chỉ hiện một lần này.", err=True)


def _until_second(*, is_first: bool) -> int | None:
    return int(time.time()) + FIRST_SECONDS if is_first else None


def _local(settings: Settings, second: int) -> str:
    return moment_text(datetime.fromtimestamp(second, ZoneInfo(settings.time_zone)))


def _tell_first(settings: Settings, given: str | None, until_second: int | None) -> None:
    if given is None or until_second is None:
        return
    click.echo(given)
    click.echo(
        f"Mật khẩu tạm chỉ hiện một lần này, dùng được đến {_local(settings, until_second)}; "
        "lần đăng nhập đầu phải đổi.",
        err=True,
    )


def _password(name: str, given: str | None = None, *, is_from_stdin: bool) -> str:
    """Give the hash of a password: of the one given, else of the one that is asked for."""
    passwords = Passwords()
    if given is not None:
        return passwords.hash(given, name)
    if is_from_stdin:
        return passwords.hash(sys.stdin.readline().rstrip("\r\n"), name)
    while True:
        given = click.prompt("Mật khẩu", hide_input=True)
        try:
            made = passwords.hash(given, name)
        except AccountError as error:
            click.echo(str(error), err=True)
            continue
        if click.prompt("Gõ lại", hide_input=True) == given:
            return made
        click.echo("Hai lần gõ không giống nhau.", err=True)
