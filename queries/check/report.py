"""Whether a source meets the contract: it is looked at, read once as the copy would, and told of.

Nothing is written but a file of our own in the copy's folder, which is gone afterwards; the current copy is
not touched. A check is patient: however slow a source is, it is read to its end.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path

import duckdb

from queries.check.account import account_found
from queries.check.dates import midnight_promises, text_dates
from queries.check.findings import ERROR, Duration, Finding, Report, TableLine, in_order, pasted
from queries.check.freshness import changes_found, loads_found, moments_found, time_found
from queries.check.hours import zones_found
from queries.check.losses import codes_alike, gaps_found, mended_found
from queries.check.shape import line_of, wrong_shape
from queries.check.sheets import LENIENT, line_of_sheet
from queries.check.trial import Course, Trial, own_folder, survey, trial
from queries.check.words import as_toml, unknown_words, words_found
from queries.contract import CONTRACT, MAIN_MOMENT
from queries.copy.as_of import DOSSIERS, moment_of_copy
from queries.source.driver_words import is_of_silence
from queries.source.engines import Patience
from queries.source.errors import SourceError, SourceUnavailable
from queries.source.from_files import Files
from queries.source.mapping import SourceMapping
from queries.source.masking import mask
from queries.source.reading import Pace, Progress
from queries.source.visit import Source
from queries.source.watch import Stop

PATIENT = Patience(connect=15, silence=6 * 3600, question=3600, table=24 * 3600, lock=60)
"""How long a check waits: it is a person's, who can stop it."""


