"""Role × route × unit × period × callback × export: nobody gets what is not theirs.

The oracle knows nothing of the rules by which the application decides: a reader must get the same answers
in two districts that differ in nothing but what they may not see (``worlds``), and none may hold a word by
which that is known. Routes, pages, callbacks and tables are taken from the application itself: one that is
added is asked like all others, and one that this file does not know how to ask fails it.
"""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, unquote, urlencode

import dash
import pytest
from apps import Site, server
from werkzeug.test import Client, TestResponse
from worlds import ALLOWED, OWN, World, as_read

server()  # the pages register with the one application of the process

from dashboard.accounts.account import Account  # noqa: E402
from dashboard.accounts.gate import COOKIE, WALL_COOKIE  # noqa: E402
from dashboard.accounts.store import Store  # noqa: E402
from dashboard.api.routes import ROUTES  # noqa: E402
from dashboard.frame import first  # noqa: E402
from dashboard.frame.components import FAILED  # noqa: E402
from dashboard.issued.number import number_of  # noqa: E402
from dashboard.sheets.files import TABLES  # noqa: E402
from queries.definitions.flags import FLAGS  # noqa: E402

HERE = {"Origin": "http://localhost"}
SEED = 14

# Who asks, and in which two worlds, which differ by what they may not see.
SOME_UNITS = World(units=True, officials=True)
SOME_PERIODS = World(units=True, officials=True, periods=True)
NO_OFFICIALS = World(officials=True)
NO_DOSSIERS = World(officials=True, codes=True)
EVERYTHING = World(units=True, officials=True, periods=True, codes=True)
READERS: Mapping[str, tuple[World, World]] = {
    "don_vi": (World(), SOME_UNITS),
    # All but one unit is theirs: the district's total would be that one's.
    "don_vi_of_two": (World(alone=2), World(alone=3, units=True, officials=True)),
    "giam_sat": (World(), SOME_PERIODS),
    "man_hinh": (World(), NO_DOSSIERS),
    "without_accounts": (World(), NO_OFFICIALS),
    "nobody": (World(), EVERYTHING),
    "expired": (World(), EVERYTHING),
    "disabled": (World(), EVERYTHING),
}
AT_LENGTH = 40
"""So many views of each thing there is to ask, in the long run."""
SAMPLED = {"don_vi": 0.5, "don_vi_of_two": 0.4, "without_accounts": 0.25, "noi_vu": 0.25}
"""The share of all things to ask that each reader asks in the short run, whose answers take long; all else 1."""
WITHOUT_SESSION = ("nobody", "expired", "disabled")
PUBLIC = frozenset({
    "/dang-nhap", "/dang-nhap/sso", "/dang-nhap/sso/ve", "/healthz", "/_favicon.ico", "/khung/trang.css",
    "/assets/", "/_dash-component-suites/",
})  # fmt: skip
"""What is told to anybody: how to sign in, that the process lives, and files that come with the program."""
WALL = ("/man-hinh", "/man-hinh/so-lieu")
ASKED_ELSEWHERE = frozenset({"POST /dang-nhap", "GET /tai-khoan", "POST /tai-khoan"})
"""Too many tries are stopped, and sessions are told with their times: test_accounts.py, test_own.py ask them."""
SAYS_NOTHING_OF_UNITS = frozenset({
    "/dang-nhap", "/dang-xuat", "/dang-nhap/sso", "/dang-nhap/sso/ve", "/healthz", "/readyz",
    "/api/v1/as-of", "/assets/", "/_dash-component-suites/", "/_dash-layout", "/_dash-dependencies",
    "/_reload-hash", "/_favicon.ico", "/khung/trang.css", "/man-hinh", "/tai/viec/",
    "/tai/phieu/",
})  # fmt: skip
"""Addresses whose answers are the same whatever the district's figures are; every other must differ for
whoever sees all, or the comparison of two worlds proves nothing there."""

