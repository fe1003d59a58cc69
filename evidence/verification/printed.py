"""What the pages of a document say, held against what its evidence says: the document is laid out again and compared.

Characters are compared, not drawings: logo and drawn signatures are on the page alone, and are named by their digest in
the evidence. The seal covers the drawings; this step shows that no figure, name or date on the page is another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Final

from pyhanko.pdf_utils.reader import PdfFileReader

from evidence.bundle import Bundle
from evidence.bundle.recomputing import case_of
from evidence.content import Frame, Replaced
from evidence.issuing.code import parse_code
from evidence.layout import Layout
from evidence.seals import SealReport
from evidence.verification.attachment import BROKEN, open_pdf
from evidence.verification.steps import NotHolding
from evidence.verification.text import page_texts
from evidence.verification.wording import count
from lrs.clock import to_datetime
from lrs.errors import AssiduError
from lrs.statements.times import parse_timestamp

# Where a drawing is not at hand this stands in its place, and the page that is checked has the drawing itself.
_NO_DRAWING: Final = "Signaturetracée,imagenondisponible"
# When the version before was issued is not in the evidence.
_BEFORE: Final = re.compile(r"Annuleetremplacelaversion\d+(?:dudocumentn°\S+?)?,émisele.*?\d{4}\.")
_ADDRESS: Final = re.compile(r"https?://\S+?/verify/[A-Z2-7-]+")
_SHOWN: Final = 40


def check_printed(reader: PdfFileReader, evidence: bytes, bundle: Bundle, seal: SealReport) -> str:
    """Return how much was compared; raises NotHolding that shows the first place where the page says something else."""
    try:
        found = "".join(page_texts(reader))
        address = _address(found, bundle.document.code)
        case_of(bundle)
    except NotHolding:
        raise
    except (AssiduError, *BROKEN) as error:
        raise NotHolding("Le texte du document ne peut pas être lu.") from error
    # As the seal is, first; a page may say less of itself than it could, never more.
    places: list[tuple[int, str]] = []
    for is_development, is_qualified in product(_first(seal.is_development), (False, True)):
        frame = _frame(bundle, address, is_development=is_development, is_qualified=is_qualified)
        expected = _laid_out(bundle, frame, evidence)
        place = _difference(expected, found)
        if place is None:
            if seal.is_development and not is_development:
                raise NotHolding("Le document ne dit pas que son cachet est de développement.")
            return f"{count(len(found), 'caractère comparé', 'caractères comparés')}, à l’identique."
        places.append(place)
    _, shown = max(places)
    raise NotHolding("La page dit autre chose que les éléments de preuve.", (shown,))


def _first(value: bool) -> tuple[bool, bool]:  # noqa: FBT001 - a value, not an option
    return (value, not value)


def _laid_out(bundle: Bundle, frame: Frame, evidence: bytes) -> str:
    try:
        pdf = Layout().render(bundle.content, frame, evidence)
        return "".join(page_texts(open_pdf(pdf)))
    except (AssiduError, *BROKEN, RuntimeError) as error:
        raise NotHolding("Ce que disent les éléments de preuve ne peut pas être mis en page.") from error


def _frame(bundle: Bundle, address: str, *, is_development: bool, is_qualified: bool) -> Frame:
    document = bundle.document
    issued_at = _instant(document.issued_at)
    number = document.version - 1
    return Frame(
        provider=bundle.provider,
        number=document.number,
        version=document.version,
        issued_at=issued_at,
        as_of=_instant(bundle.as_of),
        code=document.code,
        verification_url=address,
        is_development=is_development,
        is_timestamp_qualified=is_qualified,
        replaces=Replaced(number=document.number, version=number, issued_at=issued_at) if document.replaces else None,
        time_zone=case_of(bundle).session.time_zone,
    )


def _instant(text: str) -> datetime:
    return to_datetime(parse_timestamp(text))


def _address(found: str, code: str) -> str:
    """Return the address of verification that is printed; raises NotHolding when none is, or one with another code."""
    printed = _ADDRESS.findall(found)
    # What is printed behind it begins with a capital letter, which a code may too.
    for address in printed:
        head, _, tail = address.rpartition("/")
        if parse_code(code) == code and tail.startswith(code):
            return f"{head}/{code}"
    raise NotHolding("Le code imprimé n’est pas celui des éléments de preuve.", tuple(printed[:1]))


def _difference(expected: str, found: str) -> tuple[int, str] | None:
    """Return where two texts part, and what stands there; None when they are one."""
    wanted, given = (_BEFORE.sub("Annuleetremplace.", text) for text in (expected, found))
    at = 0
    for piece in _pieces(wanted):
        if given.startswith(piece, at):
            at += len(piece)
        elif piece != _NO_DRAWING:
            start = at + _common(piece, given[at : at + len(piece)])
            return start, f"… {given[max(0, start - _SHOWN) : start]}[{given[start : start + _SHOWN]}] …"
    return None if at == len(given) else (at, f"… [{given[at : at + _SHOWN]}] …")


def _pieces(text: str) -> Iterator[str]:
    """Cut a text at what stands for drawings."""
    for number, piece in enumerate(text.split(_NO_DRAWING)):
        if number:
            yield _NO_DRAWING
        if piece:
            yield piece


def _common(left: str, right: str) -> int:
    return next((at for at, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), len(right))
