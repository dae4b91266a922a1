"""The command ``report``: a file to take along, made unattended from the working copy."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from dashboard.question.access import WHOLE, Rights
from dashboard.question.audit import DOSSIERS, noted
from dashboard.question.errors import NoCopy, Unavailable
from dashboard.question.question import Question
from dashboard.question.reported import last_quarter, of_period, this_year, unit_of
from dashboard.question.source import Source
from dashboard.question.working_copy import kept_up_to_date
from dashboard.settings.settings import Settings
from dashboard.sheets import about
from dashboard.sheets.district_report import write_meeting
from dashboard.sheets.issuing import DISTRICT, FORM, UNIT, issue
from dashboard.sheets.slides import write_slides
from dashboard.system_words import reason_of
from queries.asked.periods import Period

WRITTEN, NO_DATA, WRONG, UNWRITABLE = 0, 1, 2, 4
PAGE = "/bao-cao"
WHO = "motcua report"
"""Who takes a sheet that the command makes; no account is called so, as names have no blanks."""


class NotMade(Exception):  # noqa: N818 - what happened to it
    """A report that cannot be; its text says why in one Vietnamese sentence."""


@dataclass(frozen=True)
class Made:
    """A report: which it is, the question it answers, its bytes, the name of its file."""

    what: str
    question: Question
    content: bytes
    name: str


def run(settings: Settings, what: str, *, period: str | None, unit: str | None, out: Path) -> int:
    """Write one report, say where, and give the exit code."""
    source = Source(settings, kept_up_to_date(settings)[0])
    try:
        made = report_of(source, what, period=period, unit=unit, rights=WHOLE)
    except NotMade as error:
        return _failed(str(error), WRONG)
    except Unavailable as error:
        return _failed(why_none(error), NO_DATA)
    note_dossiers(made, "file")
    path = out / made.name if out.is_dir() else out
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(made.content)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        return _failed(f"Không ghi được {path}: {reason_of(error)}.", UNWRITABLE)
    click.echo(f"Đã ghi {path}.")
    if not settings.public_url:
        click.echo("Địa chỉ trong tệp chưa có tên máy: đặt cài đặt public_url.", err=True)
    return WRITTEN


def why_none(error: Unavailable) -> str:
    """Say why there are no figures to who runs a command: that the source is being read, a page may say."""
    if isinstance(error, NoCopy):
        return "Chưa có bản sao làm việc: chạy motcua refresh; lệnh ấy nói vì sao nếu không đọc được."
    return error.told


def note_dossiers(made: Made, how: str, who: str | None = None) -> None:
    """Note in the audit that a report which lists dossiers is given to somebody; nothing for the others."""
    if made.what == "unit":
        noted(unit_of(made.question), DOSSIERS, how, who)


def report_of(
    source: Source, what: str, *, period: str | None, unit: str | None, rights: Rights, who: str | None = WHO
) -> Made:
    """Make one report as whoever has the rights may see it; ``who`` as ``issue`` has it.

    Raises NotMade, Unavailable.
    """
    question = asked(source, what, period=period, unit=unit, rights=rights)
    content, name = WRITERS[what](question, who)
    return Made(what, question, content, name)


def asked(source: Source, what: str, *, period: str | None, unit: str | None, rights: Rights) -> Question:
    """Give the question that a report answers. Raises NotMade, Unavailable.

    A reader of some periods alone is asked of the last of them where no period is given.
    """
    words = {word: value for word, value in (("ky", period), ("don_vi", unit)) if value is not None}
    question = Question.asked(words, PAGE, source=source, rights=rights)
    if question.parsed.problems:
        # A machine that asks for something must not get something else.
        raise NotMade(f"{question.parsed.problems[0].cause}.")
    if what == "unit" and question.view.unit_code is None:
        raise NotMade("Phiếu của một đơn vị cần --don-vi MÃ.")
    if period is None and what in DEFAULT and rights.periods is None:
        question = of_period(question, DEFAULT[what](question))
    if question.view.is_barred:
        raise NotMade("Kỳ này ngoài phạm vi được xem.")
    if not question.view.has_started:
        raise NotMade("Kỳ này chưa bắt đầu: chưa có số liệu.")
    return question


def _failed(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code


def _address_of(question: Question, link: str) -> str:
    return question.source.settings.address_of(link)


Writer = Callable[[Question, str | None], tuple[bytes, str]]
"""From a question and who takes it (as ``issue`` has it) to the file and its name."""


def _numbered(kind: str) -> Writer:
    """Give what makes a sheet with a number, in the register that the pages have too."""

    def made(question: Question, who: str | None) -> tuple[bytes, str]:
        asked = unit_of(question) if kind == UNIT else question
        sheet = issue(kind, asked, who=who)
        if who is not None and not sheet.number:
            click.echo("Chưa cấp được số phiếu: xem nhật ký, motcua doctor.", err=True)
        return sheet.file, sheet.name

    return made


def _of_view(name: str, ending: str, write: Callable[..., None]) -> Writer:
    def made(question: Question, _who: str | None) -> tuple[bytes, str]:
        file = io.BytesIO()
        write(file, question, address=_address_of(question, question.link(PAGE, absolute=True)))
        return file.getvalue(), about.file_name(question, name, ending)

    return made


WRITERS: Mapping[str, Writer] = {
    "ii06a": _numbered(FORM),
    "unit": _numbered(UNIT),
    "district": _numbered(DISTRICT),
    "meeting": _of_view("giao-ban", "docx", write_meeting),
    "slides": _of_view("giao-ban", "pptx", write_slides),
}
"""What can be written; the choices of the command."""

DEFAULT: Mapping[str, Callable[[Question], Period]] = {"ii06a": last_quarter, "unit": this_year}
"""The period where none is asked for and it is not the month of the data."""


def no_kind(what: str) -> str:
    """Say that there is no report of that name, or that none was named."""
    named = f" “{what}”" if what else ""
    return f"Loại báo cáo{named} phải là một trong {', '.join(WRITERS)}."
