"""Ids of attendance statements: they follow from what a statement is about, so that nothing is recorded twice.

The first mark of a trainee in a slot has number 0; a correction voids number n and writes number n + 1. Two people who
do so at the same time write under the same ids, and the log takes one of the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from training.attendance.roll import Roll
from training.attendance.vocabulary import BASE


def slot_iri(slug: str, slot_id: str) -> str:
    """Return the Activity that a slot is. Facts find the slot by its last part, which is the record's id."""
    return f"{BASE}organisations/{slug}/slots/{slot_id}"


def session_iri(roll: Roll) -> str:
    """Return the Activity that a training session is."""
    return f"{BASE}organisations/{roll.organisation.slug}/sessions/{roll.session.id}"


def module_iri(roll: Roll) -> str:
    """Return the Activity that the slot's module is."""
    programme = f"{BASE}organisations/{roll.organisation.slug}/programmes/{roll.session.programme_id}"
    return f"{programme}/modules/{roll.slot.module_id}"


def mark_id(slug: str, slot_id: str, enrolment_id: str, number: int) -> UUID:
    """Return the id of a trainee's mark in a slot."""
    return uuid5(NAMESPACE_URL, f"{slot_iri(slug, slot_id)}/enrolments/{enrolment_id}/marks/{number}")


def voiding_id(mark: UUID) -> UUID:
    """Return the id of the statement that voids a mark: a mark is voided once."""
    return uuid5(mark, "voided")


def opening_id(roll: Roll, number: int, act: str) -> UUID:
    """Return the id of the statement that a slot was opened, or closed, for the `number`th time."""
    return uuid5(NAMESPACE_URL, f"{slot_iri(roll.organisation.slug, roll.slot.id)}/openings/{number}/{act}")


def countersignature_id(roll: Roll, sheet_sha256: str, number: int) -> UUID:
    """Return the id of a countersignature under one content of the sheet; one that was voided may be given again."""
    slot = slot_iri(roll.organisation.slug, roll.slot.id)
    return uuid5(NAMESPACE_URL, f"{slot}/countersigned/{sheet_sha256}/{number}")


def refusal_id(roll: Roll, enrolment_id: str, rules: Iterable[str], hour: int) -> UUID:
    """Return the id of the statement that a signature was refused: at most one an hour for the same reasons."""
    reasons = sha256("\0".join(sorted(rules)).encode()).hexdigest()
    slot = slot_iri(roll.organisation.slug, roll.slot.id)
    return uuid5(NAMESPACE_URL, f"{slot}/enrolments/{enrolment_id}/refused/{reasons}/{hour}")
