"""A real mail server of our own for tests: TLS, signing in, and what a test wants it to refuse."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from ports import free_port

USER, PASSWORD = "motcua", "mật-khẩu-không-ai-biết".encode().hex()


@dataclass
class Letterbox:
    """What a server took, and what it is to refuse.

    ``refused``: addresses it does not know; ``data_answer``: what it says of every letter instead of taking it;
    ``breaks_after``: it hangs up after so many letters.
    """

    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    data_answer: str = ""
    breaks_after: int | None = None

    def to(self, address: str) -> list[EmailMessage]:
        """Give the letters to an address, the first first."""
        return [one for to, one in self.taken if to == address]

    async def handle_RCPT(  # noqa: N802 - the server calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address, or not."""
        if address in self.refused:
            return f"550 5.1.1 <{address}>: không có hộp thư này"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter, or not."""
        if self.data_answer:
            return self.data_answer
        if self.breaks_after is not None and len(self.taken) >= self.breaks_after:
            assert server.transport is not None
            server.transport.close()
            return "421 bận"
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        assert len(envelope.rcpt_tos) == 1
        self.taken.append((envelope.rcpt_tos[0], found))
        return "250 OK"


@dataclass(frozen=True)
class Running:
    """A server that runs: where, what it took, and the certificate to trust."""

    port: int
    box: Letterbox
    ca_file: Path


def certificate(folder: Path, *, name: str = "127.0.0.1") -> tuple[Path, Path]:
    """Make a certificate of one machine, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "thư")])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    names += [x509.IPAddress(ipaddress.ip_address(name))] if name[0].isdigit() else [x509.DNSName(name)]
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "thu.pem", folder / "thu.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return paths


@contextmanager
def mail_server(
    folder: Path, box: Letterbox | None = None, *, tls: str = "starttls", asks_name: bool = True,
    most_bytes: int = 33_554_432,
) -> Iterator[Running]:  # fmt: skip
    """Run a server; ``tls`` as the setting smtp_tls, ``asks_name``: only who signs in may send."""
    box = box or Letterbox()
    cert, key = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        is_right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        if is_right:
            box.signed_in.append(given.login.decode())
        return AuthResult(success=is_right, handled=False)

    more: dict[str, Any] = {"data_size_limit": most_bytes}
    if asks_name:
        more |= {"authenticator": known, "auth_required": True, "auth_require_tls": tls == "starttls"}
    if tls == "starttls":
        more |= {"tls_context": context, "require_starttls": True}
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), server_hostname="thu.thu",
        ssl_context=context if tls == "implicit" else None, **more,
    )  # fmt: skip
    controller.start()
    try:
        yield Running(controller.port, box, cert)
    finally:
        controller.stop()
