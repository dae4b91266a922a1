"""``motcua connect``: from an address or files to a settings file and the figures of one month.

Each question has an option that answers it, and each step can be done by hand: the file is a plain
motcua.toml, the reading is ``check`` and ``refresh``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dashboard.command import refresh
from dashboard.command.check import check_settings, reading_shown
from dashboard.command.draft import VARIABLE, Draft, chosen, write
from dashboard.command.words import FAILED
from dashboard.formats import count_text, rate_text, share_text
from dashboard.question.access import WHOLE
from dashboard.question.copies import FolderCopies
from dashboard.question.question import Question
from dashboard.question.source import Source as Answers
from dashboard.question.working_copy import files_of, generations_of, identity_for
from dashboard.settings.settings import Settings, drafted, load
from dashboard.settings.sources import FILE, FILE_VARIABLE
from dashboard.system_words import reason_of
from queries.asked.periods import CUTOFF_DAY, Period, month_of, parse_period
from queries.check.findings import ERROR, NOTE
from queries.check.identifiers import TableGuess
from queries.check.looked import look, words
from queries.check.report import PATIENT, TrialFailed
from queries.check.shape import line_of, sentence
from queries.check.sheets import line_of_sheet, sentences
from queries.check.trial import Survey, own_folder, survey
from queries.check.words import Unknown, allowed_words, meanings, unknown_of
from queries.contract import CONTRACT, Kind
from queries.on_time.judging import Tally
from queries.source.errors import SourceError
from queries.source.kinds import SourceKind
from queries.source.visit import Source

CODES = refresh.CODES
_ENDINGS = (".xlsx", ".xlsm", ".xls", ".csv", ".txt")
_MONTHS = 36
"""So many months back a month with data is looked for."""
_NAMES_TOLD = 30


@dataclass(frozen=True)
class Wanted:
    """What the options say; see their help. ``is_to_ask``: a person answers, else each question's default."""

    sources: tuple[str, ...] = ()
    out: Path = Path(FILE)
    schema: str | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    is_live: bool = False
    takes_unsure: bool = False
    takes_words: bool = False
    is_password_apart: bool = False
    is_to_ask: bool = True
    has_figures: bool = False
    period: str | None = None


class _Stopped(Exception):  # noqa: N818 - it is how far this goes
    """It goes no further; ``code`` is the exit code, what is to be said has been said."""

    def __init__(self, told: str, code: int) -> None:
        super().__init__(told)
        self.told, self.code = told, code


def run(wanted: Wanted) -> int:
    """Talk, write the file, show the figures; give the exit code. Raises SettingsError and click's errors."""
    if wanted.period is not None:
        _period(wanted.period, CUTOFF_DAY)  # what is mistyped is told before anything is read
    try:
        if not wanted.sources and wanted.has_figures and _is_there():
            return _figures(load(), wanted.period)
        settings = _written(wanted)
        if settings is None:
            return 0
        return _figures(settings, wanted.period)
    except _Stopped as stopped:
        click.echo(stopped.told, err=True)
        return stopped.code
    except SourceError as error:
        click.echo(f"{error.sentence.rstrip('.')}.", err=True)
        return CODES["unreadable"]


def _is_there() -> bool:
    return Path(os.environ.get(FILE_VARIABLE) or FILE).exists()


# the source


def _written(wanted: Wanted) -> Settings | None:
    """Look at the source, write the file; give its settings where it is to be read now."""
    draft = _sources(wanted)
    settings = _settings(draft)
    source = (
        None
        if settings.source_url is None
        else Source(settings.source_url, PATIENT, settings.writing_account)
    )
    if source is not None:
        draft = _guessed(draft, source, wanted)
        settings = _settings(draft)
    try:
        with own_folder(Path(settings.copy_folder)) as folder:
            found = survey(source, settings.mapping(), folder, files=files_of(settings))
            _tell(draft, found, settings)
            if not found.troubles:
                draft = _with_words(draft, found, settings, source, folder, wanted)
    except OSError as error:
        told = (
            f"Không ghi được vào thư mục «{settings.copy_folder}» (cài đặt copy_folder): {reason_of(error)}."
        )
        raise _Stopped(told, CODES["unwritable"]) from None
    if source is not None and "loads" not in found.tables:
        asked = "Đây là cơ sở dữ liệu đang vận hành, số liệu đến lúc đọc?"
        draft = replace(draft, is_live=wanted.is_live or _yes(asked, wanted, default=False))
    draft = _password(draft, wanted)
    settings = _settings(draft)  # what cannot be read back is not written
    try:
        path = write(draft.text(), wanted.out)
    except OSError as error:
        raise _Stopped(f"Không ghi được tệp «{wanted.out}»: {reason_of(error)}.", FAILED) from None
    _tell_file(draft, path, wanted)
    if found.troubles:
        told = f"Sửa theo các câu trên, rồi chạy: {_by(path)}motcua connect --figures"
        raise _Stopped(told, CODES["unreadable"])
    asked = f"Đã xem lại {path}? Đọc thử toàn bộ và in số của một tháng ngay bây giờ?"
    if wanted.has_figures or _yes(asked, wanted, default=wanted.is_to_ask):
        return settings
    click.echo(f"Tiếp theo: xem lại {path}, rồi chạy {_by(path)}motcua connect --figures")
    return None


