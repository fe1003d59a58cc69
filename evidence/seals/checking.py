"""Checking a sealed PDF with nothing but the file and certificates that are trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from evidence.seals import revocation
from evidence.seals.key import is_for_seals
from evidence.seals.place import Misplaced, Standing
from evidence.seals.report import Anchor, SealFlaw, SealReport, SealTrust
from evidence.seals.seal import SealLevel
from lrs.clock import Micros, to_micros
from lrs.timestamps import CheckedStamp, StampFailure, StampFlaw, check_stamp, is_development, signed_data
from lrs.timestamps.chain import ChainFlaw, NoChain, belonging, common_name, find_chain, is_valid, ordered
from lrs.timestamps.check import read_token
from lrs.timestamps.signed_data import SignedData, Unreadable, WrongSignature

# id-aa-signatureTimeStampToken (RFC 3161, appendix A).
STAMP_ATTRIBUTE: Final = "1.2.840.113549.1.9.16.2.14"


def check_seal(pdf: bytes, trust: SealTrust) -> SealReport:
    """Say what holds about the seal of `pdf`. Raises nothing: what does not hold is `flaw`.

    A seal is judged as of its timestamp, so it outlives its certificate. Any byte of a sealed file that is changed, or
    added anywhere, is noticed, also where the seal's signature does not reach.
    """
    # 1 one seal, over the whole file; 2 the file is as it was sealed; 3 by whom the seal names; 4 stamped, and when;
    # 5 with a certificate that was good then.
    from evidence.seals.pdf import find_seal  # noqa: PLC0415 - it is heavy

    report = SealReport()
    try:
        standing = find_seal(pdf)
        report = replace(report, sealed_at=to_micros(standing.sealed_at))
        signed = _signed(standing)
        # Nothing about the certificate is read before its signature is known to hold: it may be anything.
        _check_signature(signed, standing)
        report = _named(report, signed.signer)
        stamp, stamp_anchor = _stamp(signed, trust.stamps)
        report = replace(
            report,
            stamped_at=stamp.at,
            stamp_authority=stamp.authority,
            stamp_anchor=stamp_anchor,
            is_development=report.is_development or stamp.is_development,
        )
        chain, seal_anchor = _chain(signed, trust.seals, stamp.at)
        report = replace(report, seal_anchor=seal_anchor)
        level = _level(chain, stamp, standing)
    except _Flawed as flawed:
        return replace(report, flaw=flawed.flaw, problem=str(flawed))
    except Misplaced as misplaced:
        return replace(report, flaw=misplaced.flaw, problem=str(misplaced))
    except (*signed_data.UNREADABLE, UnsupportedAlgorithm):
        # Somebody signed what cannot be read: a certificate with an extension that is malformed, say.
        return replace(report, flaw=SealFlaw.MALFORMED, problem="Le cachet contient quelque chose d’illisible.")
    return replace(report, level=level)


class _Flawed(Exception):
    """Something does not hold; the message is a French sentence."""

    def __init__(self, flaw: SealFlaw, message: str) -> None:
        super().__init__(message)
        self.flaw = flaw


def _signed(standing: Standing) -> SignedData:
    try:
        signed = signed_data.parse(standing.seal)
        if (
            signed.content_type != signed_data.DATA
            or signed.content is not None
            or set(signed.unsigned) != {STAMP_ATTRIBUTE}
        ):
            raise Unreadable("il n’a pas la forme d’un cachet horodaté")
    except Unreadable as error:
        raise _Flawed(SealFlaw.MALFORMED, f"Le cachet n’est pas lisible\xa0: {error}.") from error
    return signed


def _named(report: SealReport, certificate: x509.Certificate) -> SealReport:
    return replace(
        report,
        signer=common_name(certificate),
        issuer=certificate.issuer.rfc4514_string(),
        certificate=certificate,
        is_development=is_development(certificate),
    )


def _check_signature(signed: SignedData, standing: Standing) -> None:
    if signed_data.message_digest(signed) != standing.digest:
        raise _Flawed(SealFlaw.CHANGED, "Le fichier a été modifié depuis qu’il a été scellé.")
    try:
        signed_data.verify(signed, standing.digest)
    except WrongSignature as error:
        raise _Flawed(SealFlaw.SIGNATURE, f"La signature du cachet ne tient pas\xa0: {error}.") from error
    if signed_data.write(signed) != standing.seal:
        raise _Flawed(SealFlaw.MALFORMED, "Le cachet n’est pas dans sa seule forme admise.")


def _stamp(signed: SignedData, trust: Sequence[x509.Certificate]) -> tuple[CheckedStamp, Anchor]:
    token: bytes = signed.unsigned[STAMP_ATTRIBUTE]

    def check(roots: Sequence[x509.Certificate]) -> CheckedStamp:
        return check_stamp(token, signed.signature, roots)

    try:
        try:
            return check(trust), Anchor.TRUSTED
        except StampFailure as failure:
            if failure.flaw is not StampFlaw.UNTRUSTED:
                raise
        found = read_token(token).signed
        checked = check([ordered(found.signer, found.certificates)[-1]])
        return checked, Anchor.DEVELOPMENT if checked.is_development else Anchor.UNTRUSTED
    except StampFailure as failure:
        raise _Flawed(SealFlaw.STAMP, failure.message) from failure


def _chain(
    signed: SignedData, trust: Sequence[x509.Certificate], at: Micros
) -> tuple[tuple[x509.Certificate, ...], Anchor]:
    leaf, anchor = signed.signer, Anchor.TRUSTED
    if not is_for_seals(leaf):
        raise _Flawed(SealFlaw.CERTIFICATE, f"Le certificat «\xa0{common_name(leaf)}\xa0» n’est pas fait pour sceller.")
    try:
        try:
            chain = find_chain(leaf, signed.certificates, trust, at)
        except NoChain as error:
            if error.flaw is not ChainFlaw.UNTRUSTED:
                raise
            anchor = Anchor.DEVELOPMENT if is_development(leaf) else Anchor.UNTRUSTED
            chain = _own_chain(signed, at)
    except NoChain as error:
        raise _Flawed(SealFlaw.CERTIFICATE, f"Le certificat du cachet n’est pas recevable\xa0: {error}.") from error
    if tuple(belonging(leaf, signed.certificates, chain)) != signed.certificates:
        raise _Flawed(SealFlaw.MALFORMED, "Le cachet contient un certificat dont rien ne répond.")
    return chain, anchor


def _own_chain(signed: SignedData, at: Micros) -> tuple[x509.Certificate, ...]:
    """Return the chain that the seal itself brings, of which nobody trusted knows anything."""
    leaf, last = signed.signer, ordered(signed.signer, signed.certificates)[-1]
    if last == leaf and is_valid(leaf, at):
        return (leaf,)
    return find_chain(leaf, signed.certificates, [last], at)


def _level(chain: Sequence[x509.Certificate], stamp: CheckedStamp, standing: Standing) -> SealLevel:
    found = {revocation.standing(each, standing.lists, stamp.at) for each in (chain, stamp.chain)}
    if revocation.Standing.REVOKED in found:
        raise _Flawed(SealFlaw.CERTIFICATE, "Un certificat avait été révoqué avant la date de l’horodatage.")
    return SealLevel.B_LT if found == {revocation.Standing.GOOD} else SealLevel.B_T
