"""A worker's server: lines that are counted, heads that are limited, answers that say nothing of who gives them."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from served import Served, answer, echo, rest, serving
from waiting import until

from dashboard.serving import front as fronts
from dashboard.serving import line, server
from dashboard.serving.security import MOST_ASKED

ASKED = b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def one() -> Iterator[Served]:
    with serving(echo) as made:
        yield made


def statuses(got: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", got)]


def test_an_answer_has_its_date_and_length_and_no_name_of_the_server(one: Served) -> None:
    head, _, body = one.told(LAST).partition(b"\r\n\r\n")
    heads = [found.lower() for found in re.findall(rb"\r\n([^:\r]+):", head)]
    assert sorted(heads) == sorted({*heads}), "each head once"
    assert {b"date", b"content-length", b"x-request-id", b"connection"} <= {*heads}
    assert b"server" not in heads
    assert body == b"/b 127.0.0.1 "


def test_no_part_of_an_answer_waits_for_word_that_another_has_come(one: Served) -> None:
    with one.line() as asking:
        asking.sendall(ASKED)
        answer(asking)
        ours = [each.transport.get_extra_info("socket") for each in one.server.server_state.connections]
        assert all(each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for each in ours)
        assert ours


def test_a_head_alone_is_answered_without_a_body_and_the_line_goes_on(one: Served) -> None:
    got = one.told(b"HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\n" + LAST)
    assert statuses(got) == [200, 200]
    first = got.partition(b"HTTP/1.1 200 OK\r\n")[2].partition(b"HTTP/1.1")[0]
    assert first.endswith(b"\r\n\r\n")


def test_nothing_follows_what_has_no_body() -> None:
    def unchanged(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("304 X", [("ETag", '"a"'), ("Content-Length", "9")])
        return []

    with serving(unchanged) as one:
        got = one.told(ASKED + LAST)
    assert statuses(got) == [304, 304]
    assert b"content-length" not in got
    assert b"chunked" not in got


def test_requests_sent_ahead_are_answered_in_their_order(one: Served) -> None:
    many = b"".join(b"GET /%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % i for i in range(500))
    got = one.told(many + LAST)
    assert re.findall(rb"/(\d+) 127", got) == [b"%d" % i for i in range(500)]
    assert statuses(got) == [200] * 501


def test_of_what_was_sent_ahead_few_requests_are_read_before_their_turn() -> None:
    """Each that is read takes a hundred times the memory of its bytes."""
    begun, ended = threading.Event(), threading.Event()

    def waiting(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        begun.set()
        ended.wait(60)
        return echo(environ, start)

    with serving(waiting) as one, one.line() as asking:
        asking.sendall(b"GET / HTTP/1.1\r\n\r\n".join([ASKED, *[b""] * 5_000]) + LAST)
        assert begun.wait(60)
        time.sleep(0.3)  # for more to be read, were it read
        (made,) = list(one.server.server_state.connections)
        assert isinstance(made, line.Line)
        assert 0 < len(made.pipeline) < 200
        ended.set()
        assert len(statuses(rest(asking))) == 5_002


def test_bodies_come_whole_however_they_are_cut(one: Served) -> None:
    body = b"x" * 150_000
    chunked = b"".join(b"%x\r\n%s\r\n" % (1000, body[:1000]) for _ in range(150)) + b"0\r\n\r\n"
    for heads, sent in ((b"Content-Length: 150000", body), (b"Transfer-Encoding: chunked", chunked)):
        got = one.told(b"POST /a HTTP/1.1\r\nHost: localhost\r\n" + heads + b"\r\n\r\n" + sent + LAST)
        assert statuses(got) == [200, 200]
        assert got.count(b"x" * 150_000) == 1


def test_whoever_waits_for_word_to_go_on_has_it(one: Served) -> None:
    with one.line() as asking:
        asking.sendall(
            b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
        )
        assert asking.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        asking.sendall(b"abc")
        assert b"\r\n\r\n/a 127.0.0.1 abc" in answer(asking)


def test_whoever_waits_for_word_that_does_not_come_is_hung_up_on(one: Served) -> None:
    """Whether the body follows is theirs to choose: the next request would be read as body, or the body as request."""
    got = one.told(
        b"POST /a HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    )
    assert statuses(got) == [421]


BAD = [
    (400, b"GET /a HTTP/1.1\nHost: localhost\n\n"),
    (400, b"GET /a HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n"),
    (400, b"GET /a HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n"),
    (400, b"GET /a HTTP/1.1\r\nHost : localhost\r\n\r\n"),
    (400, b"GET /a HTTP/1.1\r\nHost: localhost\r\nX\r\n\r\n"),
    (400, b"GET /a\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (400, b"GET http://localhost/a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (400, b"GET http://evil.example/a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (400, b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (400, b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"),
    (400, b"GET a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (400, b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (400, b"GE T /a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200),
    (400, b"SSH-2.0-OpenSSH_9.2\r\n"),
    (505, b"GET /a HTTP/2.0\r\nHost: localhost\r\n\r\n"),
    (505, b"GET /a HTTP/0.9\r\nHost: localhost\r\n\r\n"),
    (400, b"GET /a HTTP/3.7\r\nHost: localhost\r\n\r\n"),
    (421, b"GET /a HTTP/1.1\r\nConnection: close\r\n\r\n"),
    (421, b"GET /a HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
    (421, b"GET /a HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
    (431, b"GET /a HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 8_000 + b"\r\n"),
    (431, b"GET /a HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"),
    (414, b"GET /" + b"a" * 50_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (414, b"GET /" + b"a" * 500_000),
]  # fmt: skip


@pytest.mark.parametrize(("status", "sent"), BAD, ids=lambda given: str(given)[:60])
def test_what_is_no_request_of_ours_is_refused_at_once(one: Served, status: int, sent: bytes) -> None:
    got = one.told(sent)
    assert statuses(got) == [status]
    assert b"Traceback" not in got
    assert b"\r\nserver:" not in got.lower()
    assert b"\r\nconnection: close\r\n" in got
    assert statuses(one.told(LAST)) == [200], "others are answered"


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    "heads",
    [b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nContent-Length: 5",
     b"Content-Length: 5\r\nContent-Length: 60", b"Content-Length: 5\r\nContent-Length: 5", b"Content-Length: 5, 60",
     b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x", b"Transfer-Encoding: x", b"Transfer-Encoding: xchunked",
     b"Transfer-Encoding : chunked", b"Transfer-Encoding: \vchunked", b"Transfer-Encoding: chunked, identity",
     b"Content-Length: +5", b"Content-Length: -5", b"Content-Length: 0x5", b"Content-Length: 5 5", b"Content-Length:",
     b"Content-Length: 99999999999999999999999", b"Transfer-Encoding\x00: chunked", b"Transfer-Encoding:\n chunked"],
)  # fmt: skip
def test_two_lengths_hide_no_second_request(one: Served, heads: bytes) -> None:
    sent = b"POST /a HTTP/1.1\r\nHost: localhost\r\n" + heads + b"\r\n\r\n0\r\n\r\n" + SMUGGLED
    got = one.told(sent)
    assert statuses(got) == [400], got
    assert b"/smuggled" not in got


@pytest.mark.parametrize(
    "body",
    [b"5\nabcde\r\n0\r\n\r\n", b"5\r\nabcdefgh\r\n0\r\n\r\n", b"-5\r\nabcde\r\n0\r\n\r\n", b"0x5\r\nabcde\r\n0\r\n\r\n",
     b"fffffffffffffffff\r\nabcde\r\n0\r\n\r\n", b"5\r\nabcde0\r\n\r\n", b"zz\r\n\r\n", b"5;\nabcde\r\n0\r\n\r\n"],
)  # fmt: skip
def test_pieces_that_are_none_end_the_line(one: Served, body: bytes) -> None:
    sent = b"POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body + SMUGGLED
    got = one.told(sent)
    assert statuses(got) == [400], got


def test_what_stands_after_a_body_is_no_head() -> None:
    def heads(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [])
        return [f"{environ.get('HTTP_X_USER')} {environ['HTTP_HOST']}".encode()]

    with serving(heads) as one:
        got = one.told(
            b"POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"1\r\na\r\n0\r\nX-User: an\r\nHost: evil.example\r\n\r\n"
        )
    assert got.endswith(b"\r\n\r\nNone localhost")


@pytest.mark.parametrize(
    "heads",
    [b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
     b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
     b"Connection: upgrade\r\nUpgrade: TLS/1.0"],
)  # fmt: skip
def test_nothing_else_is_spoken_whoever_asks(one: Served, heads: bytes) -> None:
    got = one.told(b"GET /a HTTP/1.1\r\nHost: localhost\r\n" + heads + b"\r\n\r\n" + SMUGGLED)
    assert statuses(got) == [200]
    assert got.endswith(b"/a 127.0.0.1 ")


def test_of_http_1_0_one_request_is_answered(one: Served) -> None:
    got = one.told(b"GET /a HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n" + ASKED)
    assert statuses(got) == [200]


def test_a_path_may_be_any_bytes(one: Served) -> None:
    for path, told in (
        (b"/%FF%FE", "/��"),
        (b"/%C4%91%C6%A1n", "/đơn"),
        (b"/a%00b", "/a\x00b"),
        (b"//evil/a", "//evil/a"),
    ):
        got = one.told(LAST.replace(b"/b", path))
        assert got.decode().endswith(f"\r\n\r\n{told} 127.0.0.1 ")


def test_a_refusal_never_comes_before_the_answer_it_follows() -> None:
    def slow(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        time.sleep(0.3)
        return echo(environ, start)

    with serving(slow) as one:
        got = one.told(ASKED + b"garbage\r\n\r\n")
        assert statuses(got) == [200], "the line ends with the answer to what was asked"
        assert statuses(one.told(LAST + SMUGGLED)) == [200]
        assert statuses(one.told(ASKED * 3 + b"garbage\r\n\r\n")) == [200] * 3
        broken = b"POST /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
        assert statuses(one.told(ASKED + broken)) == [200]
        assert statuses(one.told(ASKED * 2 + broken)) == [200] * 2


def test_a_body_that_breaks_off_or_is_refused_costs_no_other(one: Served) -> None:
    head = b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
    with one.line() as gone:
        gone.sendall(head % 9 + b"abc")
    with one.line() as long:
        long.sendall(head % (MOST_ASKED + 1))
        assert b" 413 " in answer(long)
        long.sendall(b"x" * (MOST_ASKED + 1) + LAST)
        assert statuses(rest(long)) == [200], "what nobody wanted is let pass, and the line goes on"
    assert "long" in one.counts.why
    until(lambda: "short" in one.counts.why)


@pytest.mark.parametrize(
    "drops",
    [[b""], [b"GET /", b"a"], [b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X: a\r\n"], [b"\r\n", b"\r\n"],
     [ASKED + b"GET /", b"a"], [b"POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 99\r\n\r\n", b"x"]],
    ids=str,
)  # fmt: skip
def test_a_head_that_does_not_come_has_its_time(monkeypatch: pytest.MonkeyPatch, drops: list[bytes]) -> None:
    """Also one that comes a sign at a time, and the rest of a body that was refused."""
    monkeypatch.setattr(line, "HEAD_SECONDS", 0.5)
    with serving(echo) as one, one.line() as slow:
        began = time.monotonic()
        slow.settimeout(0.1)
        slow.sendall(drops[0])
        while True:
            assert time.monotonic() < began + 30, "it is still there"
            try:
                slow.sendall(drops[-1])
                if not slow.recv(65_536):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() > began + 0.4


def test_a_line_is_kept_for_the_next_request_so_long_and_a_proxys_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "KEPT_SECONDS", 1)
    with (
        serving(echo, is_proxy=lambda address: address == "127.0.0.2") as one,
        one.line() as reader,
        one.line("127.0.0.2") as proxy,
    ):
        for each in (reader, proxy):
            each.sendall(ASKED)
            assert b"/a 127" in answer(each)
        assert reader.recv(100) == b"", "the server hangs up"
        proxy.sendall(ASKED)
        assert b"/a 127" in answer(proxy)


def test_an_answer_that_nobody_takes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes it slowly but surely has it whole."""
    size = 4_000_000
    monkeypatch.setattr(line, "UNREAD_SECONDS", 1.0)
    monkeypatch.setattr(line, "LEAST_A_SECOND", 2_000_000)

    def large(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [])
        return [b"x" * size]

    with serving(large) as one, one.line() as never, one.line() as slowly:
        never.sendall(ASKED)
        slowly.sendall(LAST)
        got, ends = 0, time.monotonic() + 60
        while (part := slowly.recv(200_000)) and time.monotonic() < ends:
            got += len(part)
            time.sleep(0.02)
        assert got > size
        until(lambda: not len(one.server.lines))
        assert len(rest(never)) < size


