"""Sheets that are taken as evidence: each gets a number, and its figures are kept as they were."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import parse_qs, urlsplit

from dashboard.figures.shared.wording import period_sentence, threshold_text
from dashboard.formats import moment_text
from dashboard.issued.again import NotComparable
from dashboard.issued.program import program
from dashboard.issued.record import BESIDE_DISTRICT, PAGE, Block, Record, Seal, Taken, canonical, digest
from dashboard.issued.register import Register, RegisterError
from dashboard.question.access import Rights
from dashboard.question.listing import subject_allowed
from dashboard.question.question import Question
from dashboard.question.reported import unit_of
from dashboard.question.source import Source
from dashboard.question.unit import UnitQuestion
from dashboard.sheets import about
from dashboard.sheets.district_report import district_report
from dashboard.sheets.dossiers import sample, sample_of
from dashboard.sheets.files import LIST, TableFile, name_of
from dashboard.sheets.form_ii06a import FormFile
from dashboard.sheets.unit_report import unit_report
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import late_metric
from queries.listing.statements import among

REPORTS = "/bao-cao"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNIT, FORM, DISTRICT, SAMPLE = BESIDE_DISTRICT, "bieu-ii06a", "bao-cao-dinh-ky", "phieu-kiem-tra"

log = logging.getLogger("motcua")


class Draft(Protocol):
    """A sheet that has yet to get its number: what it says as data, and how it becomes a file."""

    @property
    def blocks(self) -> Sequence[Block]:
        """Give what it says, without what tells two takings of it apart."""

    def save(self, file: IO[bytes], seal: Seal | None = None) -> None:
        """Write the file with its seal."""


@dataclass(frozen=True)
class Kind:
    """One kind of numbered sheet. ``page``: whose address asks for it."""

    prefix: str
    title: str
    page: str
    ending: str
    mimetype: str
    draft: Callable[[Question, str], Draft]
    tells_officials: Callable[[Question], bool] = lambda _question: False


def _of_unit(question: Question) -> UnitQuestion:
    return question if isinstance(question, UnitQuestion) else unit_of(question)


def _lists_officials(question: Question) -> bool:
    flag = question.parsed.extras.flag
    return flag is not None and FLAGS[flag].is_restricted


KINDS: Mapping[str, Kind] = {
    UNIT: Kind("GS", "Phiếu số liệu giám sát", REPORTS, "docx", DOCX,
               lambda question, address: unit_report(_of_unit(question), address=address)),
    FORM: Kind("BM", "Biểu số II.06a", REPORTS, "xlsx", XLSX,
               lambda question, address: FormFile(question, address=address)),
    DISTRICT: Kind("BC", "Báo cáo định kỳ", REPORTS, "docx", DOCX,
                   lambda question, address: district_report(question, address=address),
                   lambda _question: True),
    SAMPLE: Kind("KT", "Phiếu kiểm tra hồ sơ", f"/{LIST}", "xlsx", XLSX,
                 lambda question, address: TableFile(question, sample(question), address=address),
                 _lists_officials),
}  # fmt: skip
"""File → the sheet."""


@dataclass(frozen=True)
class Issued:
    """A sheet as it is given: its number is empty where the register could not be written."""

    file: bytes
    name: str
    mimetype: str
    number: str


def issue(kind_id: str, question: Question, *, who: str | None, reached: str = "") -> Issued:
    """Give a sheet of a view with its number, the same again for the same reader, figures and data.

    ``who``: the reader's account; None where nobody takes it, as on trial: it then gets no number.
    ``reached``: where this server is, for want of ``public_url``. A register that cannot be written keeps
    nobody from the figures: the sheet then says that it has no number.
    """
    kind, settings = KINDS[kind_id], question.source.settings
    own = question.link(absolute=True) if kind_id == UNIT else question.link(kind.page, absolute=True)
    draft = kind.draft(question, settings.address_of(own, reached))
    taken = _taken(kind_id, question, draft.blocks)
    now = settings.clock()
    needed = _needed(kind, question)

    def unnumbered() -> Issued:
        lines = ("Chưa cấp được số phiếu: tệp này không mở lại được theo số.", _sum_text(taken))
        return Issued(_saved(draft, Seal("", lines)), _name(kind_id, question, ""), kind.mimetype, "")

    if who is None:
        return unnumbered()

    def made(number: str) -> tuple[Record, bytes]:
        record = Record(
            number, now.isoformat(timespec="seconds"), who, question.known.version, taken.checksum,
            question.rights, needed, _name(kind_id, question, number), kind.mimetype, taken,
            program(),
        )  # fmt: skip
        address = settings.address_of(f"{settings.url_prefix}{PAGE}/{number}", reached)
        lines = (
            f"Số phiếu: {number}, lập lúc {moment_text(now)}. Mở lại nguyên số liệu của phiếu và đối chiếu "
            f"với nguồn: {address}",
            _sum_text(taken),
        )
        return record, _saved(draft, Seal(number, lines))

    # What was mistyped is told on the sheet: another asking, without it or with another word, has its own.
    asked = digest(
        [kind_id, who, canonical(_key_of(question.rights)), question.known.version, taken.checksum,
         *question.parsed.sentences]
    )  # fmt: skip
    try:
        kept, _ = Register(Path(settings.issued_file)).issue(kind.prefix, now.year, asked, made)
    except RegisterError as error:
        log.error("%s", error)
        return unnumbered()
    record = kept.record
    return Issued(kept.file, record.file_name, record.file_type, record.number)


def asked_again(taken: Taken, rights: Rights, source: Source) -> Sequence[Block]:
    """Give what a sheet says when it is asked again, of the data as they are now, for the same moment.

    Raises NotComparable where the same cannot be asked, and what a question raises.
    """
    kind = KINDS[taken.kind]
    question = Question.asked(dict(taken.words), taken.page, source=source, rights=rights)
    if (question.known.sample_name is not None) != taken.is_sample:
        raise NotComparable("Phiếu lập trên dữ liệu khác (mẫu hay thật) với dữ liệu đang xem.")
    if question.parsed.problems:
        raise NotComparable(f"{question.parsed.problems[0].cause}.")
    if question.view.as_of.isoformat() != taken.as_of:
        raise NotComparable(
            f"Số liệu hiện có chỉ đến {moment_text(question.view.as_of)}, trước thời điểm của phiếu."
        )
    if taken.kind == SAMPLE:
        return _same_dossiers(taken, question)
    return kind.draft(question, "").blocks


def _same_dossiers(taken: Taken, question: Question) -> Sequence[Block]:
    """Give the sheet of the very dossiers that were drawn: one more in the list would draw all others."""
    codes = tuple(row[_CODE_PLACE] for block in taken.blocks if block.kind == "rows" for row in block.rows)
    found = question.source.ask(
        question.known, among, question.view, subject=subject_allowed(question), codes=codes
    )
    return TableFile(question, sample_of(question, found, drawn=len(codes)), address="").blocks


_CODE_PLACE = 2


def _taken(kind_id: str, question: Question, blocks: Sequence[Block]) -> Taken:
    kind, view = KINDS[kind_id], question.view
    told = parse_qs(urlsplit(question.link(kind.page, absolute=True)).query, keep_blank_values=True)
    threshold, late = view.rules.threshold_on(view.end), late_metric(view.basis)
    law = [f"Ngưỡng: từ {threshold_text(view)} là vượt ({threshold.document})"]
    law += [f"{late.name}: {late.source_text(view)}"] if late.source_text(view) else []
    if kind_id == FORM:
        law = [f"Biểu ban hành kèm theo {question.source.settings.form_on(view.end).document}"]
    return Taken(
        kind_id, kind.title, about.scope(question), period_sentence(view), kind.page,
        {word: values[0] for word, values in told.items()}, view.as_of.isoformat(), view.basis,
        question.known.as_of.is_sample, tuple(law), tuple(blocks),
    )  # fmt: skip


def _needed(kind: Kind, question: Question) -> Rights:
    """Give the rights that may open the sheet: its units, its days, and officials where it tells of them."""
    rights, unit = question.rights, question.view.unit_code
    officials = rights.sees_officials and kind.tells_officials(question)
    # A unit's sheet has the district's total beside it, as its maker is told it.
    is_whole = unit is None or kind is KINDS[UNIT]
    return replace(rights, units=rights.units if is_whole else (str(unit),), sees_officials=officials)


def _key_of(rights: Rights) -> list[object]:
    periods = None if rights.periods is None else [f"{one.start}..{one.end}" for one in rights.periods]
    return [rights.units, periods, rights.sees_officials]


def _name(kind_id: str, question: Question, number: str) -> str:
    ending = KINDS[kind_id].ending
    name = name_of(question, LIST) if kind_id == SAMPLE else about.file_name(question, kind_id, ending)
    return f"{name.removesuffix(f'.{ending}')}_{number}.{ending}" if number else name


def _sum_text(taken: Taken) -> str:
    return f"Mã kiểm tra số liệu (SHA-256): {taken.checksum}"


def _saved(draft: Draft, seal: Seal) -> bytes:
    file = io.BytesIO()
    draft.save(file, seal)
    return file.getvalue()
