"""LibreOffice as a second, independent reader of what we write."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from running import cannot_run


def converted(content: bytes, ending: str, to: str) -> bytes:
    """A file opened by LibreOffice and written again as another kind ("xlsx", "pdf")."""
    office = shutil.which("soffice")
    if office is None:
        cannot_run("LibreOffice", "không có soffice")
    with tempfile.TemporaryDirectory(prefix="motcua-office-") as name:
        folder = Path(name)
        (folder / f"in.{ending}").write_bytes(content)
        out = folder / "out"
        asked = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", to,
                 "--outdir", str(out), str(folder / f"in.{ending}")]  # fmt: skip
        done = subprocess.run(asked, capture_output=True, text=True, timeout=180, check=False)
        made = out / f"in.{to.partition(':')[0]}"
        assert made.is_file(), done.stdout + done.stderr
        return made.read_bytes()


def recalculated(content: bytes) -> bytes:
    """A workbook as LibreOffice reads and recalculates it."""
    return converted(content, "xlsx", "xlsx")
