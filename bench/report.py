"""The tables: printed, and written to docs/performance.md."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.browser import Changes, Loads, PageSeen, Seen
from bench.measuring import MOST_FOR_PAGE, MOST_FOR_SQL, MOST_FOR_STATEMENT, CardTime, Measured
from bench.wall import WallSeen

MOST_FIRST_BYTES, MOST_FIRST_LOAD, MOST_CHANGE = 750_000, 1500.0, 300.0
_PACKAGES = (
    "dash", "plotly", "pandas", "sqlalchemy", "duckdb", "duckdb-sqlalchemy", "psycopg", "granian", "flask",
)  # fmt: skip
_DONE = Path(__file__).parent / "what_was_done.md"


@dataclass
class Report:
    """All that was measured in one run."""

    rows: int
    runs: int
    engines: dict[str, Measured] = field(default_factory=dict)
    seen: Seen | str = "Chromium: not measured"
    wall: WallSeen | str = "Wall: not measured"
    ledger: str = ""
    notes: list[str] = field(default_factory=list)

    def aims(self) -> list[tuple[str, str, bool]]:
        """Give every aim of this run: what, what was found, whether it is met."""
        found: list[tuple[str, str, bool]] = []
        for engine in ("DuckDB", WITHOUT):
            if engine in self.engines:
                found += _server_aims(engine, self.engines[engine])
        if isinstance(self.seen, Seen):
            found += _browser_aims(self.seen.pages)
        if isinstance(self.wall, WallSeen):
            found += self.wall.aims()
        return found

    def text(self) -> str:
        """Give the whole report as Markdown."""
        how = _HOW.format(rows=self.rows, runs=self.runs, ledger=self.ledger, without=WITHOUT)
        parts = ["# Performance", how, _machine()]
        parts.append("## Aims\n\n" + _table(
            ("aim", "found", "met"), ((what, how, _yes(met)) for what, how, met in self.aims())
        ))  # fmt: skip
        for engine, measured in self.engines.items():
            parts += [f"## {engine}", _pages(measured), _questions(measured), _cards(measured)]
        parts.append("## Chromium\n\n" + (self.seen if isinstance(self.seen, str) else _browser(self.seen)))
        parts.append(self.wall if isinstance(self.wall, str) else self.wall.text())
        parts += self.notes
        parts.append(_DONE.read_text("utf-8").strip())
        return "\n\n".join(parts) + "\n"


_HOW = """Written by `python -m bench --write docs/performance.md`; do not edit. The sample district
with {rows:,} dossiers, the data's moment pinned. Times are medians of {runs} runs in milliseconds; ours
and the hand-written SQL take turns. Every card is asked for by the browser's own POST, in one process,
with an empty cache of answers; "bare" is the hand-written SQL of `bench/bare_*.py` on the same connection
settings, and a run fails where the two give different numbers. "—": a question nobody has written by hand.