class TrialFailed(Exception):  # noqa: N818
    """The trial could not be written; ``sentence`` says why, in Vietnamese. The source is not to blame."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Terms:
    """What a check goes by: what the refresh would.

    ``clock``: the local time; ``folder``: the copy's; ``zone``: the district's; ``loads_of``: the table a
    source of loads is of, where that is not dossiers; ``pace``: how politely the source is read;
    ``usual``: how long the refresh waits; ``percent``: how much of the time it may read.
    """

    clock: datetime
    folder: Path
    zone: str = "Asia/Ho_Chi_Minh"
    live: bool = False
    compare: str = "day"
    loads_of: Mapping[str, str] = field(default_factory=dict)
    pace: Pace = Pace()  # noqa: RUF009 - it is frozen
    usual: Patience = Patience()  # noqa: RUF009 - it is frozen
    percent: int = 5
    memory_mb: int = 512


def check(
    source: Source | None, mapping: SourceMapping, terms: Terms, *, progress: Progress | None = None,
    stop: Stop | None = None, files: Files | None = None,
) -> Report:  # fmt: skip
    """Look at a source, read it on trial, and say everything found; findings come worst first.

    A source that cannot be read is a finding too. Raises TrialFailed, and ReadingStopped where ``stop`` says
    so.
    """
    try:
        return _checked(source, mapping, terms, progress, stop, files)
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        raise TrialFailed("Không đủ bộ nhớ để đọc thử.") from error
    except (OSError, duckdb.IOException) as error:
        raise TrialFailed(
            f"Không ghi được bản đọc thử vào thư mục «{terms.folder}»: {_why(error)}."
        ) from error


_CAUSES = {
    errno.ENOSPC: "đĩa đầy", errno.EDQUOT: "vượt hạn mức đĩa", errno.EACCES: "không có quyền ghi",
    errno.EPERM: "không có quyền ghi", errno.EROFS: "đĩa chỉ đọc", errno.EEXIST: "đó là một tệp",
    errno.ENOTDIR: "đường dẫn đi qua một tệp",
}  # fmt: skip


def _why(error: Exception) -> str:
    """Say in Vietnamese why the disk did not take what was written."""
    if "no space left" in str(error).lower():
        return _CAUSES[errno.ENOSPC]
    number = error.errno if isinstance(error, OSError) else None
    return _CAUSES.get(number or 0, str(error).partition("\n")[0])


def _checked(
    source: Source | None, mapping: SourceMapping, terms: Terms, progress: Progress | None,
    stop: Stop | None, files: Files | None,
) -> Report:  # fmt: skip
    address = ", ".join(
        [
            *([] if source is None else [mask(source.url)]),
            *(one.path for one in (files.given if files else ())),
        ]
    )
    with own_folder(terms.folder) as folder:
        try:
            found = survey(source, mapping, folder, files=files, stop=stop)
        except SourceError as error:
            return Report(address, (), (_unreadable(error),))
        lines = {name: line_of(spec, found.tables.get(name), mapping) for name, spec in CONTRACT.items()}
        in_files = {one.understood.table for one in found.sheets}
        lenient = LENIENT if DOSSIERS in in_files else ()
        findings = [Finding(ERROR, "", None, "not_understood", one) for one in found.troubles]
        findings += [] if findings else wrong_shape(lines, found.broken, mapping, lenient)
        if source is not None:
            findings += account_found(
                found.rights, is_file=source.file() is not None, may_write=source.may_write
            )
            findings += moments_found(found.outside_snapshot, source.record().snapshot_remedy)
        # A table that is not found may be in the file that was not understood.
        told = (one for one in lines.values() if one.is_found or not found.troubles)
        report = Report(
            address, tuple(told), in_order(findings), toml=pasted(findings, mapping),
            can_write=None if found.rights is None else bool(found.rights.writes),
            is_superuser=None if found.rights is None else found.rights.is_superuser,
            is_indexed=found.is_indexed,
            sheets=tuple(line_of_sheet(one, is_read=False) for one in found.sheets),
        )  # fmt: skip
        if found.troubles or any(one.severity == ERROR and one.table for one in findings):
            return report  # it cannot be read as it is
        course = Course()
        if source is not None:
            source = replace(source, may_write=True)  # that has been told, and the rest is told all the same
        try:
            with trial(
                source, mapping, found, folder, zone=terms.zone, pace=terms.pace,
                memory_mb=terms.memory_mb, progress=course.told(progress), stop=stop, files=files,
            ) as read:  # fmt: skip
                course.end()
                return _with_rows(report, read, terms, course)
        except SourceError as error:
            findings.append(_unreadable(error, course))
            return replace(report, findings=in_order(findings))


def _unreadable(error: SourceError, course: Course | None = None) -> Finding:
    """Tell why nothing could be read: that nothing answers only where nothing does."""
    is_silent = isinstance(error, SourceUnavailable) and is_of_silence(error.sentence)
    told = error.sentence.rstrip(".")
    table = ""
    if course is not None and course.table:
        table = course.table
        told += f" (khi đang đọc bảng {table}, sau {course.rows} dòng)"
    if is_silent:
        told = f"Cơ sở dữ liệu không trả lời. {told}"
    return Finding(ERROR, table, None, "no_answer" if is_silent else "not_read", f"{told}.")


def _with_rows(report: Report, read: Trial, terms: Terms, course: Course) -> Report:
    """Add to a report what the rows say."""
    mended, respelled = read.reading.mended, read.reading.respelled
    duration = Duration(sum(read.reading.rows.values()), read.reading.seconds, read.reading.cleaned_seconds)
    unknown = unknown_words(read, mended, respelled)
    findings = [
        *report.findings,
        *zones_found(read),
        *text_dates(read, mended),
        *words_found(read, unknown),
        *mended_found(read, mended, respelled),
        *codes_alike(read),
        *gaps_found(read, mended, terms.clock),
        *(midnight_promises(read) if terms.compare == "moment" else ()),
        *loads_found(read, live=terms.live),
        *(
            ()
            if any(one.understood.table == DOSSIERS for one in read.reading.sheets)
            else changes_found(read, read.mapping)
        ),
        *time_found(read, duration, course, usual=terms.usual, percent=terms.percent),
    ]
    lines = tuple(_read_line(one, read, course.seconds) for one in report.tables)
    as_of = moment_of_copy(read.conn, clock=terms.clock, live=terms.live, sources_of=terms.loads_of)
    return replace(
        report, sheets=tuple(line_of_sheet(one, is_read=True) for one in read.reading.sheets),
        tables=lines, findings=in_order(findings), as_of=as_of,
        toml="\n\n".join(filter(None, (pasted(findings, read.mapping), as_toml(unknown, read.mapping)))),
        duration=duration,
    )  # fmt: skip


def _read_line(line: TableLine, read: Trial, seconds: Mapping[str, float]) -> TableLine:
    """Add to a table's line how many rows it has, and of what time."""
    if not read.has(line.name):
        return line
    if not line.is_found:
        line = replace(line, is_found=True, real_name="không có, suy ra từ hồ sơ")
    first, last = None, None
    main = MAIN_MOMENT.get(line.name)
    if main is not None and main in line.columns:
        first, last = read.row(f'SELECT min("{main}"), max("{main}") FROM "{line.name}"')  # names of ours
    return replace(
        line, rows=read.reading.rows[line.name], first=_moment(first), last=_moment(last),
        seconds=round(seconds.get(line.name, 0.0), 3),
    )  # fmt: skip


def _moment(value: date | None) -> datetime | None:
    return value if value is None or isinstance(value, datetime) else datetime.combine(value, time())
