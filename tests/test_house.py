"""The house rules that no other tool holds."""

from __future__ import annotations

import ast
import re
import unicodedata
from fnmatch import fnmatch
from pathlib import Path

import fetch_plotly
import pytest
from plotly.offline import get_plotlyjs_version

from dashboard import theme
from dashboard.command import documents

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("dashboard", "queries", "scripts", "bench", "acceptance", "assets")
TEXTS = {".py", ".html", ".js", ".css", ".svg", ".sql", ".md", ".toml", ".lock"}
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "stuff", "tools", "df2", "cfg"}
LOCKS = ("requirements.lock", "requirements-dev.lock")
PAPERS = (
    "README.md", "CHANGELOG.md", "DECISIONS.md", "docs/architecture.md", "docs/glossary.md", "docs/security.md",
    "docs/asvs.md",
)  # fmt: skip
ASVS_ROWS = {"1": 70, "2": 183}
"""Requirements of ASVS 5.0.0 by level."""
ENGINE = re.compile(
    r"postgres|psycopg|mariadb|mysql|sqlite|mssql|pymssql|oracle|dialect\.name", re.IGNORECASE
)
NAME_ENGINES = {
    "queries/source/engines.py": "the record of each",
    "queries/source/rights.py": "what an account may do there, for the record",
    "queries/source/account/__init__.py": "how the account that reads is made there",
    "queries/courses/constructs.py": "both engines that are asked",
    "queries/courses/moments.py": "both engines that are asked",
    "queries/courses/prepared.py": "both engines that are asked",
    "queries/source/visit.py": "an address as an example",
    "dashboard/command/connect.py": "an address as an example",
    "dashboard/settings/settings.py": "an address as an example",
    "dashboard/settings/values.py": "an address as an example",
    "dashboard/command/program.py": "what the databases of other makers' software are",
    "dashboard/accounts/store.py": "a file of ours",
    "dashboard/issued/register.py": "a file of ours",
    "dashboard/serving/quota.py": "a file of ours",
    "dashboard/accounts/predictable.py": "words that make no password",
}
"""Every file whose code names an engine (but DuckDB, in which our copy is), and why."""
HOST = re.compile(r"\b(https?|wss?):|//[\w-]+\.[\w.-]+|@import", re.IGNORECASE)
SVG_NAMESPACE = "http://www.w3.org/2000/svg"


def files(*rooms: str, ending: str = "") -> list[Path]:
    """Our own files in some rooms; what the set-up fetches is not ours."""
    return [
        path
        for room in rooms
        for path in sorted((ROOT / room).rglob(f"*{ending}"))
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.name.startswith(fetch_plotly.TARGET.name.removesuffix("basic.min.js"))
    ]


def words(path: Path) -> set[str]:
    """The words a path is made of below the root."""
    return set(re.split(r"[/._-]+", str(path.relative_to(ROOT)).lower()))


def test_documents_written_from_code_are_current() -> None:
    assert documents.stale() == []


def test_colours_stand_in_the_palette_alone() -> None:
    files = [
        *(one for one in (ROOT / "assets").rglob("*.css") if one.name != "palette.css"),
        *(one for one in (ROOT / "dashboard").rglob("*.py") if one.name != "theme.py"),
        *(ROOT / "dashboard" / "templates").glob("*.html"),
    ]
    colour = re.compile(r"(?<![&\w])#(?:[0-9a-f]{3}|[0-9a-f]{6})\b", re.IGNORECASE)
    assert {one.name: found for one in files if (found := colour.findall(one.read_text("utf-8")))} == {}


def test_style_sheets_name_no_colour_that_the_palette_lacks() -> None:
    """A name in a style sheet is the palette's, its own, or set by what is drawn."""
    drawn = "".join(
        one.read_text("utf-8")
        for folder, kinds in (("dashboard", ("*.py", "*.html")), ("assets", ("*.js",)))
        for kind in kinds
        for one in (ROOT / folder).rglob(kind)
        if one.name != fetch_plotly.TARGET.name
    )
    for sheets, palette in (("*.css", theme.PALETTE), ("wall/*.css", theme.WALL_PALETTE)):
        text = "".join(one.read_text("utf-8") for one in (ROOT / "assets").glob(sheets))
        named = set(re.findall(r"var\(--([a-z0-9-]+)", text))
        own = set(re.findall(r"--([a-z0-9-]+):", text)) | set(palette)
        # The wall's names of columns are put together: "--" + name + "-width".
        named = {name for name in named if not name.endswith("-width")}
        assert [name for name in sorted(named - own) if f"--{name}" not in drawn] == []


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_no_address_and_pin_by_hash(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=)", text, re.MULTILINE), "an option in a lock"
    for entry in re.split(r"\n(?=[a-z0-9])", text)[1:]:
        assert re.match(r"[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==", entry), entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]


def test_both_locks_pin_the_same_versions() -> None:
    pinned = [set(re.findall(r"^[a-z0-9][^ \n]*==[^ \n]+", (ROOT / name).read_text("utf-8"), re.MULTILINE))
              for name in LOCKS]  # fmt: skip
    assert pinned[0]
    assert pinned[0] <= pinned[1]


def test_what_installs_ourselves_is_in_the_lock() -> None:
    assert "\nsetuptools==" in (ROOT / LOCKS[0]).read_text("utf-8")


def test_commands_of_the_papers_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for name in PAPERS:
        text = (ROOT / name).read_text("utf-8")
        told = set(re.findall(r"(?:`|^ {4})make (?:[A-Z]+=\S+ )*([a-z]+)", text, re.MULTILINE))
        assert told <= targets, name
    readme = (ROOT / "README.md").read_text("utf-8")
    for target in ("venv", "run", "test", "check", "fix", "bench", "accept"):
        assert target in targets
        assert f"make {target}" in readme


