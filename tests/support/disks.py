"""A disk of a test's own, so small that it can be filled."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import disk_usage

from running import cannot_run


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of so many MB at a folder, which is made; the test cannot run where only root may."""
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path)],
        check=False, capture_output=True,
    )  # fmt: skip
    if mounted.returncode:
        cannot_run("đĩa đầy (tmpfs)", "chỉ root gắn được tmpfs; test_faults.py còn giới hạn cỡ tệp")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


@contextmanager
def filled(path: Path) -> Iterator[None]:
    """Leave no room on the disk of a folder meanwhile."""
    filling = path / "filling"
    try:
        with filling.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"x" * 10_000)
        assert not disk_usage(path).free
        yield
    finally:
        filling.unlink()
