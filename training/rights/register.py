"""Open, list, extend, answer and take back requests; and say who objects to what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from lrs.clock import Clock, IdSource, Micros, to_datetime
from lrs.errors import Conflict, InvalidRequest, NotFound, Problem
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId
from training.rights.delays import delay
from training.rights.request import (
    Answer,
    Asked,
    Event,
    Outcome,
    Purpose,
    Right,
    RightsRequest,
    State,
    check_asked,
    check_text,
)

REQUESTS: Final = "rights_requests"
_PARIS: Final = ZoneInfo("Europe/Paris")
# Open at once, of one person: beyond, somebody is filling a desk, not exercising a right.
_OPEN_MOST: Final = 20


class Rights:
    """Collection `rights_requests`: `_id`, `o` organisation, `p` person, `right`, `state`, `due`, `events`."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._rows = store.collection(REQUESTS)
        self._clock = clock
        self._ids = ids

    def open(self, organisation: OrganisationId, person_id: PersonId, asked: Asked, by: str) -> RightsRequest:
        """Take a request; the time to answer runs from now.

        Raises InvalidRequest for one that cannot be taken, Conflict when the person has as many open as may be.
        """
        check_asked(asked)
        open_ones = {"o": organisation, "p": person_id, "state": State.OPEN.value}
        if self._rows.count_documents(open_ones, limit=_OPEN_MOST) >= _OPEN_MOST:
            raise Conflict("There are too many open requests; they are answered first.")
        now = self._clock.now_micros()
        until = delay(_day(now))
        row = {
            "_id": self._ids.new_uuid(),
            "o": organisation,
            "p": person_id,
            "right": asked.right.value,
            "text": asked.text.strip(),
            "purposes": sorted(purpose.value for purpose in asked.purposes),
            "at": now,
            "first_due": until.due_on.isoformat(),
            "due": until.due_on.isoformat(),
            "reference": until.reference,
            "state": State.OPEN.value,
            "events": [_event(now, "opened", by)],
        }
        self._rows.insert_one(row)
        return _request(row)

    def get(self, organisation: OrganisationId, request_id: UUID) -> RightsRequest:
        """Return a request; raises NotFound."""
        row = self._rows.find_one({"_id": request_id, "o": organisation})
        if row is None:
            raise NotFound("There is no request of this id.")
        return _request(row)

    def of_people(self, organisation: OrganisationId, people: Collection[PersonId]) -> list[RightsRequest]:
        """Return every request of somebody, under each of the records that were merged into theirs, newest first."""
        rows = self._rows.find({"o": organisation, "p": {"$in": list(people)}}).sort([("at", -1), ("_id", -1)])
        return [_request(row) for row in rows]

    def open_ones(self, organisation: OrganisationId, limit: int = 500) -> list[RightsRequest]:
        """Return the requests that wait for an answer, the first due first."""
        query = {"o": organisation, "state": State.OPEN.value}
        return [_request(row) for row in self._rows.find(query).sort([("due", 1), ("_id", 1)]).limit(limit)]

    def answered(self, organisation: OrganisationId, limit: int = 100) -> list[RightsRequest]:
        """Return the requests that were answered or taken back, those that were due last first."""
        query = {"o": organisation, "state": {"$in": [State.ANSWERED.value, State.WITHDRAWN.value]}}
        return [_request(row) for row in self._rows.find(query).sort([("due", -1), ("_id", -1)]).limit(limit)]

    def answer(self, organisation: OrganisationId, request_id: UUID, answer: Answer) -> RightsRequest:
        """Answer a request, which closes it. Raises InvalidRequest, NotFound, and Conflict when it is closed."""
        check_text(answer.text, "/text")
        now = self._clock.now_micros()
        change = {
            "state": State.ANSWERED.value,
            "outcome": answer.outcome.value,
            "answer": answer.text.strip(),
            "answered": now,
        }
        return self._change(organisation, request_id, change, _event(now, "answered", answer.by, answer.text.strip()))

    def extend(self, organisation: OrganisationId, request_id: UUID, reason: str, by: str) -> RightsRequest:
        """Give the answer more time, once, for a reason that the person is told.

        Raises InvalidRequest without a reason, or when the first time is over (RGPD, article 12 (3)); NotFound; and
        Conflict when it is closed or was extended before.
        """
        check_text(reason, "/reason")
        found, now = self.get(organisation, request_id), self._clock.now_micros()
        if _day(now) > found.first_due_on:
            problem = Problem("/reason", "The time for an extension is over.", f"until {found.first_due_on}")
            raise InvalidRequest("This request cannot be extended.", [problem])
        longer = delay(_day(found.opened_at)).extended_to.isoformat()
        change = {"due": longer, "extended": True}
        event = _event(now, "extended", by, reason.strip())
        return self._change(organisation, request_id, change, event, {"extended": {"$ne": True}})

    def withdraw(
        self, organisation: OrganisationId, request_id: UUID, people: Collection[PersonId], by: str
    ) -> RightsRequest:
        """Take back a request of one of `people`, or an objection that was granted; it no longer stands.

        Raises NotFound when it is nobody's among `people`, Conflict when it is closed.
        """
        found = self.get(organisation, request_id)
        if found.person_id not in people:
            raise NotFound("There is no request of this id.")
        now = self._clock.now_micros()
        standing = [State.OPEN.value, *([State.ANSWERED.value] if found.stops else [])]
        change = {"state": State.WITHDRAWN.value}
        return self._change(
            organisation, request_id, change, _event(now, "withdrawn", by), {"state": {"$in": standing}}
        )

    def objectors(self, organisation: OrganisationId, purpose: Purpose) -> frozenset[PersonId]:
        """Return everybody whose data may not be used for a purpose, under the record by which they objected.

        Compare them by `Records.survivor`: two records may have become one since.
        """
        query = {"o": organisation, "right": Right.OBJECTION.value, "purposes": purpose.value}
        return frozenset(request.person_id for request in map(_request, self._rows.find(query)) if request.stops)

    def objects(self, organisation: OrganisationId, people: Collection[PersonId], purpose: Purpose) -> bool:
        """Say whether somebody, under any of their records, objects to the use of their data for a purpose."""
        return any(purpose in request.stops for request in self.of_people(organisation, people))

    def _change(
        self,
        organisation: OrganisationId,
        request_id: UUID,
        change: Mapping[str, Any],
        event: Mapping[str, Any],
        where: Mapping[str, Any] | None = None,
    ) -> RightsRequest:
        """Change a request that is open, or as `where` says, together with its history; whoever is second is told."""
        place = {"_id": request_id, "o": organisation}
        wanted = {**place, "state": State.OPEN.value, **(where or {})}
        update = {"$set": dict(change), "$push": {"events": dict(event)}}
        if not self._rows.update_one(wanted, update).modified_count:
            self.get(organisation, request_id)
            raise Conflict("This request was closed or changed meanwhile; nothing was done.")
        return self.get(organisation, request_id)


