"""``make audit``: hold the locked libraries against the advisories that are known.

Exit code 1 where one of them has an advisory. Where the advisories cannot be reached nothing was checked, and
that is what is said: it is no pass, and with ``--must`` it is a failure too (exit code 2).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
NOT_CHECKED = "không kiểm tra được"
_SECONDS = 120
FOUND, UNREACHED = 1, 2


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Audit both locks; give the exit code."""
    worst = 0
    for lock in LOCKS:
        code, told = audited(root / lock)
        print(f"{lock}: {told}")
        worst = FOUND if FOUND in (worst, code) else max(worst, code)
    return 0 if worst == UNREACHED and "--must" not in arguments else worst


def audited(lock: Path) -> tuple[int, str]:
    """Give the code and the sentence of one lock."""
    asked = [
        *(sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--require-hashes"),
        *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
    ]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=_SECONDS, check=False)
        found = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return UNREACHED, f"{NOT_CHECKED}: nơi lưu danh sách lỗ hổng không trả lời trong {_SECONDS} giây."
    except (ValueError, KeyError, TypeError):
        why = next((one for one in reversed(done.stderr.splitlines()) if one.strip()), "không rõ vì sao")
        return UNREACHED, f"{NOT_CHECKED} ({_without_address(why)})."
    return judged(found)


def judged(found: Sequence[dict[str, object]]) -> tuple[int, str]:
    """Give the code and the sentence of what was found; a library that was skipped was not checked."""
    bad = [f"{one['name']} {one.get('version', '')}: {_ids(one)}" for one in found if one.get("vulns")]
    skipped = {str(one["name"]): str(one["skip_reason"]) for one in found if "skip_reason" in one}
    if bad:
        return FOUND, f"có lỗ hổng đã biết, hãy nâng phiên bản: {'; '.join(bad)}."
    if skipped:
        name, why = next(iter(skipped.items()))
        return UNREACHED, f"{NOT_CHECKED} {len(skipped)} thư viện, ví dụ {name} ({_without_address(why)})."
    if not found:
        return UNREACHED, f"{NOT_CHECKED}: không thư viện nào được đối chiếu."
    return 0, f"{len(found)} thư viện, không có lỗ hổng đã biết."


def _ids(one: dict[str, object]) -> str:
    vulns = one["vulns"]
    return ", ".join(str(each["id"]) for each in vulns) if isinstance(vulns, list) else ""


def _without_address(told: str) -> str:
    return " ".join(word for word in told.split() if "://" not in word)[:160]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
