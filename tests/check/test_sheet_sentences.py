"""What a person is told of a sheet."""

from __future__ import annotations

from queries.check.sheets import SheetLine, sentences


def told_of(heads: int) -> list[str]:
    unused = tuple(f"Cột {number}" for number in range(1, heads + 1))
    line = SheetLine("a.xlsx", "S", "dossiers", 3, {"dossier_code": "Mã hồ sơ"}, unused=unused)
    return [one.strip() for one in sentences(line) if "không dùng" in one]


def test_twelve_heads_that_are_not_used_are_named_and_the_others_counted_with_their_place() -> None:
    twelve = ", ".join(f"«Cột {number}»" for number in range(1, 13))
    assert told_of(0) == []
    assert told_of(12) == [f"Đầu cột không dùng: {twelve}."]
    assert told_of(300) == [f"Đầu cột không dùng: {twelve} và 288 cột khác (đủ ở dòng 3 của tệp)."]
