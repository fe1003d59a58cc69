"""Where a letter reaches somebody. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from training.records.identity import IdentityKind
from training.records.person import Person


def find_address(people: Iterable[Person]) -> str | None:
    """Return the e-mail address of one person under all their records: the one on record, else that of an identity."""
    known = list(people)
    mailboxes = (
        identity.text.removeprefix("mbox mailto:")
        for person in known
        for identity in sorted(person.identities)
        if identity.kind is IdentityKind.MBOX
    )
    return next((person.email for person in known if person.email), None) or next(mailboxes, None)
