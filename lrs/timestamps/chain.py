"""From a certificate to one that is trusted, at one instant (RFC 5280 6, by the library cryptography)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import verification
from cryptography.x509.oid import NameOID

from lrs.clock import Micros, to_datetime

_LONGEST: Final = 8
# What the library raises on extensions that are malformed, when they are first asked for.
BAD_EXTENSIONS: Final = (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)


class ChainFlaw(StrEnum):
    """Why there is no chain."""

    UNTRUSTED = "untrusted"
    NOT_VALID_THEN = "not valid then"


class NoChain(Exception):
    """No chain of certificates that were valid at the instant ends at one that is trusted."""

    def __init__(self, message: str, flaw: ChainFlaw) -> None:
        super().__init__(message)
        self.flaw = flaw


def find_chain(
    leaf: x509.Certificate, others: Iterable[x509.Certificate], roots: Sequence[x509.Certificate], at: Micros
) -> tuple[x509.Certificate, ...]:
    """Return the certificates from `leaf` to one of `roots`, both included. Raises NoChain."""
    between = [each for each in others if each != leaf]
    instant = to_datetime(at)
    try:
        return _verified(leaf, between, roots, instant)
    except (verification.VerificationError, ValueError) as error:
        whole = ordered(leaf, [*roots, *between])
        late = [each for each in whole if not is_valid(each, at)]
        if late and whole[-1] in roots:
            name = common_name(late[0])
            message = f"le certificat «\xa0{name}\xa0» n’était pas valable le {instant:%d/%m/%Y à %H:%M:%S} UTC"
            raise NoChain(message, ChainFlaw.NOT_VALID_THEN) from error
        message = f"aucun certificat de confiance ne répond de «\xa0{common_name(leaf)}\xa0»"
        raise NoChain(message, ChainFlaw.UNTRUSTED) from error


def ordered(leaf: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return the certificates from `leaf` to as far as those at hand lead, by their signatures alone."""
    found = [leaf]
    while len(found) <= _LONGEST:
        above = next((each for each in others if each not in found and _issued(found[-1], each)), None)
        if above is None:
            break
        found.append(above)
    return tuple(found)


def belonging(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], chain: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """Return those of `others`, in their order, of which a signature covers every byte.

    They are of the chain that was found, or lead from `leaf` to a root that vouches for itself.
    """
    own = ordered(leaf, others)
    covered = {*chain, *own} if is_self_signed(own[-1]) else {*chain}
    return [each for each in others if each in covered]


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Say whether a certificate vouches for itself, and its signature says so."""
    return _issued(certificate, certificate)


def is_valid(certificate: x509.Certificate, at: Micros) -> bool:
    """Say whether `at` is within a certificate's validity."""
    return certificate.not_valid_before_utc <= to_datetime(at) <= certificate.not_valid_after_utc


def common_name(certificate: x509.Certificate) -> str:
    """Return what a certificate's subject is called: its common name, else the whole of it."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _verified(
    leaf: x509.Certificate, between: list[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> tuple[x509.Certificate, ...]:
    if not roots:
        raise verification.VerificationError
    policy = verification.PolicyBuilder().store(verification.Store(list(roots))).time(at).max_chain_depth(_LONGEST)
    # What the leaf is for is looked at by whoever asks for the chain: the library knows only web servers.
    anything = verification.ExtensionPolicy.permit_all()
    policy = policy.extension_policies(ee_policy=anything, ca_policy=_authorities(anything))
    return tuple(policy.build_client_verifier().verify(leaf, between).chain)


def _authorities(anything: verification.ExtensionPolicy) -> verification.ExtensionPolicy:
    """Ask of every certificate above the leaf that it may issue certificates (RFC 5280 6.1.4 k and n)."""
    either = verification.Criticality.AGNOSTIC
    return anything.require_present(x509.BasicConstraints, either, _may_issue).may_be_present(
        x509.KeyUsage, either, _may_sign
    )


def _may_issue(_: object, certificate: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError(f"{common_name(certificate)} may not issue certificates")


def _may_sign(_: object, certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError(f"{common_name(certificate)} may not sign certificates")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
