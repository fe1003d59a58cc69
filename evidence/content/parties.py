"""People and payers as documents name them."""

from __future__ import annotations

from evidence.content.value import Value


class Trainee(Value, frozen=True, kw_only=True):
    """Whom a document is about. `employer` is empty where there is none, or none is on record."""

    last_name: str
    first_name: str
    civility: str = ""
    employer: str = ""


class Funding(Value, frozen=True, kw_only=True):
    """Who pays, and the references under which they know the file; empty texts are left out."""

    funder: str
    scheme: str = ""
    file_no: str = ""
    agreement_no: str = ""
