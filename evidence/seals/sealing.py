"""Sealing PDF files with the organisation's seal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from evidence.seals.checking import STAMP_ATTRIBUTE, check_seal
from evidence.seals.enrolment import Issuer, enrol
from evidence.seals.key import SealKey, decode_key, encode_key, parse_key_file
from evidence.seals.lists import RevocationLists
from evidence.seals.place import NotReadable, Room
from evidence.seals.report import SealFlaw, SealTrust
from evidence.seals.seal import (
    SealedFile,
    SealExpired,
    SealMissing,
    SealNotYetValid,
    SealProblem,
    SealRevoked,
    SealState,
    SealUnreadable,
)
from lrs.clock import Clock, Micros, to_datetime, to_micros
from lrs.errors import Conflict, InvalidRequest, KeyUnreadable
from lrs.tenancy import OrganisationId
from lrs.timestamps import Stamp, Stamper, is_development, signed_data
from lrs.timestamps.chain import common_name, ordered
from lrs.timestamps.check import read_token
from lrs.vault import Purpose, Vault

# Room for a stamp while none of this authority's has been seen yet; later, of the largest seen and this much more.
_FIRST_STAMP_BYTES: Final = 12 * 1024
_MORE_BYTES: Final = 128


class Seals:
    """The seals of all organisations. Safe to share among threads; several processes may seal at once.

    `issuer` makes seals for development where an organisation has none; None for nobody does. `name_of` says what an
    organisation is called. `trust` are the certificates that an uploaded seal must come from, when there are any.
    """

    def __init__(
        self,
        vault: Vault,
        clock: Clock,
        stamper: Stamper,
        name_of: Callable[[OrganisationId], str],
        *,
        issuer: Issuer | None = None,
        trust: Sequence[x509.Certificate] = (),
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._stamper = stamper
        self._name_of = name_of
        self._issuer = issuer
        self._trust = tuple(trust)
        self._lists = RevocationLists(issuer.revocation_lists if issuer else None)
        self._stamps: tuple[int, tuple[x509.Certificate, ...]] | None = None

    def state(self, organisation: OrganisationId) -> SealState:
        """Say whether `organisation` can seal now, and as whom. Makes nothing and asks nobody."""
        stamps_for_development = self._stamper.is_development
        try:
            key = self._find(organisation)
        except SealUnreadable:
            return SealState(SealProblem.WRONG_SECRET, None, None, None, None, None, stamps_for_development)
        if key is None:
            problem = None if self._issuer else SealProblem.MISSING
            return SealState(problem, None, None, None, None, None, self._issuer is not None)
        leaf = key.certificate
        return SealState(
            _problem(leaf, self._clock.now_micros()),
            leaf.subject.rfc4514_string(),
            leaf.issuer.rfc4514_string(),
            to_micros(leaf.not_valid_before_utc),
            to_micros(leaf.not_valid_after_utc),
            leaf.fingerprint(hashes.SHA256()).hex(),
            stamps_for_development or is_development(leaf),
        )

    def upload(self, organisation: OrganisationId, file: bytes, passphrase: str) -> SealState:
        """Make the key of a PKCS#12 file the seal of `organisation` from now on, and return its state.

        Seals before it are kept, and what they sealed stays as it is. Raises InvalidRequest listing all that makes the
        file unfit, Conflict when another was uploaded in the same moment.
        """
        key = parse_key_file(file, passphrase, self._clock.now_micros(), self._trust)
        kept = self._vault.versions(organisation, Purpose.SEAL)
        self._vault.put(organisation, Purpose.SEAL, encode_key(key), after=kept[-1][0] if kept else 0)
        return self.state(organisation)

    def seal(self, organisation: OrganisationId, pdf: bytes) -> SealedFile:
        """Return `pdf` sealed and stamped: PAdES-B-T, B-LT when the authorities said that nothing is withdrawn.

        The file that comes back has been checked as anybody would check it. Raises SealMissing, SealExpired,
        SealNotYetValid, SealRevoked, SealUnreadable, InvalidRequest for bytes that are no PDF or have a seal already,
        and any of `lrs.timestamps.STAMP_FAILURES`; never returns a file that is not sealed and stamped.
        """
        key = self._find(organisation) or self._enrol(organisation)
        now = self._clock.now_micros()
        _refuse_out_of_time(key.certificate, now)
        stamp_bytes, stamp_chain = self._stamps or self._probe()
        certificates = (*key.chain, *stamp_chain)
        lists = tuple(dict.fromkeys((*self._lists.of(key.chain), *self._lists.of(stamp_chain))))
        while True:
            room = _room(pdf, now, _seal_bytes(key) + stamp_bytes, certificates, lists)
            signed = signed_data.sign(signed_data.DATA, None, room.digest, key.chain, key.key)
            stamp = self._stamper.stamp(signed.signature)
            stamped = replace(signed, unsigned={STAMP_ATTRIBUTE: stamp.token})
            seal = signed_data.write(stamped)
            self._remember(stamp)
            if len(seal) <= room.size:
                return self._checked(room.fill(seal), key, stamp, stamp_chain)
            # The authority has begun to send more along than it did; once more, with room for it.
            stamp_bytes = len(stamp.token) + _MORE_BYTES

    def _find(self, organisation: OrganisationId) -> SealKey | None:
        """Return the newest seal of an organisation. Raises SealUnreadable.

        Opened each time, which takes less than a millisecond: a key that is replaced, or restored from a backup, is
        the one in use at once, in every process.
        """
        try:
            secret = self._vault.find(organisation, Purpose.SEAL)
            return None if secret is None else decode_key(secret.data)
        except KeyUnreadable as error:
            raise SealUnreadable(error.message) from error
        except (ValueError, TypeError) as error:
            message = "The kept seal is not one that this version of Assidu reads; nothing was changed."
            raise SealUnreadable(message) from error

    def _enrol(self, organisation: OrganisationId) -> SealKey:
        """Have a seal for development issued and kept; the first of several who do so at once wins."""
        if self._issuer is None:
            message = "The organisation has no seal: upload its PKCS#12 file at POST /api/v1/organisation/seal."
            raise SealMissing(message)
        key = enrol(self._issuer, self._name_of(organisation))
        try:
            self._vault.put(organisation, Purpose.SEAL, encode_key(key), after=0)
        except Conflict:
            first = self._find(organisation)
            if first is None:
                raise
            return first
        return key

    def _probe(self) -> tuple[int, tuple[x509.Certificate, ...]]:
        """Have something stamped, to learn what this authority's stamps weigh and who signs them."""
        self._remember(self._stamper.stamp(b"assidu"))
        return self._stamps or (_FIRST_STAMP_BYTES, ())

    def _remember(self, stamp: Stamp) -> None:
        signed = read_token(stamp.token).signed
        chain = ordered(signed.signer, signed.certificates)
        largest = self._stamps[0] if self._stamps else 0
        self._stamps = (max(largest, len(stamp.token) + _MORE_BYTES), chain)

    def _checked(self, pdf: bytes, key: SealKey, stamp: Stamp, stamp_chain: Sequence[x509.Certificate]) -> SealedFile:
        report = check_seal(pdf, SealTrust(seals=key.chain[-1:], stamps=tuple(stamp_chain[-1:])))
        if report.flaw is SealFlaw.CERTIFICATE:
            _refuse_out_of_time(key.certificate, stamp.at)
            raise SealRevoked(f"What would be sealed now would not hold: {report.problem} Nothing was sealed.")
        if report.flaw is not None or report.level is None or report.sealed_at is None:
            # Not the caller's doing, and nothing that a caller could act on: what was made is thrown away.
            raise AssertionError(f"a file that was just sealed does not hold: {report.flaw} {report.problem}")
        return SealedFile(
            pdf,
            report.level,
            common_name(key.certificate),
            report.sealed_at,
            stamp.at,
            stamp.authority,
            stamp.is_qualified,
            report.is_development,
        )


