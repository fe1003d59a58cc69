"""Making room for a seal in a PDF, and finding it again.

Loads pyHanko, 16 MB that most processes never need: whoever uses this module imports it when they do.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Final

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from evidence.seals.place import MARK, Misplaced, NotReadable, Room, Standing, find_gap, marked, written
from evidence.seals.report import SealFlaw

FIELD: Final = "Cachet"
_READABLE: Final = "Cachet électronique de l’organisme de formation"
# What this library raises on bytes that are no PDF, or one that was damaged.
UNREADABLE: Final = (
    PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, AssertionError,
    RecursionError, EOFError, NotImplementedError, zlib.error,
)  # fmt: skip


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
        seal = SignatureObject(timestamp=sealed_at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * size)
        steps.send(SigObjSetup(seal, SigMDPSetup("sha256", certify=True, docmdp_perms=MDPPerm.NO_CHANGES)))
        prepared, output = steps.send(SigIOSetup("sha256"))
        place = (prepared.reserved_region_start, prepared.reserved_region_end)
        return Room(prepared.document_digest, *place, output.getvalue())
    except UNREADABLE as error:
        raise NotReadable(f"This is no PDF that can be sealed ({type(error).__name__}).") from error


def find_seal(pdf: bytes) -> Standing:
    """Return the one seal of `pdf`, which covers every byte of the file but itself; raise Misplaced."""
    gap = find_gap(pdf)
    try:
        reader = PdfFileReader(BytesIO(pdf if gap is None else marked(pdf, *gap)))
        found = [value.get_object() for _, value, _ in enumerate_sig_fields(reader, filled_status=True)]
        if not found:
            raise Misplaced(SealFlaw.NOT_SEALED, "Ce PDF ne porte pas de cachet.")
        if len(found) > 1:
            raise Misplaced(SealFlaw.SEVERAL_SEALS, "Ce PDF porte plusieurs cachets\xa0; un seul est attendu.")
        if found[0]["/SubFilter"] != SigSeedSubFilter.PADES.value:
            raise Misplaced(SealFlaw.NOT_SEALED, "La signature de ce PDF n’est pas un cachet PAdES.")
        byte_range = [int(each) for each in found[0]["/ByteRange"]]
        is_there = bytes(found[0].raw_get("/Contents").original_bytes) == MARK
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
    return Standing(written(pdf[start + 1 : end - 1]), digest.digest(), sealed_at, lists)


def _lists(reader: PdfFileReader) -> tuple[x509.CertificateRevocationList, ...]:
    if "/DSS" not in reader.root:
        return ()
    return tuple(x509.load_der_x509_crl(each.get_object().data) for each in reader.root["/DSS"].get("/CRLs", ()))
