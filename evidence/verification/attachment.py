"""The evidence inside a PDF: found, whatever somebody made of the file, within bounded memory."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from evidence.verification.limits import EVIDENCE_MOST_BYTES, OBJECTS_MOST, PDF_MOST_BYTES
from evidence.verification.report import Unreadable
from evidence.verification.steps import NotHolding
from evidence.verification.wording import typeset

NAME: Final = "evidence.json"
# What parsing a file that somebody made up may raise, besides the library's own error.
BROKEN: Final = (
    PdfError, LookupError, ValueError, TypeError, AttributeError, RecursionError, ArithmeticError, OSError,
    NotImplementedError, AssertionError, StopIteration, zlib.error, struct.error,
)  # fmt: skip


def open_pdf(pdf: bytes) -> PdfFileReader:
    """Return a reader of a PDF; raises Unreadable for what is none, is encrypted, or is larger than is looked at."""
    if len(pdf) > PDF_MOST_BYTES:
        message = f"Le fichier dépasse {PDF_MOST_BYTES // 1024 // 1024} Mo : un document d’Assidu est bien plus petit."
        raise Unreadable(typeset(message))
    if not pdf.startswith(b"%PDF-"):
        raise Unreadable("Ce fichier n’est pas un PDF.")
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        is_encrypted = reader.encrypted
    except BROKEN as error:
        raise Unreadable(f"Ce PDF est abîmé et ne peut pas être lu ({type(error).__name__}).") from error
    if is_encrypted:
        message = "Ce PDF est protégé par un mot de passe : les documents d’Assidu ne le sont jamais."
        raise Unreadable(typeset(message))
    return reader


def read_evidence(reader: PdfFileReader) -> bytes:
    """Return the bytes of the one attachment `evidence.json`; raises NotHolding when there is none, or another one."""
    try:
        found = dict(_attachments(reader))
        if len(found) > 1:
            message = f"Le document a {len(found)} pièces jointes : il n’en a jamais qu’une."
            raise NotHolding(message, sorted({name for name, _ in found.values()}))
        if not found:
            raise NotHolding("Aucun élément de preuve n’est joint au document.")
        ((name, stream),) = found.values()
        if name != NAME:
            raise NotHolding(f"La pièce jointe devrait s’appeler « {NAME} ».", (name,))
        data = stream.data
    except BROKEN as error:
        raise NotHolding(f"La pièce jointe ne peut pas être lue ({type(error).__name__}).") from error
    if len(data) > EVIDENCE_MOST_BYTES:
        raise NotHolding(f"La pièce jointe dépasse {EVIDENCE_MOST_BYTES // 1024 // 1024} Mo une fois décompressée.")
    return bytes(data)


def _attachments(reader: PdfFileReader) -> Iterator[tuple[Any, tuple[str, Any]]]:
    """Yield each embedded file once: which object, and what it is called.

    Every object of the file is looked at, not only the list of attachments: what a reader might show counts.
    """
    references = list(reader.xrefs.explicit_refs_in_revision(0))
    for revision in range(1, reader.xrefs.total_revisions):
        references += reader.xrefs.explicit_refs_in_revision(revision)
    if len(references) > OBJECTS_MOST:
        raise NotHolding("Le fichier a bien plus d’objets qu’un document d’Assidu.")
    streams: dict[Any, str] = {}
    for reference in references:
        found = reader.get_object(generic.Reference(reference.idnum, reference.generation, reader))
        if isinstance(found, generic.StreamObject) and found.get("/Type") == "/EmbeddedFile":
            streams.setdefault((reference.idnum, reference.generation), "")
        if isinstance(found, generic.DictionaryObject) and "/EF" in found:
            embedded = found["/EF"]
            for name in embedded:
                target = embedded.raw_get(name)
                streams[target.idnum, target.generation] = str(found.get("/UF", found.get("/F", "")))
    for (number, generation), name in streams.items():
        stream = reader.get_object(generic.Reference(number, generation, reader))
        yield (number, generation), (name, stream)
