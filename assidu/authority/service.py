"""The development authority over HTTP: timestamps, revocation lists, and certificates for who has the secret."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from assidu.authority import certificates, tokens
from assidu.authority.keys import load_or_make
from assidu.authority.revocation import revocation_list, revoked
from lrs.clock import Clock

TIMESTAMPS: Final = "/tsa"
SEALS: Final = "/seals"
ROOT: Final = "/root.pem"
LISTS: Final = ("/issuing.crl", "/root.crl")
HEALTH: Final = "/healthz"
# The header in which the authority shows that it knows the deployment's secret: without it, anybody on the machine
# could stand in for it and be trusted.
VOUCHER: Final = "Assidu-Voucher"
_BODY_BYTES_MOST: Final = 64 * 1024
_log = structlog.get_logger("assidu.authority")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer over HTTP."""

    status: HTTPStatus
    media_type: str
    body: bytes
    headers: Mapping[str, str] | None = None


class Authority:
    """What the development authority answers, apart from how it is asked. Safe to share among threads."""

    def __init__(self, folder: Path, secret: bytes, clock: Clock) -> None:
        self._folder = folder
        self._secret = secret
        self._clock = clock
        self._keys = load_or_make(folder, clock.now_micros())

    def get(self, path: str) -> Answer | None:
        """Answer a GET, None where there is nothing."""
        if path == ROOT:
            body = self._keys.root.certificate.public_bytes(Encoding.PEM)
            return Answer(HTTPStatus.OK, "application/x-pem-file", body, {VOUCHER: voucher(self._secret, body)})
        if path in LISTS:
            issuer = self._keys.issuing if path == LISTS[0] else self._keys.root
            body = revocation_list(issuer, revoked(self._folder), self._clock.now_micros())
            return Answer(HTTPStatus.OK, "application/pkix-crl", body)
        if path == HEALTH:
            return Answer(HTTPStatus.OK, "text/plain", b"ok\n")
        return None

    def stamp(self, body: bytes) -> Answer:
        """Answer a request for a timestamp; anybody may ask."""
        part = self._keys.timestamping
        chain = (part.certificate, *self._keys.above)
        answer = tokens.answer(body, part.key, chain, self._clock.now_micros(), x509.random_serial_number())
        return Answer(HTTPStatus.OK, "application/timestamp-reply", answer)

    def issue(self, body: bytes, authorization: str, address: str) -> Answer:
        """Answer a PEM certificate request with a seal's certificate and those above it.

        Only for who shows the secret: a certificate names an organisation, and that it may carry that name is known
        to the deployment alone.
        """
        if not hmac.compare_digest(authorization.encode(), f"Bearer {self._secret.hex()}".encode()):
            return _said(HTTPStatus.UNAUTHORIZED, "This takes the deployment's secret.")
        try:
            asked = x509.load_pem_x509_csr(body)
            names = asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            key = asked.public_key()
            is_own = asked.is_signature_valid
        except ValueError:
            return _said(HTTPStatus.BAD_REQUEST, "This is no PEM certificate request (PKCS #10).")
        if not (is_own and names and isinstance(key, ec.EllipticCurvePublicKey)):
            return _said(HTTPStatus.BAD_REQUEST, "A request is signed by its own P-256 key and has a common name.")
        issuer = self._keys.issuing
        made = certificates.seal(
            key, str(names[0].value), issuer.key, issuer.certificate, self._clock.now_micros(), address + LISTS[0]
        )
        _log.info("a development seal was issued", serial=f"{made.serial_number:x}")
        chain = (made, *self._keys.above)
        pem = b"".join(each.public_bytes(Encoding.PEM) for each in chain)
        return Answer(HTTPStatus.CREATED, "application/pem-certificate-chain", pem)


def voucher(secret: bytes, body: bytes) -> str:
    """Return what shows that a body comes from somebody who knows the secret."""
    return hmac.digest(secret, b"assidu authority\0" + body, "sha256").hex()


class AuthorityServer(ThreadingHTTPServer):
    """An authority at an address. Port 0 takes any that is free: `address` says which."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, authority: Authority, host: str = "127.0.0.1", port: int = 0) -> None:
        self.authority = authority
        super().__init__((host, port), _Handler)

    @property
    def address(self) -> str:
        """Return the base address, without a slash at its end."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"


class _Handler(BaseHTTPRequestHandler):
    server: AuthorityServer
    protocol_version = "HTTP/1.1"
    server_version = "Assidu"
    sys_version = ""
    timeout = 30
    # An answer leaves as one packet: its head and body are not held back for each other.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._guarded(lambda: self.server.authority.get(self.path) or _said(HTTPStatus.NOT_FOUND, "Nothing here."))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and int(length) <= _BODY_BYTES_MOST):
            self.close_connection = True
            self._send(_said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The length is missing, or over 64 KiB."))
            return
        body = self.rfile.read(int(length))
        if self.path == TIMESTAMPS:
            self._guarded(lambda: self.server.authority.stamp(body))
        elif self.path == SEALS:
            given = self.headers.get("Authorization", "")
            self._guarded(lambda: self.server.authority.issue(body, given, self.server.address))
        else:
            self._send(_said(HTTPStatus.NOT_FOUND, "Nothing here."))

    def _guarded(self, work: Callable[[], Answer]) -> None:
        try:
            answer = work()
        except Exception:  # noqa: BLE001 - logged whole, and whoever asked is told
            _log.exception("the development authority failed")
            answer = _said(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here; the log says what.")
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in (answer.headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Write nothing: each stamp would be a line."""


def _said(status: HTTPStatus, words: str) -> Answer:
    return Answer(status, "text/plain; charset=utf-8", f"{words}\n".encode())
