"""Who is reading a page: what the guard knows and a page may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import request

from dashboards.languages import Language
from lrs.caller import OrganisationId

# Where the guard leaves it in the request's environment for the Dash application within.
READER: Final = "assidu.reader"


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in person; a page shows this organisation's data and no other's."""

    organisation: OrganisationId
    organisation_name: str
    person: str
    language: Language
    csrf: str
    address: str


def current_reader() -> Reader:
    """Return who is reading. Nothing gets here without having passed the guard."""
    reader = request.environ[READER]
    if not isinstance(reader, Reader):
        raise TypeError(READER)
    return reader