@pytest.mark.parametrize("name", PAPERS)
def test_links_of_the_papers_lead_somewhere(name: str) -> None:
    path = ROOT / name
    for link in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        if "://" not in link:
            assert (path.parent / link).exists(), link


@pytest.mark.parametrize("name", PAPERS)
def test_code_files_the_papers_name_are_there(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    named = re.findall(r"`((?:dashboard|queries|tests|scripts|docs)/[\w/*]+\.\w+)`", text)
    assert all(list(ROOT.glob(one)) for one in named), [one for one in named if not list(ROOT.glob(one))]


@pytest.mark.parametrize("name", ["docs/security.md", "docs/asvs.md", "docs/reliability.md"])
def test_tests_that_the_papers_name_are_there(name: str) -> None:
    there = {
        found
        for path in (ROOT / "tests").rglob("test_*.py")
        for found in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    text = (ROOT / name).read_text("utf-8")
    named = set(re.findall(r"[`:](test_\w+\*?)`", text))
    missing = {one for one in named if not any(fnmatch(found, one) for found in there)}
    assert len(named) > 20
    assert missing == set()
    rooms = set(re.findall(r"`((?:tests|dashboard|queries|deploy|assets)/[\w/.-]+)`", text))
    assert {one for one in rooms if not (ROOT / one).exists()} == set()


def test_every_fault_of_the_paper_names_a_test_that_does_it() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    table = text.partition("| fault |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(table) > 20
    for row in table:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row.split(" | ")[-1])
        assert named, row
        for path, test in named:
            assert f"def {test}(" in (ROOT / path).read_text("utf-8"), (path, test)


def test_every_requirement_of_asvs_has_its_row() -> None:
    text = (ROOT / "docs/asvs.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    numbers = [tuple(map(int, number.split("."))) for number, *_ in rows]
    assert numbers == sorted(set(numbers))
    assert {level: sum(one[1] == level for one in rows) for level in ASVS_ROWS} == ASVS_ROWS
    told = {word: sum(one[2].strip("*") == word for one in rows) for word in ("met", "n/a", "not met")}
    assert sum(told.values()) == len(rows)
    head = f"{told['met']} are met, {told['n/a']} do not apply, {told['not met']} are not met"
    assert head in text
    without = [number for number, _, status, how in rows if status == "met" and len(how) < 4]
    assert without == [], "what is met says how"


def test_engines_are_named_where_that_is_meant_alone() -> None:
    """What an engine does differently stands in its record: nothing else asks which one it reads."""
    code = [*files("dashboard", "queries", ending=".py"), ROOT / "app.py"]
    naming = {str(one.relative_to(ROOT)) for one in code if ENGINE.search(_code_of(one))}
    assert naming == set(NAME_ENGINES)


def _code_of(path: Path) -> str:
    """A file's code without what is said of it: comments and docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(told := getattr(node, "body", None), list):
            told[:] = [one for one in told if not _says_something(one)] or [ast.Pass()]
    return ast.unparse(tree)


def _says_something(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert not [str(path) for path in files(*ROOMS, "tests", "docs") if words(path) & BANNED]


def test_text_is_composed_unicode() -> None:
    of_root = [path for path in ROOT.iterdir() if path.suffix in TEXTS]
    for path in (*of_root, *files(*ROOMS, "docs")):
        if path.suffix in TEXTS:
            text = path.read_text("utf-8")
            assert unicodedata.is_normalized("NFC", text), path


@pytest.mark.parametrize(
    "text",
    ["https://a.b/c", "src='//cdn.example/x.js'", "@import 'x.css'", "url(http://a)", "new URL('wss://a')"],
)
def test_a_foreign_address_is_seen(text: str) -> None:
    assert HOST.search(text)


def test_assets_and_templates_ask_no_other_host() -> None:
    for path in (*files("assets"), *files("dashboard", ending=".html")):
        text = path.read_text("utf-8").replace(SVG_NAMESPACE, "")
        if path.suffix == ".js":
            text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        found = HOST.search(text)
        assert found is None, f"{path.name}: {found[0] if found else ''}"


def test_templates_escape_everything() -> None:
    for path in files("dashboard", ending=".html"):
        text = path.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", text), path.name


def test_small_plotly_bundle_is_of_the_installed_plotly() -> None:
    assert get_plotlyjs_version() == fetch_plotly.VERSION


def test_small_plotly_bundle_sorts_before_our_scripts() -> None:
    assert all(fetch_plotly.TARGET.name < path.name for path in files("assets", ending=".js"))


def test_an_altered_bundle_is_refused() -> None:
    assert not fetch_plotly.is_pinned(b"something else")
    with pytest.raises(fetch_plotly.NotFetched):
        fetch_plotly.unpacked(b"something else")


def test_another_plotly_drops_the_old_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.js"
    target.write_text(f"/**\n* plotly.js (basic) v{fetch_plotly.VERSION}\n*/")
    assert fetch_plotly.is_there(target)
    monkeypatch.setattr(fetch_plotly, "get_plotlyjs_version", lambda: "99.0.0")
    assert "99.0.0" in fetch_plotly.main(target)
    assert not target.exists()


def test_without_npm_the_setup_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = fetch_plotly.main(tmp_path / "a.js")
    assert "không có npm" in said
    assert "\n" not in said
    assert list(tmp_path.iterdir()) == []
