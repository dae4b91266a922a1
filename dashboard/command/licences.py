"""docs/dependencies.md: the libraries that are locked, and under which licence each of them is."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {"requirements.lock": "Chạy chương trình", "requirements-dev.lock": "Chỉ để kiểm thử"}
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_LONGEST = 60
_NOT_SAID = {
    "axe-playwright-python": "MIT",
    "brotlicffi": "MIT",
    "colorama": "BSD-3-Clause",
}
"""Those that do not say it in what is installed, or are not installed with this Python on this machine."""


def licences_document(root: Path = ROOT) -> str:
    """Give the text. Raises LookupError for a library whose licence is not known."""
    lines = [
        "<!-- Viết từ các tệp khóa bằng `python -m dashboard.command.documents`; đừng sửa tay. -->", "",
        "# Thư viện và giấy phép", "",
        "Phiên bản và mã băm của từng thư viện nằm trong `requirements.lock`, `requirements-dev.lock`; "
        "pyproject.toml giới hạn phiên bản trên của thư viện dùng thẳng. `make audit` (cũng chạy trong `make "
        "check`) đối chiếu với danh sách lỗ hổng đã biết, và nói rõ khi không kiểm tra được.", "",
    ]  # fmt: skip
    told: set[str] = set()
    for lock, title in LOCKS.items():
        names = sorted(set(_LOCKED.findall((root / lock).read_text("utf-8"))) - told)
        told |= set(names)
        lines += [f"## {title}", "", "| thư viện | giấy phép |", "|---|---|"]
        lines += [f"| {name} | {licence_of(name)} |" for name in names]
        lines.append("")
    return "\n".join(lines)


def licence_of(name: str) -> str:
    """Give a library's licence as itself tells it. Raises LookupError where nobody does."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return _NOT_SAID[name]
    classified = [
        one.rpartition(" :: ")[2] for one in told.get_all("Classifier", []) if one.startswith("License ::")
    ]
    written = [one.partition("\n")[0][:_LONGEST] for one in told.get_all("License", [])]
    licence = "; ".join(told.get_all("License-Expression", []) or classified or written)
    return licence or _NOT_SAID[name]
