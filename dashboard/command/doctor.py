"""The command ``doctor``: is this machine fit to serve, and what to mend. It looks and changes nothing."""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import click

from dashboard.accounts.origin import is_loopback_host
from dashboard.accounts.store import Store, StoreError
from dashboard.issued.register import Register, RegisterError
from dashboard.mail.server import MailFailed, MailServer
from dashboard.question.copies import FolderCopies
from dashboard.question.source import for_readers
from dashboard.question.working_copy import generations_of, identity_for
from dashboard.settings.settings import Settings, SettingsError
from dashboard.settings.sources import FILE
from dashboard.system_words import reason_of

Light = Literal["tốt", "xem lại", "hỏng"]
GOOD: Light = "tốt"
LOOK: Light = "xem lại"
BAD: Light = "hỏng"
LEAST_FREE = 2 * 1024**3
"""Bytes on the copy's disk: a generation of a million dossiers is 60 MB, some are kept beside the next."""
LEAST_LINES = 4_096
_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 5


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it stands, what was seen, and what mends it."""

    light: Light
    what: str
    seen: str
    mend: str = ""


def run(settings: Settings, *, as_json: bool) -> int:
    """Print a line a finding; 0 where nothing is broken, else 1."""
    found = list(findings(settings))
    if as_json:
        rows = [vars(one) for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for one in found:
            mark = {GOOD: "✓", LOOK: "!", BAD: "✗"}[one.light]
            click.echo(f"{mark} {one.what}: {one.seen}")
            if one.mend:
                click.echo(f"    → {one.mend}")
        broken, doubtful = (sum(one.light == light for one in found) for light in (BAD, LOOK))
        click.echo(f"{len(found)} điều đã xem: {broken} hỏng, {doubtful} nên xem lại.")
    return 1 if any(one.light == BAD for one in found) else 0


def findings(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one after another."""
    yield _python()
    yield _bundle()
    yield _secrets(settings)
    yield _folder(settings)
    yield _room(settings)
    yield _copy(settings)
    yield _accounts(settings)
    yield _issued(settings)
    yield _names(settings)
    yield _mail(settings)
    yield _lines()
    yield _listener(settings)
    yield _server(settings)


def _python() -> Finding:
    return Finding(GOOD, "Python", f"{platform.python_version()}, {os.cpu_count()} lõi")


def _bundle() -> Finding:
    there = (_ROOT / "assets" / "a-plotly-basic.min.js").is_file()
    if there:
        return Finding(GOOD, "Gói biểu đồ nhỏ", "có")
    return Finding(
        LOOK, "Gói biểu đồ nhỏ", "không có: trang tải thêm 1 MB", "python scripts/fetch_plotly.py (cần npm)"
    )


def _secrets(settings: Settings) -> Finding:
    """Nobody else on the machine reads the password in the settings file."""
    what, path = "Tệp cài đặt", Path(os.environ.get("MOTCUA_CONFIG") or FILE)
    if not path.is_file():
        return Finding(GOOD, what, f"không có {path.name}; dùng biến môi trường và mặc định")
    others = _others(path) if os.name == "posix" else 0
    url = settings.database_url.get_secret_value()
    is_secret = "@" in url and settings.origin("database_url").endswith(path.name)
    if settings.smtp_password is not None and settings.origin("smtp_password").endswith(path.name):
        is_secret = True
    if others and is_secret:
        return Finding(
            BAD, what, f"{path} có mật khẩu mà tài khoản khác đọc được",
            f"chown root:motcua {path}; chmod 640 {path} (nhóm riêng của tài khoản chạy bảng theo dõi)",
        )  # fmt: skip
    return Finding(GOOD, what, str(path))


def _others(path: Path) -> int:
    """Give the rights of others than the owner; reading is none for a group that is one account's alone."""
    import grp  # noqa: PLC0415 - there is none on Windows
    import pwd  # noqa: PLC0415

    found = path.stat()
    rights = found.st_mode & 0o077
    try:
        members = set(grp.getgrgid(found.st_gid).gr_mem)
    except KeyError:
        return rights
    members |= {one.pw_name for one in pwd.getpwall() if one.pw_gid == found.st_gid}
    return rights & ~0o040 if len(members) <= 1 else rights


