"""A learner's own statements, by day or by activity, and each as it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from analytics.derivation import PersonFacts
from dashboards.views.learner import get_me, own_facts
from dashboards.views.lens import Lens
from dashboards.views.statements_asked import Asked
from dashboards.views.statements_text import named
from lrs.clock import Micros
from lrs.errors import InvalidRequest, NotFound, Problem

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One statement: when, what was done to what, what came of it, and its text as GET gives it back.

    `verb` and `object_name` are in the reader's language where the sender said so; `text` is empty once erased.
    """

    statement_id: UUID
    timestamp: Micros
    stored: Micros
    verb: str
    verb_names: dict[str, str]
    object: str
    object_names: dict[str, str]
    success: bool | None
    completion: bool | None
    scaled: float | None
    is_voided: bool
    is_erased: bool
    text: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of the reader's statements; `number` counts from 1, `total` all that were asked for."""

    asked: Asked
    total: int
    number: int
    lines: tuple[RecordLine, ...]

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // PAGE))


def records_of(lens: Lens, asked: Asked, number: int = 1) -> RecordPage:
    """Return a page of the reader's own statements: of a day, an activity, a slot, an enrolment, or of all of these.

    Those that belong to no enrolment are theirs too. Raises NotFound for a page that there is not and for an account
    that is tied to nobody, Forbidden to who is no learner.
    """
    if asked.enrolment_id:
        lens.enrolment(asked.enrolment_id)
    ids = list(dict.fromkeys(_ids(own_facts(lens, get_me(lens)), asked)))
    page = RecordPage(asked, len(ids), number, ())
    if not 1 <= number <= page.pages:
        message = "There is no such page of these statements."
        raise NotFound(message)
    return RecordPage(asked, len(ids), number, _lines(lens, ids[(number - 1) * PAGE : number * PAGE]))


def parse_page(text: str) -> int:
    """Read the number of a page as an address has it, 1 for none; raises InvalidRequest."""
    if not text:
        return 1
    if not text.isascii() or not text.isdigit() or len(text) > len("1000000"):
        message = "This is not the number of a page."
        raise InvalidRequest(message, [Problem("/page", message, "a whole number from 1")])
    return int(text)


def _ids(facts: PersonFacts, asked: Asked) -> Iterator[UUID]:
    for day in facts.days:
        wanted = asked.enrolment_id in ("", day.enrolment_id) and asked.day in (None, day.day)
        if wanted and asked.activity_id in (None, day.activity_id) and asked.slot_id in (None, day.slot_id):
            yield from day.statement_ids
    for slot in facts.slots:
        wanted = asked.enrolment_id in ("", slot.enrolment_id) and asked.day in (None, slot.day)
        if wanted and asked.activity_id is None and asked.slot_id in (None, slot.slot_id):
            yield from slot.statement_ids
    if asked.day is not None or asked.slot_id is not None:
        return
    for standing in facts.standings:
        if asked.enrolment_id in ("", standing.enrolment_id) and asked.activity_id in (None, standing.activity_id):
            yield from (change.statement_id for change in standing.history)
            yield from standing.proof_ids


def _lines(lens: Lens, ids: list[UUID]) -> tuple[RecordLine, ...]:
    found = {}
    for entry in lens.services.statements.entries(lens.viewer.organisation, ids):
        value: dict[str, Any] = {} if entry.is_erased else orjson.loads(entry.body)
        result, verb, target = value.get("result") or {}, value.get("verb") or {}, value.get("object") or {}
        found[entry.statement_id] = RecordLine(
            statement_id=entry.statement_id,
            timestamp=entry.timestamp,
            stored=entry.stored,
            verb=str(verb.get("id", "")),
            verb_names=dict(verb.get("display") or {}),
            object=str(target.get("id", "")),
            object_names=named(target.get("definition") or {}),
            success=result.get("success"),
            completion=result.get("completion"),
            scaled=(result.get("score") or {}).get("scaled"),
            is_voided=entry.is_voided,
            is_erased=entry.is_erased,
            text="" if entry.is_erased else entry.body.decode("utf-8", "replace"),
        )
    return tuple(found[item] for item in ids if item in found)