def _room(pdf: bytes, now: Micros, size: int, certificates: Sequence[x509.Certificate], lists: Sequence[bytes]) -> Room:
    from evidence.seals.pdf import make_room  # noqa: PLC0415 - it is heavy

    try:
        return make_room(pdf, to_datetime(now).replace(microsecond=0), size, certificates, lists)
    except NotReadable as error:
        raise InvalidRequest(str(error)) from error


def _seal_bytes(key: SealKey) -> int:
    """Return how much a seal by this key weighs at most, without its stamp."""
    attributes_and_signature = 1024
    return attributes_and_signature + sum(len(each.public_bytes(Encoding.DER)) for each in key.chain)


def _problem(leaf: x509.Certificate, now: Micros) -> SealProblem | None:
    instant = to_datetime(now)
    if instant > leaf.not_valid_after_utc:
        return SealProblem.EXPIRED
    return SealProblem.NOT_YET if instant < leaf.not_valid_before_utc else None


def _refuse_out_of_time(leaf: x509.Certificate, now: Micros) -> None:
    problem = _problem(leaf, now)
    if problem is SealProblem.EXPIRED:
        message = f"The seal's certificate expired at {leaf.not_valid_after_utc.isoformat()}: upload the one after it."
        raise SealExpired(message)
    if problem is SealProblem.NOT_YET:
        begins = leaf.not_valid_before_utc.isoformat()
        raise SealNotYetValid(f"The seal's certificate is valid only from {begins}; this machine's clock says earlier.")
