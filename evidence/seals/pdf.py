"""Where a seal stands in a PDF: the room for it, what it covers, and reading it again. No cryptography but digests."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Final

from asn1crypto import crl as asn1_crl
from asn1crypto import parser
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest, SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from evidence.seals.report import SealFlaw

FIELD: Final = "Cachet"
# The one way that seals are written: in capitals, without white space.
_DIGITS: Final = re.compile(rb"(?:[0-9A-F]{2})+")
# What the library that writes it writes: always from the first byte.
_RANGE: Final = re.compile(rb"/ByteRange \[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\]")
_MARK: Final = b"assidu: the seal stands here"
_READABLE: Final = "Cachet électronique de l’organisme de formation"
# What this library raises on bytes that are no PDF, or one that was damaged.
UNREADABLE: Final = (
    PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, AssertionError,
    RecursionError, EOFError, NotImplementedError, zlib.error,
)  # fmt: skip


class NotReadable(Exception):
    """The bytes are no PDF, or not one that a seal fits into or stands in; the message says which."""


class Misplaced(Exception):
    """The bytes are no PDF with one seal that covers all of it; `flaw` says what is wrong, the message in French."""

    def __init__(self, flaw: SealFlaw, message: str) -> None:
        super().__init__(message)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Room:
    """A PDF with room for a seal, and the SHA-256 of all of it but that room."""

    digest: bytes
    _output: BytesIO = field(repr=False)
    _place: PreparedByteRangeDigest = field(repr=False)

    @property
    def size(self) -> int:
        """Return how many bytes of seal fit in."""
        return (self._place.reserved_region_end - self._place.reserved_region_start - 2) // 2

    def fill(self, seal: bytes) -> bytes:
        """Return the PDF with `seal` in its room; there must be enough of it."""
        self._place.fill_with_cms(self._output, seal)
        return self._output.getvalue()


@dataclass(frozen=True, slots=True)
class Standing:
    """The seal of a PDF as it stands there: nothing about it is checked yet but that it covers the whole file."""

    seal: bytes = field(repr=False)
    digest: bytes
    sealed_at: datetime
    lists: tuple[x509.CertificateRevocationList, ...] = field(repr=False)


class _Writer(IncrementalPdfFileWriter):
    """Leaves the document's metadata as the layout wrote them: PDF/A and PDF/UA are claimed there, in a fixed form."""

    def _update_meta(self) -> None:
        """Change nothing."""


def make_room(
    pdf: bytes,
    sealed_at: datetime,
    size: int,
    certificates: Sequence[x509.Certificate] = (),
    lists: Sequence[bytes] = (),
) -> Room:
    """Return `pdf` with an invisible seal field and room for `size` bytes in it; raise NotReadable.

    The seal forbids any later change (DocMDP 1). Revocation `lists`, with `certificates`, are put into the file
    before it is sealed, so that the seal covers them too: there is nothing in the file that it does not cover.
    """
    try:
        writer = _Writer(BytesIO(pdf))
        if next(enumerate_sig_fields(writer), None) is not None:
            raise NotReadable("The PDF has a seal or a field for one already.")
        if lists:
            DocumentSecurityStore.supply_dss_in_writer(
                writer,
                None,
                certs=[asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in certificates],
                crls=[asn1_crl.CertificateList.load(each) for each in lists],
            )
        # Outside the page: a field that nobody sees asks nothing of a screen reader (PDF/UA-1 7.18.1).
        spec = SigFieldSpec(
            FIELD, readable_field_name=_READABLE, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True)
        )
        steps = PdfCMSEmbedder(spec).write_cms(FIELD, writer)
        next(steps)
        place = SignatureObject(timestamp=sealed_at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * size)
        steps.send(SigObjSetup(place, SigMDPSetup("sha256", certify=True, docmdp_perms=MDPPerm.NO_CHANGES)))
        prepared, output = steps.send(SigIOSetup("sha256"))
        return Room(prepared.document_digest, output, prepared)
    except UNREADABLE as error:
        raise NotReadable(f"This is no PDF that can be sealed ({type(error).__name__}).") from error


