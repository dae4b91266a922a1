"""The command ``refresh``: one refresh now, told on the way; and the comparison with the source."""

from __future__ import annotations

from typing import ClassVar

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from dashboard.question.working_copy import generations_of, reader_of, terms_of
from dashboard.settings.settings import Settings, SettingsError
from queries.contract import CONTRACT
from queries.copy.engine import open_copy
from queries.copy.refresh import Kind, Outcome, refresh
from queries.copy.verify import Verified, verify
from queries.courses.build import build
from queries.source.errors import SourceError

CODES: dict[Kind, int] = {"taken": 0, "nothing_new": 0, "unreadable": 1, "refused": 3, "unwritable": 4}
"""Exit codes by how a refresh went; 2 is the settings'."""
MOST_DIFFERENCES = 50

_WHAT = {"rows": "số dòng", "votes": "số phiếu", "finished_at": "đã xong", "answered_on": "đã trả lời"}


def run(settings: Settings, *, is_to_verify: bool, is_to_accept: bool) -> int:
    """Refresh once, tell how it went, and give the exit code."""
    if is_to_verify and settings.files:
        raise SettingsError(
            "refresh --verify chỉ đối chiếu được với cơ sở dữ liệu, còn cài đặt có files; xem các tệp bằng "
            "«motcua check»."
        )
    generations = generations_of(settings)
    with _telling() as telling:
        outcome = refresh(
            generations,
            reader_of(settings),
            build,
            terms_of(settings),
            accept=is_to_accept,
            by_hand=True,
            progress=telling.table,
            step=telling.step,
            waiting=lambda: telling.say("chờ lần cập nhật khác đang chạy"),
        )
    _say(outcome)
    if not outcome.is_good or not is_to_verify:
        return CODES[outcome.kind]
    return _verified(settings)


def _say(outcome: Outcome) -> None:
    for sentence in outcome.reasons or (outcome.sentence,):
        click.echo(sentence, err=not outcome.is_good)
    if outcome.was_shared:
        click.echo("(Kết quả của lần cập nhật vừa chạy cùng lúc.)", err=not outcome.is_good)
    gone, changed = (outcome.differences.get(one, 0) for one in ("deleted", "changed"))
    if gone or changed:
        click.echo(f"Đối chiếu: {_number(gone)} hồ sơ đã bị xóa, {_number(changed)} hồ sơ bị sửa lặng lẽ.")
    if outcome.kind == "refused" and outcome.reasons:
        told = "Số liệu cũ được giữ. Nếu đã xem và thấy đúng: motcua refresh --accept"
        click.echo(told, err=True)


def _verified(settings: Settings) -> int:
    terms = terms_of(settings)
    current = generations_of(settings).current(terms.identity)
    if current is None:
        click.echo("Chưa có bản sao để đối chiếu.", err=True)
        return CODES["unwritable"]
    source, engine = reader_of(settings).source, open_copy(current.path)
    assert source is not None  # run() has refused the others
    try:
        with engine.connect() as conn, _telling() as telling:
            verified = verify(
                conn, source, settings.mapping(), zone=settings.time_zone, progress=telling.table
            )
    except SourceError as error:
        click.echo(error.sentence, err=True)
        return CODES["unreadable"]
    finally:
        engine.dispose()
    _show(verified)
    return CODES["refused"] if verified.differences else 0


def _show(verified: Verified) -> None:
    counted = ", ".join(f"{CONTRACT[name].label} {_number(n)}" for name, n in verified.rows.items())
    if not verified.differences:
        click.echo(f"Bản sao khớp với nguồn theo từng đơn vị và tháng: {counted}.")
        _show_left_out(verified)
        return
    table = Table(title="Bản sao khác nguồn")
    for title in ("Bảng", "Đơn vị", "Tháng", "Số", "Nguồn", "Bản sao", "Chênh"):
        table.add_column(title, justify="left" if title in ("Bảng", "Đơn vị", "Tháng", "Số") else "right")
    for one in verified.differences[:MOST_DIFFERENCES]:
        table.add_row(
            CONTRACT[one.table].label, one.unit or "(trống)", one.month or "(trống)", _WHAT[one.what],
            _number(one.source), _number(one.copy), f"{one.copy - one.source:+}",
        )  # fmt: skip
    Console().print(table)
    more = len(verified.differences) - MOST_DIFFERENCES
    if more > 0:
        click.echo(f"… và {_number(more)} chỗ khác nữa.")
    _show_left_out(verified)


def _show_left_out(verified: Verified) -> None:
    for name, n in verified.left_out.items():
        click.echo(f"Bản sao đã bỏ {_number(n)} dòng trùng ở bảng {CONTRACT[name].label} khi đọc.")


class _telling:  # noqa: N801 - read as a word
    """What is being done, on one line of the terminal; nothing where there is none."""

    _STEPS: ClassVar[dict[str, str]] = {
        "swept": "hỏi nguồn", "reading": "đọc nguồn", "read": "xem có đáng tin không", "judged": "tính sẵn",
        "built": "kiểm tra bản sao", "verified": "thay bản sao",
    }  # fmt: skip

    def __init__(self) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        console = Console(stderr=True)
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("bắt đầu", total=None)

    def __enter__(self) -> _telling:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def say(self, text: str) -> None:
        """Say what is being done."""
        self._bar.update(self._task, description=text)

    def step(self, name: str) -> None:
        """Say what follows a step."""
        if name in self._STEPS:
            self.say(self._STEPS[name])

    def table(self, name: str, rows: int) -> None:
        """Say how far a table is read."""
        self.say(f"đọc bảng {CONTRACT[name].label}: {_number(rows)} dòng")


def _number(n: int) -> str:
    return f"{n:,}".replace(",", ".")