TELLS_NO_FIGURES = frozenset({
    "page /phieu/", "GET /api/v1/meta", "page /bao-cao", "page /dashboard/pages/not-found-404", "page /ho-so/none",
    "page /don-vi/none", "page /don-vi/zka07", "page /don-vi/ZKA07", "page /ho-so/ZKA07-HS-X09020",
    "page /ho-so/XHS-BN02-10004", "page /ho-so/XHS-BN01-09003", "callback ..meaning.children",
    *(f'callback {{"card":"{one}"' for one in (
        "overview-bar", "on-time-bar", "flags-bar", "satisfaction-bar", "online-bar", "units-bar", "unit-bar",
        "dossiers-bar", "dossier-bar", "meeting-bar", "reports-bar", "reports-list", "reports-issued", "method-bar",
        "search-headline", "method-rules", "method-metrics", "method-flags", "method-words", "method-administration",
        "issued-bar", "issued-headline", "issued-changes", "issued-figures", "search-bar", "lost-bar", "lost-headline",
    )),
})  # fmt: skip
"""The same of what is no route: frames, definitions, and pages of what there is not in both worlds."""

# What is asked: units of one's own, of others, of both, of nobody; periods that are allowed, barred, across.
OTHER = "ZKA07"
UNITS: tuple[tuple[str, ...], ...] = (
    (), (), (OWN[0],), (OWN[0],), (OWN[1],), (OTHER,), (OTHER, OWN[0]), (OWN[0], OTHER), ("zka07",), (f"{OWN[0]},{OTHER}",),
    ("%",), (f"{OTHER} ",), ("ＺＫＡ０７",),
)  # fmt: skip
PERIODS = (
    "", "", "", ALLOWED, ALLOWED, ALLOWED, "2026-10", "2026-07", "2026", "2026-Q3", "2026-Q4", "2026-08-25..2026-09-10", "2026-09-01..2026-10-31",
    "bc-2026-09", "2026-11", "2026-12", "2025-09", "2026-09-05..2026-09-20",
)  # fmt: skip
BESIDE: tuple[dict[str, str], ...] = (
    {}, {"so_voi": "cung-ky"}, {"so_voi": "2026-09-15"}, {"den": "2026-09-20T10:00"}, {"den": "2026-10-20"},
    {"cach_tinh": "B"}, {"cach_tinh": "D", "linh_vuc": "ho-tich"}, {"thu_tuc": "TT02"},
)  # fmt: skip
LISTS: tuple[dict[str, str], ...] = (
    {}, {"chi_so": "late"}, {"chi_so": "open_overdue"}, {"mau": "40", "hat_giong": "7"},
    {"sap_xep": "-finished_at"}, {"trang": "2"}, {"ma": f"{OTHER}-HS-X09015"}, {"ma": f"XHS-{OWN[0]}-09003"},
    *({"canh_bao": one} for one in sorted(FLAGS)),
)  # fmt: skip
SEARCHES = ("", "HS-", OTHER, "Zkarima", "zka", f"{OTHER}-HS-X09", "Phường", "XHS", "Zvo", "Mốc", "BN0")


@dataclass(frozen=True)
class Asked:
    """One request: ``of`` is the thing that is asked, whatever the view."""

    of: str
    path: str
    words: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    body: Any = None
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"{self.path}?{urlencode(self.words)}" if self.words else self.path


@dataclass(frozen=True)
class Got:
    """What came back, without what differs from one time to the next."""

    status: int
    head: tuple[tuple[str, str], ...]
    text: str


# what there is to ask


@cache
def dependencies() -> tuple[dict[str, Any], ...]:
    # Not by a request: whoever ran before may have left accounts on the one server of all tests.
    with server().test_request_context("/_dash-dependencies"):
        return tuple(json.loads(dash.get_app().dependencies().get_data()))


