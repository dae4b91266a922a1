"""The query words of an address: their names, how a value is read, how it is quoted back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from queries.asked.collation import collation_key
from queries.asked.periods import FIRST_YEAR, LAST_YEAR
from queries.asked.typed import unmarked

WORDS = {
    "ky": "Kỳ",
    "so_voi": "Mốc so sánh",
    "don_vi": "Mã đơn vị",
    "linh_vuc": "Lĩnh vực",
    "thu_tuc": "Mã thủ tục",
    "cach_tinh": "Cách tính",
    "den": "Thời điểm số liệu",
    "chi_so": "Chỉ số",
    "canh_bao": "Cảnh báo",
    "ma": "Mã hồ sơ",
    "tim": "Từ tìm kiếm",
    "nguon": "Nguồn đánh giá",
    "mau": "Cỡ mẫu",
    "hat_giong": "Mã rút ngẫu nhiên",
    "trang": "Số trang",
    "sap_xep": "Cách sắp xếp",
    "trinh_chieu": "Chế độ trình chiếu",
    "the": "Thẻ",
    "canh": "Cảnh màn hình",
}
"""Every query word, with the Vietnamese name that sentences about it use."""

SCENES = 4
MOST_SAMPLED = 1_000
LAST_SEED = 999_999_999  # nine digits: short enough to be copied from paper
LAST_PAGE = 1_000_000
LONGEST_QUOTE = 40
LONGEST_CODE = 255
LONGEST_SEARCH = 100

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CARD = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_SORT = re.compile(r"-?[a-z][a-z0-9_]{0,39}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")


@dataclass(frozen=True)
class Extras:
    """What an address says beside the View: how a page lists and shows it.

    ``metric``, ``flag``: whose dossiers to list. ``sort``: a column, with a leading "-"
    from large to small. ``scenes``: those of the wall, 1 to 4, in the order asked; empty
    is all.
    """

    metric: str | None = None
    flag: str | None = None
    code: str | None = None
    search: str | None = None
    source: str | None = None
    sample_size: int | None = None
    seed: int | None = None
    page: int = 1
    sort: str | None = None
    presenting: bool = False
    card: str | None = None
    scenes: tuple[int, ...] = ()

    def pairs(self, changes: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Give the address words that differ from the default, with their values, once some are changed.

        TypeError for a change of what is none of these.
        """
        if unknown := changes.keys() - _WORD_OF.keys():
            raise TypeError(f"an address says nothing of {', '.join(sorted(unknown))}")
        told = changes if self is NO_EXTRAS else {**self.__dict__, **changes}
        # A page writes hundreds of links, most of which say one thing.
        names = told if len(told) == 1 else [name for name in _WORD_OF if name in told]
        words = ((*_WORD_OF[name], told[name]) for name in names)
        return [
            (word, _as_word(value))
            for word, default, value in words
            if value is not None and value != default
        ]


_WORD_OF: Mapping[str, tuple[str, Any]] = {
    "metric": ("chi_so", None),
    "flag": ("canh_bao", None),
    "code": ("ma", None),
    "search": ("tim", None),
    "source": ("nguon", None),
    "sample_size": ("mau", None),
    "seed": ("hat_giong", None),
    "page": ("trang", 1),
    "sort": ("sap_xep", None),
    "presenting": ("trinh_chieu", False),
    "card": ("the", None),
    "scenes": ("canh", ()),
}
"""The address word of each of ``Extras``, and what is not written."""


def _as_word(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "1" if value is True else str(value)


NO_EXTRAS = Extras()
"""What an address says that says nothing beside the View."""


def quoted(text: str) -> str:
    """Give the text in quotation marks, safe to print: at most 40 characters, no controls."""
    return f"“{shown(text)}”"


def shown(text: str) -> str:
    """Give the first 40 characters of a text in NFC, � for what cannot be printed."""
    whole = unicodedata.normalize("NFC", text[: 5 * LONGEST_QUOTE])
    if len(whole) > LONGEST_QUOTE or len(text) > 5 * LONGEST_QUOTE:
        whole = whole[: LONGEST_QUOTE - 1] + "…"
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in whole)


