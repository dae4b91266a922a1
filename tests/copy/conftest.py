"""A copy of a made-up source, for each test its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from copying import Copy


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)
