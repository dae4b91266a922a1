"""What has been told to whom: a file of ours beside the accounts (0600), replaced whole.

For every account the crossings it knows of and the reports it has. A letter that was not taken changes
nothing here, so that the next run sends it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboard.settings.settings import Settings
from dashboard.system_words import reason_of
from queries.copy.lock import LockBusy, only_one

NAME, LOCK = "thu-da-gui.json", "thu-da-gui.lock"
WAIT_SECONDS = 60.0
MOST_REPORTS = 100
"""So many reports of an account are remembered, the latest."""
_VERSION = 1


class StateError(Exception):
    """The file cannot be used; its text says why, in Vietnamese, with the remedy."""


class Busy(StateError):  # noqa: N818 - what it is
    """Another command is sending just now."""


@dataclass
class Known:
    """What one account knows of the threshold.

    ``scope``: by which rights. ``as_of``: the moment of the data it was last judged by. ``over``: the
    units over the threshold by month, ``rules``: the rule each month was judged by; a month that is not
    there was never judged.
    """

    scope: str
    as_of: datetime
    over: dict[str, list[str]]
    rules: dict[str, str]


@dataclass
class Told:
    """The whole file."""

    crossings: dict[str, Known] = field(default_factory=dict)
    reports: dict[str, list[str]] = field(default_factory=dict)


class Memory:
    """The file, held by one command at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told = _read(path)

    def check(self) -> None:
        """Write the file as it is: nothing is sent that could not be remembered. Raises StateError."""
        self._write()

    def keep_crossings(self, account: str, known: Known) -> None:
        """Remember what an account knows now. Raises StateError."""
        self.told.crossings[account] = known
        self._write()

    def has_report(self, account: str, report: str) -> bool:
        """Say whether an account was sent a report already."""
        return report in self.told.reports.get(account, ())

    def keep_report(self, account: str, report: str) -> None:
        """Remember that an account was sent a report. Raises StateError."""
        others = [one for one in self.told.reports.get(account, []) if one != report]
        self.told.reports[account] = [*others, report][-MOST_REPORTS:]
        self._write()

    def forget_others(self, accounts: Collection[str]) -> None:
        """Forget the accounts that are no more; written with what is kept next."""
        told = self.told
        told.crossings = {name: one for name, one in told.crossings.items() if name in accounts}
        told.reports = {name: each for name, each in told.reports.items() if name in accounts}

    def _write(self) -> None:
        aside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        told = {
            "version": _VERSION,
            "crossings": {
                name: {**vars(one), "as_of": one.as_of.isoformat()}
                for name, one in self.told.crossings.items()
            },
            "reports": self.told.reports,
        }
        try:
            handle = os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(told, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self.path)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise StateError(f"Không ghi được {self.path}: {reason_of(error)}.") from None


def path_of(settings: Settings) -> Path:
    """Give where the file is."""
    return Path(settings.accounts_file).with_name(NAME)


@contextmanager
def remembered(path: Path, *, seconds: float = WAIT_SECONDS) -> Iterator[Memory]:
    """Hold the file; two commands at once send one after the other. Raises Busy, StateError."""
    try:
        with only_one(path.parent, seconds=seconds, name=LOCK):
            yield Memory(path)
    except LockBusy:
        raise Busy("Một lệnh motcua send khác đang gửi; lần chạy sau sẽ gửi tiếp.") from None


def _read(path: Path) -> Told:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Told()
    except OSError as error:
        raise StateError(f"Không đọc được {path}: {reason_of(error)}.") from None
    except UnicodeDecodeError:
        raise _damaged(path) from None
    try:
        found = json.loads(text)
        if found["version"] != _VERSION:
            raise ValueError
        return Told(
            {name: _known(one) for name, one in found["crossings"].items()},
            {str(name): [str(one) for one in each] for name, each in found["reports"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(path) from None


def _known(found: Mapping[str, Any]) -> Known:
    return Known(
        str(found["scope"]), datetime.fromisoformat(found["as_of"]),
        {str(month): [str(one) for one in codes] for month, codes in found["over"].items()},
        {str(month): str(rule) for month, rule in found["rules"].items()},
    )  # fmt: skip


def _damaged(path: Path) -> StateError:
    return StateError(f"{path} hỏng: xóa tệp ấy; lần chạy sau ghi nhận lại mà không gửi tin đã qua.")
