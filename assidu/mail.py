"""Letters by SMTP, from a thread of their own: a page never waits longer for a mail server than it chooses to.

What is waiting is in memory alone, because a letter holds a code or a link that is stored nowhere but hashed: a process
that ends forgets it, and whoever waits for the letter asks again.
"""

from __future__ import annotations

import heapq
import re
import smtplib
import ssl
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

import structlog

from assidu.settings import Settings
from dashboards.attendance.letters import Delivery, Letter, Mailer, NoMail
from lrs.clock import Clock, IdSource, to_datetime

# A server that is away, or asks to come back later (RFC 5321 4.5.4.1, greylisting), is tried again after these.
AGAIN_SECONDS: Final = (5.0, 60.0)
# A class of trainees at once is a few dozen.
WAITING_MOST: Final = 500
_TIMEOUT_SECONDS: Final = 10.0
_TRANSIENT: Final = range(400, 500)
# Not every space: the one of French typography stays.
_CONTROLS: Final = re.compile(r"[\x00-\x20\x7f]+")
# Less than RFC 5322 allows, and never a second address or a header.
_ADDRESS: Final = re.compile(r'[^\s@<>()\[\],;:"\\]+@[^\s@<>()\[\],;:"\\]+\Z')


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, and the address that they come from."""

    host: str
    port: int
    security: str  # "starttls", "tls" or "none"
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def build_mailer(settings: Settings, clock: Clock, ids: IdSource) -> Mailer:
    """Return what carries letters in this deployment; nothing connects before there is one."""
    if settings.smtp_host is None or settings.mail_from is None:
        return NoMail()
    server = MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.mail_from,
        settings.smtp_user,
        settings.smtp_password,
    )
    return SmtpMailer(server, clock, ids)


@dataclass(order=True)
class _Waiting:
    due: float
    number: int
    letter: Letter = field(compare=False)
    outcome: Future[Delivery] = field(compare=False)
    tries: int = field(compare=False, default=0)


class SmtpMailer:
    """Sends letters one after the other. The certificate of the server is checked, whatever the kind of TLS."""

    is_available = True

    def __init__(
        self,
        server: MailServer,
        clock: Clock,
        ids: IdSource,
        *,
        tls: ssl.SSLContext | None = None,
        again_seconds: tuple[float, ...] = AGAIN_SECONDS,
    ) -> None:
        self._server = server
        self._clock = clock
        self._ids = ids
        self._tls = tls
        self._again = again_seconds
        self._queue: list[_Waiting] = []
        self._number = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def send(self, letter: Letter, patience_seconds: float = 0.0) -> Delivery:
        """Begin to send, wait for the outcome at most that long, and say what is known."""
        outcome: Future[Delivery] = Future()
        with self._changed:
            if len(self._queue) >= WAITING_MOST:
                return Delivery.UNAVAILABLE
            self._number += 1
            heapq.heappush(self._queue, _Waiting(time.monotonic(), self._number, letter, outcome))
            if self._thread is None:
                # Not at start: the process that serves is forked from the one that started.
                self._thread = threading.Thread(target=self._work, name="mail", daemon=True)
                self._thread.start()
            self._changed.notify()
        with suppress(TimeoutError):
            return outcome.result(patience_seconds)
        return Delivery.UNDER_WAY

    def _work(self) -> None:
        while True:
            waiting = self._next()
            delivery = self._try(waiting.letter, may_retry=waiting.tries < len(self._again))
            if delivery is Delivery.UNDER_WAY:
                waiting.due = time.monotonic() + self._again[waiting.tries]
                waiting.tries += 1
                with self._changed:
                    heapq.heappush(self._queue, waiting)
            else:
                waiting.outcome.set_result(delivery)

    def _next(self) -> _Waiting:
        with self._changed:
            while True:
                if self._queue:
                    wait = self._queue[0].due - time.monotonic()
                    if wait <= 0:
                        return heapq.heappop(self._queue)
                    self._changed.wait(wait)
                else:
                    self._changed.wait()

    def _try(self, letter: Letter, *, may_retry: bool) -> Delivery:
        """Try once. Whatever a server or an address does, the thread goes on."""
        log = structlog.get_logger("assidu.mail")
        try:
            self._hand_in(self._message(letter))
        except Exception as error:  # noqa: BLE001 - the library's own parser of addresses raises whatever it likes
            if may_retry and _passes_by_itself(error):
                log.warning("mail is tried again later", error=type(error).__name__)
                return Delivery.UNDER_WAY
            log.error("mail was not taken", error=type(error).__name__)  # noqa: TRY400 - a trace would hold addresses
            return Delivery.REFUSED
        log.info("mail sent")
        return Delivery.SENT

    def _hand_in(self, message: EmailMessage) -> None:
        server = self._server
        tls = self._tls or ssl.create_default_context()
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_SECONDS, context=tls)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
        with connection:
            if server.security == "starttls":
                connection.starttls(context=tls)
            if server.user is not None and server.password is not None:
                connection.login(server.user, server.password)
            connection.send_message(message)

    def _message(self, letter: Letter) -> EmailMessage:
        """Write the letter as a message; raises ValueError for an address that is none."""
        if not _ADDRESS.match(letter.to):
            raise ValueError
        domain = self._server.sender.rpartition("@")[2]
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(display_name=_one_line(letter.sender), addr_spec=self._server.sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = _one_line(letter.subject)
        message["Date"] = format_datetime(to_datetime(self._clock.now_micros()))
        message["Message-ID"] = f"<{self._ids.new_uuid()}@{domain}>"
        # RFC 3834: no out-of-office answers to this.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


def _passes_by_itself(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in _TRANSIENT for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code in _TRANSIENT
    return isinstance(error, OSError) and not isinstance(
        error, (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError)
    )


def _one_line(text: str) -> str:
    """Return text that can stand in a header: names and titles come from files that people write."""
    return _CONTROLS.sub(" ", text)
