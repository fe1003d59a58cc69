"""Any file that may be checked: a document or a dossier, told apart by what they begin with."""

from __future__ import annotations

from hashlib import file_digest
from io import BytesIO
from typing import BinaryIO, Final

from evidence.verification.document import check_document
from evidence.verification.dossier import check_dossier
from evidence.verification.limits import PDF_MOST_BYTES
from evidence.verification.report import Report, Unreadable, unreadable
from evidence.verification.trust import Trust

_ZIP: Final = b"PK\x03\x04"


def check_file(file: BinaryIO, trust: Trust) -> Report:
    """Return what holds about a sealed PDF or a dossier; a file that is neither is a report that says so."""
    head = file.read(len(_ZIP))
    file.seek(0)
    try:
        if head == _ZIP:
            return check_dossier(file, trust)
        return check_document(file.read(PDF_MOST_BYTES + 1), trust)
    except Unreadable as refusal:
        return unreadable("dossier" if head == _ZIP else "document", _digest(file), [refusal.message])


def check_bytes(data: bytes, trust: Trust) -> Report:
    """Return what holds about a file's bytes."""
    return check_file(BytesIO(data), trust)


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    return file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any file that can be read will do
