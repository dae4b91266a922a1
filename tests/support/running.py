"""What to do with a test that cannot run on this machine."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

NOT_RUN = "không chạy"


def cannot_run(what: str, why: str) -> NoReturn:
    """Skip a test and have it counted at the end; fail it where all tests must run (MOTCUA_TEST_ALL=1)."""
    if os.environ.get("MOTCUA_TEST_ALL") == "1":
        pytest.fail(f"{NOT_RUN}: kiểm thử {what} ({why})", pytrace=False)
    pytest.skip(f"{NOT_RUN}: kiểm thử {what} ({why})")
