"""Who is reading a page: what the guard knows and a page may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import has_request_context, request

from dashboards.languages import Language
from lrs.tenancy import OrganisationId
from training.access import Viewer

# Where the guard leaves it in the request's environment for the Dash application within.
READER: Final = "assidu.reader"


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in person; a page shows this organisation's data and no other's."""

    organisation: OrganisationId
    organisation_name: str
    account_id: str
    viewer: Viewer
    person: str
    language: Language
    csrf: str
    address: str


def find_reader() -> Reader | None:
    """Return who is reading, or None outside a request that has passed the guard."""
    reader = request.environ.get(READER) if has_request_context() else None
    return reader if isinstance(reader, Reader) else None


def current_reader() -> Reader:
    """Return who is reading. Raises LookupError where nobody is: nothing is shown to nobody."""
    reader = find_reader()
    if reader is None:
        raise LookupError(READER)
    return reader
