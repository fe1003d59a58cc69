"""Read an exchange back from its statement."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from lrs.clock import to_datetime
from lrs.store.statements import StoredStatement
from training.assistance import vocabulary
from training.assistance.exchange import Channel, Exchange, Outcome
from training.assistance.vocabulary import ext
from training.records.ids import EnrolmentId


def read_exchange(entry: StoredStatement, enrolment_id: EnrolmentId, number: int) -> Exchange | None:
    """Return the exchange that an entry of the log is; None when it is none, or was erased.

    Ids of exchanges can be worked out by anybody: what somebody else put under one must not stop the log.
    """
    try:
        return _exchange(orjson.loads(entry.body), entry, enrolment_id, number)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None


def _exchange(value: dict[str, Any], entry: StoredStatement, enrolment_id: EnrolmentId, number: int) -> Exchange:
    context = value["context"]
    said = context["extensions"]
    outcome, until = said.get(ext("outcome")), said.get(ext("until"))
    question = context.get("statement")
    described = value.get("attachments") or [{"sha2": ""}]
    helper = context.get("instructor") or value["actor"]
    return Exchange(
        statement_id=entry.statement_id,
        enrolment_id=enrolment_id,
        number=number,
        kind=vocabulary.KINDS[value["verb"]["id"]],
        key=str(said[ext("request")]),
        channel=Channel(said.get(ext("channel"), Channel.OTHER)),
        subject=str(said.get(ext("subject"), "")),
        at=datetime.fromisoformat(value["timestamp"]),
        recorded_at=to_datetime(entry.stored),
        recorded_by=str(said[ext("recorded-by")]),
        author=str(helper.get("name", "")),
        outcome=None if outcome is None else Outcome(outcome),
        reasons=tuple(str(name) for name in said.get(ext("reasons"), ())),
        replies_to=None if question is None else UUID(question["id"]),
        delivery=str(said.get(ext("delivery"), "")),
        until=None if until is None else date.fromisoformat(until),
        text_sha256=str(described[0]["sha2"]),
        is_voided=entry.is_voided,
    )
