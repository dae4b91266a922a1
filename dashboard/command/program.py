"""The command line: serve (the default), sample, check, refresh, connect, settings, views."""

from __future__ import annotations

import io
import json
import os
import socket
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from dashboard.accounts.origin import is_loopback_host
from dashboard.command.audit import audit
from dashboard.command.send import send
from dashboard.command.user import user
from dashboard.command.words import FAILED, Program
from dashboard.settings.explained import as_toml, explain
from dashboard.settings.settings import Settings, SettingsError, load
from dashboard.system_words import reason_of

FILES_OF_OURS = 256
"""Files a worker opens beside the lines of readers."""
WAITING_LINES = 2_048
"""Lines the system holds until a worker takes them."""
FIRST_DAY, LAST_DAY = date(2015, 1, 1), date(2100, 12, 31)
"""Of a sample: its rules and documents know no earlier days, and its years must have begun."""

NOT_USABLE = 1
"""Exit code of ``check`` where the dashboard cannot work with the source."""


class Whole(click.ParamType[int]):
    """A whole number within bounds; errors in Vietnamese."""

    name = "số"

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the number."""
        try:
            number = int(value)
        except ValueError:
            number = self.low - 1
        if not self.low <= number <= self.high:
            self.fail(f'"{value}" không phải số nguyên từ {self.low} đến {self.high}.', param, ctx)
        return number


class Day(click.ParamType[date]):
    """A day, 2026-11-21; errors in Vietnamese."""

    name = "ngày"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" không phải ngày dạng 2026-11-21.', param, ctx)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail(f"{day:%d/%m/%Y} không nằm trong {FIRST_DAY:%d/%m/%Y}–{LAST_DAY:%d/%m/%Y}.", param, ctx)
        return day


_database_url = click.option("--database-url", metavar="ĐỊA_CHỈ", help="Cơ sở dữ liệu, thay cho cài đặt.")


@click.group(cls=Program, default="serve")
def program() -> None:
    """Bảng theo dõi Bộ phận Một cửa: đúng hạn, trễ hẹn, cảnh báo.

    Không nêu lệnh thì chạy serve. Cài đặt lấy từ dòng lệnh, biến môi trường MOTCUA_…, rồi
    tệp motcua.toml; xem bằng lệnh settings.
    """


@program.command(short_help="Chạy bảng theo dõi (mặc định).")
@click.option(
    "--host", metavar="ĐỊA_CHỈ", help="Địa chỉ phục vụ; 0.0.0.0 để mọi máy vào được, khi đã có tài khoản."
)
@click.option("--port", metavar="SỐ", help="Cổng phục vụ.")
@_database_url
@click.option("--workers", metavar="SỐ", help="Số tiến trình phục vụ.")
def serve(**options: str | None) -> None:
    """Chạy bảng theo dõi.

    Cơ sở dữ liệu đang tắt không ngăn việc khởi động: trang sẽ báo và tự phục hồi.
    """
    settings = load(**options)
    address = _address_of(settings.host, settings.port)
    _is_for_whom(settings)
    with closing(_listener(settings, *address)) as listener:
        # Workers are other processes: this is how the options of this one reach them.
        os.environ.update(settings.to_environment())
        if not run_server(settings, listener):
            raise click.exceptions.Exit(FAILED)


def _is_for_whom(settings: Settings) -> None:
    """Let other machines in only where there are accounts. Raises SettingsError."""
    from dashboard.accounts.store import Store, StoreError  # noqa: PLC0415 - only for serve

    try:
        has_accounts = Store(Path(settings.accounts_file)).has_accounts()
    except StoreError as error:
        raise SettingsError(str(error)) from None
    if not has_accounts and not is_loopback_host(settings.host):
        raise SettingsError(
            f"Chưa có tài khoản nào nên không mở cho máy khác (host {settings.host}). Thêm tài khoản trước: "
            "motcua user add TÊN --role noi_vu; hoặc bỏ --host để chỉ mở ở máy này."
        )


def _address_of(host: str, port: int) -> tuple[socket.AddressFamily, Any]:
    """Give the address to serve at and its family. Raises SettingsError where there is no such host."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise SettingsError(f'Không tìm thấy máy "{host}" (cài đặt host).') from None
    return family, address


