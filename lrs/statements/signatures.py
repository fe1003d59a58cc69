"""Signed statements: a JSON Web Signature as an attachment (xAPI 1.0.3 Part Two 2.6)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from lrs.errors import InvalidRequest, Problem
from lrs.statements.equality import is_same_statement
from lrs.statements.multipart import Part
from lrs.statements.parse import parse_strictly

USAGE_TYPE: Final = "http://adlnet.gov/expapi/attachments/signature"
CONTENT_TYPE: Final = "application/octet-stream"
_ALGORITHMS: Final[Mapping[str, type[HashAlgorithm]]] = {"RS256": SHA256, "RS384": SHA384, "RS512": SHA512}
_RULE: Final = "XAPI-00115"


class _Malformed(Exception):
    """The signature breaks a rule; the text says which and what would be accepted."""

    def __init__(self, message: str, accepted: str, requirement: str = _RULE) -> None:
        super().__init__(message)
        self.message, self.accepted, self.requirement = message, accepted, requirement


def signature_problems(statement: dict[str, Any], base: str, parts: Iterable[Part]) -> list[Problem]:
    """Check every signature attached to a valid statement.

    1. It is declared as application/octet-stream. 2. Its bytes are there. 3. They are a compact JWS by
    RS256, RS384 or RS512. 4. Its payload is this statement without the signature. 5. When an X.509
    certificate is included, the signature verifies against it. That a signature passes says that it is
    well formed, never who signed.
    """
    contents = {part.sha2: part.content for part in parts}
    problems = []
    for at, attachment in enumerate(statement.get("attachments", ())):
        if attachment["usageType"] != USAGE_TYPE:
            continue
        try:
            # 1.
            if attachment["contentType"].partition(";")[0].strip().lower() != CONTENT_TYPE:
                message = "A signature's contentType is another."
                raise _Malformed(message, CONTENT_TYPE)
            # 2. A fileUrl does not help: a signature that can change or vanish proves nothing.
            content = contents.get(attachment["sha2"].lower())
            if content is None:
                message = "The signature's bytes were not sent."
                raise _Malformed(message, "a part with this hash in multipart/mixed")
            _check(content, statement, at)
        except _Malformed as error:
            problems.append(Problem(f"{base}/attachments/{at}", error.message, error.accepted, error.requirement))
    return problems


def _check(content: bytes, statement: dict[str, Any], at: int) -> None:
    # 3.
    try:
        protected, payload, signature = content.strip().split(b".")
        header = orjson.loads(_decoded(protected))
        signed = _decoded(payload)
        value = _decoded(signature)
    except (ValueError, binascii.Error) as error:
        message = "The signature is not a JSON Web Signature in compact form."
        raise _Malformed(message, "three base64url texts joined by dots (RFC 7515)") from error
    algorithm = header.get("alg") if isinstance(header, dict) else None
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        message = "The signature's algorithm is not one that xAPI takes."
        raise _Malformed(message, ", ".join(_ALGORITHMS), "XAPI-00117")
    # 4.
    _check_payload(signed, statement, at)
    # 5.
    if header.get("x5c"):
        key = _certificate_key(header["x5c"])
        try:
            key.verify(value, protected + b"." + payload, PKCS1v15(), _ALGORITHMS[algorithm]())
        except InvalidSignature as error:
            message = "The signature does not verify against the certificate that comes with it."
            raise _Malformed(message, "a signature by the key of x5c's first certificate", "XAPI-00117") from error


def _check_payload(signed: bytes, statement: dict[str, Any], at: int) -> None:
    message = "The signature's payload is not this statement as it was before signing."
    try:
        original = parse_strictly(signed)
        if not isinstance(original, dict):
            raise _Malformed(message, "a JSON statement", "XAPI-00116")
        received = {**statement, "attachments": [item for n, item in enumerate(statement["attachments"]) if n != at]}
        for part in (received, original):
            if not part.get("attachments"):
                part.pop("attachments", None)
        same = is_same_statement(orjson.dumps(original), orjson.dumps(received))
    except (InvalidRequest, KeyError, TypeError, ValueError, AttributeError, orjson.JSONEncodeError) as error:
        raise _Malformed(message, "a JSON serialisation of the statement", "XAPI-00116") from error
    if not same:
        raise _Malformed(message, "a statement logically equivalent to the one received", "XAPI-00116")


def _certificate_key(chain: object) -> RSAPublicKey:
    message = "The signature's x5c holds no usable X.509 certificate."
    accepted = "a list of base64 DER certificates, the signer's first, with an RSA key"
    if not (isinstance(chain, list) and isinstance(chain[0], str)):
        raise _Malformed(message, accepted)
    try:
        key = x509.load_der_x509_certificate(base64.b64decode(chain[0])).public_key()
    except (ValueError, binascii.Error) as error:
        raise _Malformed(message, accepted) from error
    if not isinstance(key, RSAPublicKey):
        raise _Malformed(message, accepted)
    return key


def _decoded(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
