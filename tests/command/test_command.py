"""The command line: Vietnamese help, options that reach the workers, one sentence for what goes wrong."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from alone import no_settings  # noqa: F401 - a fixture
from click.testing import CliRunner, Result
from ports import free_port

import queries.sample.district
from dashboard.command import program as command
from dashboard.serving.server import MOST_LINES
from dashboard.serving.workers import Work, Workers
from dashboard.settings.settings import Settings, load
from queries.sample.district import write_sample

pytestmark = pytest.mark.usefixtures("no_settings")

DEAD = "postgresql+psycopg://doc:bi-mat@127.0.0.1:1/motcua"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command.program, arguments, prog_name="motcua")


def refusal(*arguments: str) -> str:
    """What is said on stderr, of a command that must fail with exit code 2 and say nothing else."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr.rstrip("\n")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings each server would have been started with."""
    started: list[Settings] = []

    def run_server(settings: Settings, _listener: socket.socket) -> bool:
        started.append(settings)
        return True

    monkeypatch.setattr(command, "run_server", run_server)
    monkeypatch.setattr(command, "_listener", lambda *_: socket.socket())
    return started


@pytest.fixture(scope="module")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mau") / "mau.duckdb"
    write_sample(path, units=2, departments=1, years=1, per_unit_year=100, until=date(2026, 11, 20), seed=1)
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        *((), ("serve",), ("sample",), ("check",), ("refresh",), ("report",), ("connect",), ("doctor",)),
        *(("settings",), ("views",), ("account",), ("send",), ("user",), ("audit",)),
        *(("send", "crossings"), ("send", "report"), ("user", "email")),
    ],
)
def test_help_is_vietnamese(arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--help")
    assert result.exit_code == 0
    assert result.output.startswith(f"Cách dùng: {' '.join(('motcua', *arguments))} [TÙY CHỌN]")
    assert "Hiện trợ giúp này rồi thoát." in result.output
    english = r"\b(usage|options|commands|show|exit|default|required|text|integer|args)\b"
    assert re.findall(english, result.output, re.IGNORECASE) == []


def test_help_lists_the_commands_the_default_first() -> None:
    listed = run("--help").output.partition("Lệnh:")[2]
    assert re.findall(r"^  (\w+)", listed, re.MULTILINE) == [
        "serve",
        "sample",
        "check",
        "refresh",
        "report",
        "connect",
        "doctor",
        "settings",
        "views",
        "account",
        "send",
        "user",
        "audit",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("serv",),
            "Không có lệnh “serv”. Có phải ý bạn là serve? Các lệnh: serve, sample, check, refresh, report, connect, doctor, settings, views, account, send, user, audit.",
        ),
        (("--prot", "1"), "Không có tùy chọn --prot. Có phải ý bạn là --port? Xem: motcua serve --help"),
        (("check", "--jsn"), "Không có tùy chọn --jsn. Có phải ý bạn là --json?"),
        (("serve", "--port"), "Tùy chọn --port cần một giá trị."),
        (("check", "--json=1"), "Tùy chọn --json không nhận giá trị."),
        (("check", "x", "y"), "Thừa tham số: x y."),
        (("sample", "--units", "0"), 'Tùy chọn --units: "0" không phải số nguyên từ 1 đến 1000.'),
        (("sample", "--years", "ba"), 'Tùy chọn --years: "ba" không phải số nguyên từ 1 đến 20.'),
        (
            ("sample", "--until", "21/11/2026"),
            'Tùy chọn --until: "21/11/2026" không phải ngày dạng 2026-11-21.',
        ),
        (("settings", "--toml", "--json"), "Chỉ chọn một trong --toml và --json."),
        (("--port", "0"), 'Cài đặt port (dòng lệnh) có giá trị "0" không hợp lệ. Cho phép: số nguyên từ 1'),
    ],
)
def test_a_mistake_is_one_vietnamese_sentence(arguments: tuple[str, ...], told: str) -> None:
    said = refusal(*arguments)
    assert said.startswith(told)
    assert "\n" not in said


def test_a_bad_setting_stops_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_PROT", "1")
    for name in ("serve", "check", "refresh", "settings"):
        assert refusal(name).startswith('Không có cài đặt "prot" (môi trường MOTCUA_PROT).')