def views(*more: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Every view that is asked for, as the words of an address."""
    for units, period, beside, own in product(UNITS, PERIODS, BESIDE, more or ({},)):
        words = [("don_vi", one) for one in units] + ([("ky", period)] if period else [])
        yield (*words, *beside.items(), *own.items())


@cache
def every_view() -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(views())


def pages() -> tuple[str, ...]:
    """Every page's address; those with a code in it of a unit, a dossier of one's own and of another."""
    found: list[str] = []
    for one in dash.page_registry.values():
        template = one["path_template"]
        if not template:
            found.append(one["path"])
            continue
        for name, examples in {
            "<unit_code>": (*OWN, OTHER, "zka07", "none"),
            "<dossier_code>": (f"XHS-{OWN[0]}-09003", f"{OTHER}-HS-X09020", f"XHS-{OWN[1]}-10004", "none"),
            "<number>": (SHEET, "none"),
        }.items():
            if name in template:
                found += [template.replace(name, quote(example)) for example in examples]
        assert not re.search(r"<", found[-1]), f"{template}: this test has no example of what is in it"
    return tuple(found)


Body = Callable[[str, tuple[tuple[str, str], ...]], Any]


def callbacks() -> Iterator[tuple[str, Body]]:
    """Every callback of the server, and what makes its body for a path and the words of an address."""
    for one in dependencies():
        if one.get("clientside_function"):
            continue
        inputs = [(each["id"], each["property"]) for each in one["inputs"]]

        def body(
            path: str, words: tuple[tuple[str, str], ...], one: Any = one, inputs: Any = inputs
        ) -> dict[str, Any]:  # fmt: skip
            return {
                "output": one["output"], "outputs": _outputs(one["output"]),
                "changedPropIds": [".".join(inputs[0])],
                "inputs": [{"id": of, "property": what, "value": _value(of, what, path, words)}
                           for of, what in inputs],
            }  # fmt: skip

        yield one["output"], body


def _value(of: str, what: str, path: str, words: tuple[tuple[str, str], ...]) -> Any:
    store: dict[str, list[str]] = {}
    for word, value in words:
        store.setdefault(word, []).append(value)
    pinned = {"as_of": "2026-09-20T10:00:00"} if "den" in store else {"as_of": None}
    known: dict[str, Any] = {
        "pathname": path,
        "search": f"?{urlencode(words)}",
        "data": {"words": store, "path": path, **pinned},
    }
    if of == "meaning-asked":
        return {"of": "late", "search": f"?{urlencode(words)}", "path": path, "as_of": None, "share": "1/2"}
    assert of.endswith("question") or of == "_pages_location", f"this test has no example of {of}.{what}"
    return known[what]


def _outputs(output: str) -> Any:
    found = []
    for one in output.strip(".").split("..."):
        name, _, what = one.rpartition(".")
        found.append({"id": json.loads(name) if name.startswith("{") else name, "property": what})
    return found if output.startswith("..") else found[0]


SHEET = number_of("GS", 2020, 1)
"""The number of a sheet that there is in no world; who may open one is asked by tests/issued."""
PATHS = ("/", f"/don-vi/{OWN[0]}", f"/don-vi/{OTHER}", f"/don-vi/{OWN[1]}", f"/ho-so/XHS-{OWN[0]}-09003",
         f"/ho-so/{OTHER}-HS-X09020", "/hai-long", "/man-hinh", "/tim-kiem", "//don-vi/ZKA07")  # fmt: skip
"""Paths that a Store may claim, whatever page its card is on."""


Draw = Callable[[Random], Asked]


@cache
def asks() -> Mapping[str, Draw]:
    """Everything there is to ask, each with what draws a view of it."""
    found: dict[str, Draw] = {}
    for rule in server().url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            found |= _of_rule(rule.rule, method)
    found |= {f"page {one}": _of_address(one) for one in pages()}
    return found | {f"callback {output}": _of_callback(body) for output, body in callbacks()}


def _of_rule(rule: str, method: str) -> dict[str, Draw]:
    if rule in ("/", "/<path:path>", "/_dash-update-component"):
        return {}  # pages and callbacks, each asked by itself
    if rule.startswith("/tai/") and rule.endswith("/<what>.xlsx"):
        return {
            f"/tai/{what}.xlsx {group}": _of_address(f"/tai/{what}.xlsx", theo=group)
            for what, groups in TABLES.items()
            for group in groups
        }
    example = (
        rule.replace("<job_id>", "A" * 22)
        .replace("<number>", SHEET)
        .replace("<path:filename>", "favicon.svg")
        .replace("<string:package_name>", "dash_html_components")
        .replace("<path:fingerprinted_path>", "x.js")
    )
    assert "<" not in example, f"{rule}: this test has no example of what is in it"
    if f"{method} {example}" in ASKED_ELSEWHERE:
        return {}
    groups = [group for route in ROUTES if example == f"/api/v1/{route.name}" for group in route.groups]
    return {
        f"{method} {example} {group}".rstrip(): _of_address(example, method, theo=group)
        for group in ("", *groups)
    }


def _of_address(path: str, method: str = "GET", *, theo: str = "") -> Draw:
    def draw(chance: Random) -> Asked:
        more = (("theo", theo),) if theo else ()
        return Asked(path, path, (*_words(chance, every_view(), path), *more), method)

    return draw


def _of_callback(body: Body) -> Draw:
    return lambda chance: _called(chance, body, every_view())


def _words(chance: Random, every: Sequence[Any], path: str) -> tuple[tuple[str, str], ...]:
    """Draw a view; of a list its own words beside it, so that each is met by some view."""
    words = chance.choice(every)
    if path in ("/api/v1/dossiers", "/tai/ho-so.xlsx", "/ho-so"):
        words = (*words, *chance.choice(LISTS).items())
    if path in ("/api/v1/search", "/tim-kiem"):
        words = (*words, ("tim", chance.choice(SEARCHES)))
    if path.startswith("/api/") and not path.endswith(("as-of", "search")):
        words = (*words, ("dang", chance.choice(("json", "csv"))))
    if path == "/api/v1/satisfaction":
        words = tuple(pair for pair in words if pair[0] not in ("linh_vuc", "thu_tuc"))
    if path.startswith("/api/") and chance.random() < 0.5:
        # Of the API a word said twice, or of another unit, is a 400: what is allowed must be asked too.
        words = tuple(pair for pair in words if pair[0] != "don_vi")
    return tuple(words)


def _called(chance: Random, body: Body, every: Sequence[Any]) -> Asked:
    words, path = chance.choice(every), chance.choice(PATHS)
    words = (*words, *chance.choice(LISTS).items(), *chance.choice(((), (("tim", chance.choice(SEARCHES)),))))
    asked = body(path, tuple(words))
    return Asked("callback", "/_dash-update-component", (), "POST", asked)


# who asks


@dataclass
class Worlds:
    """The same readers in every world."""

    folder: Path
    sites: dict[World, Site] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        store = Store(self.folder / "tai-khoan.sqlite")
        for account in (
            Account("noi_vu", "noi_vu"), Account("lanh_dao", "lanh_dao"), Account("man_hinh", "man_hinh"),
            Account("don_vi", "don_vi", (OWN[0],)), Account("don_vi_of_two", "don_vi", (OWN[0],)),
            Account("disabled", "noi_vu"),
            Account("giam_sat", "giam_sat", OWN, (ALLOWED,), date(2999, 1, 1)),
            Account("expired", "giam_sat", OWN, (ALLOWED,), date(2020, 1, 1)),
        ):  # fmt: skip
            store.add(account, None)
            if account.role == "man_hinh":
                self.tokens[account.name] = store.new_link(account.name)
            else:
                self.tokens[account.name] = self._begun(account.name)
        store.disable("disabled")

    def _begun(self, name: str) -> str:
        return Store(self.folder / "tai-khoan.sqlite").begin(name, int(time.time()), 3_600)

    def site(self, world: World, *, has_accounts: bool = True) -> Site:
        made = self.sites.get(world)
        if made is None:
            name = "".join(
                str(int(one))
                for one in (world.units, world.periods, world.officials, world.codes, world.alone)
            )
            made = self.sites[world] = Site(world.write(self.folder / name), lists_per_hour=1_000_000)
        file = "tai-khoan.sqlite" if has_accounts else "none.sqlite"
        made.source.settings = made.settings = made.settings.model_copy(
            update={"accounts_file": str(self.folder / file)}
        )
        return made

    def browser(self, reader: str, world: World) -> Client:
        """The browser of a reader in a world."""
        made = self.site(world, has_accounts=reader != "without_accounts").server.test_client()
        token = self.tokens.get(reader, "")
        if reader == "man_hinh":
            made.set_cookie(WALL_COOKIE, token, path="/")  # a browser keeps it to the wall; a thief does not
            made.set_cookie(COOKIE, token, path="/")
        elif token:
            made.set_cookie(COOKIE, token)
        return made

    def got(self, reader: str, world: World, asked: Asked) -> Got:
        """What a reader gets in a world."""
        kept = self.tokens.get(reader, "")
        if asked.path == "/dang-xuat" and kept and reader not in ("man_hinh", "disabled"):
            self.tokens[reader] = self._begun(reader)  # this one ends here
        browser = self.browser(reader, world)
        self.tokens[reader] = kept
        given: dict[str, Any] = {"json": asked.body} if asked.body is not None else {}
        answer = browser.open(asked.address, method=asked.method, headers=HERE, buffered=True, **given)
        return _told(answer)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    with pytest.MonkeyPatch.context() as patched:
        # What is read first stands in the page however busy the machine is.
        patched.setattr(first, "SOON_SECONDS", 60)
        yield Worlds(tmp_path_factory.mktemp("worlds"))


# what comes back

_TIMES = (
    re.compile(r"-[0-9a-f]{8}(?=[\"\\])"),  # the key of a page, new each time
    re.compile(r'"now":\s*"[^"]*"'),
    re.compile(r'data-now="[^"]*"'),  # the clock of the wall
    re.compile(r'"end_id":\s*"[^"]*"'),  # Dash's own
    re.compile(r"(?<=<t>)\d\d:\d\d, \d\d/\d\d/\d{4}(?=</t>)"),  # when a sheet was made
    re.compile(r"(?<![A-Z])[A-Z]{2}-\d{4}-\d{4,7}-[A-Z]\b"),  # the number of a sheet, new for each data
    re.compile(r"(?<=lập lúc )\d\d:\d\d, \d\d/\d\d/\d{4}"),
    re.compile(r"\b[0-9A-F]{10}\b"),  # the id of a request, of an error
)
_SHEET = re.compile(r"_[A-Z]{2}-\d{4}-\d{4,7}-[A-Z](?=\.)")
_HEADS = ("Location", "Content-Disposition", "Content-Type", "Allow")


def _told(answer: TestResponse) -> Got:
    data = answer.get_data()
    text = _read(data)
    if answer.mimetype == "application/json":
        with suppress(ValueError):  # so that no letter hides behind an escape
            text = json.dumps(json.loads(text), ensure_ascii=False)
    for one in _TIMES:
        text = one.sub("…", text)
    head = tuple((name, _SHEET.sub("…", answer.headers.get(name, ""))) for name in _HEADS)
    return Got(answer.status_code, head, text)


def _of_archive(data: bytes) -> str:
    """The parts of a document, without when it was made."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(
            # In a picture's bytes three letters in a row are chance.
            f"{name}\n{sha256(archive.read(name)).hexdigest() if name.endswith('.png') else _read(archive.read(name))}"
            for name in sorted(archive.namelist())
            if not name.startswith("docProps/")
        )


