"""How a reading can fail, each told in one Vietnamese sentence."""

from __future__ import annotations


class SourceError(Exception):
    """A source could not be read; ``sentence`` says why, in Vietnamese, without a password."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SourceUnavailable(SourceError):  # noqa: N818 - the word an operator knows
    """It does not answer, or not now: a line that is down, a lock, a timeout. Ask again later."""


class SourceBroken(SourceError):  # noqa: N818
    """It answers, and cannot be read as it is: a table or column missing, no rights, a wrong address."""


class ReadingStopped(Exception):  # noqa: N818
    """The reading was told to stop, and did."""
