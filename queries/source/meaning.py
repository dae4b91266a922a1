"""What the distinct values of a column mean: the settings' words first, then the contract's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from queries.contract import Column, Kind
from queries.source.files.names import Names
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

    ``words``: what the settings say; ``catalogue``: the codes it refers to, where it refers to some;
    ``names``: what they are called, where a name may stand for a code; ``usual``: what is understood of a
    word that neither the settings nor the contract know.
    """

    def __init__(
        self, spec: Column, source: SourceKind, words: Mapping[str, str], catalogue: Catalogue | None,
        *, names: Names | None = None, usual: Callable[[str], str | None] | None = None,
    ) -> None:  # fmt: skip
        self._spec = spec
        self._source = source
        self._words = words
        self._keys = Catalogue(one for one in words if one)
        self._known = Catalogue(spec.words)
        self._catalogue = catalogue
        self._names = names
        self._usual = usual or (lambda _word: None)

    def of(self, value: str | None) -> Change:
        """Give what becomes of a value."""
        mapped = self._mapped(value)
        if mapped == LEFT_OUT and self._words:
            return Change(value, None, is_left_out=True)
        if mapped is None:
            return Change(value, None)
        changed = self._changed(value, mapped)
        if changed.reason in (Reason.UNKNOWN_WORD, Reason.NOT_BOOLEAN):
            understood = self._usual(mapped)
            if understood == LEFT_OUT:
                return Change(value, None, is_left_out=True)
            if understood is not None:
                return Change(value, understood, Reason.UNDERSTOOD_WORD)
        if changed.reason is Reason.UNKNOWN_CODE and self._names is not None:
            codes = self._names.alike(mapped)
            if codes:
                return _named(value, mapped, codes)
        return changed

    def _changed(self, value: str | None, mapped: str) -> Change:
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


def _named(value: str | None, mapped: str, codes: list[str]) -> Change:
    if len(codes) == 1:
        return Change(value, codes[0], Reason.NAMED_CODE)
    return Change(value, mapped, Reason.AMBIGUOUS_NAME)


def changed_code(value: str | None, mapped: str, catalogue: Catalogue) -> Change:
    """Give what becomes of a code: the catalogue's where it is one of them, or folds to exactly one."""
    alike = catalogue.alike(mapped)
    if len(alike) == 1:
        return Change(value, alike[0], None if alike[0] == mapped else Reason.FOLDED_CODE)
    return Change(value, mapped, Reason.AMBIGUOUS_CODE if alike else Reason.UNKNOWN_CODE)
