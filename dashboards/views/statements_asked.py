"""Which statements are asked for: those that some facts of an enrolment rest on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from analytics.derivation import PersonFacts
from lrs.errors import InvalidRequest, Problem


@dataclass(frozen=True, slots=True)
class Asked:
    """Which statements of an enrolment: of an activity, a day, a slot, a kind of anomaly, or all; None is any.

    `as_of` asks for those that the facts of that instant rested on, in microseconds since 1970.
    """

    enrolment_id: str
    activity_id: str | None = None
    day: date | None = None
    slot_id: str | None = None
    anomaly: str | None = None
    as_of: int | None = None


def parse_asked(place: Mapping[str, str]) -> Asked:
    """Read what an address asks for: `enrolment`, `activity`, `day`, `slot`, `anomaly`, `as_of`; InvalidRequest."""
    given = {name: place.get(name) or None for name in ("activity", "slot", "anomaly")}
    problems: list[Problem] = []
    day, as_of = None, None
    try:
        day = date.fromisoformat(place["day"]) if place.get("day") else None
    except ValueError:
        problems.append(Problem("/day", "This is not a day.", "a date such as 2026-01-31"))
    try:
        as_of = int(place["as_of"]) if place.get("as_of") else None
    except ValueError:
        problems.append(Problem("/as_of", "This is not an instant.", "microseconds since 1970"))
    if problems:
        raise InvalidRequest("The address asks for something that there cannot be.", problems)
    return Asked(place.get("enrolment") or "", given["activity"], day, given["slot"], given["anomaly"], as_of)


def ids_of(facts: PersonFacts, asked: Asked, *, is_whole: bool) -> list[UUID]:
    """Return the ids that are asked for, each once, in order of day.

    An anomaly may point at what somebody did in an enrolment that is not the reader's to see: unless everything is
    (`is_whole`), only what other facts of this enrolment rest on too is returned.
    """
    wanted = _odd(facts, asked) if asked.anomaly is not None else _known(facts, asked)
    found = dict.fromkeys(item for ids in wanted for item in ids)
    if asked.anomaly is None or is_whole:
        return list(found)
    own = {item for ids in _known(facts, Asked(asked.enrolment_id)) for item in ids}
    return [item for item in found if item in own]


def _odd(facts: PersonFacts, asked: Asked) -> Iterator[Iterable[UUID]]:
    for anomaly in facts.anomalies:
        is_place = asked.slot_id in (None, anomaly.slot_id) and asked.activity_id in (None, anomaly.activity_id)
        if anomaly.kind == asked.anomaly and asked.day in (None, anomaly.day) and is_place:
            yield anomaly.statement_ids


def _known(facts: PersonFacts, asked: Asked) -> Iterator[Iterable[UUID]]:
    for day in facts.days:
        is_place = asked.slot_id in (None, day.slot_id) and asked.activity_id in (None, day.activity_id)
        if asked.day in (None, day.day) and is_place:
            yield day.statement_ids
    if asked.activity_id is None:
        slots = (slot for slot in facts.slots if asked.slot_id in (None, slot.slot_id))
        yield from (slot.statement_ids for slot in slots if asked.day in (None, slot.day))
    if asked.slot_id is not None or asked.day is not None:
        return
    for standing in facts.standings:
        if asked.activity_id in (None, standing.activity_id):
            yield (change.statement_id for change in standing.history)
            yield standing.proof_ids
