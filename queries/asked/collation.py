"""The Vietnamese order of names, with numbers by their value: Phường 2 before Phường 10."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

CollationKey = tuple[tuple[tuple[int, int, str], ...], tuple[int, ...], str]

_LETTERS = {letter: rank for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng
_FOREIGN_MARK = 6
_BLANK, _SIGN, _NUMBER, _LETTER, _FOREIGN_LETTER = range(5)


@lru_cache(maxsize=65_536)
def collation_key(text: str) -> CollationKey:
    """Give the sort key of a text: ``sorted(names, key=collation_key)``.

    As the Unicode (CLDR) order for Vietnamese: first the letters of the whole text, where
    ă â đ ê ô ơ ư are letters of their own after a a d e o o u; then the tones, ngang huyền
    hỏi ngã sắc nặng; lower case before upper only where nothing else differs. Blanks come
    before signs before numbers before letters. The spellings NFC and NFD are the same text;
    control characters do not count; a number may be of any length.
    """
    composed = unicodedata.normalize("NFC", text)
    spread = unicodedata.normalize("NFD", " ".join(composed.casefold().split()))
    places: list[tuple[int, int, str]] = []
    tones: list[int] = []
    letter = digits = ""
    for sign in spread:
        digit = unicodedata.decimal(sign, None)
        if digit is not None:
            # Length, then digits: int() refuses more than 4,300 of them.
            digits = (digits + str(digit)).lstrip("0")
            number = (_NUMBER, len(digits), digits)
            if letter == "0":
                places[-1] = number
            else:
                places.append(number)
                tones.append(0)
            letter = "0"
            continue
        category = unicodedata.category(sign)
        if category in ("Cc", "Cf"):
            continue
        if category.startswith("M"):
            if places:
                whole = unicodedata.normalize("NFC", letter + sign)
                if sign in _TONES:
                    tones[-1] = _TONES[sign]
                elif whole in _LETTERS:
                    letter, places[-1] = whole, (_LETTER, _LETTERS[whole], "")
                else:
                    tones[-1] = _FOREIGN_MARK
            continue
        letter, digits = sign, ""
        places.append(_place(sign))
        tones.append(0)
    return tuple(places), tuple(tones), composed.swapcase()


def _place(sign: str) -> tuple[int, int, str]:
    if sign == " ":
        return _BLANK, 0, ""
    if sign in _LETTERS:
        return _LETTER, _LETTERS[sign], ""
    return (_FOREIGN_LETTER if sign.isalpha() else _SIGN), 0, sign
