"""What the dashboard shows at some two hundred addresses, written down and compared.

    python scripts/record_views.py record FOLDER      every card's markup, API JSON and CSV
    python scripts/record_views.py compare FOLDER     the same again: exit 1, and where they differ

Before a large change the answers are recorded; after each step they are compared, so that no
figure moves unseen. Two districts: a small sample, and one in which most records are odd. Both are
made by rule, the same on every machine. FOLDER holds them and one JSON file a district.
"""

from __future__ import annotations

import difflib
import importlib
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

AS_OF = datetime(2026, 11, 21, 10, 15)
_PASSING = re.compile(r', "request_id": "[0-9A-F]+"|"(?:build|clock|now)": ?"[^"]*",?')
"""What is another at each answer, or with each version: the wall's clock, what its screen runs."""
SEARCHED = ("", "p0", "phuong", "Khai sinh", "HS-1", "0001", "ho tich", "zzz", "%_'")
OFFICIALS = "officials"
"""Says beside the settings that whoever looks may see officials."""
PERIODS = (
    "2026-11",
    "2026-10",
    "2026-02",
    "2026-Q4",
    "2026-H1",
    "2026",
    "2025",
    "bc-2026-11",
    "bc-2026-Q3",
    "bc-2026",
    "2026-01-05..2026-03-31",
    "2026-11-21..2026-11-21",
    "2027-01",
)
COMPARISONS = (None, "cung-ky", "2026-11-14", "2026-11-21", "2026-11-02")
MOMENTS = (None, None, "2026-11-21T09:05", "2026-11-16T12:00", "2026-09-30T12:00", "2026-11-20")
PAGES = (
    "/",
    "/dung-han",
    "/canh-bao",
    "/hai-long",
    "/truc-tuyen",
    "/don-vi",
    "/don-vi/*",
    "/ho-so",
    "/giao-ban",
)
ROUTES = ("on-time", "flags", "satisfaction", "online", "units", "dossiers", "meta")
GROUPS = {
    "on-time": ("linh-vuc", "thu-tuc", "thang", "don-vi-thang", "don-vi-ky"),
    "online": ("linh-vuc", "thu-tuc", "thang"),
    "satisfaction": ("nguon-thang", "don-vi-thang"),
}
LISTED = (
    "late",
    "open_overdue",
    "received",
    "carried_over",
    "late_rate_b",
    "late_rate_d",
    "online_rate",
    "post_out",
    "suspended",
    "undated",
    "late_4_10",
    "closed_undated",
    "on_time",
    "self_submitted",
    "c_late",
    "b_due",
)
FLAGS = (
    "no_apology",
    "late_apology",
    "empty_apology",
    "reappointed_twice",
    "supplement_twice",
    "due_soon",
    "supplement_on_due_day",
    "nobody_answerable",
    "refused_no_apology",
    "hidden_by_reappointment",
    "odd_record",
    "unit_late",
    "unit_backlog",
    "officer_late",
    "contract_staff",
    "basis_matters",
    "commended",
)


def main() -> None:
    """Record or compare, as the command line says."""
    what, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    different = 0
    for name, settings in districts(folder):
        path = folder / f"{name}.json"
        answers = dict(recorded(settings))
        if what == "record":
            path.write_text(json.dumps(answers, ensure_ascii=False, indent=0), encoding="utf-8")
            print(f"{name}: {len(answers)} answers")
            continue
        before = json.loads(path.read_text(encoding="utf-8"))
        changed = [key for key in before if before[key] != answers.get(key)]
        print(f"{name}: {len(before)} answers, {len(changed)} differ")
        for key in changed[: int(sys.argv[3]) if len(sys.argv) > 3 else 3]:
            print(f"--- {key}")
            lines = difflib.unified_diff(_lines(before[key]), _lines(answers.get(key, "")), lineterm="", n=0)
            print("\n".join(list(lines)[2:14]))
        different += len(changed)
    sys.exit(different > 0)


def _lines(text: str) -> list[str]:
    return re.sub(r"(<|,\s*(?=\"))", r"\n\1", text).splitlines()