def slugs(fields: Iterable[str]) -> dict[str, str]:
    """Give the address word of each field name: "Đất đai" is "dat-dai".

    The first in Vietnamese order keeps a word that several names share, the next ones get
    -2, -3 …, passing over what is another name's own word. A name without a Latin letter
    or digit is "linh-vuc".
    """
    own = {name: _slug(name) for name in sorted(set(fields), key=collation_key)}
    taken: set[str] = set()
    reserved = set(own.values())
    given: dict[str, str] = {}
    for name, slug in own.items():
        word, number = slug, 2
        while word in taken or (word != slug and word in reserved):
            word, number = f"{slug}-{number}", number + 1
        taken.add(word)
        given[name] = word
    return given


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", unmarked(name)).strip("-") or "linh-vuc"


def one_of(known: Collection[str], reason: str) -> Callable[[str], str]:
    """Give a reader that takes only the known values, and refuses others with the reason."""

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(reason)
        return text

    return read


def identifier(known: Collection[str], reason: str) -> Callable[[str], str]:
    """Give a reader for ids: one of the known, or anything of an id's shape if none are told."""

    def read(text: str) -> str:
        if text not in known if known else not _IDENTIFIER.fullmatch(text):
            raise ValueError(reason)
        return text

    return read


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Give a reader for whole numbers from low to high, in plain digits."""

    def read(text: str) -> int:
        if not _NUMBER.fullmatch(text) or not low <= int(text) <= high:
            raise ValueError(f"phải là số nguyên từ {low} đến {high}")
        return int(text)

    return read


def dossier_code(text: str) -> str:
    """Read a dossier's code: opaque, but not blank and no longer than a database holds."""
    code = text.strip()
    if not code or len(code) > LONGEST_CODE or not code.isprintable():
        raise ValueError("phải là một mã hồ sơ")
    return code


def search_text(text: str) -> str:
    """Read what a reader types to find something: blanks joined, not too long."""
    typed = " ".join(text.split())
    if not typed or len(typed) > LONGEST_SEARCH or not typed.isprintable():
        raise ValueError(f"phải có từ 1 đến {LONGEST_SEARCH} ký tự")
    return typed


def sort_order(text: str) -> str:
    """Read a column, with "-" before it for descending."""
    if not _SORT.fullmatch(text):
        raise ValueError("phải là tên một cột, thêm dấu - phía trước để xếp giảm dần")
    return text


def card(text: str) -> str:
    """Read the id of a card."""
    if not _CARD.fullmatch(text):
        raise ValueError("không có thẻ này")
    return text


def scenes(text: str) -> tuple[int, ...]:
    """Read scene numbers with commas between; a scene named twice counts once."""
    numbers = text.split(",") if len(text) < LONGEST_QUOTE else [""]
    if not all(_NUMBER.fullmatch(number) and 1 <= int(number) <= SCENES for number in numbers):
        raise ValueError(f"phải là các số từ 1 đến {SCENES}, cách nhau bằng dấu phẩy")
    return tuple(dict.fromkeys(map(int, numbers)))


def yes_or_no(text: str) -> bool:
    """Read 1 or 0."""
    if text not in ("0", "1"):
        raise ValueError("phải là 1 hoặc 0")
    return text == "1"


def day(text: str) -> date:
    """Read a day as 2026-11-14, of the years a period may have."""
    try:
        if _DAY.fullmatch(text) and FIRST_YEAR <= (found := date.fromisoformat(text)).year <= LAST_YEAR:
            return found
    except ValueError:
        pass
    raise ValueError(f"phải là một ngày từ năm {FIRST_YEAR} đến {LAST_YEAR}, viết như 2026-11-14")


def moment(text: str) -> datetime:
    """Read a moment as 2026-11-21T10:15, with or without seconds and their fraction; a day is its end."""
    try:
        if _DAY.fullmatch(text) and (whole := date.fromisoformat(text)).year >= FIRST_YEAR:
            return datetime.combine(whole, time.max)
        if _MOMENT.fullmatch(text) and (found := datetime.fromisoformat(text)).year >= FIRST_YEAR:
            return found
    except ValueError:
        pass
    raise ValueError(f"phải là một thời điểm từ năm {FIRST_YEAR}, viết như 2026-11-21T10:15")
