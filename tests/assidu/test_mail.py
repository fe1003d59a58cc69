"""Letters, to a real SMTP server."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from assidu.mail import MailServer, SmtpMailer, build_mailer
from assidu.settings import BadSettings, Settings
from dashboards.attendance.letters import Delivery, Letter, NoMail
from lrs.clock import RandomIds

LETTER = Letter(
    "lea@exemple.fr", "Organisme d’essai", "Votre code\nBcc: voisin@exemple.fr", "Voici votre code : 123 456"
)
PATIENCE = 20.0


class Inbox:
    """A mail server's other side: keeps what it took, after refusing as often as it is told to."""

    def __init__(self, *refusals: str) -> None:
        self.refusals = list(refusals)
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.encrypted: list[bool] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: ARG002, N802 - as aiosmtpd calls it
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 - the same
        while not self.may_answer.is_set():  # noqa: ASYNC110 - the one who lets it is another thread
            await asyncio.sleep(0.01)
        self.recipients += envelope.rcpt_tos
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


@contextmanager
def serving(inbox: Inbox, **options) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def mailer(clock, port: int, security: str = "none", tls=None, **account) -> SmtpMailer:
    server = MailServer("127.0.0.1", port, security, "assidu@exemple.fr", **account)
    return SmtpMailer(server, clock, RandomIds(), tls=tls, again_seconds=(0.05, 0.05))


def test_a_letter_arrives_as_it_was_written_and_nobody_else_is_written_to(clock):
    inbox = Inbox()
    with serving(inbox) as port:
        delivery = mailer(clock, port).send(LETTER, PATIENCE)

    assert delivery is Delivery.SENT
    (message,) = inbox.messages
    assert inbox.recipients == ["lea@exemple.fr"]
    assert message["Subject"] == "Votre code Bcc: voisin@exemple.fr"
    assert message["From"].addresses[0].display_name == "Organisme d’essai"
    assert message["From"].addresses[0].addr_spec == "assidu@exemple.fr"
    assert message["Date"].datetime == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().strip() == "Voici votre code : 123 456"


@pytest.mark.parametrize(
    ("refusals", "delivery"),
    [
        (("450 come back later",), Delivery.SENT),
        (("451 come back later",) * 3, Delivery.REFUSED),
        (("550 no such mailbox",), Delivery.REFUSED),
    ],
)
def test_what_passes_by_itself_is_tried_again_and_what_does_not_is_said(clock, refusals, delivery):
    inbox = Inbox(*refusals)
    with serving(inbox) as port:
        assert mailer(clock, port).send(LETTER, PATIENCE) is delivery

    assert len(inbox.messages) == (delivery is Delivery.SENT)


def test_a_page_waits_no_longer_than_it_wants_and_the_letter_goes_all_the_same(clock):
    inbox = Inbox()
    inbox.may_answer.clear()
    with serving(inbox) as port:
        carrier = mailer(clock, port)
        assert carrier.send(LETTER, 0.05) is Delivery.UNDER_WAY
        inbox.may_answer.set()
        assert carrier.send(LETTER, PATIENCE) is Delivery.SENT

    assert len(inbox.messages) == 2


@pytest.mark.parametrize("address", ["", "personne", "a@b\r\nRCPT TO:<c@d>", "a b@c", "a@b, c@d", "@", "lea@", "é@é"])
def test_an_address_that_is_none_is_refused_and_the_next_letter_goes(clock, address):
    inbox = Inbox()
    with serving(inbox, enable_SMTPUTF8=False) as port:
        carrier = mailer(clock, port)
        assert carrier.send(Letter(address, "x", "x", "x"), PATIENCE) is Delivery.REFUSED
        assert carrier.send(LETTER, PATIENCE) is Delivery.SENT

    assert inbox.recipients == ["lea@exemple.fr"]


def test_a_server_that_is_not_there_is_no_failure_of_ours(clock):
    with serving(Inbox()) as port:
        pass
    assert mailer(clock, port).send(LETTER, PATIENCE) is Delivery.REFUSED


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that only whoever is handed it trusts: (for the server, for a client)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "essai")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"assidu", b"un mot de passe"), handled=False)


def test_a_password_goes_over_a_checked_connection_alone(clock, certificate):
    server, client = certificate
    inbox, account = Inbox(), {"user": "assidu", "password": "un mot de passe"}
    options = {"tls_context": server, "require_starttls": True, "authenticator": authenticate, "auth_required": True}
    with serving(inbox, **options) as port:
        assert mailer(clock, port, "starttls", client, **account).send(LETTER, PATIENCE) is Delivery.SENT
        wrong = {**account, "password": "un autre"}
        assert mailer(clock, port, "starttls", client, **wrong).send(LETTER, PATIENCE) is Delivery.REFUSED
        # Nobody vouches for this server.
        assert mailer(clock, port, "starttls", **account).send(LETTER, PATIENCE) is Delivery.REFUSED

    assert inbox.encrypted == [True]


def test_a_server_that_does_not_encrypt_is_not_written_to_where_encryption_is_asked_for(clock):
    inbox = Inbox()
    with serving(inbox) as port:
        assert mailer(clock, port, "starttls").send(LETTER, PATIENCE) is Delivery.REFUSED

    assert not inbox.messages


def test_without_a_server_nobody_is_written_to(clock):
    without = build_mailer(Settings.from_environment({}), clock, RandomIds())
    host = {"ASSIDU_SMTP_HOST": "127.0.0.1", "ASSIDU_MAIL_FROM": "a@exemple.fr"}

    assert isinstance(without, NoMail)
    assert without.send(LETTER) is Delivery.UNAVAILABLE
    assert isinstance(build_mailer(Settings.from_environment(host), clock, RandomIds()), SmtpMailer)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"ASSIDU_SMTP_HOST": "h"}, "ASSIDU_SMTP_HOST and ASSIDU_MAIL_FROM are set together"),
        ({"ASSIDU_SMTP_USER": "u"}, "ASSIDU_SMTP_USER and ASSIDU_SMTP_PASSWORD are set together"),
        (
            {"ASSIDU_SMTP_USER": "u", "ASSIDU_SMTP_PASSWORD": "hidden", "ASSIDU_SMTP_SECURITY": "none"},
            "never sent in clear",
        ),
    ],
)
def test_settings_of_mail_that_contradict_each_other_are_refused(environment, words):
    with pytest.raises(BadSettings, match=words) as refused:
        Settings.from_environment(environment)
    assert "hidden" not in refused.value.message