def test_answers_that_nobody_takes_hold_so_much_memory_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_HELD", 30_000_000)

    def large(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [])
        return [b"x" * 16_000_000]

    with serving(large) as one, ExitStack() as kept:
        lines = [kept.enter_context(one.line()) for _ in range(6)]
        for each in lines:
            each.sendall(ASKED * 5)
        until(lambda: len(one.server.lines) <= 3)
        time.sleep(1.5)  # for more to be given up, were they
        assert len(one.server.lines) >= 1
        assert statuses(one.told(LAST)) == [200]


def is_closed(one: socket.socket) -> bool:
    try:
        return one.recv(1) == b""
    except ConnectionResetError:
        return True


def test_an_address_has_so_many_lines_and_another_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_LINES_OF_ONE", 5)
    with serving(echo) as one, ExitStack() as kept:
        lines = [kept.enter_context(one.line()) for _ in range(5)]
        for each in lines:
            each.sendall(ASKED)
            assert answer(each).startswith(b"HTTP/1.1 200")
        for _ in range(3):
            with one.line() as more:
                assert is_closed(more)
        assert one.counts.why == ["lines"] * 3
        with one.line("127.0.0.2") as other:
            other.sendall(LAST)
            assert statuses(rest(other)) == [200]
        lines[0].close()
        until(lambda: len(one.server.lines) < 5)
        assert statuses(one.told(LAST)) == [200], "who goes makes room"