def _read(data: bytes) -> str:
    """A text; of an archive (a chart of a slide has its sheet in it) its parts."""
    return _of_archive(data) if data[:2] == b"PK" else data.decode("utf-8", "replace")


def _is_of(path: str, places: frozenset[str] | tuple[str, ...]) -> bool:
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in places)


def check(worlds: Worlds, reader: str, asked: Asked) -> Got:
    """Ask in both worlds, and compare; give the first answer."""
    one, other = READERS[reader]
    mine, theirs = (worlds.got(reader, world, asked) for world in (one, other))
    assert mine == theirs, f"{reader} can tell two worlds apart: {asked}\n{_first_difference(mine, theirs)}"
    assert mine.status < 500, (reader, asked, mine.text[:300])
    failed = next((one for one in (FAILED, json.dumps(FAILED)[1:-1]) if one in mine.text), None)
    assert failed is None, f"{reader}: a card fails for them: {asked}"
    # What the reader has typed may be said again; it is no news.
    said, typed = as_read(mine.text + str(mine.head)), as_read(str(asked) + unquote(asked.path))
    barred = World().personal if other.officials else ()
    barred += World().hidden if other.units else ()
    barred += ("xhs-",) if other.codes else ()
    leaked = [word for word in barred if word in said and word not in typed]
    assert not leaked, (reader, asked, leaked)
    is_closed = reader in WITHOUT_SESSION or (reader == "man_hinh" and asked.path not in WALL)
    if is_closed and not _is_of(asked.path, PUBLIC):
        assert mine.status in (303, 401), (reader, asked, mine.status)
    return mine


