"""Units by their names, where a file has no codes: Thủy and Thuỷ, "P. Bến Nghé" and "Phường Bến Nghé"."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from queries.source.folding import fold

_KINDS = (
    (re.compile(r"^(?:ubnd|uỷ ban nhân dân) "), ""),
    (re.compile(r"^(?:p|f|phg)(?=\W|\d)\W*"), "phường "),
    (re.compile(r"^x(?=\W)\W*"), "xã "),
    (re.compile(r"^tt(?=\W)\W*"), "thị trấn "),
    (re.compile(r"^đk(?=\W)\W*"), "đặc khu "),
)
_KIND = re.compile(r"^(?:phường|xã|thị trấn|đặc khu) ")
_OLD_TONES = {
    f"{first}{old}": f"{first_toned}{second}"
    for first, second, tones in (
        ("o", "a", "òóỏõọ"), ("o", "e", "òóỏõọ"), ("u", "y", "ùúủũụ"),
    )
    for first_toned, old in zip(tones, {"a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}[second], strict=True)
}  # fmt: skip
_TONE = re.compile(r"(?<!q)(" + "|".join(_OLD_TONES) + r")(?!\w)")
_LOOSE = "iy"


def name_keys(name: str) -> tuple[str, str, str]:
    """Give a name as names are compared, the strictest first.

    First: case, NFC, blanks, punctuation and where the tone is written make no difference, and "UBND", "P.",
    "X.", "TT." are written out. Then: without the kind of unit before it. Last: without any marks as well.
    """
    text = unicodedata.normalize("NFC", fold(name))
    text = _TONE.sub(lambda found: _OLD_TONES[found[1]], text)
    text = " ".join(text.split())
    text = text.replace("ủy ban", "uỷ ban")
    for pattern, written in _KINDS:
        text = pattern.sub(written, text, count=1)
    whole = " ".join(re.findall(r"\w+", text))
    numbered = re.sub(r"\b0+(?=\d)", "", whole)
    bare = _KIND.sub("", numbered) or numbered
    return numbered, bare, _without_marks(numbered)


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


class Names:
    """Codes to be found by the names of what they stand for."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """``named``: pairs of a code and its name."""
        self._by_key: tuple[dict[str, set[str]], ...] = (defaultdict(set), defaultdict(set), defaultdict(set))
        for code, name in named:
            for known, key in zip(self._by_key, name_keys(name), strict=True):
                known[key].add(code)

    def alike(self, name: str) -> list[str]:
        """Give the codes that a name may stand for: by the strictest way of comparing that finds any.

        One code: that is it. Several: nobody can tell. None: it is not known.
        """
        for known, key in zip(self._by_key, name_keys(name), strict=True):
            if key and known.get(key):
                return sorted(known[key])
        return []