def _listener(settings: Settings, family: socket.AddressFamily, address: Any) -> socket.socket:
    """Open the socket that lines come to. Raises SettingsError where nothing can be served at the address."""
    host, port = settings.host, settings.port
    listener = socket.socket(family, socket.SOCK_STREAM)
    # What lets a port be taken that lines were closed on lets two programs share it on Windows.
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
    listener.setsockopt(socket.SOL_SOCKET, exclusive, 1)
    try:
        listener.bind(address)
        listener.listen(WAITING_LINES)
    except OSError as error:
        listener.close()
        told = f"Không mở được {host}:{port} ({reason_of(error)})."
        raise SettingsError(f"{told} Chọn cổng khác, ví dụ --port {min(port + 1, 65535)}.") from None
    return listener


def _most_lines() -> int:
    """Give how many lines a worker may keep open; as many files as that are allowed to it first."""
    from dashboard.serving.server import MOST_LINES  # noqa: PLC0415 - only for serve

    try:
        import resource  # noqa: PLC0415 - there is none on Windows, nor such a limit
    except ImportError:
        return MOST_LINES
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_LINES + FILES_OF_OURS
    if allowed < wanted:
        allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    return max(MOST_LINES // 64, min(MOST_LINES, allowed - FILES_OF_OURS))


def run_server(settings: Settings, listener: socket.socket) -> bool:
    """Serve until told to stop; False where no worker can begin to."""
    from dashboard.serving.log import set_up  # noqa: PLC0415 - the other commands start without a server
    from dashboard.serving.watch import alive_of, board, listen  # noqa: PLC0415
    from dashboard.serving.workers import Work, Workers  # noqa: PLC0415

    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"Bảng theo dõi: http://{host}:{settings.port} (Ctrl+C để dừng)")
    data = [] if settings.source_url is None else [str(settings.database_url)]
    click.echo(f"Dữ liệu: {', '.join([*data, *(one.path for one in settings.files)])}")
    set_up(settings.time_zone)
    folder = board()
    workers = Workers(
        Work("app:create_front", listener, settings.time_zone, settings.processes(), _most_lines())
    )
    health_port = settings.health_port or settings.port + 1
    watching = listen(settings.health_host, health_port, folder, alive_of(lambda: workers.serving))
    try:
        return workers.run()
    finally:
        if watching is not None:
            watching.shutdown()
            watching.server_close()
        rmtree(folder, ignore_errors=True)


@program.command(short_help="Tạo quận mẫu để xem thử.")
@click.option("--units", type=Whole(1, 1000), default=16, metavar="SỐ", help="Số phường. Mặc định 16.")
@click.option("--years", type=Whole(1, 20), default=3, metavar="SỐ", help="Số năm dữ liệu. Mặc định 3.")
@click.option("--per-unit-year", type=Whole(1, 1_000_000), default=25_000, metavar="SỐ",
              help="Số hồ sơ một phường một năm. Mặc định 25000.")  # fmt: skip
@click.option("--until", type=Day(), metavar="NGÀY",
              help="Ngày cuối, dạng 2026-11-21. Mặc định hôm nay; trước 10:15 là hôm qua.")  # fmt: skip
@click.option("--seed", type=Whole(0, 2**32 - 1), default=2026, metavar="SỐ",
              help="Hạt giống: cùng tham số cho cùng dữ liệu. Mặc định 2026.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), default=Path("var/mau.duckdb"), metavar="TỆP",
              help="Tệp DuckDB để ghi. Mặc định var/mau.duckdb.")  # fmt: skip
