"""What lies in deploy/: the files that can be tried here are tried, the others at least read."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import sqlite3
import ssl
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from browser.wall import Program
from nginx import running_nginx
from ports import free_port
from running import cannot_run

from bench import attacks
from dashboard.issued.given import Given
from queries.sample.district import write_sample

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NAME = "motcua.quan.vn"


@pytest.fixture(scope="module")
def behind_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path, int]]:
    """The port of the deploy file's nginx before a served sample with an account, its certificate, the plain port."""
    if shutil.which("openssl") is None:
        cannot_run("sau proxy", "không có openssl")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "khoa.pem", folder / "chung-chi.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out",
         str(certificate), "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"],
        check=True, capture_output=True,
    )  # fmt: skip
    write_sample(
        folder / "mau.duckdb", units=3, departments=0, years=1, per_unit_year=100, until=date(2026, 11, 21)
    )
    one = Program(
        f"duckdb:///{folder / 'mau.duckdb'}", free_port(), copy_folder=str(folder / "copy"), hosts=NAME,
        trusted_proxies="127.0.0.1", accounts_file=str(folder / "a.sqlite"), health_port=str(free_port()),
    )  # fmt: skip
    subprocess.run(
        [sys.executable, str(DEPLOY.parent / "app.py"), "user", "add", "an", "--role", "noi_vu", "--password-stdin"],
        input="mat-khau-du-dai-2026\n", text=True, check=True, capture_output=True,
        env={**os.environ, "MOTCUA_ACCOUNTS_FILE": str(folder / "a.sqlite")},
    )  # fmt: skip
    plain, secure = free_port(), free_port()
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    for was, now in (
        ("127.0.0.1:8050", f"127.0.0.1:{one.port}"), ("listen 80;", f"listen {plain};"),
        ("listen 443 ssl;", f"listen {secure} ssl;"), ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl;\n", ""), ("/etc/ssl/motcua/chung-chi.pem", str(certificate)),
        ("/etc/ssl/motcua/khoa.pem", str(key)),
    ):  # fmt: skip
        assert was in text, was
        text = text.replace(was, now)
    try:
        one.start()
        with running_nginx(folder / "nginx", text, f"http://127.0.0.1:{plain}/"):
            yield secure, certificate, plain
    finally:
        one.kill()


def asked(behind_tls: tuple[int, Path, int], path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    port, certificate, _ = behind_tls
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False  # asked at 127.0.0.1; the certificate itself is checked
    with closing(http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=context)) as connection:
        connection.request("GET", path, headers={"Host": NAME, **headers})
        answer = connection.getresponse()
        return (
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read().decode(),
        )


def test_nginx_of_the_deploy_file_serves_over_tls(behind_tls: tuple[int, Path, int]) -> None:
    status, headers, text = asked(behind_tls, "/dang-nhap")
    assert (status, headers["strict-transport-security"]) == (200, "max-age=31536000")
    assert headers["server"] == "nginx"
    assert "Đăng nhập" in text
    status, headers, _ = asked(behind_tls, "/dung-han")
    assert (status, headers["location"]) == (303, "/dang-nhap?tiep=%2Fdung-han")
    assert asked(behind_tls, "/healthz")[0] == 200


def test_what_a_browser_says_of_its_way_is_not_believed(behind_tls: tuple[int, Path, int]) -> None:
    status, headers, _ = asked(
        behind_tls, "/dang-nhap", **{"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=::1"}
    )
    assert status == 200
    assert "strict-transport-security" in headers


def test_only_pages_are_led_to_tls(behind_tls: tuple[int, Path, int]) -> None:
    for method, path, expected in (
        ("GET", "/dung-han?ky=2026-11", (301, f"https://{NAME}/dung-han?ky=2026-11")),
        ("GET", "/", (301, f"https://{NAME}/")), ("POST", "/dang-nhap", (403, None)),
        ("GET", "/api/v1/on-time", (403, None)), ("GET", "/motcua/api/v1/on-time", (403, None)),
        ("GET", "/tai/dung-han.xlsx", (403, None)), ("GET", "/_dash-layout", (403, None)),
    ):  # fmt: skip
        with closing(http.client.HTTPConnection("127.0.0.1", behind_tls[2], timeout=30)) as connection:
            connection.request(method, path, headers={"Host": NAME})
            answer = connection.getresponse()
            assert (answer.status, answer.getheader("location")) == expected, path


