"""Letters handed over one after another, each remembered as soon as the server has taken it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dashboard.accounts.account import Account
from dashboard.formats import count_text
from dashboard.mail.letter import Letter, too_large
from dashboard.mail.server import Line, MailFailed, MailServer

MEGABYTE = 1_000_000
_IN_LETTERS = 0.7
"""How much of a letter's size is its files': they are sent four letters for three bytes, in short lines."""


@dataclass(frozen=True)
class Outgoing:
    """A letter for an account. ``key`` names what it tells, so that the same letter has the same number.

    ``taken`` is called once the server has it; ``told``: what is said of it then.
    """

    account: Account
    letter: Letter
    key: str
    taken: Callable[[], None]
    told: str

    def number(self) -> str:
        """Give the letter's number: a mail program that gets it twice shows it once."""
        return hashlib.sha256(f"{self.account.name} {self.key}".encode()).hexdigest()[:32]


def send_all(
    server: MailServer, letters: Sequence[Outgoing], *, at: datetime, most_mb: int,
    say: Callable[[str], None], fail: Callable[[str], None],
) -> int:  # fmt: skip
    """Send them all, ``at`` with its zone, and give how many were not taken.

    ``say`` is told of each that was, ``fail`` of each that was not; where the server is away of all at once.
    """
    taken = failed = 0
    if not letters:
        return 0
    try:
        with server.open() as line:
            for one in letters:
                try:
                    _send(line, one, at, most_mb, say)
                    taken += 1
                except MailFailed as error:
                    if error.is_over:
                        raise
                    failed += 1
                    fail(f"Không gửi được cho {one.account.name}: {error}.")
    except MailFailed as error:
        left = len(letters) - taken - failed
        fail(f"{error} Còn {count_text(left)} thư chưa gửi; lần chạy sau sẽ gửi.")
        failed += left
    return failed


def _send(line: Line, one: Outgoing, at: datetime, most_mb: int, say: Callable[[str], None]) -> None:
    account, server = one.account, line.server
    said = line.most_bytes()
    most = min(most_mb * MEGABYTE, int(said * _IN_LETTERS) if said else most_mb * MEGABYTE)
    letter = fitting(one.letter, most)
    try:
        message = letter.message(sender=server.sender, to=str(account.email), at=at, number=one.number())
    except ValueError:
        raise MailFailed("địa chỉ thư không dùng được", is_over=False) from None
    line.send(message, str(account.email))
    one.taken()
    left = len(one.letter.files) - len(letter.files)
    say(f"Đã gửi cho {account.name} ({account.role}): {one.told}.")
    if left:
        say(f"{count_text(left)} tệp quá lớn nên không gửi kèm cho {account.name}.")


def fitting(letter: Letter, most_bytes: int) -> Letter:
    """Give the letter without the files that are too large, which it then names."""
    left = too_large(letter, most_bytes)
    if not left:
        return letter
    told = tuple(
        f"Tệp {one.name} ({_megabytes(len(one.content))} MB) quá lớn nên không gửi kèm: hãy mở trên bảng "
        "theo dõi, trang Báo cáo."
        for one in left
    )
    kept = tuple(one for one in letter.files if one not in left)
    return replace(letter, lead=(*letter.lead, *told), files=kept)


def _megabytes(size: int) -> str:
    return f"{max(size / MEGABYTE, 0.1):.1f}".replace(".", ",")
