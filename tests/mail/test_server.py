"""The line to a mail server: nothing in the clear, one sentence for whatever goes wrong, no password in it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mail_servers import PASSWORD, USER, Letterbox, Running, certificate, mail_server
from ports import free_port

from dashboard.accounts.account import Account
from dashboard.command.doctor import BAD, GOOD, LOOK, findings
from dashboard.mail.letter import MOST_SUBJECT, File, Letter, Part
from dashboard.mail.sending import Outgoing, send_all
from dashboard.mail.server import MailFailed, MailServer
from dashboard.settings.settings import Settings, SettingsError

# The server of the tests does not see that a line with TLS from the start is one with TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

AT = datetime(2026, 11, 30, 7, tzinfo=UTC)
LETTER = Letter("Thử nghiệm", ("Kính gửi đơn vị.",))


def settings(server: Running, **more: Any) -> Settings:
    given = {
        "smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_ca_file": str(server.ca_file), "smtp_user": USER,
        "smtp_password": PASSWORD, "mail_from": "motcua@quan.vn",
    }  # fmt: skip
    return Settings(**{**given, **more})


def sent(
    settings: Settings, letter: Letter = LETTER, *, email: str = "an@quan.vn", most_mb: int = 15
) -> list[str]:
    """Send one letter, and give what was said of it; what failed begins with "!"."""
    said: list[str] = []
    outgoing = Outgoing(
        Account("an", "noi_vu", email=email), letter, "1", lambda: said.append("taken"), "thư"
    )
    failed = send_all(
        MailServer.of(settings), [outgoing], at=AT, most_mb=most_mb, say=said.append,
        fail=lambda told: said.append(f"!{told}"),
    )  # fmt: skip
    assert failed == (0 if "taken" in said else 1)
    assert not [one for one in said if PASSWORD in one or email in one or "\n" in one]
    return said


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_letter_goes_over_tls_by_whoever_signs_in(tmp_path: Path, tls: str) -> None:
    with mail_server(tmp_path, tls=tls) as server:
        assert sent(settings(server, smtp_tls=tls)) == ["taken", "Đã gửi cho an (noi_vu): thư."]
        ((to, letter),) = server.box.taken
        assert (to, letter["To"], letter["Subject"]) == ("an@quan.vn", "an@quan.vn", "Thử nghiệm")
        assert server.box.signed_in == [USER]


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "khac").mkdir()
    other, _ = certificate(tmp_path / "khac")
    for tls in ("starttls", "implicit"):
        with mail_server(tmp_path, tls=tls) as server:
            for ca_file in (None, str(other)):
                (told,) = sent(settings(server, smtp_tls=tls, smtp_ca_file=ca_file))
                assert "có chứng thư không tin được (self-signed certificate" in told
                assert "smtp_ca_file" in told
            assert server.box.taken == []
            assert server.box.signed_in == []


def test_a_certificate_of_another_machine_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail_servers.certificate", lambda folder: certificate(folder, name="thu.khac.vn"))
    with mail_server(tmp_path) as server:
        (told,) = sent(settings(server))
        assert "có chứng thư không tin được" in told
        assert server.box.taken == []


def test_a_server_without_tls_is_given_neither_password_nor_letter(tmp_path: Path) -> None:
    with mail_server(tmp_path, tls="none", asks_name=False) as server:
        (told,) = sent(settings(server))
        assert "không có STARTTLS nên không gửi gì" in told
        (told,) = sent(settings(server, smtp_tls="implicit"))
        assert "Không mã hóa được đường đến máy chủ thư" in told
        assert server.box.taken == []


def test_without_tls_only_to_this_very_machine(tmp_path: Path) -> None:
    with mail_server(tmp_path, tls="none", asks_name=False) as server:
        plain = settings(server, smtp_tls="none", smtp_user=None, smtp_password=None)
        assert "taken" in sent(plain)
    for host in ("thu.quan.vn", "10.0.0.5", "localhost.quan.vn"):
        with pytest.raises(SettingsError, match="chính máy này"):
            MailServer.of(Settings(smtp_host=host, smtp_tls="none", mail_from="motcua@quan.vn"))


@pytest.mark.parametrize("password", ["sai", "mật khẩu có dấu"])
def test_a_wrong_password_is_one_sentence(tmp_path: Path, password: str) -> None:
    with mail_server(tmp_path) as server:
        (told,) = sent(settings(server, smtp_password=password))
        assert password not in told
        assert "mật khẩu" in told.lower()
        assert server.box.taken == []


def test_nobody_listens_nobody_answers_nobody_is_there(tmp_path: Path) -> None:
    away = settings(Running(free_port(), Letterbox(), certificate(tmp_path)[0]))
    (told,) = sent(away)
    assert "không nhận kết nối. Còn 1 thư chưa gửi; lần chạy sau sẽ gửi." in told
    (told,) = sent(away.model_copy(update={"smtp_host": "khong-co.invalid"}))
    assert told.startswith("!Không tìm thấy máy chủ thư khong-co.invalid (smtp_host).")
    with mute() as port:
        server = MailServer("127.0.0.1", port, "starttls", "motcua@quan.vn", seconds=0.3)
        with pytest.raises(MailFailed, match=r"không trả lời sau 0\.3 giây"), server.open():
            pass


@contextmanager
def mute() -> Iterator[int]:
    """A server that takes the line and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=lambda: held.append(listening.accept()))
        held: list[Any] = []
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)
        for line, _ in held:
            line.close()


