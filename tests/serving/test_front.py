"""The front: names it is served as, turns of addresses, bodies that are read before a thread is taken."""

from __future__ import annotations

import asyncio
import io
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

import pytest
from lines import Counts, Line, asked
from waiting import until

from dashboard.serving import front
from dashboard.serving.front import Answer, Front, Turns, is_host_allowed
from dashboard.serving.security import MOST_ASKED


@pytest.mark.parametrize(
    ("host", "is_allowed"),
    [("localhost", True), ("LOCALHOST:8050", True), ("127.0.0.1:8050", True), ("[::1]:8050", True), ("10.1.2.3", True),
     ("motcua.quan.vn", True), ("MotCua.Quan.vn.:443", True), ("evil.example", False), ("", False),
     ("motcua.quan.vn.evil.example", False), ("127.0.0.1.evil.example:8050", False), ("evil.example:80", False),
     ("127.0.0.1:80@evil.example", False), ("localhost:80:evil", False), ("[::1", False), ("[::1]evil.example", False),
     ("localhost, evil.example", False), ("localhost:", True)],
)  # fmt: skip
def test_only_our_own_names_are_answered(host: str, is_allowed: bool) -> None:
    """A page of another name that leads its browser to our address (DNS rebinding) reads nothing."""
    assert is_host_allowed(host, ["motcua.quan.vn"]) is is_allowed


def test_threads_go_to_the_addresses_in_turn() -> None:
    begun = threading.Event()
    order: list[str] = []
    turns = Turns(1)
    holding = turns.take("a", lambda: begun.wait(20))
    until(lambda: not turns.waiting)
    done: list[Future[Any]] = []
    for whose, count in (("a", 3), ("b", 1), ("c", 2)):
        for i in range(count):
            one = turns.take(whose, partial(order.append, f"{whose}{i}"))
            assert one is not None
            done.append(one)
    begun.set()
    assert holding is not None
    for one in [holding, *done]:
        one.result(20)
    assert order == ["a0", "b0", "c0", "a1", "c1", "a2"]


def test_a_proxy_that_says_not_for_whom_has_a_row_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_WAITING_OF_ONE", 1)
    begun = threading.Event()
    turns = Turns(1)
    turns.take("proxy", lambda: begun.wait(20))
    until(lambda: not turns.waiting)
    assert [turns.take("proxy", int, is_of_many=True) is not None for _ in range(3)] == [True] * 3
    assert turns.take("proxy", int) is None
    begun.set()


def test_an_address_s_row_has_an_end_and_others_have_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_WAITING_OF_ONE", 3)
    begun = threading.Event()
    turns = Turns(1)
    turns.take("a", lambda: begun.wait(20))
    until(lambda: not turns.waiting)
    assert [turns.take("a", int) is not None for _ in range(4)] == [True, True, True, False]
    assert turns.take("b", int) is not None
    begun.set()


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain"), ("Server", "x")])
    told = f"{environ['PATH_INFO'].encode('latin-1').decode()} {environ['REMOTE_ADDR']} {environ['CONTENT_LENGTH']} "
    return [told.encode(), environ["wsgi.input"].read()]


def answered(
    *requests: tuple[Any, Line], proxies: str = "", measures: Any = None, workers: int = 1
) -> list[tuple[int, dict[str, str], bytes]]:
    one = Front(
        echo, threads=2, hosts=(), is_proxy=lambda address: address == proxies, measures=measures or Counts(),
        workers=workers,
    )  # fmt: skip

    async def ask() -> None:
        await asyncio.gather(*(one(scope, line.receive, line.send) for scope, line in requests))

    asyncio.run(ask())
    return [line.answer for _, line in requests]


def test_a_request_reaches_the_application_whole() -> None:
    status, headers, body = answered(asked(Line([b"ab", b"c"]), content_length="3"))[0]
    assert (status, body.decode()) == (200, "/đơn 10.0.0.1 3 abc")
    assert re.fullmatch(r"[0-9A-F]{10}", headers.pop("x-request-id"))
    assert headers == {"content-type": "text/plain", "content-length": "21"}