def test_a_listed_proxys_lines_are_everybodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_LINES_OF_ONE", 2)
    with serving(echo, is_proxy=lambda address: address == "127.0.0.2") as one, ExitStack() as kept:
        for _ in range(8):
            each = kept.enter_context(one.line("127.0.0.2"))
            each.sendall(ASKED)
            assert answer(each).startswith(b"HTTP/1.1 200")


def test_where_all_lines_are_taken_the_address_with_most_gives_one_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its longest idle one; whoever has most already gets no more."""
    monkeypatch.setattr(server, "MOST_LINES_OF_ONE", 100)
    with serving(echo, most=10) as one, ExitStack() as kept:
        lines = [kept.enter_context(one.line()) for _ in range(8)]
        lines += [kept.enter_context(one.line("127.0.0.3")) for _ in range(2)]
        for each in lines:
            each.sendall(ASKED)
            assert answer(each).startswith(b"HTTP/1.1 200")
        with one.line() as greedy:
            assert is_closed(greedy)
        other = kept.enter_context(one.line("127.0.0.2"))
        other.sendall(ASKED)
        assert answer(other).startswith(b"HTTP/1.1 200")
        assert is_closed(lines[0]), "it had been idle longest"
        for each in lines[1:]:
            each.sendall(ASKED)
            assert answer(each).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("workers", "of_one", "all_"), [(1, 2_048, 8_192), (2, 2_048, 8_192), (8, 512, 2_048)]
)
def test_workers_share_the_lines_out(workers: int, of_one: int, all_: int) -> None:
    assert fronts.share_of(server.MOST_LINES_OF_ONE, workers) == of_one
    assert fronts.share_of(server.MOST_LINES, workers) == all_
    listener = socket.socket()
    with listener:
        made = server.Server(
            fronts.Front(echo, threads=0, hosts=(), is_proxy=lambda _: False, measures=None, workers=workers),  # type: ignore[arg-type]
            listener, zone="Asia/Ho_Chi_Minh", workers=workers, most=8_192, ready=lambda: None,
        )  # fmt: skip
        assert (made.lines._most, made.lines._most_of_one) == (all_, of_one)


def test_a_server_that_stops_answers_what_it_has_begun() -> None:
    begun, ended = threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        begun.set()
        ended.wait(60)
        return echo(environ, start)

    with serving(slow) as one, one.line() as asking, one.line() as idle:
        asking.sendall(ASKED)
        assert begun.wait(60)
        one.server.stop()
        assert rest(idle) == b""
        ended.set()
        got = rest(asking)
        assert statuses(got) == [200]
        assert b"connection: close" in got


def test_one_that_leaves_answers_the_next_request_too_and_takes_no_new_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "LEAVING_SECONDS", 5)
    with serving(echo) as one, one.line() as kept, one.line() as idle:
        kept.sendall(ASKED)
        assert b"connection: close" not in answer(kept)
        one.server.leave()
        until(lambda: not one.server._accepting.is_alive())
        kept.sendall(ASKED)
        got = rest(kept)
        assert statuses(got) == [200]
        assert b"connection: close" in got
        with one.line(seconds=0.5) as late:
            late.sendall(ASKED)
            with pytest.raises(TimeoutError):
                late.recv(100)  # it waits for another worker
        assert rest(idle) == b""
