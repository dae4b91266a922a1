"""Part "check": how long ``motcua check`` looks at a source before it says whether it can be used."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from bench.data import AS_OF, FOLDER
from bench.machine import ROOT, Machine
from bench.results import Aim, Result, Table
from bench.stage import Stage

LONGEST_SECONDS = 3600


def measure_check(stage: Stage) -> Result:
    """Look at the source once, as an IT officer does before anything is served."""
    machine = Machine.now()
    database = stage.source
    keep = {name: value for name, value in os.environ.items() if not name.upper().startswith("MOTCUA_")}
    settings = {
        "MOTCUA_AS_OF": AS_OF.isoformat(), "MOTCUA_DATABASE_URL": database.url,
        "MOTCUA_WRITING_ACCOUNT": "true",
    }  # fmt: skip
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(ROOT / "app.py"), "check"], env=keep | settings, cwd=FOLDER,
        capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False,
    )  # fmt: skip
    took = time.perf_counter() - started
    lines = done.stdout.strip().splitlines() or ["(nothing)"]
    how = (
        "One run of `python app.py check` in a process of its own, from its start to its last line: all rows "
        "are streamed as a refresh would read them, and nothing is kept. The account owns the tables, which "
        "the settings allow here."
    )
    row = (database.label, f"{took:.1f}", done.returncode, lines[-1])
    return Result(
        "check",
        stage.sample.rows,
        machine,
        how,
        (Aim("`motcua check` says that the source can be used, however long it takes", lines[-1],
             done.returncode == 0),),
        (Table.of("One run:", ("source", "seconds", "exit code", "its last line"), [row]),),
    )  # fmt: skip