"DuckDB" is what readers meet: the register of the data has been read, as it is some seconds after every
load, and answers most questions without a statement; the hand-written SQL beside it is asked of the file.
"{without}" is the same server in those seconds: every question is a statement. A question that the
register answers counts as the statement it stands for, and in a line of its own as none. PostgreSQL is
measured once, a page as it is first opened. {ledger}"""
WITHOUT = "DuckDB, until the register is read"


def _machine() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    load = os.getloadavg()[0]
    return (
        f"{date.today():%Y-%m-%d}, {os.cpu_count()} × {model}, {platform.system()}; load when written "
        f"{load:.1f}; adding up ten million numbers in a plain Python loop took {_loop_seconds():.2f} s, "
        f"by which runs on another day can be compared. Python {platform.python_version()}, {versions}."
    )


def _loop_seconds() -> float:
    """Say how fast this machine is now: its processors are shared with others."""
    started, total = time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    return time.perf_counter() - started


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []


def _pages(measured: Measured) -> str:
    rows = (
        (page.page + page.address, page.requests, page.statements, _ms(page.milliseconds),
         _ms(page.in_answers), _ms(page.bare), _kb(page.raw_bytes), _kb(page.sent_bytes))
        for page in measured.pages
    )  # fmt: skip
    heads = ("page", "requests", "statements", "server", "of it answers", "bare SQL", "answers kB",
             "brotli kB")  # fmt: skip
    return "A whole page on one empty cache, its requests one after another:\n\n" + _table(heads, rows)


def _questions(measured: Measured) -> str:
    rows = (
        (one.name, _ms(one.ours), _ms(one.bare), _ratio(one.ours, one.bare)) for one in measured.questions
    )
    told = "The questions; where no statement was sent for a page above, the register answered:"
    return f"{told}\n\n{_table(('question', 'ours', 'bare SQL', 'ratio'), rows)}"


def _cards(measured: Measured) -> str:
    rows = (_card(card) for card in measured.cards if card.questions)
    heads = ("card, alone on an empty cache", "questions", "statements", "server", "of it answers",
             "bare SQL", "ratio", "aim", "met")  # fmt: skip
    return _table(heads, rows)


def _card(card: CardTime) -> tuple[object, ...]:
    return (
        card.card + card.address, card.questions, card.statements, _ms(card.milliseconds),
        _ms(card.in_answers), _ms(card.bare), _ratio(card.milliseconds, card.bare), _ms(card.allowed),
        _yes(card.is_met),
    )  # fmt: skip


def _server_aims(engine: str, measured: Measured) -> list[tuple[str, str, bool]]:
    held = [card for card in measured.cards if card.is_met is not None]
    met, sent = sum(bool(card.is_met) for card in held), sum(card.is_met_by_statements for card in held)
    name = f"card ≤ {MOST_FOR_SQL:g} × bare SQL + {MOST_FOR_STATEMENT:g} ms a"
    slow = [page for page in measured.pages if not page.is_met]
    worst = max(page.milliseconds for page in measured.pages)
    fast = len(measured.pages) - len(slow)
    return [
        (f"{name} question ({engine})", f"{met} of {len(held)}", met == len(held)),
        (f"{name} statement really sent ({engine})", f"{sent} of {len(held)}", sent == len(held)),
        (f"page ≤ {MOST_FOR_PAGE:g} ms of server time ({engine})",
         f"{fast} of {len(measured.pages)}; slowest {worst:.0f} ms", not slow),
    ]  # fmt: skip


def _browser_aims(pages: Iterable[PageSeen]) -> list[tuple[str, str, bool]]:
    found = []
    for page in pages:
        loads, changes, where = page.loads, page.changes, page.path
        found += [
            (f"{where}: first load under {MOST_FIRST_BYTES // 1000} kB", f"{_kb(loads.cold_bytes)} kB",
             loads.cold_bytes < MOST_FIRST_BYTES),
            (f"{where}: first load under {MOST_FIRST_LOAD / 1000:g} s to the last chart",
             f"{_ms(loads.cold)} ms", loads.cold < MOST_FIRST_LOAD),
            (f"{where}: the same, the first reader after a start", f"{_ms(loads.first)} ms",
             loads.first < MOST_FIRST_LOAD),
            (f"{where}: filter change under {MOST_CHANGE:g} ms", f"{_ms(changes.change)} ms",
             changes.change < MOST_CHANGE),
            (f"{where}: the same after five seconds of reading", f"{_ms(changes.change_read)} ms",
             changes.change_read < MOST_CHANGE),
            (f"{where}: a filter change sends cards + 1 requests", f"{changes.change_requests}",
             changes.change_requests == changes.cards + 1),
        ]  # fmt: skip
    return found


def _browser(seen: Seen) -> str:
    rows = (_seen(page.path, page.loads, page.changes) for page in seen.pages)
    heads = ("page", "cards", "first load kB", "first reader after a start", "to the last chart",
             "reload kB", "to the last chart", "requests of a change", "change kB", "redrawn, new answers",
             "after reading", "redrawn, known")  # fmt: skip
    return (
        "Over the wire and until the frame that shows the last card or chart, from navigation or click. "
        "A change is the link to the previous period: at once, when nobody has asked for it yet; after five "
        "seconds of reading, when the server has worked ahead; then back again. Each page has a server of "
        "its own.\n\n"
        + _table(heads, rows)
        + f"\n\nMemory of the server (one parent, {seen.workers} workers), resident: "
        f"{seen.memory_at_rest:.0f} MB at rest, {seen.memory_peak:.0f} MB at most."
    )


def _seen(path: str, loads: Loads, changes: Changes) -> tuple[object, ...]:
    return (
        path, changes.cards, _kb(loads.cold_bytes), _ms(loads.first), _ms(loads.cold),
        _kb(loads.warm_bytes), _ms(loads.warm), changes.change_requests, _kb(changes.change_bytes),
        _ms(changes.change), _ms(changes.change_read), _ms(changes.change_known),
    )  # fmt: skip


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _ratio(ours: float, bare: float | None) -> str:
    return f"{ours / bare:.2f}" if bare else "—"


def _ms(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _kb(value: float) -> str:
    return f"{value / 1000:.0f}" if value >= 10_000 else f"{value / 1000:.1f}"


def _yes(met: bool | None) -> str:
    return "—" if met is None else "yes" if met else "**no**"
