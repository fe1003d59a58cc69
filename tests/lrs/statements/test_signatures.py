"""Signed statements: xAPI 1.0.3 Part Two 2.6, XAPI-00113 to XAPI-00118."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from lrs.statements.multipart import Part
from lrs.statements.signatures import CONTENT_TYPE, USAGE_TYPE, signature_problems

Json = dict[str, Any]
ALGORITHMS = {"RS256": hashes.SHA256, "RS384": hashes.SHA384, "RS512": hashes.SHA512}
STATEMENT: Json = {
    "id": "12345678-1234-4234-8234-123456789abc",
    "actor": {"mbox": "mailto:a@example.org"},
    "verb": {"id": "urn:v", "display": {"fr": "a signé"}},
    "object": {"id": "urn:a"},
    "result": {"duration": "PT1.234S", "score": {"raw": 1.5}},
    "timestamp": "2026-01-05T08:00:00Z",
}
OTHER = {
    "usageType": "urn:u",
    "display": {},
    "contentType": "text/plain",
    "length": 1,
    "sha2": "0" * 64,
    "fileUrl": "urn:f",
}


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(*, elliptic: bool = False) -> str:
    signer = ec.generate_private_key(ec.SECP256R1()) if elliptic else key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "essai")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signer.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .sign(signer, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(Encoding.DER)).decode()


def encoded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def jws(payload: bytes, algorithm: str = "RS256", **header: Any) -> bytes:
    signed = encoded(json.dumps({"alg": algorithm, **header}).encode()) + b"." + encoded(payload)
    hashed = ALGORITHMS.get(algorithm, hashes.SHA256)()
    return signed + b"." + encoded(key().sign(signed, padding.PKCS1v15(), hashed))


def signed(
    content: bytes, *, before: tuple[Json, ...] = (), value: Json = STATEMENT, **attachment: Any
) -> tuple[Json, list[Part]]:
    """Attach a signature to a statement."""
    sha2 = sha256(content).hexdigest()
    item = {
        "usageType": USAGE_TYPE,
        "display": {},
        "contentType": CONTENT_TYPE,
        "length": len(content),
        "sha2": sha2.upper(),
        **attachment,
    }
    return {**value, "attachments": [*before, item]}, [Part(sha2, CONTENT_TYPE, content)]


def messages(value: Json, parts: list[Part]) -> list[str]:
    return [problem.message for problem in signature_problems(value, "/3", parts)]


PLAIN = json.dumps(STATEMENT).encode()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signature_by_each_algorithm_with_its_certificate_is_taken(algorithm):
    assert messages(*signed(jws(PLAIN, algorithm, x5c=[certificate()]))) == []


def test_without_a_certificate_the_form_is_all_that_can_be_checked():
    assert messages(*signed(jws(PLAIN))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"stored": "2026-01-05T09:00:00Z"},
        {"authority": {"mbox": "mailto:x@example.org"}},
        {"verb": {"id": "urn:v"}},
        {"result": {"duration": "PT1.23S", "score": {"raw": 1.50}}},
        {"timestamp": "2026-01-05T09:00:00+01:00"},
        {"attachments": []},
    ],
)
def test_the_payload_is_compared_as_statements_are(changes):
    assert messages(*signed(jws(json.dumps({**STATEMENT, **changes}).encode()))) == []


def test_the_payload_is_the_statement_with_its_other_attachments():
    payload = json.dumps({**STATEMENT, "attachments": [OTHER]}).encode()

    assert messages(*signed(jws(payload), before=(OTHER,))) == []
    assert messages(*signed(jws(PLAIN), before=(OTHER,))) == [
        "The signature's payload is not this statement as it was before signing."
    ]


def test_attachments_of_other_use_are_not_looked_at():
    assert messages({**STATEMENT, "attachments": [OTHER]}, []) == []


WRONG_KEY = "The signature does not verify against the certificate that comes with it."
NOT_THIS = "The signature's payload is not this statement as it was before signing."
NO_JWS = "The signature is not a JSON Web Signature in compact form."
NO_ALGORITHM = "The signature's algorithm is not one that xAPI takes."
NO_CERTIFICATE = "The signature's x5c holds no usable X.509 certificate."


def forged() -> bytes:
    good = jws(PLAIN, x5c=[certificate()])
    head, payload, value = good.split(b".")
    return head + b"." + payload + b"." + value[:-8] + b"AAAAAAAA"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: b"", NO_JWS),
        (lambda: b"a.b", NO_JWS),
        (lambda: b"a.b.c.d", NO_JWS),
        (lambda: b"....", NO_JWS),
        (lambda: b"\xff.\xff.\xff", NO_JWS),
        (lambda: b"e30.!!.AA", NO_JWS),
        (lambda: encoded(b"{") + b".e30.AA", NO_JWS),
        (lambda: b'{"payload":"","signatures":[]}', NO_JWS),
        (lambda: encoded(b"[]") + b".e30.AA", NO_ALGORITHM),
        (lambda: encoded(b"null") + b".e30.AA", NO_ALGORITHM),
        (lambda: encoded(b'{"alg":["RS256"]}') + b".e30.AA", NO_ALGORITHM),
        (lambda: jws(PLAIN, "none"), NO_ALGORITHM),
        (lambda: jws(PLAIN, "HS256"), NO_ALGORITHM),
        (lambda: jws(PLAIN, "ES256"), NO_ALGORITHM),
        (lambda: jws(b""), NOT_THIS),
        (lambda: jws(b"[]"), NOT_THIS),
        (lambda: jws(b"{}"), NOT_THIS),
        (lambda: jws(b"\xff"), NOT_THIS),
        (lambda: jws(b'{"actor":1,"verb":2,"object":3}'), NOT_THIS),
        (lambda: jws(b"[" * 5_000), NOT_THIS),
        (lambda: jws(b'{"actor":{},"verb":{},"object":{}}'), NOT_THIS),
        (lambda: jws(PLAIN.replace(b"1.5", b"1.6")), NOT_THIS),
        (lambda: jws(PLAIN.replace(b"{", b'{"id":"x",', 1)), NOT_THIS),
        (lambda: jws(PLAIN.replace(b"PT1.2", b"PT1.3")), NOT_THIS),
        (lambda: jws(b'{"id":5,' + PLAIN[PLAIN.index(b'"actor"') :]), NOT_THIS),
        (lambda: jws(PLAIN.replace(b'"urn:a"', b'["urn:a"]')), NOT_THIS),
        (lambda: jws(PLAIN.replace(b"2026-", b"x")), NOT_THIS),
        (lambda: jws(PLAIN.replace(b'"PT1.234S"', b"1")), NOT_THIS),
        (forged, WRONG_KEY),
        (lambda: jws(PLAIN, x5c="x"), NO_CERTIFICATE),
        (lambda: jws(PLAIN, x5c={"a": 1}), NO_CERTIFICATE),
        (lambda: jws(PLAIN, x5c=[1]), NO_CERTIFICATE),
        (lambda: jws(PLAIN, x5c=["AAAA"]), NO_CERTIFICATE),
        (lambda: jws(PLAIN, x5c=["é"]), NO_CERTIFICATE),
        (lambda: jws(PLAIN, x5c=[certificate(elliptic=True)]), NO_CERTIFICATE),
    ],
)
def test_a_signature_that_breaks_a_rule_is_refused_and_said_why(content, message):
    assert messages(*signed(content())) == [message]


def test_a_signature_is_declared_as_octets_and_its_bytes_are_sent():
    value, parts = signed(jws(PLAIN), contentType="text/plain")
    assert messages(value, parts) == ["A signature's contentType is another."]

    value, _ = signed(jws(PLAIN), fileUrl="https://example.org/signature")
    assert messages(value, []) == ["The signature's bytes were not sent."]


def test_the_problem_points_at_the_attachment():
    value, _ = signed(b"x", before=(OTHER,))

    assert [problem.pointer for problem in signature_problems(value, "/3", [])] == ["/3/attachments/1"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(STATEMENT)) | st.text(), inner, max_size=4)
    ),
    max_leaves=8,
)


def unsigned(header: Any, payload: bytes) -> bytes:
    return b".".join(encoded(part) for part in (json.dumps(header).encode(), payload, b"x"))


@given(
    st.binary()
    | st.builds(unsigned, JSON_VALUES, st.binary())
    | st.builds(
        unsigned,
        st.fixed_dictionaries({"alg": st.just("RS256")}, optional={"x5c": JSON_VALUES}),
        JSON_VALUES.map(json.dumps).map(str.encode),
    )
    | st.builds(
        lambda changes: unsigned({"alg": "RS256"}, json.dumps({**STATEMENT, **changes}).encode()),
        st.dictionaries(st.sampled_from(sorted(STATEMENT)), JSON_VALUES, max_size=2),
    )
)
def test_any_bytes_are_a_signature_or_refused(content):
    assert len(messages(*signed(content))) <= 1