def _first_difference(mine: Got, theirs: Got) -> str:
    if (mine.status, mine.head) != (theirs.status, theirs.head):
        return f"{mine.status} {mine.head}\n{theirs.status} {theirs.head}"
    at = next((i for i, (a, b) in enumerate(zip(mine.text, theirs.text, strict=False)) if a != b), -1)
    if at < 0:
        at = min(len(mine.text), len(theirs.text))
    return f"…{mine.text[max(0, at - 300) : at + 200]}\n…{theirs.text[max(0, at - 300) : at + 200]}"


def things(reader: str, chance: Random, share: float = 1) -> Iterator[tuple[str, Draw]]:
    """Everything there is to ask, or a share of it, always the same for a reader."""
    for of, draw in asks().items():
        if chance.random() < share:
            yield of, draw


@pytest.mark.parametrize("reader", READERS)
def test_nobody_can_tell_apart_what_is_not_theirs(worlds: Worlds, reader: str) -> None:
    """A sample of the matrix: what there is to ask, each of some view."""
    chance = Random(f"{SEED} {reader}")
    asked = [draw(chance) for _, draw in things(reader, chance, SAMPLED.get(reader, 1))]
    assert len(asked) > 30
    answers = [check(worlds, reader, one).status for one in asked]
    if reader not in (*WITHOUT_SESSION, "man_hinh"):
        assert answers.count(200) > len(asked) / 3, "what is allowed is asked too"


