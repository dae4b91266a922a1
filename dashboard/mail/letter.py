"""A letter: its words once, as plain text and as a small page, with what every mail program needs."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from dashboard.figures.shared.markup import markup
from dashboard.theme import PALETTE

SAMPLE = "DỮ LIỆU MẪU"
SAMPLE_SENTENCE = f"{SAMPLE}: số liệu hư cấu, không phải của một địa phương nào."
SENDER = "Bảng theo dõi Một cửa"
MOST_SUBJECT = 160
"""Characters of a subject; mail programs show fewer."""


@dataclass(frozen=True)
class Part:
    """Something told: a title with a mark before it (▲), sentences under it, an address that shows it.

    ``look``: "over" or "fine", the colour of the title beside its mark; empty for none.
    """

    title: str
    lines: tuple[str, ...] = ()
    link: str = ""
    mark: str = ""
    look: str = ""


@dataclass(frozen=True)
class File:
    """A file that goes along; its kind is told by the end of its name."""

    name: str
    content: bytes = field(repr=False)

    @property
    def kind(self) -> tuple[str, str]:
        """Give the two halves of its MIME type."""
        found = _KINDS.get(self.name.rpartition(".")[2]) or mimetypes.guess_type(self.name)[0]
        first, _, second = (found or "application/octet-stream").partition("/")
        return first, second


_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
}
"""Windows' own table of kinds may lack them."""


@dataclass(frozen=True)
class Letter:
    """What one account is told: a subject, sentences, parts, sentences at the foot, and files."""

    subject: str
    lead: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    foot: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    is_sample: bool = False

    @property
    def title(self) -> str:
        """Give the subject as it is sent: one line, marked where the figures are the sample's."""
        title = f"[{SAMPLE}] {self.subject}" if self.is_sample else self.subject
        title = one_line(title)
        return title if len(title) <= MOST_SUBJECT else f"{title[: MOST_SUBJECT - 1].rstrip()}…"

    def text(self) -> str:
        """Give the letter as plain text."""
        blocks = [SAMPLE_SENTENCE] if self.is_sample else []
        blocks += self.lead
        for part in self.parts:
            blocks.append(
                "\n".join(filter(None, (f"{part.mark} {part.title}".strip(), *part.lines, part.link)))
            )
        blocks += ["--\n" + "\n".join(self.foot)] if self.foot else []
        return "\n\n".join(blocks) + "\n"

    def page(self) -> str:
        """Give the same as HTML."""
        sample = SAMPLE_SENTENCE if self.is_sample else ""
        return markup("letter.html", letter=self, sample=sample, colours=PALETTE)

    def message(self, *, sender: str, to: str, at: datetime, number: str) -> EmailMessage:
        """Give the letter as it is sent; ``at`` with its zone, ``number`` names it for ever.

        Raises ValueError where an address cannot stand in a head.
        """
        made = EmailMessage(policy=SMTP)
        made["From"] = Address(SENDER, addr_spec=sender)
        made["To"] = Address(addr_spec=to)
        made["Subject"] = self.title
        made["Date"] = format_datetime(at)
        made["Message-ID"] = f"<{number}@{sender.rpartition('@')[2]}>"
        # Machines do not answer a machine (RFC 3834).
        made["Auto-Submitted"] = "auto-generated"
        made["X-Auto-Response-Suppress"] = "All"
        made["Content-Language"] = "vi"
        # Seven bits: no server on the way has to know more.
        made.set_content(self.text(), cte="quoted-printable")
        made.add_alternative(self.page(), subtype="html", cte="quoted-printable")
        for one in self.files:
            first, second = one.kind
            made.add_attachment(one.content, maintype=first, subtype=second, filename=one.name)
        return made


def one_line(text: str) -> str:
    """Give a text without line ends and control characters, which no head of a letter may hold."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def too_large(letter: Letter, most_bytes: int) -> list[File]:
    """Give the files of a letter that are too large to go along together, the largest first."""
    left, total = [], sum(len(one.content) for one in letter.files)
    for one in sorted(letter.files, key=lambda one: -len(one.content)):
        if total <= most_bytes:
            break
        left.append(one)
        total -= len(one.content)
    return left