@click.option("--if-stale", is_flag=True, help="Không làm gì nếu tệp đã là mẫu của ngày đó.")
def sample(*, units: int, years: int, per_unit_year: int, until: date | None, seed: int, out: Path,
           if_stale: bool) -> None:  # fmt: skip
    """Tạo tệp DuckDB chứa quận mẫu (hư cấu), đủ chín bảng."""
    from queries.sample.district import is_sample, latest_day, sample_is_current, write_sample  # noqa: PLC0415 - slow

    day = until or latest_day(load().now())
    if out.exists() and not out.is_file():
        raise click.UsageError(f"{out} không phải tệp.")
    if out.exists() and not is_sample(out):
        raise click.UsageError(
            f"{out} đã có và không phải dữ liệu mẫu, nên không bị ghi đè. "
            "Chọn tệp khác bằng --out, hoặc tự xóa tệp ấy."
        )
    if if_stale and sample_is_current(out, day):
        click.echo(f"{out} đã là dữ liệu mẫu đến {day:%d/%m/%Y}.")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("chuẩn bị", total=None)
        try:
            write_sample(
                out, units=units, years=years, per_unit_year=per_unit_year, until=day, seed=seed,
                progress=lambda done, total, text: bar.update(
                    task, completed=done, total=total, description=text
                ),
            )  # fmt: skip
        except RuntimeError as error:
            if "interrupted" not in str(error):
                raise
            raise click.Abort from None  # Ctrl+C reached DuckDB before Python
    click.echo(f"Đã tạo {out}, dữ liệu mẫu đến {day:%d/%m/%Y}.")


@program.command(short_help="Đọc thử nguồn: có đúng quy ước không, có gì lạ.")
@_database_url
@click.option("--json", "as_json", is_flag=True, help="In JSON thay cho bảng.")
def check(*, database_url: str | None, as_json: bool) -> None:
    """Đọc thử toàn bộ nguồn như bản sao sẽ đọc, rồi nói còn thiếu gì, dữ liệu nào lạ; không ghi gì vào nguồn.

    Mã thoát: 0 dùng được, 1 chưa dùng được, 2 cài đặt sai hoặc không ghi được bản đọc thử.
    """
    from dashboard.command.check import check_settings, reading_shown, show  # noqa: PLC0415 - not for serve
    from queries.check.report import TrialFailed  # noqa: PLC0415

    settings = load(database_url=database_url)
    _tell_hints(settings)
    try:
        with reading_shown() as progress:
            report = check_settings(settings, progress)
    except TrialFailed as error:
        told = f"{error.sentence} Đổi cài đặt copy_folder nếu cần."
        if not as_json:
            raise SettingsError(told) from error
        click.echo(json.dumps({"ok": False, "error": told}, ensure_ascii=False, indent=2))
        raise click.exceptions.Exit(FAILED) from None
    except RuntimeError as error:
        if "interrupt" not in str(error).lower():
            raise
        raise click.Abort from None  # Ctrl+C reached DuckDB before Python
    if as_json:
        click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    else:
        show(report, Console())
    raise click.exceptions.Exit(0 if report.ok else NOT_USABLE)


def _tell_hints(settings: Settings) -> None:
    for one in settings.hints():
        click.echo(one, err=True)


@program.command(short_help="Cập nhật bản sao làm việc ngay bây giờ.")
@_database_url
@click.option("--verify", "is_to_verify", is_flag=True,
              help="Cập nhật xong thì đếm lại ở nguồn theo đơn vị và tháng, in chỗ khác nhau.")  # fmt: skip
@click.option("--accept", "is_to_accept", is_flag=True, help="Dùng lần đọc đã bị từ chối, sau khi đã xem.")
def refresh(*, database_url: str | None, is_to_verify: bool, is_to_accept: bool) -> None:
    """Cập nhật bản sao làm việc một lần; máy chủ đang chạy tự dùng bản mới trong 20 giây.

    Mã thoát: 0 đã cập nhật hoặc không có gì mới; 1 không đọc được nguồn; 2 cài đặt sai; 3 số liệu mới
    bị từ chối vì bất thường (với --verify: bản sao khác nguồn); 4 không ghi được bản sao.
    """
    from dashboard.command.refresh import run  # noqa: PLC0415

    if is_to_verify and is_to_accept:
        raise click.UsageError("Chỉ chọn một trong --verify và --accept.")
    code = run(load(database_url=database_url), is_to_verify=is_to_verify, is_to_accept=is_to_accept)
    raise click.exceptions.Exit(code)


