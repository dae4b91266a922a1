"""Units by their names, where a file has no codes: Thủy and Thuỷ, "P. Bến Nghé" and "Phường Bến Nghé"."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from queries.source.files.spellings import fold_plain
from queries.source.folding import fold

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WRITTEN_OUT = (
    (re.compile(r"^(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân) +"), ""),
    (re.compile(r"^(?:p|f)(?:[. ]+|(?=\d))"), "phường "),
    (re.compile(r"^x[. ]+"), "xã "),
    (re.compile(r"^tt[. ]+"), "thị trấn "),
    (re.compile(r"^đk[. ]+"), "đặc khu "),
    (re.compile(r"\b0+(?=\d)"), ""),
)
_KIND = re.compile(r"^(?:phường|xã|thị trấn|đặc khu) +(?=\D)")


def name_keys(name: str) -> tuple[str, str, str]:
    """Give a name as names are compared, the strictest first.

    First: case, composition, blanks, punctuation and the vowel that carries the tone make no difference, and
    "P.", "X.", "TT.", "ĐK." are written out, "UBND" left away. Then: without the kind of unit before it,
    where that is not a number. Last: the first without any marks.
    """
    text = " ".join(fold(name).split())
    for pattern, written in _WRITTEN_OUT:
        text = pattern.sub(written, text)
    text = " ".join(re.findall(r"\w+", text))
    return _by_tone(text), _by_tone(_KIND.sub("", text)), fold_plain(text)


def _by_tone(text: str) -> str:
    """Give a text with the tone of each word behind it, wherever it was written."""
    words = []
    for word in unicodedata.normalize("NFD", text).split():
        tones = "".join(sign for sign in word if sign in _TONES)
        words.append("".join(sign for sign in word if sign not in _TONES) + tones)
    return " ".join(words)


class Names:
    """Codes to be found by the names of what they stand for."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """``named``: pairs of a code and its name."""
        self._by_key: tuple[dict[str, set[str]], ...] = tuple(defaultdict(set) for _ in range(3))
        for code, name in named:
            for known, key in zip(self._by_key, name_keys(name), strict=True):
                known[key].add(code)

    def alike(self, name: str) -> list[str]:
        """Give the codes that a name may stand for, by the strictest comparison that finds any.

        One code: that is it. Several: nobody can tell. None: it is not known.
        """
        for known, key in zip(self._by_key, name_keys(name), strict=True):
            if key and key in known:
                return sorted(known[key])
        return []