def _event(at: Micros, what: str, by: str, text: str = "") -> dict[str, Any]:
    return {"at": at, "what": what, "by": by, "text": text}


def _day(at: Micros) -> date:
    return to_datetime(at).astimezone(_PARIS).date()


def _request(row: Mapping[str, Any]) -> RightsRequest:
    answered, outcome = row.get("answered"), row.get("outcome")
    return RightsRequest(
        id=row["_id"],
        organisation=OrganisationId(row["o"]),
        person_id=PersonId(row["p"]),
        right=Right(row["right"]),
        text=row["text"],
        purposes=_purposes(row["purposes"]),
        opened_at=Micros(row["at"]),
        first_due_on=date.fromisoformat(row["first_due"]),
        due_on=date.fromisoformat(row["due"]),
        delay_reference=row["reference"],
        state=State(row["state"]),
        is_extended=bool(row.get("extended")),
        outcome=None if outcome is None else Outcome(outcome),
        answer=row.get("answer", ""),
        answered_at=None if answered is None else Micros(answered),
        events=tuple(Event(Micros(item["at"]), item["what"], item["by"], item["text"]) for item in row["events"]),
    )


def _purposes(names: Iterable[str]) -> frozenset[Purpose]:
    return frozenset(Purpose(name) for name in names)