@program.command(short_help="Tạo báo cáo để mang đi: Biểu II.06a, phiếu giám sát.")
@click.argument("what", metavar="LOẠI", default="")
@click.option("--ky", "period", metavar="KỲ", help="Kỳ như trong địa chỉ: 2026-10, bc-2026-Q3, 2026.")
@click.option("--don-vi", "unit", metavar="MÃ", help="Mã đơn vị; bỏ trống: toàn địa bàn.")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), metavar="TỆP",
              help="Tệp hoặc thư mục để ghi. Mặc định thư mục đang chạy, tên tệp tự đặt.")  # fmt: skip
def report(*, what: str, period: str | None, unit: str | None, out: Path) -> None:
    """Tạo một báo cáo từ bản sao làm việc, không cần ai ngồi máy: ii06a, unit, district, meeting, slides.

    ii06a: Biểu II.06a (.xlsx), mặc định quý báo cáo gần nhất đã hết; có --don-vi thì theo lĩnh vực.
    unit: phiếu số liệu giám sát của --don-vi (.docx), mặc định cả năm.
    district: báo cáo định kỳ (.docx); meeting: giao ban một trang (.docx); slides: giao ban (.pptx);
    mặc định tháng của số liệu.

    Mã thoát: 0 đã ghi; 1 chưa có số liệu; 2 tùy chọn, cài đặt sai; 4 không ghi được tệp.
    """
    from dashboard.command.report import WRITERS, no_kind, run  # noqa: PLC0415 - not for serve

    if what not in WRITERS:
        raise click.UsageError(no_kind(what))
    raise click.exceptions.Exit(run(load(), what, period=period, unit=unit, out=out))


