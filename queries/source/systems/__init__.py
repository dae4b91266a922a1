"""The SQL that shows the tables of two one-stop systems as the contract's: a folder a system.

``views.ENGINE.sql`` makes the views, or the table that takes the place of the dearest of them;
``compare.ENGINE.sql`` sets the system's own count beside ours. They are data of ours, for a database
administrator to read, change and run: nothing here is run by us, and no code is made of it. A file is for
one engine, and named for it.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Never

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_ROOM: Final = Path(__file__).parent
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$-]{0,62}")


class NoSuchSqlError(ValueError):
    """The SQL asked for is not there; its text is one Vietnamese sentence."""


@dataclass(frozen=True)
class Wanted:
    """What the SQL is to be for.

    ``theirs``: the schema (or database) of the system's own tables; None: its usual one. ``ours``: the
    schema in which the views come to lie. ``reader``: the account that reads them. ``is_nightly``: dossiers
    are a table filled once a night, not a view. ``has_slips``: slips too. ``site``: of a system that serves
    several places, the number of the one that is shown.
    """

    theirs: str | None = None
    ours: str = "motcua"
    reader: str = "motcua_doc"
    is_nightly: bool = False
    has_slips: bool = False
    site: int | None = None


_USUAL: Final = Wanted()
_CHOICES: Final = {"is_nightly": "bảng nạp hằng đêm", "has_slips": "phiếu", "site": "chọn theo groupId"}


@dataclass(frozen=True)
class System:
    """A one-stop system, by the name of its folder; ``choices``: what of ``Wanted`` only some have."""

    name: str
    label: str
    choices: frozenset[str]

    @property
    def engines(self) -> tuple[str, ...]:
        """Give the engines there are views for, in order of name."""
        return tuple(sorted(one.name.split(".")[1] for one in (_ROOM / self.name).glob("views.*.sql")))


SYSTEMS: Final = {
    one.name: one
    for one in (
        System("epar", "e-PAR (R3)", frozenset({"is_nightly", "has_slips"})),
        System("opencps", "OpenCPS v2", frozenset({"site"})),
    )
}


def sql_of(system: System, engine: str, wanted: Wanted, *, what: str = "views") -> str:
    """Give the SQL of a system for an engine: ``views`` or ``compare``.

    Raises NoSuchSqlError where there is none for that engine, where a choice means nothing for that
    system, and where a name is none that can be written without surprises.
    """
    if engine not in system.engines:
        raise NoSuchSqlError(
            f"Chưa có SQL của {system.label} cho {engine}; có cho {', '.join(system.engines)}."
        )
    for choice, told in _CHOICES.items():
        if choice not in system.choices and getattr(wanted, choice) != getattr(_USUAL, choice):
            raise NoSuchSqlError(f"SQL của {system.label} không có phần {told}.")
    for name in (wanted.theirs, wanted.ours, wanted.reader):
        if name is not None and not _NAME.fullmatch(name):
            raise NoSuchSqlError(f"“{name}” không dùng làm tên được: chỉ chữ không dấu, số, _, $ và -.")
    template = _environment().get_template(f"{system.name}/{what}.{engine}.sql")
    return template.render(**asdict(wanted), refuse=_refuse)


def _refuse(sentence: str) -> Never:
    """Let a template say what cannot be: only it knows the system's usual schema."""
    raise NoSuchSqlError(sentence)


def _environment() -> Environment:
    # What is written is SQL for a person to read, of names checked above: there is no markup to escape.
    return Environment(
        loader=FileSystemLoader(_ROOM), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
