"""Working out several answers at a time."""

from __future__ import annotations

from threading import Event

from dashboard.question.once import Together


def test_what_is_asked_soon_is_begun_and_not_waited_for() -> None:
    found: list[str] = []
    may_end, ended = Event(), Event()

    def later() -> None:
        may_end.wait(10)
        found.append("later")
        ended.set()

    def fails() -> None:
        raise ValueError("told where it is asked for")

    together = Together()
    together.make([lambda: found.append("now"), fails])
    together.begin([fails, later])
    assert found == ["now"]
    may_end.set()
    assert ended.wait(10)
    assert found == ["now", "later"]