def test_only_what_is_recommended_encrypts(behind_tls: tuple[int, Path, int]) -> None:
    """The strongest first, whatever the browser would rather have; nothing without forward secrecy."""
    context = ssl.create_default_context(cafile=str(behind_tls[1]))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384")
    with _spoken(behind_tls, context) as one:
        cipher = one.cipher()
        assert cipher is not None
        assert cipher[:2] == ("ECDHE-RSA-AES256-GCM-SHA384", "TLSv1.2")
    for weak in ("AES256-GCM-SHA384", "ECDHE-RSA-AES256-SHA384", "DHE-RSA-AES256-GCM-SHA384"):
        context.set_ciphers(weak)
        with pytest.raises(ssl.SSLError):
            _spoken(behind_tls, context)


def _spoken(behind_tls: tuple[int, Path, int], context: ssl.SSLContext) -> ssl.SSLSocket:
    return context.wrap_socket(attacks.line(behind_tls[0]), server_hostname=NAME)


@pytest.mark.parametrize(
    "heads",
    ["Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
     "Content-Length: 5\r\nContent-Length: 60", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
     "Transfer-Encoding : chunked", "Transfer-Encoding: \vchunked", "Content-Length: +5"],
)  # fmt: skip
def test_nothing_is_smuggled_through(behind_tls: tuple[int, Path, int], heads: str) -> None:
    """Where two would see two lengths, no second request is answered, by nginx or by us."""
    hidden = f"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: {NAME}\r\nX: "
    sent = f"POST /dang-nhap HTTP/1.1\r\nHost: {NAME}\r\n{heads}\r\n\r\n{hidden}"
    with _spoken(behind_tls, ssl.create_default_context(cafile=str(behind_tls[1]))) as one:
        one.settimeout(0.3)
        one.sendall(sent.encode())
        got = b""
        try:
            while part := one.recv(65_536):
                got += part
        except TimeoutError:
            pass
    assert got.count(b"HTTP/1.1 ") == 1, got
    assert got.split()[1] in (b"400", b"403", b"501"), got
    assert b'"status": "ok"' not in got