def test_an_address_that_is_refused_is_not_shown(tmp_path: Path) -> None:
    with mail_server(tmp_path, Letterbox(refused={"ai@quan.vn"})) as server:
        (told,) = sent(settings(server), email="ai@quan.vn")
        assert told.startswith(
            "!Không gửi được cho an: máy chủ thư không nhận địa chỉ này (mã 550: 5.1.1 <…>"
        )


@pytest.mark.parametrize("said", [1_000_000, 40_000_000])
def test_files_that_are_too_large_stay_behind(tmp_path: Path, said: int) -> None:
    """Larger than the server says it takes, and than the setting."""
    large, small = File("to.docx", bytes(1_500_000)), File("nho.xlsx", b"PK")
    letter = Letter("Báo cáo", ("Kính gửi.",), files=(large, small))
    with mail_server(tmp_path, most_bytes=said) as server:
        told = sent(settings(server), letter, most_mb=1 if said > 2_000_000 else 15)
        assert told[0] == "taken"
        assert told[2] == "1 tệp quá lớn nên không gửi kèm cho an."
        ((_, taken),) = server.box.taken
        assert [one.get_filename() for one in taken.iter_attachments()] == ["nho.xlsx"]
        body = taken.get_body(("plain",))
        assert body is not None
        assert "Tệp to.docx (1,5 MB) quá lớn nên không gửi kèm" in body.get_content()


def test_names_with_marks_come_through_and_heads_cannot_be_written(tmp_path: Path) -> None:
    letter = Letter("Phường Ô Chợ Dừa\r\nBcc: ai@do.vn\x00 " + "rất dài " * 40, ("Đường Đê La Thành",),
                    (Part("Một", ("hai",), mark="▲", look="over"),), ("cuối",),
                    (File("phieu_phuong-o.docx", b"PK\x03\x04"),), is_sample=True)  # fmt: skip
    with mail_server(tmp_path) as server:
        assert "taken" in sent(settings(server), letter)
        ((to, taken),) = server.box.taken
    assert to == "an@quan.vn"
    assert taken["Bcc"] is None
    assert taken["Subject"].startswith("[DỮ LIỆU MẪU] Phường Ô Chợ Dừa Bcc: ai@do.vn rất dài")
    assert len(taken["Subject"]) <= MOST_SUBJECT
    plain, page = (taken.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert page is not None
    assert "Đường Đê La Thành" in plain.get_content()
    assert "Đường Đê La Thành" in page.get_content()
    (file,) = taken.iter_attachments()
    assert file.get_content_type().endswith("wordprocessingml.document")
    assert file.get_content() == b"PK\x03\x04"


def test_an_address_that_cannot_stand_in_a_head_is_not_written_to(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        (told,) = sent(settings(server), email="a@b.vn\r\nBcc: c@d.vn")
        assert told == "!Không gửi được cho an: địa chỉ thư không dùng được."
        assert server.box.taken == []


# what the settings say


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "smtp_host"), ({"smtp_host": "t.vn"}, "mail_from"),
        ({"smtp_user": "a"}, "smtp_password"), ({"smtp_ca_file": "không/có.pem"}, "smtp_ca_file"),
        ({"smtp_user": "a", "smtp_password_file": "không/có"}, "tệp mật khẩu"),
    ],
)  # fmt: skip
def test_what_is_not_set_is_named(given: dict[str, Any], told: str) -> None:
    whole = {"smtp_host": "t.vn", "mail_from": "a@t.vn"} if len(given) and "smtp_host" not in given else {}
    with pytest.raises(SettingsError, match=told):
        MailServer.of(Settings(**{**whole, **given}))


@pytest.mark.parametrize(
    "address", ["motcua", "a@b.vn\n", "phường@quan.vn", "Một cửa <a@b.vn>", "a b@c.vn", "@c.vn"]
)
def test_mail_from_is_an_address(address: str) -> None:
    with pytest.raises(ValueError, match="mail_from"):
        Settings(mail_from=address)


def test_a_password_comes_from_a_file_that_is_ours_alone(tmp_path: Path) -> None:
    file = tmp_path / "mat-khau"
    file.write_text(f"{PASSWORD}\n", "utf-8")
    file.chmod(0o600)
    with mail_server(tmp_path) as server:
        here = settings(server, smtp_password=None, smtp_password_file=str(file))
        assert "taken" in sent(here)
        assert PASSWORD not in repr(MailServer.of(here))
        file.chmod(0o640)
        with pytest.raises(SettingsError, match="chmod 600"):
            MailServer.of(here)


def test_the_doctor_tries_the_line_and_sends_nothing(tmp_path: Path) -> None:
    def looked(**given: Any) -> Any:
        here = {"copy_folder": str(tmp_path / "c"), "accounts_file": str(tmp_path / "a"), "port": free_port(),
                "health_port": free_port()}  # fmt: skip
        return {one.what: one for one in findings(Settings(**{**here, **given}))}["Gửi thư"]

    assert (looked().light, looked().seen) == (GOOD, "không dùng (chưa đặt smtp_host)")
    with mail_server(tmp_path) as server:
        right = settings(server).model_dump(exclude_unset=True)
        assert looked(**right).light == LOOK  # nobody has an address
        wrong = looked(**{**right, "smtp_password": "sai"})
        assert wrong.light == BAD
        assert "mật khẩu" in wrong.seen
        assert server.box.taken == []
    assert looked(smtp_host="127.0.0.1").mend == "xem docs/running.md, mục Gửi thư"
