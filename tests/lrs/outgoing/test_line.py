"""What leaves the deployment goes where it may, ends in time, and trusts nobody's word for where it went."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from lrs.outgoing.line import Line, Unanswered
from lrs.outgoing.places import Network, Refused, check_address, parse_place
from tests.lrs.forwarding.receivers import Reply, receiving

INSIDE, OUTSIDE = Network(private=True), Network()


@contextmanager
def talking(answer: bytes, *, pause_seconds: float = 0.0) -> Iterator[int]:
    """Accept connections, and say `answer` byte by byte with a pause after each."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_ones: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            open_ones.append(connection)
            try:
                for at in range(len(answer)):
                    connection.sendall(answer[at : at + 1])
                    time.sleep(pause_seconds)
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in open_ones:
            connection.close()
        thread.join(2)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "https://127.0.0.1/", "https://10.1.2.3/", "https://192.168.0.1/", "https://[::1]/",
        "https://169.254.169.254/latest/meta-data", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/", "https://[fe80::1]/", "https://[fc00::1]/", "https://0.0.0.0/", "https://100.64.0.1/",
        "https://224.0.0.1/", "https://user:pass@example.org/", "https://example.org/#x", "ftp://example.org/", "https://",
        "https://exam ple.org/", "https://example.org:99999/", "https://example.org/\r\nX: y", "//example.org/", "",
        "https://example.org/é",
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_asked_is_refused_at_once(url):
    with pytest.raises(Refused) as refused:
        parse_place(url, OUTSIDE)
    assert refused.value.problems[0].accepted if refused.value.problems else refused.value.message


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://8.8.8.8/", "http://[fe80::1]/", "http://224.0.0.1/"]
)
def test_ones_own_network_is_not_the_cloud_s_metadata_nor_the_internet_in_clear(url):
    with pytest.raises(Refused):
        parse_place(url, INSIDE)


@given(st.ip_addresses())
def test_no_private_address_is_asked_whatever_carries_it(address):
    try:
        check_address(address, OUTSIDE, is_secure=True)
    except Refused:
        return
    assert address.is_global
    assert not address.is_multicast
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    assert inner is None or inner.is_global


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1"])
def test_a_name_that_leads_inside_is_not_asked(address):
    line = Line(OUTSIDE, lookup=lambda *_: [address])
    with pytest.raises(Refused):
        line.ask("GET", "https://innocent.example/", {})


def test_the_address_that_was_checked_is_the_one_that_is_asked():
    answers = iter([["127.0.0.1"], ["192.0.2.1"]])
    with receiving() as receiver:
        line = Line(INSIDE, lookup=lambda *_: next(answers))
        answer = line.ask("POST", f"http://moving.example:{receiver.port}/x", {"X-A": "b"}, b"1")
        assert answer.status == 200
        assert receiver.asked[0].headers["host"] == f"moving.example:{receiver.port}"
        # The same connection: it is not looked up again.
        assert line.ask("POST", f"http://moving.example:{receiver.port}/y", {}, b"2").status == 200
        line.close()


def test_redirects_come_back_as_they_are():
    with receiving(lambda _: Reply(302, headers={"Location": "http://127.0.0.1:9/"})) as receiver:
        line = Line(INSIDE)
        assert line.ask("GET", receiver.url, {}).status == 302
        assert len(receiver.asked) == 1
        line.close()


@pytest.mark.parametrize(
    ("answer", "pause", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 0.0, "timeout"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 500, 0.02, "timeout"),
        (b"", 0.0, "timeout"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", 0.0, "not_http"),
    ],
)
def test_an_answer_that_does_not_end_is_ended(answer, pause, why):
    with talking(answer, pause_seconds=pause) as port:
        began = time.monotonic()
        with pytest.raises(Unanswered) as failed:
            Line(INSIDE, timeout_seconds=0.7).ask("GET", f"http://127.0.0.1:{port}/", {})
        assert failed.value.why == why
        assert time.monotonic() - began < 5


def test_an_answer_that_is_too_long_is_not_read_to_its_end():
    with receiving(lambda _: Reply(body=b"x" * 100_000)) as receiver:
        with pytest.raises(Unanswered) as failed:
            Line(INSIDE, answer_bytes_most=50_000).ask("GET", receiver.url, {})
        assert failed.value.why == "too_long"


def test_a_kept_connection_that_was_closed_meanwhile_is_opened_again():
    with receiving(lambda _: Reply(headers={"Connection": "keep-alive"})) as receiver:
        line = Line(INSIDE)
        assert line.ask("GET", receiver.url, {}).status == 200
        line._open[1].sock.shutdown(socket.SHUT_RDWR)
        assert line.ask("GET", receiver.url, {}).status == 200
        assert len(receiver.asked) == 2
        line.close()


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, private = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, private


def test_a_certificate_is_verified_against_the_name_though_the_address_is_pinned(tmp_path):
    pem, private = _certificate(tmp_path, "lrs.example")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem, private)
    trusted = ssl.create_default_context(cafile=str(pem))
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def serve() -> None:
        for _ in range(3):
            plain, _ = listener.accept()
            try:
                with server.wrap_socket(plain, server_side=True) as spoken:
                    spoken.recv(4096)
                    spoken.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            except OSError:
                plain.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    here = ["127.0.0.1"]
    right = Line(INSIDE, tls=trusted, lookup=lambda *_: here)
    assert right.ask("GET", f"https://lrs.example:{port}/", {}).status == 204
    for line, host in ((right, "other.example"), (Line(INSIDE, lookup=lambda *_: here), "lrs.example")):
        with pytest.raises(Unanswered) as failed:
            line.ask("GET", f"https://{host}:{port}/", {})
        assert failed.value.why == "tls"
    thread.join(5)
    listener.close()
