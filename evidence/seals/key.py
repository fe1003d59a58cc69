"""The key and certificates that an organisation seals with: read from a PKCS#12 file, kept, and fit or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

import msgspec
from asn1crypto import pkcs12
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from lrs.clock import Micros, to_datetime
from lrs.errors import InvalidRequest, Problem
from lrs.timestamps.chain import BAD_EXTENSIONS, NoChain, find_chain, ordered
from lrs.timestamps.signed_data import UNREADABLE, PrivateKey

RSA_BITS_LEAST: Final = 2048
FILE_BYTES_MOST: Final = 64 * 1024
PASSPHRASE_MOST: Final = 1024
_CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")
# For which a certificate may be, when it names what it is for: documents (RFC 9336, Adobe, Microsoft), mail and client
# authentication, which issuers of seals put into them, or anything.
_PURPOSES: Final = frozenset(
    {
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
        ObjectIdentifier("1.2.840.113583.1.1.5"),
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    }
)
_FILE_POINTER: Final = "/pkcs12"
E = TypeVar("E", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class SealKey:
    """A key with its certificate and those above it, the certificate first."""

    key: PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        """Return the certificate of the seal itself."""
        return self.chain[0]


class _Kept(msgspec.Struct, frozen=True, tag="assidu-seal/1"):
    """How a key is written before the vault wraps it. Changing it makes what is kept unreadable."""

    key: bytes  # PKCS #8, DER
    chain: list[bytes]  # DER


def encode_key(key: SealKey) -> bytes:
    """Return the bytes that `decode_key` reads again. They are secret."""
    private = key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return msgspec.msgpack.encode(_Kept(private, [each.public_bytes(Encoding.DER) for each in key.chain]))


def decode_key(data: bytes) -> SealKey:
    """Read what `encode_key` wrote. Raises ValueError."""
    try:
        kept = msgspec.msgpack.decode(data, type=_Kept)
    except msgspec.MsgspecError as error:
        raise ValueError("this is no seal") from error
    # It was looked at when it came; looking again at whether an RSA key's factors are prime takes longer than sealing.
    key = load_der_private_key(kept.key, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError("a seal has an elliptic curve key or an RSA key")
    return SealKey(key, tuple(x509.load_der_x509_certificate(each) for each in kept.chain))


def parse_key_file(data: bytes, passphrase: str, now: Micros, trust: Sequence[x509.Certificate] = ()) -> SealKey:
    """Read a PKCS#12 file (.p12, .pfx) with the key of a seal, and its certificates.

    Raises InvalidRequest listing everything that makes it unfit: it does not open, has no private key, its
    certificate is over or not valid yet, is not for sealing, has too weak a key, or, with `trust`, is issued by
    nobody trusted. The passphrase is used here and kept nowhere.
    """
    key, leaf, others = _open(data, passphrase)
    chain = ordered(leaf, others)
    problems = [*_key_problems(key, leaf), *_certificate_problems(leaf, now)]
    if trust and not problems:
        problems += _trust_problems(chain, trust, now)
    if problems or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise InvalidRequest("This key file cannot seal documents; nothing was changed.", problems)
    return SealKey(key, chain)


def _open(data: bytes, passphrase: str) -> tuple[object, x509.Certificate, list[x509.Certificate]]:
    try:
        # Read down to where the passphrase is asked for: a wrong one is told from a file that is none.
        pkcs12.Pfx.load(data, strict=True)["auth_safe"]["content_type"].native  # noqa: B018 - reading is lazy
    except UNREADABLE as error:
        raise _refusal("This is no PKCS#12 file.", "the bytes of a .p12 or .pfx file, in base64") from error
    try:
        opened = load_pkcs12(data, passphrase.encode())
    except UnsupportedAlgorithm as error:
        accepted = "a file encrypted with AES, as `openssl pkcs12 -export` writes today"
        raise _refusal("The file is encrypted in a way that is no longer supported.", accepted) from error
    except (ValueError, TypeError, x509.InvalidVersion) as error:
        problem = Problem("/passphrase", "The passphrase does not open the file.", "the one it was exported with")
        raise InvalidRequest("This key file cannot be opened; nothing was changed.", [problem]) from error
    if opened.key is None:
        raise _refusal("The file has no private key.", "an export with the private key")
    if opened.cert is None:
        raise _refusal("The file has no certificate that goes with its key.", "an export with the certificate")
    return opened.key, opened.cert.certificate, [each.certificate for each in opened.additional_certs]


def _refusal(message: str, accepted: str) -> InvalidRequest:
    return InvalidRequest("This key file cannot be used; nothing was changed.", [_problem(message, accepted)])


def _problem(message: str, accepted: str) -> Problem:
    return Problem(_FILE_POINTER, message, accepted)


def _key_problems(key: object, leaf: x509.Certificate) -> Iterator[Problem]:
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < RSA_BITS_LEAST:
            yield _problem(f"The RSA key has {key.key_size} bits.", f"at least {RSA_BITS_LEAST}")
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        if key.curve.name not in _CURVES:
            yield _problem(f"The key is on the curve {key.curve.name}.", "P-256, P-384 or P-521")
    else:
        yield _problem("The key is of another kind.", "an elliptic curve key (P-256, P-384, P-521) or RSA")
        return
    if key.public_key() != leaf.public_key():
        yield _problem("The private key is not that of the certificate.", "a key and certificate that go together")


def _certificate_problems(leaf: x509.Certificate, now: Micros) -> Iterator[Problem]:
    instant = to_datetime(now)
    if instant > leaf.not_valid_after_utc:
        yield _problem(f"The certificate expired at {leaf.not_valid_after_utc.isoformat()}.", "a certificate valid now")
    if instant < leaf.not_valid_before_utc:
        message = f"The certificate is valid only from {leaf.not_valid_before_utc.isoformat()}."
        yield _problem(message, "a certificate valid now")
    if not is_for_seals(leaf):
        accepted = "a certificate for signing or sealing documents: digitalSignature or nonRepudiation, no authority"
        yield _problem("The certificate is for something else.", accepted)


def _trust_problems(chain: Sequence[x509.Certificate], trust: Sequence[x509.Certificate], now: Micros) -> list[Problem]:
    try:
        find_chain(chain[0], chain[1:], trust, now)
    except NoChain:
        accepted = "a file with all certificates up to one of ASSIDU_SEAL_TRUST"
        return [_problem("No certificate that this deployment trusts vouches for it.", accepted)]
    return []


def is_for_seals(leaf: x509.Certificate) -> bool:
    """Say whether what a certificate says of its use allows to seal documents (RFC 5280 4.2.1.3, 4.2.1.9, 4.2.1.12)."""
    try:
        extensions = leaf.extensions
    except BAD_EXTENSIONS:
        return False
    constraints = _find(extensions, x509.BasicConstraints)
    usage = _find(extensions, x509.KeyUsage)
    purposes = _find(extensions, x509.ExtendedKeyUsage)
    return (
        not (constraints is not None and constraints.ca)
        and (usage is None or usage.digital_signature or usage.content_commitment)
        and (purposes is None or bool(_PURPOSES & set(purposes)))
    )


def _find(extensions: x509.Extensions, kind: type[E]) -> E | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
