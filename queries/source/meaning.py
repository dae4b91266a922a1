"""What the distinct values of a column mean: the settings' words first, then the contract's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from queries.contract import Column, Kind
from queries.source.folding import Catalogue, fold
from queries.source.kinds import SourceKind
from queries.source.mapping import FALSE_WORDS, LEFT_OUT, TRUE_WORDS
from queries.source.mended import Reason


@dataclass(frozen=True)
class Change:
    """What becomes of one distinct value: another one, nothing, or its rows left out; and why it is told."""

    value: str | None
    target: str | None
    reason: Reason | None = None
    is_left_out: bool = False


class Meaning:
    """What the values of one column mean.

    ``words``: what the settings say; ``catalogue``: the codes it refers to, where it refers to some.
    """

    def __init__(
        self, spec: Column, source: SourceKind, words: Mapping[str, str], catalogue: Catalogue | None
    ) -> None:
        self._spec = spec
        self._source = source
        self._words = words
        self._keys = Catalogue(one for one in words if one)
        self._known = Catalogue(spec.words)
        self._catalogue = catalogue

    def of(self, value: str | None) -> Change:
        """Give what becomes of a value."""
        mapped = self._mapped(value)
        if mapped == LEFT_OUT and self._words:
            return Change(value, None, is_left_out=True)
        if mapped is None:
            return Change(value, None)
        if self._spec.kind is Kind.BOOLEAN:
            return _changed_boolean(value, mapped)
        if self._spec.words:
            return _changed_word(value, mapped, self._known)
        if self._catalogue is not None:
            return changed_code(value, mapped, self._catalogue)
        return Change(value, mapped)

    def _mapped(self, value: str | None) -> str | None:
        if value is None:
            return self._words.get("") or None
        spellings = [value]
        if self._source is SourceKind.BOOLEAN:
            spellings += {"1": ["true", "t"], "0": ["false", "f"]}.get(value, [])
        for one in spellings:
            alike = self._keys.alike(one)
            if len(alike) == 1:
                return self._words[alike[0]] or None
        return value


def _changed_boolean(value: str | None, mapped: str) -> Change:
    word = fold(mapped)
    if word in TRUE_WORDS:
        return Change(value, "true")
    if word in FALSE_WORDS:
        return Change(value, "false")
    return Change(value, None, Reason.NOT_BOOLEAN)


def _changed_word(value: str | None, mapped: str, known: Catalogue) -> Change:
    alike = known.alike(mapped)
    if len(alike) != 1:
        return Change(value, mapped, Reason.UNKNOWN_WORD)
    return Change(value, alike[0], None if alike[0] == mapped else Reason.FOLDED_WORD)


def changed_code(value: str | None, mapped: str, catalogue: Catalogue) -> Change:
    """Give what becomes of a code: the catalogue's where it is one of them, or folds to exactly one."""
    alike = catalogue.alike(mapped)
    if len(alike) == 1:
        return Change(value, alike[0], None if alike[0] == mapped else Reason.FOLDED_CODE)
    return Change(value, mapped, Reason.AMBIGUOUS_CODE if alike else Reason.UNKNOWN_CODE)
