"""The list of checks: each prints one line, and all are counted at the end."""

from __future__ import annotations

import traceback
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dashboard.formats import share_text
from queries.definitions.metrics import Share

PASSED, FAILED = "đạt", "KHÔNG ĐẠT"
MOST_DIFFERENCES = 5


class Checks:
    """What passed and what failed so far; a failed check never stops the others."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    @contextmanager
    def section(self, title: str) -> Iterator[None]:
        """Print a heading; an error inside is one failed check, and the next section still runs."""
        print(f"\n{title}", flush=True)
        try:
            yield
        except Exception as error:
            traceback.print_exc()
            self.counted(f"phần này chạy đến hết ({type(error).__name__}: {error})", 0, 1)

    def counted(self, name: str, right: int, of: int, differences: tuple[str, ...] = ()) -> None:
        """Record a check of ``right`` out of ``of``; comparing nothing is a failure too."""
        is_right = right == of > 0
        self.passed += is_right
        self.failed += not is_right
        mark = PASSED if is_right else FAILED
        print(f"{mark:<9} {share_text(Share(right, of)):>15}  {name}", flush=True)
        for one in differences[:MOST_DIFFERENCES]:
            print(f"{'':<27}{one}")
        if len(differences) > MOST_DIFFERENCES:
            print(f"{'':<27}và {len(differences) - MOST_DIFFERENCES} chỗ khác nữa")

    def same(self, name: str, got: Mapping[Any, Any], expected: Mapping[Any, Any]) -> None:
        """Compare key by key, over the keys of both sides."""
        keys: list[Hashable] = [*expected, *(key for key in got if key not in expected)]
        missing = object()
        wrong = [key for key in keys if got.get(key, missing) != expected.get(key, missing)]
        told = tuple(
            f"{key}: được {got.get(key, 'không có')!r}, phải là {expected.get(key, 'không có')!r}"
            for key in wrong
        )
        self.counted(name, len(keys) - len(wrong), len(keys), told)

    def equal_silently(self, name: str, got: Any, expected: Any) -> None:
        """Compare one value too long to be shown."""
        self.counted(name, int(got == expected), 1, () if got == expected else (f"được {str(got)[:300]}",))

    def equal(self, name: str, got: Any, expected: Any) -> None:
        """Compare one value, shown in the line."""
        self.same(f"{name}: {got}", {"giá trị": got}, {"giá trị": expected})