def find_seal(pdf: bytes) -> Standing:
    """Return the one seal of `pdf`, which covers every byte of the file but itself; raise Misplaced."""
    gap = _find_gap(pdf)
    try:
        reader = PdfFileReader(BytesIO(pdf if gap is None else _marked(pdf, *gap)))
        found = [value.get_object() for _, value, _ in enumerate_sig_fields(reader, filled_status=True)]
        if not found:
            raise Misplaced(SealFlaw.NOT_SEALED, "Ce PDF ne porte pas de cachet.")
        if len(found) > 1:
            raise Misplaced(SealFlaw.SEVERAL_SEALS, "Ce PDF porte plusieurs cachets\xa0; un seul est attendu.")
        if found[0]["/SubFilter"] != SigSeedSubFilter.PADES.value:
            raise Misplaced(SealFlaw.NOT_SEALED, "La signature de ce PDF n’est pas un cachet PAdES.")
        byte_range = [int(each) for each in found[0]["/ByteRange"]]
        is_there = bytes(found[0].raw_get("/Contents").original_bytes) == _MARK
        sealed_at = generic.parse_pdf_date(found[0]["/M"])
        lists = _lists(reader)
    except UNREADABLE as error:
        raise Misplaced(SealFlaw.NOT_A_PDF, "Ce n’est pas un PDF lisible, ou son cachet ne l’est pas.") from error
    if gap is None or not is_there or byte_range != [0, gap[0], gap[1], len(pdf) - gap[1]]:
        message = "Le cachet ne couvre pas tout le fichier\xa0: quelque chose y a été ajouté, retiré ou déplacé."
        raise Misplaced(SealFlaw.COVERAGE, message)
    start, end = gap
    digest = hashlib.sha256(pdf[:start])
    digest.update(pdf[end:])
    return Standing(_written(pdf[start + 1 : end - 1]), digest.digest(), sealed_at, lists)


def _find_gap(pdf: bytes) -> tuple[int, int] | None:
    """Return where a seal that covers all else begins and ends, by what the file's bytes look like."""
    for found in _RANGE.finditer(pdf):
        start, end, rest = map(int, found.groups())
        if end + rest == len(pdf) and start + len(_MARK) + 4 < end and (pdf[start], pdf[end - 1]) == (0x3C, 0x3E):
            return start, end
    return None


def _marked(pdf: bytes, start: int, end: int) -> bytes:
    """Put a mark where the seal stands, so that it is known for sure to be what the PDF calls its seal.

    The rest of its place becomes a comment. Reading tens of thousands of digits takes the library longer than all else.
    """
    filling = b"(" + _MARK + b")%"
    return pdf[:start] + filling + b"x" * (end - start - len(filling) - 1) + b"\n" + pdf[end:]


def _written(digits: bytes) -> bytes:
    """Return the bytes of the seal; raise Misplaced for anything that stands in its room beside it."""
    if not _DIGITS.fullmatch(digits):
        raise Misplaced(SealFlaw.PADDING, "La place réservée au cachet contient autre chose qu’un cachet.")
    room = bytes.fromhex(digits.decode())
    try:
        length = parser.peek(room)
    except ValueError as error:
        raise Misplaced(SealFlaw.MALFORMED, "Ce qui tient la place du cachet n’en est pas un.") from error
    if any(room[length:]):
        raise Misplaced(SealFlaw.PADDING, "La place réservée au cachet contient quelque chose après le cachet.")
    return room[:length]


def _lists(reader: PdfFileReader) -> tuple[x509.CertificateRevocationList, ...]:
    if "/DSS" not in reader.root:
        return ()
    return tuple(x509.load_der_x509_crl(each.get_object().data) for each in reader.root["/DSS"].get("/CRLs", ()))