def _folder(settings: Settings) -> Finding:
    what, folder = "Thư mục bản sao", Path(settings.copy_folder).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(BAD, what, f"không ghi được {folder} ({reason_of(error)})",
                       "cho tài khoản chạy bảng theo dõi quyền ghi ở đó, hoặc đổi copy_folder")  # fmt: skip
    return Finding(GOOD, what, str(folder))


def _room(settings: Settings) -> Finding:
    what, folder = "Chỗ trống trên đĩa", Path(settings.copy_folder)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(BAD, what, reason_of(error))
    seen = f"{free / 1024**3:.1f} GB".replace(".", ",")
    if free < LEAST_FREE:
        return Finding(BAD, what, seen, "dọn đĩa, hoặc đổi copy_folder sang đĩa khác (cần từ 2 GB)")
    return Finding(GOOD, what, seen)


def _copy(settings: Settings) -> Finding:
    what = "Số liệu"
    copies = FolderCopies(generations_of(settings), identity_for(settings), compare=settings.compare)
    copies.current()
    status = copies.status()
    last = status.last_try
    if status.made_at is None:
        seen = "chưa đọc lần nào" if last is None else "chưa có bản sao của nguồn và phiên bản này"
        if status.is_failing and last is not None:
            seen = for_readers(last.sentence)
        return Finding(BAD, what, seen, "motcua check, rồi motcua refresh")
    if status.is_failing and last is not None:
        return Finding(BAD, what, for_readers(last.sentence), "xem docs/reliability.md; motcua check")
    age = (settings.clock() - status.made_at).total_seconds() / 60
    seen = f"đọc lúc {status.made_at:%H:%M %d/%m/%Y}"
    if age > max(settings.expected_age_minutes, 2 * settings.refresh_minutes):
        return Finding(LOOK, what, seen, "máy chủ có đang chạy không? motcua refresh đọc ngay")
    return Finding(GOOD, what, seen)


def _accounts(settings: Settings) -> Finding:
    what, path = "Tài khoản", Path(settings.accounts_file)
    try:
        has = Store(path).has_accounts()
    except StoreError as error:
        return Finding(BAD, what, str(error))
    if not has and not is_loopback_host(settings.host):
        return Finding(BAD, what, f"chưa có, mà host là {settings.host}",
                       "motcua user add TÊN --role noi_vu; hoặc host = 127.0.0.1")  # fmt: skip
    if not has:
        return Finding(
            LOOK, what, "chưa có: chỉ mở được ở chính máy này", "motcua user add TÊN --role noi_vu"
        )
    if os.name == "posix" and path.stat().st_mode & 0o077:
        return Finding(BAD, what, f"{path} tài khoản khác đọc được", f"chmod 600 {path}")
    return Finding(GOOD, what, str(path))


def _mail(settings: Settings) -> Finding:
    """Reach the mail server and sign in; nothing is sent."""
    what, mend = "Gửi thư", "xem docs/running.md, mục Gửi thư"
    if settings.smtp_host is None:
        return Finding(GOOD, what, "không dùng (chưa đặt smtp_host)")
    try:
        server = replace(MailServer.of(settings), seconds=_SECONDS)
        with server.open():
            pass
        has_reader = any(one.email for one in Store(Path(settings.accounts_file)).accounts())
    except (SettingsError, MailFailed, StoreError) as error:
        return Finding(BAD, what, str(error).rstrip("."), mend)
    if not has_reader:
        return Finding(LOOK, what, f"{server.name} nhận, chưa ai có địa chỉ", "motcua user email TÊN ĐỊA_CHỈ")
    if not settings.public_url:
        return Finding(LOOK, what, f"{server.name} nhận; thư không có đường dẫn", "đặt public_url")
    return Finding(GOOD, what, f"{server.name} nhận, gửi từ {settings.mail_from}")