def _by(path: Path) -> str:
    return "" if path == Path(FILE) else f"{FILE_VARIABLE}={path} "


def _sources(wanted: Wanted) -> Draft:
    """Sort what was named into an address and files; ask for it where nothing was."""
    named, url, is_kept = list(wanted.sources), os.environ.get(VARIABLE), False
    if not named and not url:
        if not wanted.is_to_ask:
            raise click.UsageError(
                "Nêu nguồn bằng --source: địa chỉ cơ sở dữ liệu, tệp, hoặc thư mục có tệp."
            )
        click.echo(
            "Địa chỉ dạng postgresql+psycopg://tài_khoản@máy_chủ:5432/csdl, mysql+pymysql://…; hoặc tệp,"
        )
        click.echo("thư mục, mẫu tên như du-lieu/ho-so-*.xlsx. Nhiều nguồn thì ngăn bằng dấu chấm phẩy.")
        named = [one.strip() for one in click.prompt("Nguồn", prompt_suffix=": ").split(";") if one.strip()]
    addresses = [one for one in named if "://" in one]
    if len(addresses) > 1:
        raise click.UsageError("Chỉ nối được một cơ sở dữ liệu; tệp thì bao nhiêu cũng được.")
    if addresses:
        url, is_kept = addresses[0], True
    paths = [path for one in named if "://" not in one for path in _paths(one)]
    draft = Draft(
        url, is_kept, tuple(dict.fromkeys(paths)), wanted.schema, None, wanted.tables, wanted.columns,
        wanted.words, wanted.zones,
    )  # fmt: skip
    return draft


def _paths(named: str) -> list[str]:
    """Give a path or pattern as it is; of a folder a pattern for each kind of file in it that can be read."""
    folder = Path(named).expanduser()
    if not folder.is_dir():
        return [named]
    try:
        there = {
            one.suffix for one in folder.iterdir() if one.is_file() and not one.name.startswith((".", "~$"))
        }
    except OSError as error:
        raise _Stopped(
            f"Không đọc được thư mục «{named}»: {reason_of(error)}.", CODES["unreadable"]
        ) from None
    endings = sorted(one for one in there if one.lower() in _ENDINGS)
    if not endings:
        known = ", ".join(_ENDINGS)
        told = f"Thư mục «{named}» chưa có tệp nào đọc được ({known}); đặt tệp vào đó rồi chạy lại."
        raise _Stopped(told, CODES["unreadable"])
    return [f"{named.rstrip('/')}/*{one}" for one in endings]


def _settings(draft: Draft) -> Settings:
    """Give the settings the file would make; an address that it leaves out is added."""
    return drafted(draft.text(), FILE, database_url=draft.url)


def _guessed(draft: Draft, source: Source, wanted: Wanted) -> Draft:
    """Look at the names in a database, and ask where one is not sure."""
    click.echo(f"Nguồn: {_settings(draft).database_url}")
    looked = look(source, draft.schema, tables=draft.tables, columns=draft.columns)
    if not looked.names and not draft.paths:
        told = (
            "Cơ sở dữ liệu này không có bảng hay view nào mà tài khoản thấy được; kiểm tra tên cơ sở dữ "
            "liệu, cấp quyền SELECT, hoặc nêu --schema."
        )
        raise _Stopped(told, CODES["unreadable"])
    if all(one.name != "dossiers" for one in looked.guesses) and not draft.paths:
        if not wanted.is_to_ask or "dossiers" in draft.tables:
            raise _Stopped(_not_recognised(looked.names, draft), CODES["unreadable"])
        click.echo(_not_recognised(looked.names, draft))
        named = click.prompt("Bảng hồ sơ", prompt_suffix=": ")
        said = replace(draft, tables={**draft.tables, "dossiers": named})
        return _guessed(said, source, wanted)
    if looked.schema is not None and looked.schema != draft.schema:
        click.echo(f"Các bảng nằm ở schema {looked.schema}.")
    taken: dict[str, str] = {}
    for one in looked.guesses:
        label = CONTRACT[one.name].label
        if not one.is_sure:
            _take(taken, one.name, f"bảng {label} ({one.name})", (one.real, *one.others), wanted)
        if one.is_sure or one.name in taken:
            for each in one.columns:
                if not each.is_sure:
                    meaning = CONTRACT[one.name][each.column].meaning.partition(":")[0].partition(";")[0]
                    what = f"{one.name}.{each.column} ({meaning})"
                    names = (each.real, *each.others)
                    _take(taken, f"{one.name}.{each.column}", what, names, wanted, each.why)
    return replace(draft, schema=looked.schema, guesses=chosen(looked.guesses, taken))