def test_the_unit_is_tight() -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        cannot_run("systemd", "không có systemd-analyze")
    told = subprocess.run(
        [program, "security", "--offline=true", "--no-pager", str(DEPLOY / "motcua.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"Overall exposure level for motcua\.service: ([0-9.]+)", told.stdout)
    assert found, told.stderr
    assert float(found[1]) < 3


def backed_up(tmp_path: Path, *more: str) -> tuple[Path, Path, Path]:
    """The archive of a small installation, its settings file, its state folder: private, as the unit makes it."""
    settings, state = tmp_path / "etc" / "motcua" / "motcua.toml", tmp_path / "state"
    settings.parent.mkdir(parents=True)
    settings.write_text("port = 1\n", "utf-8")
    (settings.parent / "mat-khau-thu").write_text("thư\n", "utf-8")
    (state / "var" / "nhat-ky").mkdir(parents=True)
    (state / "var" / "nhat-ky" / "2026-11.jsonl").write_text("{}\n", "utf-8")
    (state / "var" / "ban-1.duckdb").write_text("bản sao", "utf-8")
    for n, path in enumerate((state / "var" / "tai-khoan.sqlite", state / "var" / "so-phieu.sqlite")):
        with closing(sqlite3.connect(path)) as one:
            one.execute("CREATE TABLE t (n)")
            one.execute("INSERT INTO t VALUES (?)", [n])
            one.commit()
        path.chmod(0o600)
    Given(state / "var" / "so-phieu.sqlite").add([("GS-2026-0001-V", "seal")])
    settings.parent.chmod(0o750)
    (state / "var").chmod(0o700)
    made = subprocess.run(
        ["sh", str(DEPLOY / "backup.sh"), str(tmp_path / "into"), *more], capture_output=True, text=True, check=True,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "MOTCUA_CONFIG": str(settings), "MOTCUA_STATE": str(state)},
    )  # fmt: skip
    return Path(made.stdout.strip()), settings, state


def test_a_backup_brings_settings_accounts_and_sheets_back(tmp_path: Path) -> None:
    file, settings, state = backed_up(tmp_path)
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "back", filter="data")
    back = tmp_path / "back"
    assert (back / settings.relative_to("/")).read_text("utf-8") == "port = 1\n"
    assert (back / settings.relative_to("/")).with_name("mat-khau-thu").read_text("utf-8") == "thư\n"
    given = Given(state / "var" / "so-phieu.sqlite")
    assert (back / given.path.relative_to("/")).read_bytes() == given.path.read_bytes()
    assert (back / state.relative_to("/") / "var" / "nhat-ky" / "2026-11.jsonl").is_file()
    assert not (back / state.relative_to("/") / "var" / "ban-1.duckdb").exists()
    for n, name in enumerate(("tai-khoan.sqlite", "so-phieu.sqlite")):
        there = back / state.relative_to("/") / "var" / name
        assert there.stat().st_mode & 0o777 == 0o600
        with closing(sqlite3.connect(there)) as one:
            assert one.execute("SELECT n FROM t").fetchone() == (n,)


@pytest.mark.parametrize("more", [(), ("--copy",)])
def test_a_backup_unpacked_over_a_machine_leaves_its_folders_open(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    """As the manual says, at /: what lies above our own folders keeps its owner and its rights."""
    file, _, state = backed_up(tmp_path, *more)
    root = tmp_path / "root"
    above = root / state.parent.relative_to("/")
    (above / "etc").mkdir(parents=True)
    opened = [one for one in (root, *root.rglob("*")) if one.is_dir()]
    for one in opened:
        one.chmod(0o755)
    subprocess.run(["tar", "-xzpf", str(file), "-C", str(root)], check=True)
    assert {one: one.stat().st_mode & 0o777 for one in opened} == dict.fromkeys(opened, 0o755)
    rights = {one: (above / one).stat().st_mode & 0o777 for one in ("etc/motcua", "state/var")}
    assert rights == {"etc/motcua": 0o750, "state/var": 0o700}
    assert (above / "state" / "var" / "ban-1.duckdb").exists() == bool(more)


def test_the_image_is_built_from_what_it_names_and_nothing_else_here() -> None:
    """No settings, figures or environment of this machine reach the builder."""
    lines = (DEPLOY / "Containerfile").read_text("utf-8").splitlines()
    copied = {
        one
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for one in line.split()[1:-1]
    }
    ignored = (DEPLOY.parent / ".dockerignore").read_text("utf-8").splitlines()
    patterns = [line for line in ignored if line and not line.startswith("#")]
    assert patterns[0] == "*"
    assert {one.removeprefix("!") for one in patterns if one.startswith("!")} == copied
    assert all((DEPLOY.parent / one).exists() for one in copied)


def test_caddy_of_the_whole_set_is_the_deploy_files() -> None:
    """One file says how TLS is done, on a machine and in containers; only where the program is differs."""
    compose, caddy = ((DEPLOY / name).read_text("utf-8") for name in ("compose.yaml", "Caddyfile"))
    assert "./Caddyfile:/etc/caddy/Caddyfile:ro" in compose
    assert 'MOTCUA: "motcua:8050"' in compose
    assert "reverse_proxy {$MOTCUA:127.0.0.1:8050} {" in caddy


def test_what_is_measured_is_what_the_panel_and_the_alerts_ask() -> None:
    panel = json.loads((DEPLOY / "prometheus" / "grafana.json").read_text("utf-8"))
    asked_for = " ".join(target["expr"] for one in panel["panels"] for target in one["targets"])
    asked_for += (DEPLOY / "prometheus" / "alerts.yml").read_text("utf-8")
    names = set(re.findall(r"motcua_[a-z_]+", asked_for))
    told = {"motcua_ready", "motcua_data_age_seconds", "motcua_copy_age_seconds", "motcua_refresh_failing",
            "motcua_answers_total", "motcua_answer_seconds_bucket", "motcua_refused_total", "motcua_waiting",
            "motcua_beat_seconds"}  # fmt: skip
    assert names == told
    assert attacks.PAGES