def test_the_length_of_an_answer_is_that_of_its_body() -> None:
    """What the application says of it holds for a head asked for alone; what has no body has no length."""

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("304 X" if environ["PATH_INFO"] == "/same" else "200 OK", [("Content-Length", "7")])
        return [b"abc"] if environ["PATH_INFO"] == "/a" else []

    made = Front(application, threads=1, hosts=(), is_proxy=lambda _: False, measures=Counts())

    async def ask() -> None:
        for scope, line in requests:
            await made(scope, line.receive, line.send)

    requests = [asked(Line(), method="GET", path="/a"), asked(Line(), method="HEAD", path="/b"),
                asked(Line(), method="GET", path="/same"), asked(Line(), method="HEAD", host="evil.example")]  # fmt: skip
    asyncio.run(ask())
    found = [(line.answer[0], line.answer[1].get("content-length"), line.answer[2]) for _, line in requests]
    assert found[:3] == [(200, "3", b"abc"), (200, "7", b""), (304, None, b"")]
    assert (found[3][0], found[3][2]) == (421, b"")


def test_a_body_may_be_neither_long_nor_slow_nor_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "BODY_SECONDS", 0.2)
    counts = Counts()
    long = str(MOST_ASKED + 1)
    assert [one[0] for one in answered(asked(Line([b"ab"]), content_length="2"))] == [200]
    found = answered(
        asked(Line(), content_length=long), asked(Line(), content_length="-1"),
        asked(Line([b"x" * MOST_ASKED, b"x"]), transfer_encoding="chunked"),
        asked(Line([b"x"], is_endless=True), content_length="9"), asked(Line([b"x"]), content_length="9"),
        measures=counts,
    )  # fmt: skip
    assert [status for status, _, _ in found] == [413, 413, 413, 408, 400]
    assert sorted(counts.why) == ["long", "long", "long", "short", "slow"]


def test_bodies_under_way_are_so_many_in_all_and_of_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(front, "MOST_BODIES", 4 * 9)
    monkeypatch.setattr(front, "MOST_BODIES_OF_ONE", 2 * 9)

    def slow(client: str) -> tuple[Any, Line]:
        return asked(Line([b"x"], is_endless=True), client=client, content_length="9")

    clients = ["1.1.1.1:1"] * 3 + ["2.2.2.2:1"] * 2 + ["3.3.3.3:1"]
    found = [one[0] for one in answered(*map(slow, clients), asked(Line(), client="4.4.4.4:1"))]
    assert found == [408, 408, 503, 408, 408, 503, 200], "one without a body needs none of the room"


def test_several_workers_take_together_at_most_twice_what_one_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(front, "MOST_BODIES", 8 * 9)
    monkeypatch.setattr(front, "MOST_WAITING", 8)
    assert [front.share_of(8, workers) for workers in (1, 2, 3, 4, 8, 16)] == [8, 8, 6, 4, 2, 1]

    def taken(workers: int) -> int:
        lines = [
            asked(Line([b"x"], is_endless=True), client=f"1.1.1.{i}:1", content_length="9") for i in range(9)
        ]
        return [one[0] for one in answered(*lines, workers=workers)].count(408)

    assert [taken(workers) for workers in (1, 2, 4, 8)] == [8, 8, 4, 2]
    waiting = [Turns(0, workers) for workers in (1, 8)]
    assert [sum(one.take(f"{i}", int) is not None for i in range(9)) for one in waiting] == [8, 2]


def test_two_hundred_readers_behind_one_address_may_have_all_their_cards_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the server was held up for a second, an office's cards were refused from the 65th on."""
    monkeypatch.setattr(front, "BODY_SECONDS", 0.3)

    def card() -> tuple[Any, Line]:
        return asked(Line([b"x"], is_endless=True), client="1.1.1.1:1", content_length="5000")

    found = {one[0] for one in answered(*(card() for _ in range(1_200)))}
    assert found == {408}, "on their way until they are given up as slow, none refused"
    nothing = [asked(Line(), client="1.1.1.1:1", content_length="0") for _ in range(3)]
    assert [one[0] for one in answered(*nothing)] == [200] * 3


def test_a_session_has_so_much_on_its_way_from_whatever_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(front, "MOST_OF_SESSION", 2)
    counts = Counts()

    def slow(number: int, cookie: str) -> tuple[Any, Line]:
        held = Line([b"x"], is_endless=True)
        return asked(held, client=f"1.1.1.{number}:1", content_length="9", cookie=cookie)

    cookies = ["motcua=A", "other=1\nmotcua=A", "x=1; __Host-motcua=A", "motcua=B", "other=A"]
    found = answered(*(slow(i, cookie) for i, cookie in enumerate(cookies)), measures=counts)
    assert [status for status, _, _ in found] == [408, 408, 429, 408, 408]
    assert "Phiên này" in found[2][2].decode()
    assert "session" in counts.why
    again = answered(slow(1, "motcua=A"))
    assert again[0][0] == 408, "what has been answered counts no more"


