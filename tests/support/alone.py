"""A fixture for tests of the settings: this machine has none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.settings.sources import PREFIX


@pytest.fixture
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty current folder and no MOTCUA_ variable, during a test and restored after it."""
    before = dict(os.environ)
    for key in before:
        if key.upper().startswith(PREFIX):
            monkeypatch.delenv(key)
    monkeypatch.chdir(tmp_path)
    yield
    for key in set(os.environ) - set(before):  # what `serve` exported for its workers
        del os.environ[key]
