"""A copy of a made-up source, for each test its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from copying import Copy, district


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    copy = Copy(folder)
    copy.put(**district(60))
    copy.refresh()
    return folder


@pytest.fixture
def filled(made_once: Path, tmp_path: Path) -> Copy:
    """A source of sixty dossiers, and its copy."""
    shutil.copytree(made_once, tmp_path, dirs_exist_ok=True)
    return Copy(tmp_path)
