"""Files that were made to harm whoever checks them: a clear refusal, within bounded memory and time."""

from __future__ import annotations

import subprocess
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from evidence.verification.attachment import open_pdf, read_evidence
from evidence.verification.bounded import Bounds, check_bytes_bounded
from evidence.verification.document import check_document
from evidence.verification.limits import PDF_MOST_BYTES
from evidence.verification.report import Outcome, Unreadable, Verdict
from evidence.verification.steps import NotHolding
from evidence.verification.trust import Trust
from tests.evidence.verification.conftest import Sealed

HEAD = b"%PDF-1.7\n"


def pdf_of(*objects: bytes) -> bytes:
    """Return a PDF of plain objects, the first of which is its catalogue."""
    out, places = bytearray(HEAD), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def attached(name: bytes, data: bytes, extra: bytes = b"") -> tuple[bytes, bytes]:
    """Return a file specification, for object 2, and its stream, for object 3."""
    spec = b"<</Type/Filespec/F(%b)/UF(%b)/EF<</F 3 0 R>>>>" % (name, name)
    return spec, b"<</Type/EmbeddedFile%b/Length %d>>\nstream\n%b\nendstream" % (extra, len(data), data)


def evidence_pdf(data: bytes, extra: bytes = b"", name: bytes = b"evidence.json") -> bytes:
    return pdf_of(b"<</Type/Catalog/Pages 4 0 R>>", *attached(name, data, extra), b"<</Type/Pages/Count 0/Kids[]>>")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "pas un PDF"),
        (b"PK\x05\x06" + bytes(18), "pas un PDF"),
        (HEAD, "ne peut pas être lu"),
        (HEAD + b"startxref\n-1\n%%EOF", "ne peut pas être lu"),
        (HEAD + bytes(PDF_MOST_BYTES), "dépasse"),
    ],
)
def test_what_is_no_pdf_or_far_too_large_is_refused_with_the_reason(data: bytes, why: str):
    with pytest.raises(Unreadable, match=why):
        check_document(data, Trust())


def test_an_encrypted_pdf_is_refused(sealed: Sealed, tmp_path: Path):
    plain, locked = tmp_path / "plain.pdf", tmp_path / "locked.pdf"
    plain.write_bytes(sealed.pdf)
    subprocess.run(["qpdf", "--encrypt", "a", "b", "256", "--", plain, locked], check=True, capture_output=True)

    with pytest.raises(Unreadable, match="mot de passe"):
        check_document(locked.read_bytes(), sealed.trust)


def test_an_attachment_that_unpacks_to_gigabytes_is_not_unpacked():
    bomb = zlib.compress(zlib.compress(bytes(300 * 1024 * 1024), 9), 9)
    twice = b"/Filter[/FlateDecode/FlateDecode]"

    report = check_bytes_bounded(evidence_pdf(bomb, twice), Trust(), Bounds(1024**3, 20))

    assert report.outcome in (Outcome.FAILS, Outcome.UNREADABLE)


def test_what_takes_more_than_it_may_is_ended_and_said_to_be_no_document_of_ours(sealed: Sealed):
    report = check_bytes_bounded(sealed.pdf, sealed.trust, Bounds(64 * 1024 * 1024, 20))

    assert report.outcome is Outcome.UNREADABLE
    assert "plus de mémoire" in report.unreadable


def test_a_real_document_holds_within_its_bounds(sealed: Sealed):
    assert check_bytes_bounded(sealed.pdf, sealed.trust).outcome is Outcome.HOLDS


@pytest.mark.parametrize(
    "text", [b"[" * 200_000, b'{"a":' * 50_000, b"\xff\xfe", b'{"format":"assidu-evidence/1"}', b"[]"]
)
def test_evidence_that_is_no_evidence_does_not_hold(text: bytes):
    report = check_document(evidence_pdf(text), Trust())

    verdicts = {step.name: step.verdict for step in report.steps}
    assert verdicts["evidence.embedded"] is Verdict.FAILS
    assert verdicts["figures.recomputed"] is Verdict.UNCHECKED
    assert report.first_failure is not None
    assert report.first_failure.name == "seal.intact"


def test_two_attachments_do_not_hold_wherever_the_second_hides(sealed: Sealed):
    writer = IncrementalPdfFileWriter(BytesIO(sealed.pdf))
    embed.embed_file(
        writer, embed.FileSpec("evidence.json", embedded_data=embed.EmbeddedFileObject.from_file_data(writer, b"{}"))
    )
    out = BytesIO()
    writer.write(out)

    report = check_document(out.getvalue(), sealed.trust)

    failed = {step.name for step in report.steps if step.verdict is Verdict.FAILS}
    assert {"seal.intact", "evidence.embedded"} <= failed


def test_an_attachment_of_another_name_does_not_hold():
    with pytest.raises(NotHolding, match="devrait s’appeler"):
        read_evidence(open_pdf(evidence_pdf(b"{}", name=b"preuve.json")))


def test_a_change_that_was_added_behind_the_seal_does_not_hold(sealed: Sealed):
    writer = IncrementalPdfFileWriter(BytesIO(sealed.pdf))
    writer.root["/Lang"] = generic.pdf_string("en")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    assert PdfFileReader(BytesIO(out.getvalue())).xrefs.total_revisions > 1

    report = check_document(out.getvalue(), sealed.trust)

    assert report.first_failure is not None
    assert report.first_failure.name == "seal.intact"