@pytest.mark.parametrize("arguments", [("--port", "9000"), ("serve", "--port", "9000")])
def test_serve_is_the_default_and_its_options_reach_the_workers(
    arguments: tuple[str, ...], served: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_PORT", "7000")
    assert run(*arguments, "--workers", "3", "--database-url", DEAD).exit_code == 0
    assert (served[0].port, served[0].workers) == (9000, 3)
    in_a_worker = load()
    assert (in_a_worker.port, in_a_worker.workers) == (9000, 3)
    assert in_a_worker.database_url.get_secret_value() == DEAD


def test_without_arguments_it_serves(served: list[Settings]) -> None:
    assert run().exit_code == 0
    assert served[0].port == 8050


def test_a_dead_database_is_no_reason_not_to_start(served: list[Settings]) -> None:
    assert run("--database-url", DEAD).exit_code == 0
    assert len(served) == 1


def test_workers_are_started_as_the_settings_say(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    started: list[Work] = []

    def run_workers(self: Workers) -> bool:
        started.append(self._work)
        return True

    monkeypatch.setattr(Workers, "run", run_workers)
    with socket.socket() as listener:
        settings = load(database_url=DEAD, port=9001, workers=3, health_port=free_port())
        assert command.run_server(settings, listener)
    work = started[0]
    assert (work.front, work.listener, work.workers) == ("app:create_front", listener, 3)
    assert 100 < work.most_lines <= MOST_LINES
    printed = capsys.readouterr().out
    assert "http://127.0.0.1:9001" in printed
    assert "bi-mat" not in printed


@pytest.mark.parametrize(
    ("allowed", "most", "set_to", "lines"),
    [
        (1_024, 20_000, 8_448, 8_192),
        (1_024, 4_096, 4_096, 3_840),
        (20_000, 20_000, None, 8_192),
        (300, 300, 300, 128),
    ],
)
def test_a_worker_keeps_as_many_lines_as_files_are_allowed_to_it(
    monkeypatch: pytest.MonkeyPatch, allowed: int, most: int, set_to: int | None, lines: int
) -> None:
    resource = pytest.importorskip("resource")
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (allowed, most))
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: told.append(both))
    assert command._most_lines() == lines
    assert told == ([] if set_to is None else [(set_to, most)])


def test_where_no_worker_can_begin_the_exit_code_says_so(
    served: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "run_server", lambda *_: False)
    assert run("--database-url", DEAD).exit_code == 2


def test_a_port_in_use_is_told_before_starting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = f"Không mở được 127.0.0.1:{port} (cổng đang có chương trình khác dùng). Chọn cổng khác"
        assert refusal("--port", str(port)).startswith(told)


def test_a_host_that_does_not_exist_is_told() -> None:
    assert refusal("--host", "không.có.đâu.invalid").startswith('Không tìm thấy máy "không.có.đâu.invalid"')


def test_what_nobody_foresaw_is_one_sentence_without_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError(f"không mở được {DEAD}\nchi tiết")

    monkeypatch.setattr(command, "load", fail)
    said = refusal("settings")
    assert re.fullmatch(r"Lỗi ngoài dự kiến \(RuntimeError, test_command\.py:\d+\): không mở được .+", said)
    assert "bi-mat" not in said


def test_a_stop_from_the_keyboard_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "load", interrupted)
    result = run("settings")
    assert result.exit_code == 130
    assert result.stderr.strip() == "Đã dừng."


def test_sample_passes_its_options_on_and_shows_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[Path, dict[str, Any]]] = []

    def write(path: Path, *, progress: Any, **options: Any) -> None:
        made.append((path, options))
        progress(1, 2, "hồ sơ")
        progress(2, 2, "phiếu")

    monkeypatch.setattr(queries.sample.district, "write_sample", write)
    result = run("sample", "--units", "7", "--years", "1", "--per-unit-year", "50", "--until", "2026-11-21",
                 "--seed", "5", "--out", "a/b.duckdb")  # fmt: skip
    assert result.exit_code == 0
    assert result.stdout == f"Đã tạo {Path('a/b.duckdb')}, dữ liệu mẫu đến 21/11/2026.\n"
    assert "phiếu" in result.stderr
    options = {"units": 7, "years": 1, "per_unit_year": 50, "until": date(2026, 11, 21), "seed": 5}
    assert made == [(Path("a/b.duckdb"), options)]
    monkeypatch.setenv("MOTCUA_AS_OF", "2025-02-03")
    run("sample")
    defaults = {"units": 16, "years": 3, "per_unit_year": 25_000, "until": date(2025, 2, 3), "seed": 2026}
    assert made[1] == (Path("var/mau.duckdb"), defaults)


