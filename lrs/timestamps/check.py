"""Checking a timestamp token with nothing but the token, the bytes it is about and certificates that are trusted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from asn1crypto import tsp
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from lrs.clock import Micros, to_micros
from lrs.timestamps import signed_data
from lrs.timestamps.chain import BAD_EXTENSIONS, ChainFlaw, NoChain, belonging, common_name, find_chain
from lrs.timestamps.development import is_development
from lrs.timestamps.signed_data import UNREADABLE, SignedData, Unreadable, WrongSignature
from lrs.timestamps.stamp import CheckedStamp, StampFailure, StampFlaw

_HASHES: Final = ("sha256", "sha384", "sha512")


def check_stamp(token: bytes, data: bytes, trust: Sequence[x509.Certificate]) -> CheckedStamp:
    """Return what `token` says of `data`. Raises StampFailure, whose `flaw` names what does not hold.

    Certificates are looked at as of the token's own time: a token outlives them. Any byte of a token that is changed
    is noticed, also where no signature covers it.
    """
    found = read_token(token)
    checked = _check(found, data, trust)
    if signed_data.write(found.signed) != token or _kept(found, checked) != found.signed.certificates:
        raise StampFailure("Le jeton d’horodatage n’est pas dans sa seule forme admise.", StampFlaw.MALFORMED)
    return checked


def kept_form(token: bytes, data: bytes, trust: Sequence[x509.Certificate]) -> tuple[bytes, CheckedStamp]:
    """Check a token that just came, and return it in the form that `check_stamp` takes.

    What no signature covers is written in one way, and certificates that lead nowhere are left out: some authorities
    send those of other chains along. Raises StampFailure.
    """
    found = read_token(token)
    checked = _check(found, data, trust)
    return signed_data.write(replace(found.signed, certificates=_kept(found, checked), unsigned={})), checked


def _kept(token: Token, checked: CheckedStamp) -> tuple[x509.Certificate, ...]:
    return tuple(belonging(token.signed.signer, token.signed.certificates, checked.chain))


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it was read, not checked yet."""

    signed: SignedData
    info: Mapping[str, Any]
    at: Micros


def read_token(token: bytes) -> Token:
    """Read a token. Raises StampFailure for what is none."""
    try:
        signed = signed_data.parse(token)
        if signed.content_type != signed_data.TIMESTAMP_INFO or signed.content is None:
            raise Unreadable("ces données signées sont d’une autre nature")
        # All of it is read here: this library reads each part only when it is asked for.
        info = tsp.TSTInfo.load(signed.content, strict=True).native
        at = to_micros(info["gen_time"])
        return Token(signed, info, at)
    except (Unreadable, *UNREADABLE) as error:
        message = f"Ce n’est pas un jeton d’horodatage (RFC\xa03161)\xa0: {error}"
        raise StampFailure(message, StampFlaw.MALFORMED) from error


def _check(token: Token, data: bytes, trust: Sequence[x509.Certificate]) -> CheckedStamp:
    try:
        return _checked(token, data, trust)
    except (*UNREADABLE, UnsupportedAlgorithm) as error:
        # Somebody signed what cannot be read: a certificate with an extension that is malformed, say.
        raise StampFailure("Le jeton d’horodatage contient quelque chose d’illisible.", StampFlaw.MALFORMED) from error


def _checked(token: Token, data: bytes, trust: Sequence[x509.Certificate]) -> CheckedStamp:
    # 1 it is about these bytes; 2 it is signed; 3 by a certificate for timestamps; 4 that somebody trusted vouches for.
    imprint = token.info["message_imprint"]
    hash_name = imprint["hash_algorithm"]["algorithm"]
    if hash_name not in _HASHES or hashlib.new(hash_name, data).digest() != imprint["hashed_message"]:
        raise StampFailure("L’horodatage porte sur d’autres données.", StampFlaw.IMPRINT)
    try:
        signed_data.verify(token.signed)
    except WrongSignature as error:
        message = f"La signature de l’horodatage ne tient pas\xa0: {error}."
        raise StampFailure(message, StampFlaw.SIGNATURE) from error
    signer = token.signed.signer
    if not is_for_timestamps(signer):
        message = f"Le certificat «\xa0{common_name(signer)}\xa0» n’est pas réservé à l’horodatage."
        raise StampFailure(message, StampFlaw.PURPOSE)
    try:
        chain = find_chain(signer, token.signed.certificates, trust, token.at)
    except NoChain as error:
        flaw = StampFlaw.UNTRUSTED if error.flaw == ChainFlaw.UNTRUSTED else StampFlaw.NOT_VALID_THEN
        raise StampFailure(f"L’horodatage vient d’une autorité qui n’est pas reconnue\xa0: {error}.", flaw) from error
    return CheckedStamp(
        token.at,
        common_name(signer),
        token.info["serial_number"],
        token.info["policy"],
        chain,
        is_development(signer),
    )


def is_for_timestamps(certificate: x509.Certificate) -> bool:
    """Say whether a certificate is for timestamps and nothing else, and says so critically (RFC 3161 2.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, *BAD_EXTENSIONS):
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