@pytest.mark.soak
@pytest.mark.parametrize("reader", READERS)
def test_nobody_can_tell_apart_what_is_not_theirs_whatever_they_ask(worlds: Worlds, reader: str) -> None:
    """The matrix at length: everything there is to ask, each of very many views."""
    chance = Random(f"{SEED} {reader} at length")
    statuses: Counter[int] = Counter()
    found: dict[str, str] = {}  # the first fault of each thing: the others are asked nevertheless
    for turn in range(AT_LENGTH):
        for of, draw in things(reader, chance):
            try:
                statuses[check(worlds, reader, draw(chance)).status] += 1
            except AssertionError as fault:
                found.setdefault(of, str(fault))
        told = ", ".join(f"{status}: {times}" for status, times in sorted(statuses.items()))
        print(f"{reader}, turn {turn + 1} of {AT_LENGTH}: asked in both worlds {told}; faults {len(found)}")
    assert not found, "\n\n".join(f"{of}: {fault}" for of, fault in found.items())


def alike(worlds: Worlds, chance: Random, share: float) -> list[str]:
    """What whoever sees all gets the same answer to, whatever the figures of the district."""
    found = []
    for of, draw in things("noi_vu", chance, share):
        drawn = draw(chance)
        if _is_of(drawn.path, SAYS_NOTHING_OF_UNITS) or of.startswith(tuple(TELLS_NO_FIGURES)):
            continue
        got = [
            [worlds.got("noi_vu", world, asked) for asked in _plainly(of, drawn)]
            for world in (World(), EVERYTHING)
        ]
        assert all(one.status < 500 for answers in got for one in answers), of
        if got[0] == got[1]:
            found.append(of)
    return found


def _plainly(of: str, drawn: Asked) -> Iterator[Asked]:
    """What was drawn, asked of the whole and of one unit, without another word than it needs."""
    searched = (("tim", "HS-"),) if "search" in of or "tim-kiem" in of else ()
    for words in ((), (("don_vi", OWN[0]),)):
        theo = tuple(pair for pair in drawn.words if pair[0] == "theo")
        if drawn.body is None:
            yield replace(drawn, words=(*words, *theo, *searched))
    if drawn.body is not None:
        body = dict(callbacks())[drawn.body["output"]]
        for path in ("/", f"/don-vi/{OWN[0]}", f"/ho-so/XHS-{OWN[0]}-09003"):
            # What is told of units with enough dossiers alone needs more than a month's.
            words = (("ky", "2026-Q4"), *searched) if path == "/" else searched
            yield replace(drawn, body=body(path, words))


def test_whoever_sees_all_can_tell_the_worlds_apart(worlds: Worlds) -> None:
    """The comparison would find what it looks for: where all is seen, addresses answer differently."""
    assert not alike(worlds, Random(SEED), SAMPLED["noi_vu"])


@pytest.mark.soak
def test_whoever_sees_all_can_tell_the_worlds_apart_everywhere(worlds: Worlds) -> None:
    assert not alike(worlds, Random(SEED), 1)