def _issued(settings: Settings) -> Finding:
    """Every numbered sheet is there, as it was issued."""
    what, register = "Sổ phiếu", Register(Path(settings.issued_file))
    try:
        numbers, broken, missing = register.numbers(), register.broken(), register.missing()
        unlisted = register.unlisted()
    except RegisterError as error:
        return Finding(BAD, what, str(error), "cho tài khoản chạy bảng theo dõi đọc, ghi tệp ấy, riêng nó")
    mend = f"khôi phục {register.path.name} và {register.list_path.name} từ bản sao lưu"
    if missing:
        return Finding(BAD, what, f"đã cấp số mà không còn trong sổ: {_some(missing)}", mend)
    if broken:
        return Finding(BAD, what, f"đã bị sửa sau khi lập: {_some(broken)}", mend)
    if unlisted:
        return Finding(LOOK, what, f"{len(unlisted)} phiếu không có trong {register.list_path.name}",
                       f"{mend}; nếu tệp ấy chưa từng có thì phiếu lập tiếp theo ghi bổ sung")  # fmt: skip
    return Finding(
        GOOD, what, f"{len(numbers)} phiếu, nguyên như khi lập" if numbers else "chưa có phiếu nào"
    )


def _some(numbers: Sequence[str]) -> str:
    return ", ".join(numbers[:3]) + (f" và {len(numbers) - 3} phiếu khác" if len(numbers) > 3 else "")


def _names(settings: Settings) -> Finding:
    what = "Tên máy"
    named = [one for one in dict.fromkeys(settings.served_as()) if one != settings.host]
    if named:
        return Finding(GOOD, what, ", ".join(named))
    if is_loopback_host(settings.host) and not settings.trusted_proxies:
        return Finding(GOOD, what, "chỉ localhost")
    return Finding(LOOK, what, "chưa khai: chỉ mở được bằng địa chỉ IP",
                   f'hosts = ["{socket.gethostname().lower()}"] hoặc tên trong DNS')  # fmt: skip


def _lines() -> Finding:
    what = "Số tệp được mở"
    try:
        import resource  # noqa: PLC0415 - there is none on Windows, nor such a limit
    except ImportError:
        return Finding(GOOD, what, "hệ điều hành này không giới hạn")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY and most < LEAST_LINES:
        return Finding(LOOK, what, str(most), "LimitNOFILE=16384 trong deploy/motcua.service")
    return Finding(GOOD, what, "không giới hạn" if most == resource.RLIM_INFINITY else str(most))


def _listener(settings: Settings) -> Finding:
    what, port = "Máy chủ (cổng giám sát)", settings.health_port or settings.port + 1
    status, told = _asked(f"http://{_at(settings.health_host)}:{port}/healthz")
    if status == 200:
        return Finding(GOOD, what, f"chạy, {told.get('workers')} tiến trình")
    if status:
        return Finding(
            BAD, what, str(told.get("status", status)), "journalctl -u motcua; systemctl restart motcua"
        )
    return Finding(LOOK, what, f"không trả lời ở cổng {port}", "systemctl start motcua, hoặc motcua serve")


def _server(settings: Settings) -> Finding:
    what = "Trang"
    status, told = _asked(f"http://{_at(settings.host)}:{settings.port}/readyz")
    if status == 200 and "data_age_seconds" in told:
        return Finding(GOOD, what, f"trả lời ở {_at(settings.host)}:{settings.port}")
    if not status:
        return Finding(LOOK, what, f"không trả lời ở {_at(settings.host)}:{settings.port}", "motcua serve")
    if status in (200, 401, 303):
        return Finding(GOOD, what, f"trả lời ở {_at(settings.host)}:{settings.port}, đòi đăng nhập")
    return Finding(BAD, what, str(told.get("error", status)), "journalctl -u motcua")


def _at(host: str) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{host}]" if ":" in host else host


def _asked(address: str) -> tuple[int, dict[str, Any]]:
    """Ask a JSON address of ours; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:
            status, body = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    except OSError:
        return 0, {}
    try:
        told = json.loads(body)
    except ValueError:
        told = {}
    return status, told if isinstance(told, dict) else {}
