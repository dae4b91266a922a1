"""The report: printed, and written to docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.results import Aim, Result, Table

TITLES = {
    "pages": "Pages that nobody asked for before",
    "counts": "One count by unit",
    "reading": "Reading a source, and changing generations",
    "check": "`motcua check`",
    "files": "Reading files",
    "http": "One question over HTTP beside the bare SQL",
    "load": "Two hundred readers",
    "browser": "Chromium",
    "wall": "The wall",
}
"""Every part, in the order it is measured and told."""
_DONE = Path(__file__).parent / "what_was_done.md"
_HOW = """Written by `python -m bench --write`; do not edit. The sample district, its moment pinned. Each part
is measured on its own and says when, at which commit, how busy the machine was (load of the minute before)
and what a plain Python loop over ten million numbers took, by which runs on another day can be compared. An
aim that was not met is told as such; a part that is not below was not measured."""


def text_of(results: Iterable[Result]) -> str:
    """Give the whole report as Markdown."""
    told = sorted(results, key=lambda one: (list(TITLES).index(one.part), one.rows))
    parts = ["# Performance", _HOW]
    if told:
        newest = max((one.machine for one in told), key=lambda one: one.at)
        parts += [f"{newest.processors}. {newest.versions}.", "## Aims", _aims(told)]
    else:
        parts.append("Nothing has been measured since the benchmark was written anew.")
    parts += [_section(one) for one in told]
    parts.append(_DONE.read_text("utf-8").strip())
    return "\n\n".join(parts) + "\n"


def _aims(results: Iterable[Result]) -> str:
    rows = [(one.what, f"{result.rows:,}", one.found, yes(one)) for result in results for one in result.aims]
    return _table(Table.of("", ("aim", "dossiers", "found", "met"), rows))


def _section(result: Result) -> str:
    machine = result.machine
    stamp = (
        f"{machine.at}, commit {machine.commit}; load before {machine.load:.1f}, "
        f"the loop {machine.loop_seconds:.2f} s."
    )
    parts = [f"## {TITLES[result.part]} ({result.rows:,} dossiers)", result.how, stamp]
    for one in result.tables:
        parts += [one.told, _table(one)]
    return "\n\n".join(part for part in parts if part)


def _table(table: Table) -> str:
    lines: Sequence[Sequence[str]] = (
        table.heads,
        ("---", *("---:" for _ in table.heads[1:])),
        *table.rows,
    )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def yes(aim: Aim) -> str:
    """Say whether an aim is met."""
    return "yes" if aim.met else "**no**"
