"""``python -m bench``: measure, print, and write docs/performance.md if asked to."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.application import Application
from bench.browser import see
from bench.data import duckdb_data, postgresql_data
from bench.measuring import ADDRESSES, PAGES, measure
from bench.report import WITHOUT, Report
from bench.wall import measure_wall


def main() -> None:
    """Run the benchmark."""
    options = _options()
    duckdb = duckdb_data(options.rows)
    postgresql = None if options.no_postgresql else postgresql_data(duckdb, options.rows)
    report = Report(duckdb.rows, options.runs)
    # The browser first: the file is then opened by the server's processes alone.
    if options.no_browser:
        report.seen = "Chromium: not measured (--no-browser)"
    else:
        print("Chromium …", flush=True)
        report.seen = see(duckdb, {name: PAGES[name] for name in options.pages or PAGES}, options.runs)
        print("the wall …", flush=True)
        report.wall = measure_wall(duckdb, options.runs)
    application = Application()
    application.use(duckdb, ledger=True)
    report.ledger = f"The register was read and checked in {application.ledger_seconds:.1f} s."
    report.engines["DuckDB"] = measure(application, options.runs)
    _write(report, options.write)
    application.use(duckdb, ledger=False)
    report.engines[WITHOUT] = measure(application, options.runs, ADDRESSES[:1])
    _write(report, options.write)
    if isinstance(postgresql, str):
        report.notes.append(postgresql)
    elif postgresql is not None:
        application.use(postgresql, ledger=False)
        # It has no aim, and takes seconds a statement: each page as it is first opened, once.
        report.engines["PostgreSQL"] = measure(application, 1, ADDRESSES[:1])
    _write(report, options.write)
    print(report.text())


def _write(report: Report, where: Path | None) -> None:
    """Write what has been measured so far: a run takes long, and may be ended."""
    if where:
        where.write_text(report.text(), "utf-8")
        print(f"written: {where}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=main.__doc__)
    parser.add_argument("--rows", type=int, default=1_250_000, help="about how many dossiers")
    parser.add_argument("--runs", type=int, default=5, help="runs of each, of which the median counts")
    parser.add_argument(
        "--pages", nargs="+", choices=PAGES, metavar="PAGE",
        help=f"open these pages in Chromium, not all: {', '.join(PAGES)}",
    )  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="leave Chromium out")
    parser.add_argument("--no-postgresql", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables there as Markdown")
    return parser.parse_args()


if __name__ == "__main__":
    main()