def _take(
    taken: dict[str, str], key: str, what: str, names: Sequence[str], wanted: Wanted, why: str = ""
) -> None:
    """Ask which name is meant; where nobody is asked, take the one there is if that was allowed."""
    if wanted.takes_unsure:
        if len(names) == 1:
            taken[key] = names[0]
        return
    if not wanted.is_to_ask:
        return
    because = f" ({why})" if why else ""
    if len(names) == 1:
        if _yes(f"Chưa chắc: {what} là «{names[0]}»{because}?", wanted, default=False):
            taken[key] = names[0]
        return
    click.echo(f"Chưa chắc {what} là tên nào:")
    for number, name in enumerate(names, 1):
        click.echo(f"  {number}. {name}")
    answer = click.prompt("Số thứ tự; 0 để tự quyết định trong tệp", default="0", prompt_suffix=": ").strip()
    if answer.isdigit() and 1 <= int(answer) <= len(names):
        taken[key] = names[int(answer) - 1]


def _not_recognised(names: Sequence[str], draft: Draft) -> str:
    told = ", ".join(names[:_NAMES_TOLD]) + (", …" if len(names) > _NAMES_TOLD else "")
    if "dossiers" in draft.tables:
        named = draft.tables["dossiers"]
        return f"Không có bảng «{named}»; có: {told}. Sửa --table dossiers=TÊN, hoặc --schema."
    return f"Không nhận ra bảng hồ sơ trong {len(names)} bảng: {told}. Nêu bằng --table dossiers=TÊN."


def _yes(question: str, wanted: Wanted, *, default: bool) -> bool:
    """Ask yes or no; the default where nobody is asked."""
    if not wanted.is_to_ask:
        return default
    shown = "C/k" if default else "c/K"
    while True:
        answer = click.prompt(f"{question} [{shown}]", default="", show_default=False, prompt_suffix=" ")
        word = answer.strip().casefold()
        if not word:
            return default
        if word in ("c", "có", "co", "y", "k", "không", "khong", "n"):
            return word in ("c", "có", "co", "y")
        click.echo("Gõ c (có) hoặc k (không).")


def _password(draft: Draft, wanted: Wanted) -> Draft:
    """Decide where a password stands: in the file that this account alone reads, or in the environment."""
    has_password = draft.url is not None and str(_settings(draft).database_url) != draft.url
    if not draft.is_url_kept or not has_password:
        return draft
    asked = f"Địa chỉ có mật khẩu. Để ở biến môi trường {VARIABLE}, không ghi vào tệp?"
    if wanted.is_password_apart or _yes(asked, wanted, default=False):
        return replace(draft, is_url_kept=False)
    return draft


# what is understood


def _tell(draft: Draft, found: Survey, settings: Settings) -> None:
    """Say what is understood, a table at a time."""
    mapping = settings.mapping()
    guesses = {one.name: one for one in draft.guesses}
    of_files = {one.understood.table for one in found.sheets}
    for one in found.sheets:
        for told in sentences(line_of_sheet(one, is_read=False)):
            click.echo(told)
    for name, spec in CONTRACT.items():
        line = line_of(spec, found.tables.get(name), mapping)
        if name in of_files or (not line.is_found and (not spec.required or of_files)):
            continue
        if name in found.broken:
            click.echo(
                f"{name} ({spec.label}): «{line.real_name}» có nhưng không đọc được: {found.broken[name]}."
            )
            continue
        click.echo(sentence(line))
        if line.is_found:
            click.echo(f"  {'; '.join(f'{ours} ← {real}' for ours, real in line.columns.items())}.")
        guess = guesses.get(name)
        if guess is not None:
            for told in _of_guess(guess):
                click.echo(f"  {told}")
        for told in _zones(name, found):
            click.echo(f"  {told}")
    rest = [one for one in CONTRACT if one not in found.tables and not CONTRACT[one].required]
    if of_files and "units" not in found.tables:
        click.echo("Không có bảng units: đơn vị suy ra từ hồ sơ; nên thêm tệp danh mục đơn vị.")
    click.echo(f"Không có bảng: {', '.join(rest)}; phần dựa vào đó hiện “không có dữ liệu”.")
    for trouble in found.troubles:
        click.echo(trouble, err=True)


