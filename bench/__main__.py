"""``python -m bench``: measure, keep what was found, print it, and write docs/performance.md if asked to."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from bench.asking import PAGES
from bench.browser import measure_browser
from bench.checking import measure_check
from bench.counts import measure_counts
from bench.databases import ENGINES, NoServer
from bench.files import measure_files
from bench.load import measure_load
from bench.over_http import measure_http
from bench.pages import measure_pages
from bench.plan import Plan
from bench.reading import measure_reading
from bench.report import TITLES, text_of
from bench.results import Result, kept_results
from bench.stage import Stage
from bench.wall import measure_wall

MEASURES: dict[str, Callable[[Stage, Plan], Result | str]] = {
    "pages": lambda stage, _: measure_pages(stage),
    "counts": lambda stage, _: measure_counts(stage),
    "reading": lambda stage, _: measure_reading(stage),
    "check": lambda stage, _: measure_check(stage),
    "files": lambda stage, _: measure_files(stage),
    "http": lambda stage, _: measure_http(stage),
    "load": measure_load,
    "browser": measure_browser,
    "wall": lambda stage, _: measure_wall(stage),
}
"""Each part; a sentence says why it was not measured."""


def main() -> None:
    """Run the benchmark: parts of it, or all, one after another."""
    options = _options()
    measured: list[Result] = []
    if not options.report:
        for rows in options.rows:
            measured += _measured(rows, options)
    if options.write:
        options.write.write_text(text_of(kept_results()), "utf-8")
        print(f"written: {options.write}", flush=True)
    else:
        print(text_of(kept_results() if options.report else measured))


def _measured(rows: int, options: argparse.Namespace) -> list[Result]:
    found: list[Result] = []
    plan = Plan(options.readers, options.every, options.seconds, options.pages)
    with Stage(rows, options.source) as stage:
        for part in options.only:
            print(f"{part} …", flush=True)
            try:
                result = MEASURES[part](stage, plan)
            except NoServer as error:
                result = str(error)
            if isinstance(result, str):
                print(f"  not measured: {result}", flush=True)
                continue
            # At once: a run takes long, and may be ended.
            result.keep()
            found.append(result)
    return found


def _parts(text: str) -> list[str]:
    parts = [one.strip() for one in text.split(",")]
    if unknown := [one for one in parts if one not in MEASURES]:
        raise argparse.ArgumentTypeError(f"no part {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    return [one for one in TITLES if one in parts]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=main.__doc__)
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[1_280_000], help="about how many dossiers; several sizes too"
    )
    parser.add_argument(
        "--only", type=_parts, default=list(MEASURES), metavar="PARTS",
        help=f"these parts, separated by commas: {', '.join(MEASURES)}",
    )  # fmt: skip
    parser.add_argument(
        "--source", choices=ENGINES, default="postgresql", help="what readers' copies are read from"
    )
    plan = Plan()
    parser.add_argument("--readers", type=int, default=plan.readers, help="load: so many readers")
    parser.add_argument("--every", type=float, default=plan.every, help="load: seconds between two changes")
    parser.add_argument("--seconds", type=float, default=plan.seconds, help="load: how long")
    parser.add_argument(
        "--pages", nargs="+", choices=PAGES, default=plan.pages, metavar="PAGE",
        help=f"browser: these pages, not all: {', '.join(PAGES)}",
    )  # fmt: skip
    parser.add_argument(
        "--report", action="store_true", help="measure nothing: report what has been measured"
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="write all that has been measured there as Markdown"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