def districts(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each district's name and settings; makes its file the first time."""
    sample, odd = folder / "sample.duckdb", folder / "odd.duckdb"
    if not sample.exists():
        subprocess.run(
            [
                sys.executable,
                str(ROOT / "app.py"),
                "sample",
                "--units",
                "9",
                "--years",
                "2",
                "--per-unit-year",
                "1200",
                "--until",
                f"{AS_OF:%Y-%m-%d}",
                "--out",
                str(sample),
            ],
            check=True,
            cwd=ROOT,
        )
    if not odd.exists():
        write_odd(odd)
    yield "sample", {"database_url": f"duckdb:///{sample}", "as_of": AS_OF}
    yield (
        "odd",
        {"database_url": f"duckdb:///{odd}", "as_of": AS_OF, "online_target": "60", OFFICIALS: True},
    )
    yield (
        "odd-moment",
        {"database_url": f"duckdb:///{odd}", "as_of": AS_OF, "compare": "moment", OFFICIALS: True},
    )


def recorded(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give every answer of a district: address and card → what it says."""
    client, context = opened(settings)
    random_ = random.Random(11)
    for kind, path, words in addresses(random_, context):
        spelled = f"{path}?{'&'.join(f'{word}={value}' for word, value in words.items())}"
        if kind == "api":
            answer = client.get(path, query_string=words)
            told = _PASSING.sub("", answer.get_data(as_text=True))
            yield spelled, f"{answer.status_code}\n{told}"
            continue
        for card, text in cards(client, path, words):
            yield f"{spelled} {card}", text


def opened(settings: Mapping[str, Any]) -> tuple[Any, Any]:
    """Give a client of the application over these settings, and what addresses are read against."""
    from copies import Fixed, copy_of_file  # noqa: PLC0415

    from dashboard.application import create_server  # noqa: PLC0415 - Dash's pages belong to the first application
    from dashboard.question.access import IDENTIFY, Reader, Rights  # noqa: PLC0415
    from dashboard.question.source import Source  # noqa: PLC0415
    from dashboard.settings.settings import Settings  # noqa: PLC0415

    reader = Reader("", Rights(sees_officials=bool(settings.get(OFFICIALS))))
    made = Settings(**{name: value for name, value in settings.items() if name != OFFICIALS})
    copy = copy_of_file(
        Path(str(settings["database_url"]).removeprefix("duckdb:///")), made.now(), compare=made.compare
    )
    source = Source(made, Fixed(copy))
    server = opened.server = getattr(opened, "server", None) or create_server(made, Fixed(copy))  # type: ignore[attr-defined]
    server.extensions["motcua"] = source
    server.extensions[IDENTIFY] = lambda: reader
    return server.test_client(), source.context(source.known())


def addresses(random_: random.Random, context: Any) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Give the addresses: pages and API, each with words drawn for it."""
    units = [*sorted(context.units)]
    procedures, fields = sorted(context.procedures), sorted(context.slug_of.values())
    for number in range(130):
        words = _words(random_, units, fields, procedures)
        path = PAGES[number % len(PAGES)]
        if path == "/don-vi/*":
            words.pop("don_vi", None)
            path = f"/don-vi/{random_.choice(units)}"
        if path == "/ho-so":
            words |= _listed(random_)
        yield "page", path, words
    for number in range(210):
        words, route = _words(random_, units, fields, procedures), ROUTES[number % len(ROUTES)]
        if route == "dossiers":
            words |= _listed(random_)
        if route == "satisfaction":
            words.pop("linh_vuc", None), words.pop("thu_tuc", None)
        if number % 3 == 0 and route in GROUPS:
            words["theo"] = random_.choice(GROUPS[route])
        if number % 5 == 0:
            words["dang"] = "csv"
        yield "api", f"/api/v1/{route}", words
    for number in range(12):
        yield (
            "page",
            ("/phuong-phap", "/bao-cao")[number % 6 == 5],
            _words(random_, units, fields, procedures),
        )
    for number in range(2 * len(SEARCHED)):
        words = _words(random_, units, fields, procedures) | {"tim": SEARCHED[number // 2]}
        yield "api", "/api/v1/search", words
    yield "api", "/man-hinh/so-lieu", {}


def _words(
    random_: random.Random, units: list[str], fields: list[str], procedures: list[str]
) -> dict[str, str]:
    words = {"ky": random_.choice(PERIODS), "cach_tinh": random_.choice("AAABCD")}
    if comparison := random_.choice(COMPARISONS):
        words["so_voi"] = comparison
    if moment := random_.choice(MOMENTS):
        words["den"] = moment
    if random_.random() < 0.3:
        words["don_vi"] = random_.choice(units)
    if random_.random() < 0.2:
        words["linh_vuc"] = random_.choice(fields)
    if random_.random() < 0.12:
        words["thu_tuc"] = random_.choice(procedures)
    return words


def _listed(random_: random.Random) -> dict[str, str]:
    words: dict[str, str] = {}
    if random_.random() < 0.5:
        words["chi_so"] = random_.choice(LISTED)
    else:
        words["canh_bao"] = random_.choice(FLAGS)
    if random_.random() < 0.3:
        words |= {"mau": "7", "hat_giong": str(random_.randrange(99))}
    elif random_.random() < 0.5:
        words["sap_xep"] = random_.choice(("-days", "received_at", "-due_at", "dossier_code", "unit_code"))
        words["trang"] = str(random_.choice((1, 1, 2, 3)))
    return words


def cards(client: Any, path: str, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give what each card of a page answers, asked for as a browser asks."""
    page = _page_of(path)
    # A page's layout may say more than its address words: the unit's page knows its unit by its path.
    stored = {"words": dict(words), "path": path, "as_of": None}
    if path.startswith("/don-vi/"):
        stored["words"] = {**words, "don_vi": path.rpartition("/")[2]}
    for one in client.get("/_dash-dependencies").get_json():
        if one["inputs"][0]["id"] not in (f"{page}-question", f"{page}-first-question"):
            continue
        answer = client.post(
            "/_dash-update-component",
            json={
                "output": one["output"],
                "outputs": _outputs(one["output"]),
                "inputs": [{**one["inputs"][0], "value": stored}],
                "changedPropIds": [f"{one['inputs'][0]['id']}.data"],
            },
        )
        found = answer.get_json()["response"] if answer.status_code == 200 else {"": {"": answer.status_code}}
        yield one["output"], json.dumps(found, ensure_ascii=False, sort_keys=True)


def _page_of(path: str) -> str:
    names = {
        "/": "overview",
        "/dung-han": "on_time",
        "/canh-bao": "flags",
        "/hai-long": "satisfaction",
        "/truc-tuyen": "online",
        "/don-vi": "units",
        "/ho-so": "dossiers",
        "/giao-ban": "meeting",
        "/phuong-phap": "method",
        "/bao-cao": "reports",
    }
    module = importlib.import_module(f"dashboard.pages.{names.get(path, 'unit')}")
    return str(getattr(module, "PAGE"))  # noqa: B009


def _outputs(output: str) -> Any:
    found = []
    for one in output.strip(".").split("..."):
        name, _, what = one.rpartition(".")
        found.append({"id": json.loads(name) if name.startswith("{") else name, "property": what})
    return found if output.startswith("..") else found[0]


def write_odd(path: Path) -> None:
    """Write the district of oddities: each column drawn apart, so that odd dossiers are common."""
    import duckdb  # noqa: PLC0415

    draw = random.Random(7)
    units = [f"P{number:02}" for number in range(1, 9)]
    procedures = {
        "1.001": "Đất đai",
        "1.002": "Hộ tịch",
        "1.003": None,
        "1.004": "Hộ tịch",
        "1.005": "Xây dựng",
    }

    def moment(first: date, last: date) -> datetime:
        day = first + timedelta(days=draw.randrange((last - first).days + 1))
        clock = draw.choice(
            (
                time(0),
                time(0, 0, 1),
                time(9, 5),
                time(10, 15),
                time(10, 15, 1),
                time(14, 30),
                time(17),
                time(23, 59, 59),
            )
        )
        return datetime.combine(day, clock)

    def maybe(value: Any, share: float) -> Any:
        return value if draw.random() < share else None

    dossiers = []
    for number in range(5_000):
        received = moment(date(2025, 10, 1), date(2026, 11, 25))
        due = received + timedelta(days=draw.choice((0, 1, 3, 5, 8, 15)), hours=draw.choice((0, 0, 3)))
        due = datetime.combine(due.date(), time()) if draw.random() < 0.4 else due
        late = timedelta(
            days=draw.choice((-4, -2, -1, -1, 0, 0, 0, 1, 2, 5, 12)), hours=draw.choice((0, 1, -1))
        )
        finished = due + late if draw.random() < 0.9 else moment(date(2025, 10, 1), date(2026, 12, 5))
        state = draw.choice(
            ("finished",) * 9 + ("open", "open", "suspended", "refused", "withdrawn", None, "lạ")
        )
        is_open = state in ("open", "suspended")
        dossiers.append(
            (
                f"HS-{number:05}",
                draw.choice((*units, *units, "P99", None)),
                maybe(draw.choice(units), 0.1),
                draw.choice((*procedures, "9.999", None)),
                maybe(draw.choice(("Đất đai", "Lao động")), 0.4),
                draw.choice(("counter", "counter", "online", "online", "post", "fax", None)),
                draw.choice(("1", "2", "3", "4", "partial", "full", None, "5")),
                draw.choice((True, False, None)),
                received,
                maybe(due, 0.93),
                maybe(due + timedelta(days=draw.choice((3, 6))), 0.1),
                maybe(finished, 0.05 if is_open else 0.95),
                maybe(finished + timedelta(days=1), 0.4),
                draw.choice((True, False, None)),
                state,
                maybe(
                    received + timedelta(days=draw.choice((0, 2, 9))), 0.7 if state == "suspended" else 0.05
                ),
                draw.choice((*(f"CC{i:02}" for i in range(30)), " ", None)),
                maybe("Chờ xác minh", 0.05),
                received + timedelta(days=draw.choice((0, 1, 20))),
            )
        )
    crowd = datetime(2026, 11, 10, 16, 45)
    for number in range(25):
        dossiers.append(
            (
                f"HC-{number:03}",
                "P03",
                None,
                "1.002",
                None,
                "counter",
                "2",
                None,
                datetime(2026, 11, 3, 8),
                crowd,
                None,
                crowd + timedelta(seconds=number),
                None,
                None,
                "finished",
                None,
                "CC01",
                None,
                crowd,
            )
        )
    slips = []
    for number in range(1_400):
        chosen = draw.choice(dossiers)
        kind = draw.choice(("apology", "apology", "supplement", "supplement", "refusal", "khác"))
        issued = (chosen[9] or chosen[8]) + timedelta(
            days=draw.choice((-3, -2, -1, 0, 0, 1, 4)), hours=draw.choice((0, 2))
        )
        slips.append(
            (
                f"PH-{number:05}",
                chosen[0] if draw.random() < 0.97 else "KHONG-CO",
                kind,
                issued,
                maybe(draw.choice(units), 0.3),
                maybe(chosen[9], 0.5),
                maybe(issued + timedelta(days=5), 0.7),
                draw.choice(("Chờ xác minh", "", " ", None)),
            )
        )
        if draw.random() < 0.3:
            slips.append(
                (f"PI-{number:05}", *slips[-1][1:3], slips[-1][3] + timedelta(days=1), *slips[-1][4:])
            )
    ratings = [
        (
            draw.choice((*units, "P99", None)),
            moment(date(2025, 10, 1), date(2026, 11, 25)).date(),
            draw.choice(("tablet", "paper", "front", "online", "sipas", "zalo")),
            draw.choice(("very_satisfied", "very_satisfied", "satisfied", "neutral", "dissatisfied", "tốt")),
            draw.choice((1, 1, 3, 12, 0, -2, None)),
            None,
        )
        for _ in range(2_500)
    ]
    complaints = []
    for number in range(120):
        came = moment(date(2026, 6, 1), date(2026, 11, 25)).date()
        complaints.append(
            (
                f"PA-{number:03}",
                draw.choice((*units, None)),
                came,
                draw.choice(("Đất đai", "Hộ tịch", None)),
                maybe(came + timedelta(days=10), 0.9),
                maybe(came + timedelta(days=draw.choice((3, 9, 30))), 0.6),
            )
        )
    tables: dict[str, tuple[str, list[Any]]] = {
        "units": (
            "unit_code varchar, name varchar, kind varchar, parent_code varchar, sort_order integer, active_from date,"
            " active_to date, successor_code varchar, has_postal_contract boolean, head_name varchar",
            [
                (
                    code,
                    f"Phường {i}" if i < 7 else f"Phòng {i}",
                    "ward" if i < 7 else "department",
                    None,
                    None,
                    date(2026, 3, 1) if i == 2 else None,
                    date(2026, 6, 30) if i == 5 else None,
                    "P02" if i == 5 else None,
                    draw.choice((True, False, None)),
                    f"Ông Số {i}",
                )
                for i, code in enumerate(units, 1)
            ],
        ),
        "procedures": (
            "procedure_code varchar, name varchar, field varchar, level varchar, online_level varchar,"
            " time_limit_days integer, interlinked boolean",
            [
                (code, f"Thủ tục {code}", field, draw.choice(("commune", "district")), level, 5, False)
                for (code, field), level in zip(
                    procedures.items(), ("4", "3", None, "full", "2"), strict=True
                )
            ],
        ),
        "dossiers": (
            "dossier_code varchar, unit_code varchar, receiving_unit_code varchar, procedure_code varchar, field varchar,"
            " channel varchar, online_level varchar, assisted boolean, received_at timestamp, due_at timestamp,"
            " current_due_at timestamp, finished_at timestamp, returned_at timestamp, returned_by_post boolean,"
            " state varchar, suspended_since timestamp, officer_code varchar, late_reason varchar, updated_at timestamp",
            dossiers,
        ),
        "slips": (
            "slip_id varchar, dossier_code varchar, kind varchar, issued_at timestamp, issuing_unit_code varchar,"
            " due_before timestamp, new_due_at timestamp, reason varchar",
            slips,
        ),
        "ratings": (
            "unit_code varchar, rated_on date, source varchar, level varchar, votes integer, dossier_code varchar",
            ratings,
        ),
        "officers": (
            "officer_code varchar, name varchar, unit_code varchar, on_contract boolean",
            [(f"CC{i:02}", f"Công chức {i}", draw.choice(units), i % 7 == 0) for i in range(28)],
        ),
        "complaints": (
            "complaint_id varchar, unit_code varchar, received_on date, field varchar, due_on date, answered_on date",
            complaints,
        ),
        "receptions": (
            "unit_code varchar, held_on date, kind varchar",
            [
                (draw.choice((*units, None)), moment(date(2025, 11, 1), date(2026, 11, 25)).date(), "định kỳ")
                for _ in range(150)
            ],
        ),
        "loads": (
            "as_of timestamp, loaded_at timestamp, source varchar, rows integer",
            [
                (AS_OF, AS_OF, "Một cửa điện tử", 5_025),
                (AS_OF + timedelta(hours=1), AS_OF, "Đánh giá", 2_500),
            ],
        ),
    }
    with duckdb.connect(str(path)) as connection:
        for name, (columns, rows) in tables.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
            marks = ", ".join("?" for _ in rows[0])
            for start in range(0, len(rows), 500):
                part = rows[start : start + 500]
                connection.execute(
                    f"INSERT INTO {name} VALUES {', '.join([f'({marks})'] * len(part))}",
                    [value for row in part for value in row],
                )


if __name__ == "__main__":
    main()