def _of_guess(guess: TableGuess) -> Iterator[str]:
    unsure = [
        f"{one.column} ← {' hay '.join((one.real, *one.others))}" for one in guess.columns if not one.is_sure
    ]
    if not guess.is_sure:
        yield f"Chưa chắc là bảng này: {' hay '.join((guess.real, *guess.others))}."
    if unsure:
        yield f"Chưa chắc, chưa dùng: {'; '.join(unsure)}."
    if guess.unused:
        yield f"Cột không dùng: {', '.join(guess.unused)}."
    if guess.personal:
        yield f"{guess.personal} cột dữ liệu cá nhân của công dân: không đọc."


def _zones(table: str, found: Survey) -> Iterator[str]:
    columns = found.tables[table].columns if table in found.tables else {}
    instants = [name for name, (_, kind) in columns.items() if kind is SourceKind.INSTANT]
    if instants:
        yield f"Có múi giờ, đổi về giờ địa phương: {', '.join(instants)}."
    if bare := _unzoned(table, found):
        yield f"Không kèm múi giờ, đọc như đã ghi: {', '.join(bare)}."


def _unzoned(table: str, found: Survey) -> list[str]:
    columns = found.tables[table].columns if table in found.tables else {}
    return [
        name for name, (_, kind) in columns.items()
        if kind is SourceKind.MOMENT and CONTRACT[table][name].kind is Kind.MOMENT
    ]  # fmt: skip


def _with_words(
    draft: Draft, found: Survey, settings: Settings, source: Source | None, folder: Path, wanted: Wanted
) -> Draft:
    """Look at the words, say what they may mean, and ask."""
    mapping = settings.mapping()
    seen, in_sheets = words(source, mapping, found, folder)
    unknown = unknown_of(seen, mapping)
    for one in unknown_of(in_sheets, mapping):
        told = meanings(one)
        known = [f"«{word}» là {ours}" for word, ours in told.items() if ours]
        if known:
            click.echo(f"{one.table}.{one.column}: {'; '.join(known)}.")
        rest = {word: n for word, n in one.words.items() if not told[word]}
        if rest:
            unknown.append(replace(one, words=rest))
    said = dict(draft.words)
    takes = wanted.takes_words
    for one in unknown:
        click.echo(_told_words(one))
    if any(any(meanings(one).values()) for one in unknown):
        takes = takes or _yes("Nhận các nghĩa đề xuất ấy?", wanted, default=False)
    if wanted.is_to_ask:
        for one in unknown:
            said[f"{one.table}.{one.column}"] = _asked_words(one, said.get(f"{one.table}.{one.column}", {}))
    unzoned = tuple(_unzoned("dossiers", found))
    return replace(
        draft, unknown=tuple(unknown), are_words_taken=takes, unzoned=unzoned,
        words={name: one for name, one in said.items() if one},
    )  # fmt: skip


def _told_words(one: Unknown) -> str:
    told = "; ".join(
        f"«{word}» → {ours or '?'}" for word, ours in meanings(one).items()
    )  # fmt: skip
    return f"{one.table}.{one.column} có từ ngoài quy ước, có thể là: {told}."


def _asked_words(one: Unknown, said: Mapping[str, str]) -> dict[str, str]:
    """Ask what each word means for which nothing is proposed; nothing typed leaves it for later."""
    answers, allowed = dict(said), allowed_words(one)
    for word, ours in meanings(one).items():
        if ours or word in answers:
            continue
        asked = f"{one.table}.{one.column}: «{word}» là gì ({', '.join(allowed)}; Enter: để sau)"
        answer = click.prompt(asked, default="", show_default=False, prompt_suffix=": ").strip()
        if answer in allowed:
            answers[word] = answer
        elif answer:
            click.echo(f"«{answer}» không phải một trong các từ ấy; để lại trong tệp.")
    return answers


