"""The ids used by more than one file."""

from __future__ import annotations

SLOT = "slot"


def question(page: str) -> str:
    """Give the id of a page's Store of address words."""
    return f"{page}-question"


def first_question(page: str) -> str:
    """Give the id of the Store that the cards read first listen to; the page has it where it lacks them."""
    return f"{page}-first-question"


def slot(card: str) -> dict[str, str]:
    """Give the id of the place a card's markup is put into."""
    return {"type": SLOT, "card": card}
