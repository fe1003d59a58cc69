"""What each role needs on record before an account can be for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lrs.clock import Micros
from lrs.errors import NotFound, Problem
from lrs.tenancy import OrganisationId
from training.access import Role
from training.accounts.member import Standing
from training.records.kinds import Kind
from training.store import RecordReader

_OF_A_PERSON: Final = frozenset((Role.LEARNER, Role.TRAINER))


def standing_problems(
    standing: Standing, now: Micros, reader: RecordReader, organisation: OrganisationId
) -> Iterator[Problem]:
    """Yield what is missing for a role, what it has no use for, and what this organisation has not on record."""
    needs_person, needs_funder = standing.role in _OF_A_PERSON, standing.role is Role.FUNDER
    yield from _needed("/person_id", standing.person_id, "a person on record", is_needed=needs_person)
    yield from _needed("/funder_id", standing.funder_id, "a funder on record", is_needed=needs_funder)
    if needs_person and standing.person_id and not _has(reader, organisation, Kind.PERSON, standing.person_id):
        yield Problem("/person_id", "There is no person of this id.", "a person on record")
    if needs_funder and standing.funder_id and not _has(reader, organisation, Kind.FUNDER, standing.funder_id):
        yield Problem("/funder_id", "There is no funder of this id.", "a funder on record")
    if standing.expires_at is None and standing.role is Role.AUDITOR:
        yield Problem("/expires_at", "An auditor's account ends by itself.", "an instant to come")
    if standing.expires_at is not None and standing.expires_at <= now:
        yield Problem("/expires_at", "This is over already.", "an instant to come")


def _needed(pointer: str, value: str | None, accepted: str, *, is_needed: bool) -> Iterator[Problem]:
    if is_needed and not value:
        yield Problem(pointer, "This role needs it.", accepted)
    elif value and not is_needed:
        yield Problem(pointer, "This role has none.", "nothing")


def _has(reader: RecordReader, organisation: OrganisationId, kind: Kind, record_id: str) -> bool:
    try:
        reader.get(organisation, kind, record_id)
    except NotFound:
        return False
    return True
