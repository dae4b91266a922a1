"""The district's mail server: reached over TLS, signed in to, given one letter after another.

What goes wrong is one sentence. No password and no address of a reader is in any of them.
"""

from __future__ import annotations

import ipaddress
import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from dashboard.mail.letter import one_line
from dashboard.settings.settings import Settings, SettingsError
from dashboard.system_words import reason_of

SECONDS = 30
_MOST_TOLD = 120


class MailFailed(Exception):  # noqa: N818 - what happened
    """A letter was not taken; its text is one Vietnamese sentence.

    ``is_over``: the others cannot be sent either.
    """

    def __init__(self, sentence: str, *, is_over: bool) -> None:
        super().__init__(sentence)
        self.is_over = is_over


@dataclass(frozen=True)
class MailServer:
    """Where letters go, and as whom."""

    host: str
    port: int
    tls: str
    sender: str
    user: str | None = None
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    seconds: float = SECONDS

    @property
    def name(self) -> str:
        """Name it in a sentence."""
        return f"máy chủ thư {self.host}:{self.port}"

    @classmethod
    def of(cls, settings: Settings) -> MailServer:
        """Give the server that the settings name. Raises SettingsError where they name none that can be."""
        s = settings
        if s.smtp_host is None:
            raise SettingsError("Chưa khai máy chủ thư: đặt cài đặt smtp_host và mail_from.")
        if s.mail_from is None:
            raise SettingsError("Chưa khai địa chỉ gửi thư: đặt cài đặt mail_from.")
        if s.smtp_tls == "none" and not is_this_machine(s.smtp_host):
            raise SettingsError(
                f"smtp_tls = none chỉ dùng được khi smtp_host là chính máy này, không phải {s.smtp_host}."
            )
        if s.smtp_ca_file is not None and not Path(s.smtp_ca_file).is_file():
            raise SettingsError(f"Không thấy tệp chứng thư {s.smtp_ca_file} (smtp_ca_file).")
        password = _password(s)
        if s.smtp_user is not None and not password:
            raise SettingsError("Có smtp_user thì phải có smtp_password hoặc smtp_password_file.")
        return cls(s.smtp_host, s.smtp_port, s.smtp_tls, s.mail_from, s.smtp_user, password, s.smtp_ca_file)

    @contextmanager
    def open(self) -> Iterator[Line]:
        """Reach the server and sign in. Raises MailFailed."""
        smtp = self._reached()
        try:
            self._signed_in(smtp)
            yield Line(self, smtp)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _reached(self) -> smtplib.SMTP:
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError):
            raise MailFailed(
                f"Tệp chứng thư {self.ca_file} (smtp_ca_file) không đọc được.", is_over=True
            ) from None
        try:
            if self.tls == "implicit":
                return smtplib.SMTP_SSL(self.host, self.port, timeout=self.seconds, context=context)
            smtp = smtplib.SMTP(self.host, self.port, timeout=self.seconds)
        except (smtplib.SMTPException, OSError) as error:
            raise self.failed_by(error) from None
        if self.tls == "starttls":
            try:
                smtp.starttls(context=context)
            except smtplib.SMTPNotSupportedError:
                smtp.close()
                told = f"{self._title} không có STARTTLS nên không gửi gì; xem smtp_tls và smtp_port."
                raise MailFailed(told, is_over=True) from None
            except (smtplib.SMTPException, OSError) as error:
                smtp.close()
                raise self.failed_by(error) from None
        return smtp

    def _signed_in(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.user is not None:
                smtp.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError as error:
            told = (
                f"{self._title} không nhận tài khoản hoặc mật khẩu (mã {error.smtp_code}): xem smtp_user, "
                "smtp_password."
            )
            raise MailFailed(told, is_over=True) from None
        except smtplib.SMTPNotSupportedError:
            raise MailFailed(f"{self._title} không có đăng nhập: bỏ smtp_user.", is_over=True) from None
        except UnicodeError:
            told = "Tài khoản hoặc mật khẩu thư có chữ có dấu: máy chủ thư không nhận được, hãy đổi mật khẩu."
            raise MailFailed(told, is_over=True) from None
        except (smtplib.SMTPException, OSError) as error:
            raise self.failed_by(error) from None

    @property
    def _title(self) -> str:
        return self.name[0].upper() + self.name[1:]

    def failed_by(self, error: Exception) -> MailFailed:
        """Say in one sentence why nothing can be sent."""
        if isinstance(error, ssl.SSLCertVerificationError):
            why = error.verify_message
            told = f"{self._title} có chứng thư không tin được ({why}): không gửi; xem smtp_ca_file."
        elif isinstance(error, ssl.SSLError):
            told = f"Không mã hóa được đường đến {self.name}: xem smtp_tls và smtp_port."
        elif isinstance(error, socket.gaierror):
            told = f"Không tìm thấy máy chủ thư {self.host} (smtp_host)."
        elif isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            told = f"{self._title} không trả lời sau {self.seconds:g} giây."
        elif isinstance(error, ConnectionRefusedError):
            told = f"{self._title} không nhận kết nối."
        elif isinstance(error, smtplib.SMTPResponseException):
            told = f"{self._title} từ chối ({_answered(error)})."
        elif isinstance(error, smtplib.SMTPServerDisconnected):
            told = f"{self._title} ngắt kết nối giữa chừng."
        else:
            told = f"Không nối được {self.name} ({type(error).__name__})."
        return MailFailed(told, is_over=True)


@dataclass(frozen=True)
class Line:
    """An open line to the server."""

    server: MailServer
    smtp: smtplib.SMTP = field(repr=False)

    def most_bytes(self) -> int | None:
        """Give how large a letter the server says it takes; None where it does not say."""
        told = self.smtp.esmtp_features.get("size", "")
        return int(told) if told.isdigit() and int(told) else None

    def send(self, message: EmailMessage, to: str) -> None:
        """Hand over one letter for one reader. Raises MailFailed."""
        server = self.server
        try:
            self.smtp.send_message(message, server.sender, [to])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            told = f"máy chủ thư không nhận địa chỉ này (mã {code}{_words(words, to)})"
            raise MailFailed(told, is_over=False) from None
        except smtplib.SMTPSenderRefused as error:
            told = f"máy chủ thư không nhận thư từ mail_from (mã {error.smtp_code})"
            raise MailFailed(told, is_over=error.smtp_code != 552) from None
        except smtplib.SMTPDataError as error:
            told = f"máy chủ thư không nhận nội dung ({_answered(error, to)})"
            raise MailFailed(told, is_over=False) from None
        except (smtplib.SMTPException, OSError) as error:
            raise server.failed_by(error) from None


def is_this_machine(host: str) -> bool:
    """Say whether a name or an address is of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _password(settings: Settings) -> str:
    if settings.smtp_password_file is None:
        return "" if settings.smtp_password is None else settings.smtp_password.get_secret_value()
    path = Path(settings.smtp_password_file)
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise SettingsError(f"Người khác đọc được tệp mật khẩu {path}: chạy chmod 600 {path}.")
        return path.read_text("utf-8").strip("\r\n")
    except OSError as error:
        raise SettingsError(f"Không đọc được tệp mật khẩu {path}: {reason_of(error)}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"Tệp mật khẩu {path} không phải chữ UTF-8.") from None


def _answered(error: smtplib.SMTPResponseException, to: str = "") -> str:
    return f"mã {error.smtp_code}{_words(error.smtp_error, to)}"


def _words(told: bytes | str, to: str = "") -> str:
    """Give a server's own words behind its code, short, without the reader's address."""
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    text = one_line(text.replace(to, "…") if to else text)[:_MOST_TOLD]
    return f": {text}" if text else ""
