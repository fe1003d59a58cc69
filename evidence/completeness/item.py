"""One document that is asked for, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from evidence.completeness.expected import Expected


class State(StrEnum):
    """Where a document stands that somebody asks for.

    Attributes:
        PRESENT: It was issued, and says what records and log say.
        EXPIRED: It was issued, and what it follows from has changed since, or its file was destroyed in its time.
        MISSING: What makes it due has happened, no deadline is known, and there is none.
        DUE: What makes it due has happened, and its deadline is not over.
        OVERDUE: Its deadline is over.
        UPCOMING: What makes it due has not happened yet.
        ON_REQUEST: It is due when somebody asks, or with an invoice: no date can be told.
        ELSEWHERE: It is not a document that Assidu issues; it is kept elsewhere.
    """

    PRESENT = "present"
    EXPIRED = "expired"
    MISSING = "missing"
    DUE = "due"
    OVERDUE = "overdue"
    UPCOMING = "upcoming"
    ON_REQUEST = "on_request"
    ELSEWHERE = "elsewhere"


WORDS: Final = {
    State.PRESENT: "présent",
    State.EXPIRED: "à remplacer",
    State.MISSING: "manquant",
    State.DUE: "attendu",
    State.OVERDUE: "en retard",
    State.UPCOMING: "à venir",
    State.ON_REQUEST: "sur demande",
    State.ELSEWHERE: "conservé ailleurs",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One document asked for. `code` is that of the issued document found, None for none."""

    expected: Expected
    state: State
    code: str | None = None
    issued_on: date | None = None