def _tell_file(draft: Draft, path: Path, wanted: Wanted) -> None:
    beside = f" ({wanted.out} đã có, không ghi đè)" if path != wanted.out else ""
    click.echo(f"\nĐã viết {path}{beside}, chỉ tài khoản này đọc được. Xem lại từng dòng trước khi dùng.")
    if unsure := draft.unsure():
        click.echo(f"Còn chưa chắc, đang là chú thích “# ?”: {', '.join(unsure)}.")
    if draft.url is not None and not draft.is_url_kept:
        click.echo(
            f"Mật khẩu không nằm trong tệp: đặt {VARIABLE} trước mọi lệnh motcua, kể cả khi chạy máy chủ."
        )


# the figures


def _figures(settings: Settings, period: str | None) -> int:
    """Read on trial, then into the copy, and show one month by unit."""
    try:
        with reading_shown() as progress:
            report = check_settings(settings, progress)
    except TrialFailed as error:
        raise _Stopped(f"{error.sentence} Đổi cài đặt copy_folder nếu cần.", CODES["unwritable"]) from None
    for one in report.findings:
        if one.severity != NOTE:
            click.echo(f"{one.severity}: {one.sentence}", err=one.severity == ERROR)
    if report.toml:
        click.echo(f"\nCác dòng có thể dán vào {FILE}:\n\n{report.toml}\n")
    if not report.ok:
        told = (
            f"CHƯA dùng được: sửa {FILE} theo các câu trên (dòng “# ?” đúng thì bỏ “# ?”), rồi chạy lại: "
            "motcua connect --figures"
        )
        raise _Stopped(told, CODES["unreadable"])
    code = refresh.run(settings, is_to_verify=False, is_to_accept=False)
    if code:
        return code
    copies = FolderCopies(generations_of(settings), identity_for(settings), compare=settings.compare)
    _show(Answers(settings, copies), None if period is None else _period(period, settings.cutoff_day))
    return 0


def _period(text: str, cutoff_day: int) -> Period:
    try:
        return parse_period(text, cutoff_day)
    except ValueError as error:
        raise click.UsageError(f"Tùy chọn --ky: {error}") from None


def _show(source: Answers, period: Period | None) -> None:
    question = _asked(source, period) if period else _latest(source)
    found, view = question.on_time, question.view
    table = Table(
        title=f"{view.period.label()}, số liệu đến {view.as_of:%H:%M %d/%m/%Y}", title_justify="left"
    )
    titles = ("Đơn vị", "Tiếp nhận", "Đã giải quyết", "Trễ hạn", "Tỷ lệ trễ", "Đang quá hạn")
    for title in titles:
        table.add_column(
            title, justify="left" if title == "Đơn vị" else "right", no_wrap=title in titles[-2:-1]
        )
    rows = [row for row in found.rows if not row.tally.is_empty]
    for row in rows:
        table.add_row(Text(row.unit.label), *_cells(row.tally, question))
    table.add_section()
    table.add_row("Toàn địa bàn", *_cells(found.district.tally, question))
    Console().print(table)
    rule = "ngày lịch" if source.settings.compare == "day" else "giờ phút"
    click.echo(
        f"Cách tính A: trễ hạn là xong sau hẹn trả đầu tiên, so theo {rule}; tỷ lệ là trễ hạn trên đã giải "
        "quyết trong kỳ. Đang quá hạn: cuối kỳ chưa xong mà đã quá hẹn."
    )
    before = view.period.previous.code
    click.echo(
        "So với báo cáo tháng ấy mà đơn vị đã có: docs/connect.md, mục “So với báo cáo đã có”. Tháng khác: "
        f"motcua connect --figures --ky {before}"
    )
    click.echo("Tiếp theo: motcua check để xem mọi điều lạ; motcua serve để mở bảng theo dõi.")


def _cells(tally: Tally, question: Question) -> Iterable[str]:
    share = tally.late("A")
    return (
        count_text(tally["received"]), count_text(tally["finished"]), count_text(tally["late"]),
        f"{rate_text(share, edges=question.edges)} ({share_text(share)})", count_text(tally["open_overdue"]),
    )  # fmt: skip


def _asked(source: Answers, period: Period) -> Question:
    return Question.asked({"ky": period.code, "cach_tinh": "A"}, "/dung-han", source=source, rights=WHOLE)


def _latest(source: Answers) -> Question:
    """Give the last month that is over and has dossiers finished; the running one where none has."""
    moment = source.moment(source.known())
    running = month_of(moment.date())
    is_over = moment >= datetime.combine(running.end, time(23, 59))
    month = running if is_over else running.previous
    for _ in range(_MONTHS):
        question = _asked(source, month)
        if question.on_time.district.tally["finished"] or question.on_time.district.tally["received"]:
            return question
        month = month.previous
    return _asked(source, running)