def test_a_proxy_that_says_not_for_whom_may_send_bodies_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(front, "MOST_BODIES_OF_ONE", 9)

    def slow() -> tuple[Any, Line]:
        return asked(Line([b"x"], is_endless=True), client="10.0.0.9:1", content_length="9")

    assert [one[0] for one in answered(slow(), slow(), proxies="10.0.0.9")] == [408, 408]
    assert [one[0] for one in answered(slow(), slow())] == [408, 503]


def test_a_listed_proxy_is_believed_and_nobody_else() -> None:
    told = {"x_forwarded_proto": "https", "x_forwarded_for": "9.9.9.9"}
    by_proxy = answered(asked(Line(), client="10.0.0.9:1", **told), proxies="10.0.0.9")[0]
    by_another = answered(asked(Line(), client="10.0.0.8:1", **told), proxies="10.0.0.9")[0]
    assert by_proxy[1]["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in by_another[1]


def test_a_name_that_is_not_ours_is_refused_before_a_body_is_read() -> None:
    counts = Counts()
    status, headers, body = answered(
        asked(Line(is_endless=True), host="evil.example", content_length="9"), measures=counts
    )[0]
    assert (status, counts.why) == (421, ["host"])
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "cài đặt hosts" in body.decode()


def test_a_head_with_an_underscore_is_for_no_other_head() -> None:
    """A reader behind a proxy that names them by X-User, or takes it away, must not add X_User."""
    scope, _ = asked(Line(), x_user="p1", x_forwarded_for="10.9.9.9")
    scope["headers"] += [
        (b"x_user", b"an"),
        (b"X_Forwarded_For", b"10.1.1.1"),
        (b"content_length", b"9"),
        (b"a_b", b"1"),
    ]
    environ = front.environ_of(front.asked_of(scope), b"")
    assert (environ["HTTP_X_USER"], environ["HTTP_X_FORWARDED_FOR"]) == ("p1", "10.9.9.9")
    assert "HTTP_A_B" not in environ


def test_whose_request_a_proxy_passes_on_is_the_last_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it adds a head of its own below the one that the reader sent."""
    monkeypatch.setattr(front, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(front, "MOST_BODIES_OF_ONE", 9)

    def slow(forged: str) -> tuple[Any, Line]:
        told = {"x_forwarded_for": f"{forged}\n9.9.9.9", "x_forwarded_proto": "http\nhttps"}
        return asked(Line([b"x"], is_endless=True), client="10.0.0.9:1", content_length="9", **told)

    found = answered(slow("1.1.1.1"), slow("2.2.2.2"), proxies="10.0.0.9")
    assert [one[0] for one in found] == [408, 503], "one reader's, whatever they say"
    assert "strict-transport-security" in found[0][1]


def test_of_several_names_each_must_be_ours() -> None:
    """What is checked and what the application goes by could else be two."""
    assert answered(asked(Line(), host="localhost\nevil.example"))[0][0] == 421
    assert answered(asked(Line(), host="localhost\nlocalhost"))[0][0] == 421
    assert answered(asked(Line(), host=""))[0][0] == 421


def test_ipv4_that_comes_to_an_ipv6_listener_is_ipv4() -> None:
    found = [
        front.address_of(one) for one in (("::ffff:10.0.0.1", 1, 0, 0), ("10.0.0.1", 1), ("::1", 1), None)
    ]
    assert found == ["10.0.0.1", "10.0.0.1", "::1", ""]


def test_an_application_that_fails_is_told_without_its_words() -> None:
    def broken(_environ: dict[str, Any], _start: Callable[..., Any]) -> list[bytes]:
        raise RuntimeError("bí mật")

    one = Front(broken, threads=1, hosts=(), is_proxy=lambda _: False, measures=Counts())
    scope, line = asked(Line())
    asyncio.run(one(scope, line.receive, line.send))
    assert line.answer[0] == 500
    assert "bí mật" not in line.answer[2].decode()


def test_an_answer_is_gathered_whole_and_closed() -> None:
    class Parts(io.BytesIO):
        pass

    parts = Parts(b"a\nb\n")

    def application(_environ: dict[str, Any], start: Callable[..., Any]) -> Parts:
        start("206 X", [("A", "1")])
        return parts

    answer = front.called(application, {})
    assert answer == Answer(206, [("a", "1")], b"a\nb\n")
    assert parts.closed
