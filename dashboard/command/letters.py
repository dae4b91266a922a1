"""What ``send`` sends: letters with reports, letters on who crossed the threshold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from dashboard.accounts.account import Account, AccountError
from dashboard.accounts.store import Store, StoreError
from dashboard.command.report import (
    NO_DATA,
    UNWRITABLE,
    WRONG,
    Made,
    NotMade,
    asked,
    note_dossiers,
    report_of,
    why_none,
)
from dashboard.figures.shared.wording import district_sentence, finding
from dashboard.formats import count_text, moment_text
from dashboard.mail.crossings import Crossing, foot_of, letter_of, months_of, news_of, scope_of
from dashboard.mail.letter import File, Letter, Part
from dashboard.mail.recipients import Chosen, chosen
from dashboard.mail.sending import Outgoing, send_all
from dashboard.mail.server import MailServer
from dashboard.mail.told import WAIT_SECONDS, Busy, Memory, StateError, path_of, remembered
from dashboard.question.access import WHOLE, Rights
from dashboard.question.errors import Unavailable
from dashboard.question.question import Question
from dashboard.question.source import Source, trouble_sentence
from dashboard.question.working_copy import kept_up_to_date
from dashboard.settings.settings import Settings, SettingsError
from dashboard.sheets import about
from dashboard.system_words import reason_of

SENT, NOT_ALL = 0, 3
TITLES = {
    "ii06a": "Biểu II.06a", "unit": "Phiếu số liệu giám sát", "district": "Báo cáo định kỳ",
    "meeting": "Giao ban", "slides": "Giao ban (trình chiếu)",
}  # fmt: skip
PAGE = "/bao-cao"
WHO = "motcua send (tự gửi, vai trò {})"
"""Who takes a sheet that is mailed: readers of the same rights get the same one."""


def send_crossings(
    settings: Settings, *, roles: Sequence[str], names: Sequence[str], with_standing: bool, is_dry: bool
) -> int:
    """Tell accounts who has crossed the threshold, and give the exit code. Raises SettingsError."""

    def work(memory: Memory) -> int:
        return _crossings(
            settings, memory, roles=roles, names=names, with_standing=with_standing, is_dry=is_dry
        )

    return _run(settings, work)


def send_report(
    settings: Settings, what: str, *, period: str | None, unit: str | None, roles: Sequence[str],
    names: Sequence[str], is_again: bool, is_dry: bool,
) -> int:  # fmt: skip
    """Send accounts a report as each may see it, and give the exit code. Raises SettingsError."""

    def work(memory: Memory) -> int:
        return _report(
            settings, memory, what, period=period, unit=unit, roles=roles, names=names, is_again=is_again,
            is_dry=is_dry,
        )  # fmt: skip

    return _run(settings, work)


def _run(settings: Settings, work: Callable[[Memory], int]) -> int:
    try:
        with remembered(path_of(settings), seconds=WAIT_SECONDS) as memory:
            return work(memory)
    except Busy as error:
        return _failed(str(error), NOT_ALL)
    except StateError as error:
        return _failed(str(error), UNWRITABLE)
    except OSError as error:
        return _failed(f"Không ghi được thư mục của {path_of(settings)}: {reason_of(error)}.", UNWRITABLE)
    except (AccountError, StoreError) as error:
        raise SettingsError(str(error)) from None
    except NotMade as error:
        return _failed(str(error), WRONG)
    except Unavailable as error:
        return _failed(why_none(error), NO_DATA)


def _crossings(
    settings: Settings, memory: Memory, *, roles: Sequence[str], names: Sequence[str], with_standing: bool,
    is_dry: bool,
) -> int:  # fmt: skip
    server = None if is_dry else MailServer.of(settings)
    meant = _chosen(settings, memory, roles, names)
    source = _source(settings)
    known = source.known()
    trouble = trouble_sentence(source.copies.status())
    if not trouble and source.is_old(known):
        trouble = f"Dữ liệu cũ: số liệu mới đến {moment_text(source.moment(known))}."
    if trouble:
        return _failed(f"{trouble} Không xét vượt ngưỡng, không gửi gì.", NO_DATA)
    letters, failed = [], SENT
    for account in meant.accounts:
        rights, before = account.rights(settings.cutoff_day), memory.told.crossings.get(account.name)
        months = months_of(source, rights)
        if before is not None and source.moment(known) < before.as_of:
            failed = NO_DATA
            click.echo(f"Số liệu lùi về trước lần xét trước của {account.name} "
                       f"({moment_text(before.as_of)}): không xét.", err=True)  # fmt: skip
            continue
        found = news_of(months, before, rights, source.moment(known), with_standing=with_standing)
        for one in found.judged_anew:
            click.echo(f"{account.name}: quy định của {one.label()} đã đổi nên ghi nhận lại, không gửi.")
        if found.is_first and not found.crossings:
            over = months[0].over if months and months[0].question.view.is_running else ()
            click.echo(
                f"{account.name}: lần đầu, ghi nhận {count_text(len(over))} đơn vị đang vượt, không gửi."
            )

        keep = partial(memory.keep_crossings, account.name, found.known)
        if found.crossings:
            letter = letter_of(account, found.crossings)
            letters.append(Outgoing(account, letter, _key(found.crossings), keep, letter.subject))
        elif not is_dry:
            keep()
    return _sent(settings, server, memory, letters) or failed


def _key(crossings: Sequence[Crossing]) -> str:
    told = [f"{one.month.period.code} {one.row.unit.code} {one.is_over} {one.since}" for one in crossings]
    return f"{crossings[0].month.question.view.as_of} {told}"


def _report(
    settings: Settings, memory: Memory, what: str, *, period: str | None, unit: str | None,
    roles: Sequence[str], names: Sequence[str], is_again: bool, is_dry: bool,
) -> int:  # fmt: skip
    server = None if is_dry else MailServer.of(settings)
    meant = _chosen(settings, memory, roles, names)
    source = _source(settings)
    # What nobody could be sent is wrong; what one may not see is only not sent to that one.
    asked(
        source,
        "district" if what == "unit" and unit is None else what,
        period=period,
        unit=unit,
        rights=WHOLE,
    )
    made: dict[tuple[Rights, str | None], Made] = {}
    letters, has_any = [], False
    now = settings.clock()
    for account in meant.accounts:
        rights = account.rights(settings.cutoff_day)
        try:
            reports = []
            for code in _units(what, unit, rights):
                if (rights, code) not in made:
                    made[rights, code] = report_of(
                        source, what, period=period, unit=code, rights=rights,
                        who=None if is_dry else WHO.format(rights.role),
                    )  # fmt: skip
                reports.append(made[rights, code])
        except NotMade as error:
            click.echo(f"Không gửi cho {account.name} ({account.role}): {_lower(str(error))}", err=True)
            continue
        has_any = True
        key = _report_key(what, reports, rights)
        if memory.has_report(account.name, key) and not is_again:
            click.echo(f"{account.name} đã có báo cáo này; gửi lại: --again.")
            continue

        keep = partial(_report_taken, memory, account, key, tuple(reports))
        letter = _report_letter(account, what, reports)
        files = ", ".join(one.name for one in letter.files)
        letters.append(Outgoing(account, letter, f"{key} {now if is_again else ''}", keep, files))
    if not has_any:
        return WRONG
    return _sent(settings, server, memory, letters)


def _report_key(what: str, reports: Sequence[Made], rights: Rights) -> str:
    """Name reports by what is asked of which data with which rights; on trial they have no number."""
    views = [one.question.view for one in reports]
    told = " ".join(f"{one.unit_code} {one.period.code}" for one in views)
    return f"{what} {told} {scope_of(rights)} {reports[0].question.known.version}"


def _report_taken(memory: Memory, account: Account, key: str, reports: Sequence[Made]) -> None:
    """Remember that an account has reports, and note the dossiers that they list."""
    memory.keep_report(account.name, key)
    for one in reports:
        note_dossiers(one, "mail", account.name)


def _units(what: str, unit: str | None, rights: Rights) -> Sequence[str | None]:
    """Give the units that reports are of: one for each that a reader may see, where only some may be."""
    return rights.units if what == "unit" and unit is None and rights.units is not None else (unit,)


def _report_letter(account: Account, what: str, reports: Sequence[Made]) -> Letter:
    question = reports[0].question
    source, view = question.source, question.view
    title = f"{TITLES[what]}, {view.period.label()}"
    district = source.district_name(question.known)
    lead = [f"{district} gửi kèm: {title}, số liệu đến {moment_text(view.as_of)}."]
    trouble = trouble_sentence(source.copies.status())
    if source.is_old(question.known) or trouble:
        lead.append(f"Chú ý: dữ liệu cũ hơn mức mong đợi. {trouble}".strip())
    return Letter(
        f"{district}: {title}", tuple(lead), tuple(_report_part(one) for one in reports), foot_of(account),
        tuple(File(one.name, one.content) for one in reports), question.known.as_of.is_sample,
    )  # fmt: skip


def _report_part(made: Made) -> Part:
    question: Question = made.question
    settings, found = question.source.settings, question.on_time
    link = settings.address_of(question.link(PAGE, absolute=True)) if settings.public_url else ""
    lines = (f"{finding(found)}.", district_sentence(found, question.compared), f"Tệp: {made.name}")
    return Part(about.scope(question), lines, link)


def _chosen(settings: Settings, memory: Memory, roles: Sequence[str], names: Sequence[str]) -> Chosen:
    accounts = Store(Path(settings.accounts_file)).accounts()
    memory.forget_others({one.name for one in accounts})
    meant = chosen(accounts, roles=roles, names=names, today=settings.clock().date())
    for told in meant.left_out:
        click.echo(told, err=True)
    if not meant.accounts:
        raise AccountError("Không còn tài khoản nào để gửi.")
    return meant


def _source(settings: Settings) -> Source:
    return Source(settings, kept_up_to_date(settings)[0])


def _sent(settings: Settings, server: MailServer | None, memory: Memory, letters: Sequence[Outgoing]) -> int:
    if server is None:
        for one in letters:
            _show(one)
        click.echo(f"Sẽ gửi {count_text(len(letters))} thư; chưa gửi, chưa ghi gì.")
        return SENT
    if not letters:
        click.echo("Không có gì mới để gửi.")
        return SENT
    memory.check()
    at = datetime.now(ZoneInfo(settings.time_zone))
    failed = send_all(
        server, letters, at=at, most_mb=settings.mail_most_mb, say=click.echo,
        fail=lambda told: click.echo(told, err=True),
    )  # fmt: skip
    return NOT_ALL if failed else SENT


def _show(one: Outgoing) -> None:
    account, letter = one.account, one.letter
    click.echo(f"Cho {account.name} ({account.role}): {letter.title}")
    for line in letter.text().splitlines():
        click.echo(f"    {line}" if line else "")
    for file in letter.files:
        click.echo(f"    Kèm {file.name}, {count_text(max(1, len(file.content) // 1000))} kB")


def _failed(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
