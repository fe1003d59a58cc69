"""The signature of a signed badge: JSON Web Signature, RS256, under a key that the issuer has given us."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

_COMPACT: Final = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\s*\Z")
# The one algorithm that the standard asks everybody for (Open Badges 2.0, Signed badges).
_ALGORITHM: Final = "RS256"
_KEY_LEAST_BITS: Final = 2048


def is_signed(data: bytes) -> bool:
    """Say whether bytes are a JSON Web Signature in its compact form."""
    return _COMPACT.match(data) is not None


def payload_of(data: bytes) -> Any:  # noqa: ANN401 - JSON
    """Return what is signed, unchecked; raises ValueError for what is no JSON."""
    return orjson.loads(_decoded(data.strip().split(b".")[1]))


def problem_of(data: bytes, pem: str) -> str:
    """Return what is wrong with a signature under a key, empty when it holds."""
    head, body, signature = data.strip().split(b".")
    try:
        header = orjson.loads(_decoded(head))
        key = load_pem_public_key(pem.encode())
        signed = _decoded(signature)
    except (ValueError, TypeError, UnsupportedAlgorithm, binascii.Error):
        return "The signature or the issuer's key cannot be read."
    if not isinstance(header, dict) or header.get("alg") != _ALGORITHM:
        return "The signature is not of the algorithm that badges are signed by, RS256."
    if not isinstance(key, RSAPublicKey) or key.key_size < _KEY_LEAST_BITS:
        return f"The issuer's key is no RSA key of {_KEY_LEAST_BITS} bits."
    try:
        key.verify(signed, head + b"." + body, PKCS1v15(), SHA256())
    except InvalidSignature:
        return "The signature does not hold: the badge was changed, or signed by somebody else."
    return ""


def _decoded(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
