"""Run every check: ``python -m acceptance [--data FOLDER]``; exit code 1 where one fails."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from acceptance import boston, dak_glong, golden, phu_tho
from acceptance.checks import Checks
from acceptance.database import ROOT, database

DATA = "MOTCUA_ACCEPT_DATA"


def main() -> int:
    """Run the checks and give the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m acceptance", description="Nghiệm thu trên dữ liệu thật, qua PostgreSQL và API."
    )
    given = Path(os.environ.get(DATA) or ROOT.parent / "shared" / "data")
    where = f"thư mục chứa các tệp CSV (biến {DATA}; không có thì ../shared/data)"
    parser.add_argument("--data", type=Path, default=given, help=where)
    data: Path = parser.parse_args().data
    # Ended by make or a terminal, the database must still be dropped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    began, checks = time.monotonic(), Checks()
    with database() as ours:
        print(f"PostgreSQL {ours.version}, cơ sở dữ liệu tạm {ours.url.database}")
        for file, check in ((boston.FILE, boston.check), (phu_tho.FILE, phu_tho.check)):
            if (data / file).is_file():
                check(checks, ours, data)
            else:
                with checks.section(f"Không thấy {data / file}: đặt --data hoặc {DATA}"):
                    checks.counted("có tệp dữ liệu", 0, 1)
        golden.check(checks, ours)
        dak_glong.check(checks, ours)
    print(f"\n{time.monotonic() - began:.0f} giây")
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
