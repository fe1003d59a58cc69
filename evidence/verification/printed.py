"""What the pages of a document say, held against what its evidence says: the document is laid out again and compared.

Characters are compared, not drawings: logo and drawn signatures are on the page alone, and are named by their digest in
the evidence. The seal covers the drawings; this step shows that no figure, name or date on the page is another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import product
from typing import Final

from pyhanko.pdf_utils.reader import PdfFileReader

from evidence.bundle import Bundle
from evidence.content import Frame, Replaced
from evidence.layout import LAYOUT_VERSION, Layout
from evidence.seals import SealReport
from evidence.verification.attachment import BROKEN, open_pdf
from evidence.verification.steps import NotChecked, NotHolding
from evidence.verification.text import page_texts
from evidence.verification.wording import count
from lrs.clock import to_datetime
from lrs.errors import AssiduError
from lrs.statements.times import parse_timestamp

# Where a drawing is not at hand this stands in its place, and the page that is checked has the drawing itself.
_NO_DRAWING: Final = "Signaturetracée,imagenondisponible"
_SHOWN: Final = 40


def check_printed(reader: PdfFileReader, evidence: bytes, bundle: Bundle, seal: SealReport) -> str:
    """Return how much was compared; raises NotHolding that shows the first place where the page says something else."""
    version = bundle.document.layout
    if version != LAYOUT_VERSION:
        message = f"Mise en page version « {version} » : ce programme a la version « {LAYOUT_VERSION} »."
        raise NotChecked(message)
    if not bundle.document.verification_url.endswith(f"/verify/{bundle.document.code}"):
        raise NotHolding("L’adresse imprimée mène à un autre document.", (bundle.document.verification_url,))
    try:
        found = "".join(page_texts(reader))
    except BROKEN as error:
        raise NotHolding("Le texte du document ne peut pas être lu.") from error
    # As the seal is, first: a page that says less of it than the seal shows is told apart from one that says nonsense.
    places: list[tuple[int, str]] = []
    for is_development, is_qualified in product(_first(value=seal.is_development), (False, True)):
        frame = _frame(bundle, is_development=is_development, is_qualified=is_qualified)
        place = _difference(_laid_out(bundle, frame, evidence), found)
        if place is None:
            if seal.is_development and not is_development:
                raise NotHolding("Le document ne dit pas que son cachet est de développement.")
            return f"{count(len(found), 'caractère comparé', 'caractères comparés')}, à l’identique."
        places.append(place)
    _, shown = max(places)
    raise NotHolding("La page dit autre chose que les éléments de preuve.", (shown,))


def _first(*, value: bool) -> tuple[bool, bool]:
    return (value, not value)


def _laid_out(bundle: Bundle, frame: Frame, evidence: bytes) -> str:
    try:
        pdf = _layout().render(bundle.content, frame, evidence)
        return "".join(page_texts(open_pdf(pdf)))
    except (AssiduError, *BROKEN, RuntimeError) as error:
        raise NotHolding("Ce que disent les éléments de preuve ne peut pas être mis en page.") from error


@cache
def _layout() -> Layout:
    # One for a process: it reads fonts and templates.
    return Layout()


def _frame(bundle: Bundle, *, is_development: bool, is_qualified: bool) -> Frame:
    document = bundle.document
    try:
        issued_at, before = _instant(document.issued_at), document.replaces_issued_at
        replaced = (
            None if before is None
            else Replaced(number=document.number, version=document.version - 1, issued_at=_instant(before))
        )  # fmt: skip
        return Frame(
            provider=bundle.provider,
            number=document.number,
            version=document.version,
            issued_at=issued_at,
            as_of=_instant(bundle.as_of),
            code=document.code,
            verification_url=document.verification_url,
            is_development=is_development,
            is_timestamp_qualified=is_qualified,
            replaces=replaced,
            time_zone=document.time_zone,
        )
    except AssiduError as refusal:
        raise NotHolding("Une date ne peut pas être lue.") from refusal


def _instant(text: str) -> datetime:
    return to_datetime(parse_timestamp(text))


def _difference(expected: str, found: str) -> tuple[int, str] | None:
    """Return where two texts part, and what stands there; None when they are one."""
    at = 0
    for piece in _pieces(expected):
        if found.startswith(piece, at):
            at += len(piece)
        elif piece != _NO_DRAWING:
            start = at + _common(piece, found[at : at + len(piece)])
            return start, f"… {found[max(0, start - _SHOWN) : start]}[{found[start : start + _SHOWN]}] …"
    return None if at == len(found) else (at, f"… [{found[at : at + _SHOWN]}] …")


def _pieces(text: str) -> Iterator[str]:
    """Cut a text at what stands for drawings."""
    for number, piece in enumerate(text.split(_NO_DRAWING)):
        if number:
            yield _NO_DRAWING
        if piece:
            yield piece


def _common(left: str, right: str) -> int:
    return next((at for at, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), len(right))