def test_before_its_hour_the_sample_is_of_yesterday(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[date] = []
    monkeypatch.setattr(queries.sample.district, "write_sample", lambda _, *, until, **__: made.append(until))
    for clock in ("2026-11-23T08:00", "2026-11-23T10:14", "2026-11-23T10:15"):
        monkeypatch.setenv("MOTCUA_AS_OF", clock)
        assert run("sample", "--out", "a/b.duckdb").exit_code == 0
    assert made == [date(2026, 11, 22), date(2026, 11, 22), date(2026, 11, 23)]


def test_sample_writes_over_nothing_but_a_sample(
    sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    monkeypatch.setattr(queries.sample.district, "write_sample", lambda path, **_: made.append(path))
    theirs, letter = tmp_path / "that.duckdb", tmp_path / "thu.txt"
    with duckdb.connect(str(theirs)) as connection:
        connection.execute("CREATE TABLE loads AS SELECT 'Một cửa điện tử' AS source, now() AS as_of")
    letter.write_text("thư", "utf-8")
    for path in (theirs, letter):
        assert refusal("sample", "--out", str(path)).startswith(f"{path} đã có và không phải dữ liệu mẫu")
    assert run("sample", "--out", str(sample_file)).exit_code == 0
    assert made == [sample_file]


def test_sample_if_stale_keeps_a_sample_of_that_day(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    monkeypatch.setattr(queries.sample.district, "write_sample", lambda path, **_: made.append(path))
    kept = run("sample", "--if-stale", "--until", "2026-11-20", "--out", str(sample_file))
    assert kept.exit_code == 0
    assert "đã là dữ liệu mẫu đến 20/11/2026" in kept.output
    assert made == []
    assert run("sample", "--if-stale", "--until", "2026-11-21", "--out", str(sample_file)).exit_code == 0
    assert made == [sample_file]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert (
        refusal("sample", "--out", str(tmp_path)) == f"{tmp_path} không phải tệp. Xem: motcua sample --help"
    )
    blocked = tmp_path / "tệp"
    blocked.touch()
    arguments = (
        "sample",
        "--units",
        "1",
        "--years",
        "1",
        "--per-unit-year",
        "1",
        "--out",
        str(blocked / "mau"),
    )
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Không làm được với tệp hoặc mạng" in result.stderr
    assert "Traceback" not in result.stderr


def test_check_of_the_sample_passes(sample_file: Path) -> None:
    result = run("check", "--database-url", f"duckdb:///{sample_file}")
    assert result.exit_code == 0
    for word in ("dossiers (hồ sơ): ", "Số liệu đến 10:15 20/11/2026.", "Dùng được, ", "dòng mỗi giây"):
        assert word in result.stdout
    assert list(Path("var").iterdir()) == []
    as_json = run("check", "--database-url", f"duckdb:///{sample_file}", "--json")
    assert as_json.exit_code == 0
    assert json.loads(as_json.stdout)["ok"] is True


def test_check_fails_with_1_where_something_required_is_missing(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_COLUMNS", '{"dossiers": {"due_at": "NGAY_HEN"}}')
    result = run("check", "--database-url", f"duckdb:///{sample_file}")
    assert result.exit_code == 1
    assert "THIẾU due_at" in result.stdout
    assert "không có cột «NGAY_HEN» mà [columns.dossiers] đặt cho due_at" in result.stdout
    assert "CHƯA dùng được: 1 lỗi" in result.stdout
    assert run("check", "--database-url", f"duckdb:///{sample_file}", "--json").exit_code == 1


def test_check_fails_with_1_where_the_database_is_away() -> None:
    result = run("check", "--database-url", DEAD)
    assert result.exit_code == 1
    assert "Cơ sở dữ liệu không trả lời." in result.stdout
    assert "doc:***@127.0.0.1:1/motcua" in result.stdout
    assert "CHƯA dùng được: 1 lỗi, 0 cảnh báo." in result.stdout
    as_json = run("check", "--database-url", DEAD, "--json")
    assert as_json.exit_code == 1
    told = json.loads(as_json.stdout)
    assert (told["ok"], told["findings"][0]["id"]) == (False, "no_answer")
    assert "bi-mat" not in result.output + as_json.output


def test_check_fails_with_2_where_settings_are_wrong_or_the_copy_folder_cannot_be_written(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_ZONES", '{"dossiers.received_at": "UTC+7"}')
    assert refusal("check").startswith("Cài đặt zones (môi trường MOTCUA_ZONES) không hợp lệ: ")
    monkeypatch.delenv("MOTCUA_ZONES")
    Path("tep").touch()
    monkeypatch.setenv("MOTCUA_COPY_FOLDER", "tep")
    address = ("--database-url", f"duckdb:///{sample_file}")
    assert refusal("check", *address).startswith("Không ghi được bản đọc thử vào thư mục «tep»: ")
    result = run("check", *address, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["ok"] is False


def test_check_says_where_settings_are_written_the_old_way(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_COLUMNS", '{"dossiers.due_at": "due_at"}')
    for command_line in (("check", "--database-url", f"duckdb:///{sample_file}"), ("settings", "--json")):
        result = run(*command_line)
        assert result.exit_code == 0
        assert '"dossiers.due_at" là cách viết cũ' in result.stderr


def test_what_check_prints_can_be_pasted(sample_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "khac.duckdb"
    file.write_bytes(sample_file.read_bytes())
    with duckdb.connect(str(file)) as connection:
        connection.execute("UPDATE dossiers SET state = '9' WHERE state = 'finished'")
    address = ("--database-url", f"duckdb:///{file}")
    result = run("check", *address)
    assert result.exit_code == 1
    pasted = result.stdout.partition("motcua.toml:\n")[2].partition("Số liệu đến")[0]
    assert '# "9" = "finished"' in pasted
    assert not any(len(line) != len(line.rstrip()) for line in pasted.splitlines())
    Path("motcua.toml").write_text(pasted, "utf-8")
    assert run("check", *address).exit_code == 1, "as it was printed it says nothing"
    Path("motcua.toml").write_text(pasted.replace('# "9"', '"9"'), "utf-8")
    assert run("check", *address).exit_code == 0


def test_settings_are_shown_with_value_origin_and_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", DEAD)
    monkeypatch.setenv("MOTCUA_SECRET_KEY", "bi-mat-rat-dai-lam")
    table = run("settings")
    assert table.exit_code == 0
    for name in Settings.model_fields:
        assert name.removeprefix("db_")[:12] in table.stdout
    rows = {row["name"]: row for row in json.loads(run("settings", "--json").stdout)}
    assert rows["database_url"]["value"] == DEAD.replace("bi-mat", "***")
    assert rows["database_url"]["origin"] == "môi trường MOTCUA_DATABASE_URL"
    assert rows["port"]["origin"] == "mặc định"
    written = run("settings", "--toml")
    assert tomllib.loads(written.stdout) == {}
    assert "bi-mat" not in table.output + written.output + str(rows)


def test_importing_the_program_does_no_work() -> None:
    root = Path(command.__file__).parents[2]
    told = (
        "import app, sys; print('dashboard' in sys.modules, hasattr(app, 'nothing'), 'dash' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(root), "MOTCUA_PORT": "bad"}
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.split() == ["False", "False", "False"]


@pytest.mark.parametrize("encoding", ["cp1252", "cp1258", "cp437"])
def test_output_that_is_not_utf_8_ends_nothing(encoding: str, tmp_path: Path) -> None:
    """What a Windows console, or a task led into a file, gives us."""
    root = Path(command.__file__).parents[2]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, str(root / "app.py"), "settings"],
        check=False,
        capture_output=True,
        env=environment,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "Địa chỉ" in done.stdout.decode("utf-8")