class Pair(click.ParamType[tuple[str, str]]):
    """A name, "=", and what it is; errors in Vietnamese."""

    name = "tên"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Read the two."""
        if isinstance(value, tuple):
            return value
        name, sign, meant = (one.strip() for one in str(value).partition("="))
        if not (name and sign and meant):
            self.fail(f'"{value}" phải có dạng TÊN=TÊN.', param, ctx)
        return name, meant


@program.command(short_help="Nối với cơ sở dữ liệu hoặc tệp: hiểu, viết motcua.toml, ra số một tháng.")
@click.option("--source", "sources", multiple=True, metavar="NGUỒN",
              help="Địa chỉ cơ sở dữ liệu, tệp, thư mục hoặc mẫu tên; lặp lại được.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), default=Path("motcua.toml"), metavar="TỆP",
              help="Tệp để viết; đã có thì viết tệp khác bên cạnh. Mặc định motcua.toml.")  # fmt: skip
@click.option("--schema", metavar="TÊN", help="Schema chứa các bảng.")
@click.option("--table", "tables", type=Pair(), multiple=True, metavar="BẢNG=TÊN",
              help="Tên thật của một bảng, ví dụ dossiers=ho_so; lặp lại được.")  # fmt: skip
@click.option("--column", "columns", type=Pair(), multiple=True, metavar="BẢNG.CỘT=TÊN",
              help="Tên thật của một cột, ví dụ dossiers.due_at=ngay_hen; lặp lại được.")  # fmt: skip
@click.option("--word", "words", type=Pair(), multiple=True, metavar="BẢNG.CỘT:TỪ=NGHĨA",
              help="Nghĩa của một từ, ví dụ dossiers.state:4=open; lặp lại được.")  # fmt: skip
@click.option("--zone", "zones", type=Pair(), multiple=True, metavar="BẢNG.CỘT=MÚI_GIỜ",
              help="Múi giờ của một cột hay cả bảng, ví dụ dossiers=UTC; lặp lại được.")  # fmt: skip
@click.option("--live", "is_live", is_flag=True, help="Cơ sở dữ liệu đang vận hành: số liệu đến lúc đọc.")
@click.option("--take-unsure", "takes_unsure", is_flag=True, help="Nhận cả bảng, cột còn chưa chắc.")
@click.option("--take-words", "takes_words", is_flag=True, help="Nhận nghĩa đề xuất của các từ, mã.")
@click.option("--password-apart", "is_password_apart", is_flag=True,
              help="Không ghi địa chỉ vào tệp; đặt nó ở biến môi trường MOTCUA_DATABASE_URL.")  # fmt: skip
@click.option(
    "--yes", "is_yes", is_flag=True, help="Không hỏi; điều chưa chắc nằm trong tệp dưới dạng chú thích."
)
@click.option("--figures", "has_figures", is_flag=True,
              help="Đọc luôn, in số của một tháng; không nêu nguồn thì theo motcua.toml đã có.")  # fmt: skip
@click.option(
    "--ky", "period", metavar="KỲ", help="Tháng để in, ví dụ 2026-10. Mặc định tháng trọn gần nhất."
)
def connect(*, sources: tuple[str, ...], out: Path, schema: str | None, tables: tuple[tuple[str, str], ...],
            columns: tuple[tuple[str, str], ...], words: tuple[tuple[str, str], ...],
            zones: tuple[tuple[str, str], ...], is_live: bool, takes_unsure: bool, takes_words: bool,
            is_password_apart: bool, is_yes: bool, has_figures: bool,
            period: str | None) -> None:  # fmt: skip
    """Xem nguồn, nói đã hiểu gì, viết motcua.toml để người phụ trách xem lại, in số một tháng theo đơn vị.

    Không ghi gì vào nguồn. Câu nào hỏi cũng có tùy chọn trả lời sẵn; tên và từ chưa chắc không tự dùng.

    Mã thoát: 0 xong; 1 không đọc được nguồn hoặc chưa dùng được; 2 tùy chọn, cài đặt sai; 3 số liệu bị từ
    chối vì bất thường; 4 không ghi được bản sao.
    """
    from dashboard.command.connect import Wanted, run  # noqa: PLC0415 - not for serve

    of_columns: dict[str, dict[str, str]] = {}
    for name, meant in words:
        column, sign, word = name.partition(":")
        if not (sign and word and "." in column):
            raise click.UsageError(f'--word "{name}={meant}" phải có dạng BẢNG.CỘT:TỪ=NGHĨA.')
        of_columns.setdefault(column, {})[word] = meant
    wanted = Wanted(
        sources, out, schema, dict(tables), dict(columns), of_columns, dict(zones), is_live=is_live,
        takes_unsure=takes_unsure, takes_words=takes_words, is_password_apart=is_password_apart,
        is_to_ask=not is_yes, has_figures=has_figures, period=period,
    )  # fmt: skip
    raise click.exceptions.Exit(run(wanted))


@program.command(short_help="Xem máy này có sẵn sàng phục vụ không, sửa gì.")
@_database_url
@click.option("--json", "as_json", is_flag=True, help="In JSON thay cho từng dòng.")
def doctor(*, database_url: str | None, as_json: bool) -> None:
    """Xem máy, thư mục, tài khoản, số liệu, máy chủ đang chạy; nói sửa gì. Không đổi gì, không đọc nguồn.

    Mã thoát: 0 không có gì hỏng, 1 có điều hỏng, 2 cài đặt sai.
    """
    from dashboard.command.doctor import run  # noqa: PLC0415 - not for serve

    raise click.exceptions.Exit(run(load(database_url=database_url), as_json=as_json))


@program.command(short_help="Xem mọi cài đặt và nguồn của chúng.")
@click.option("--toml", "as_toml_file", is_flag=True, help="In một tệp motcua.toml có chú thích.")
@click.option("--json", "as_json", is_flag=True, help="In JSON thay cho bảng.")
def settings(*, as_toml_file: bool, as_json: bool) -> None:
    """Xem mọi cài đặt: giá trị, nguồn, ý nghĩa. Mật khẩu luôn được che."""
    if as_toml_file and as_json:
        raise click.UsageError("Chỉ chọn một trong --toml và --json.")
    current = load()
    _tell_hints(current)
    if as_toml_file:
        click.echo(as_toml(current), nl=False)
    elif as_json:
        click.echo(json.dumps([row.to_dict() for row in explain(current)], ensure_ascii=False, indent=2))
    else:
        table = Table(show_lines=True)
        for title in ("Cài đặt", "Giá trị", "Nguồn", "Ý nghĩa"):
            table.add_column(title, overflow="fold")
        for row in explain(current):
            table.add_row(*(Text(one) for one in (row.name, row.value, row.origin, row.help)))
        Console().print(table)


@program.command(short_help="In SQL mở view từ e-PAR, OpenCPS.")
@click.argument("system", metavar="PHẦN_MỀM", default="")
@click.option("--engine", metavar="TÊN",
              help="Máy chủ của phần mềm: mariadb (cả MySQL) hoặc postgresql. Mặc định mariadb.")  # fmt: skip
@click.option("--from", "theirs", metavar="TÊN",
              help="CSDL của phần mềm (PostgreSQL: schema). Mặc định epar, opencps, public.")  # fmt: skip
@click.option("--to", "ours", default="motcua", metavar="TÊN",
              help="Cơ sở dữ liệu (PostgreSQL: schema) chứa các view. Mặc định motcua.")  # fmt: skip
@click.option("--reader", default="motcua_doc", metavar="TÊN",
              help="Tài khoản chỉ đọc của bảng theo dõi. Mặc định motcua_doc.")  # fmt: skip
@click.option("--nightly", "is_nightly", is_flag=True,
              help="Hồ sơ là bảng nạp mỗi đêm, thay cho view phải mở XML (e-PAR).")  # fmt: skip
@click.option("--slips", "has_slips", is_flag=True,
              help="Cả phiếu bổ sung, từ chối (e-PAR); chỉ khi phiếu xin lỗi cũng được nạp.")  # fmt: skip
@click.option("--site", type=Whole(0, 2**63 - 1), metavar="SỐ",
              help="Chỉ lấy hồ sơ của một groupId (OpenCPS dùng chung nhiều nơi).")  # fmt: skip
@click.option("--compare", "is_compare", is_flag=True,
              help="In câu lệnh đặt số của phần mềm cạnh số của bảng theo dõi.")  # fmt: skip
def views(*, system: str, engine: str | None, theirs: str | None, ours: str, reader: str, is_nightly: bool,
          has_slips: bool, site: int | None, is_compare: bool) -> None:  # fmt: skip
    """In SQL để quản trị cơ sở dữ liệu mở view theo quy ước, từ phần mềm một cửa epar hoặc opencps.

    Chỉ in ra, không nối vào đâu: motcua views epar > epar.sql, xem lại, rồi chạy tệp ấy.
    Không cột nào về công dân được đọc. Hướng dẫn: docs/connect.md.
    """
    from dashboard.command.views import run, system_named  # noqa: PLC0415 - not for serve
    from queries.source.systems import Wanted  # noqa: PLC0415

    wanted = Wanted(theirs, ours, reader, is_nightly, has_slips, site)
    run(system_named(system.lower()), engine, wanted, is_compare=is_compare)


@program.command(short_help="In SQL tạo tài khoản cơ sở dữ liệu chỉ đọc.")
@click.argument("engine", metavar="MÁY_CHỦ", default="")
@click.option("--schema", metavar="TÊN",
              help="Schema (MariaDB: cơ sở dữ liệu) có các bảng. Mặc định theo cài đặt.")  # fmt: skip
@click.option("--reader", default="motcua_doc", metavar="TÊN", help="Tên tài khoản. Mặc định motcua_doc.")
def account(*, engine: str, schema: str | None, reader: str) -> None:
    """In SQL tạo tài khoản chỉ đọc các bảng của quy ước: postgresql, mariadb, mssql, oracle.

    Chỉ in ra, không nối vào đâu: motcua account postgresql > tai-khoan.sql, xem lại, rồi quản trị chạy.
    Tên bảng theo [tables] trong motcua.toml.
    """
    from dashboard.command.account import run  # noqa: PLC0415 - not for serve

    run(load(), engine, schema, reader)


program.add_command(send)
program.add_command(user)
program.add_command(audit)


def main() -> None:
    """Run the command line; it ends the process."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console, or a file that it is led into, has another encoding: what we say comes before it.
        if isinstance(stream, io.TextIOWrapper) and (stream.encoding or "").lower() not in ("utf-8", "utf8"):
            stream.reconfigure(encoding="utf-8")
    program.main()
