"""motcua send: reports, and who crossed the threshold, mailed to accounts; made for a timer."""

from __future__ import annotations

import click

from dashboard.command.words import Program
from dashboard.settings.settings import load

_roles = click.option("--role", "roles", multiple=True, metavar="VAI_TRÒ",
                      help="Gửi cho mọi tài khoản còn dùng được của vai trò; lặp lại được.")  # fmt: skip
_names = click.option("--to", "names", multiple=True, metavar="TÊN", help="Gửi cho tài khoản; lặp lại được.")
_dry_run = click.option(
    "--dry-run", "is_dry", is_flag=True, help="Chỉ in sẽ gửi gì cho ai; không gửi, không ghi."
)


@click.group(cls=Program, default="crossings", short_help="Gửi thư: báo cáo, đơn vị vừa vượt ngưỡng.")
def send() -> None:
    """Gửi thư cho tài khoản có địa chỉ (motcua user email), mỗi tài khoản chỉ nhận phần mình được xem.

    Dùng máy chủ thư ở cài đặt smtp_host, mail_from; chạy bằng timer của systemd hoặc Task Scheduler.
    Mã thoát: 0 đã gửi hết, hoặc không có gì để gửi; 1 chưa có số liệu, số liệu cũ hoặc không cập nhật được;
    2 tùy chọn, cài đặt sai, không còn ai để gửi; 3 có thư chưa gửi được; 4 không ghi được tệp ghi nhớ.
    """


@send.command("crossings", short_help="Báo đơn vị vừa vượt ngưỡng, vừa xuống dưới ngưỡng.")
@_roles
@_names
@click.option("--also-standing", "with_standing", is_flag=True,
              help="Với tài khoản nhận lần đầu: báo cả đơn vị đang vượt trong tháng này.")  # fmt: skip
@_dry_run
def crossings(*, roles: tuple[str, ...], names: tuple[str, ...], with_standing: bool, is_dry: bool) -> None:
    """Gửi một thư cho mỗi lần một đơn vị vượt ngưỡng trễ hẹn (từ 5%), và khi nó xuống dưới ngưỡng.

    Xét tháng đang chạy và 12 tháng trước. Lần đầu với một tài khoản (hoặc khi quyền của nó đổi) chỉ ghi
    nhận, không gửi. Thư chưa gửi được thì lần chạy sau gửi. Số liệu cũ thì không gửi (mã thoát 1).
    """
    from dashboard.command.letters import send_crossings  # noqa: PLC0415 - not for serve

    code = send_crossings(load(), roles=roles, names=names, with_standing=with_standing, is_dry=is_dry)
    raise click.exceptions.Exit(code)


@send.command("report", short_help="Gửi một báo cáo, mỗi tài khoản một tệp theo quyền của nó.")
@click.argument("what", metavar="LOẠI", default="")
@click.option("--ky", "period", metavar="KỲ", help="Kỳ như trong địa chỉ: 2026-10, bc-2026-Q3, 2026.")
@click.option("--don-vi", "unit", metavar="MÃ",
              help="Mã đơn vị; bỏ trống: mọi đơn vị được xem (unit: mỗi đơn vị một phiếu).")  # fmt: skip
@_roles
@_names
@click.option("--again", "is_again", is_flag=True, help="Gửi lại cho cả ai đã có báo cáo này.")
@_dry_run
def report(*, what: str, period: str | None, unit: str | None, roles: tuple[str, ...], names: tuple[str, ...],
           is_again: bool, is_dry: bool) -> None:  # fmt: skip
    """Gửi báo cáo: ii06a, unit, district, meeting, slides, cùng tùy chọn với motcua report.

    Đơn vị, kỳ ngoài quyền của tài khoản thì không gửi cho tài khoản ấy. Ai đã có đúng báo cáo này của đúng
    số liệu này thì không gửi lần nữa, nên chạy lại sau khi có thư lỗi chỉ gửi phần còn thiếu.
    """
    from dashboard.command.letters import send_report  # noqa: PLC0415 - not for serve
    from dashboard.command.report import WRITERS, no_kind  # noqa: PLC0415

    if what not in WRITERS:
        raise click.UsageError(no_kind(what))
    code = send_report(
        load(), what, period=period, unit=unit, roles=roles, names=names, is_again=is_again, is_dry=is_dry
    )
    raise click.exceptions.Exit(code)
