"""Open, read and carry on follow-ups; and say about whom no alert may be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from lrs.clock import Clock, IdSource, to_datetime
from lrs.errors import Conflict, NotFound
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.followups.checks import Noted, check_contact, check_outcome, check_override, check_reason
from training.followups.followup import AlertFacts, Event, FollowUp, Limits, What
from training.followups.history import stand
from training.followups.readings import Readings
from training.followups.rows import PARIS, derived, event_row, followup_of
from training.followups.switch import Switch
from training.records import Records
from training.records.enrolment import Enrolment
from training.records.ids import EnrolmentId, PersonId
from training.rights import Purpose, Rights

FOLLOWUPS: Final = "risk_followups"
# How an alert stands in the history: nobody's act.
PRODUCT: Final = "assidu"
# Every lost race is somebody else's recorded act.
_TRIES: Final = 8
_MOST: Final = 5_000


class FollowUps:
    """Collection `risk_followups`: `o`, `e` enrolment, `p` person, `s` session, `at`, `events`; `derived` from these.

    Events are only ever added. Who writes says which version they saw, and is told (Conflict) when it is another now.
    """

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._rows = store.collection(FOLLOWUPS)
        self._clock = clock
        self._ids = ids
        self._rights = Rights(store, clock, ids)
        self._switch = Switch(store, clock)
        self._readings = Readings(store, clock)

    # --- about whom there may be alerts

    def is_on(self, organisation: OrganisationId) -> bool:
        """Say whether the organisation has chances estimated; while not, nothing is scored, raised or shown."""
        return self._switch.is_on(organisation)

    def objections_of(self, organisation: OrganisationId) -> frozenset[PersonId]:
        """Return everybody who objects to being scored, under the record by which they did; effective at once.

        Compare by `Records.survivor`, or ask `objecting` for the enrolments.
        """
        return self._rights.objectors(organisation, Purpose.SCORING)

    def objecting(self, organisation: OrganisationId, records: Records) -> frozenset[EnrolmentId]:
        """Return every enrolment of somebody who objects: no score, no alert, and what was kept of both goes."""
        people = self.objections_of(organisation)
        return frozenset(item.id for name in people for item in records.enrolments_of(name))

    def has_objected(self, organisation: OrganisationId, people: Collection[PersonId]) -> bool:
        """Say whether somebody, under any of the records that are theirs, objects to being scored."""
        return self._rights.objects(organisation, people, Purpose.SCORING)

    def silenced(self, organisation: OrganisationId, today: date) -> frozenset[EnrolmentId]:
        """Return the enrolments about which no alert opens a follow-up on a day: one is open, or ended not long ago."""
        queries = ({"open": True}, {"quiet": {"$gt": today.isoformat()}})
        rows = (row for query in queries for row in self._rows.find({"o": organisation, **query}, {"e": 1}))
        return frozenset(EnrolmentId(row["e"]) for row in rows)

    # --- opening

    def open_from_alert(
        self, organisation: OrganisationId, records: Records, enrolment_id: EnrolmentId, alert: AlertFacts
    ) -> FollowUp | None:
        """Open a follow-up for an alert, or add it to the one that is open; the same alert again changes nothing.

        None, and nothing is written, where there may be none: the organisation is off, the learner objects, somebody
        has suspended alerts, the last one ended not long ago, or the enrolment is not on record or has ended.
        """
        known = self._rows.find_one({"o": organisation, "alerts": alert.key})
        if known is not None:
            return followup_of(known)
        enrolment = records.enrolments.get(enrolment_id)
        today = to_datetime(self._clock.now_micros()).astimezone(PARIS).date()
        if enrolment is None or (enrolment.exit is not None and enrolment.exit.on <= today):
            return None
        if not self.is_on(organisation) or enrolment_id in self.objecting(organisation, records):
            return None
        if any(item.is_quiet(today) for item in self.of_enrolments(organisation, [enrolment_id])):
            return None
        event = Event(
            at=self._clock.now_micros(), what=What.ALERTED, by=PRODUCT, key=alert.key, alert=alert,
            owner=owner_of(records, enrolment),
        )  # fmt: skip
        return self._open_or_add(organisation, enrolment, event)

    def open_by_hand(
        self, organisation: OrganisationId, records: Records, enrolment_id: EnrolmentId, reason: str, by: str,
        name: str = "",
    ) -> FollowUp:  # fmt: skip
        """Open a follow-up because somebody says so, or return the one that is open.

        It needs no estimate, so it is possible whatever the switch says. Raises InvalidRequest without a reason,
        NotFound.
        """
        check_reason(reason)
        enrolment = records.enrolments.get(enrolment_id)
        if enrolment is None:
            message = "There is no enrolment of this id."
            raise NotFound(message)
        event = Event(
            at=self._clock.now_micros(), what=What.OPENED, by=by, name=name, text=reason.strip(),
            owner=owner_of(records, enrolment),
        )  # fmt: skip
        return self._open_or_add(organisation, enrolment, event)

    def _open_or_add(self, organisation: OrganisationId, enrolment: Enrolment, event: Event) -> FollowUp:
        """Open one, unless one is open: then an alert is added to it, and a wish to open one has its wish."""
        place = {"o": organisation, "one": enrolment.id}
        fresh: dict[str, Any] = {
            "_id": self._ids.new_uuid(), "e": enrolment.id, "s": enrolment.session_id, "p": enrolment.person_id,
            "at": event.at, "events": [event_row(event)],
        }  # fmt: skip
        found = derived(followup_of({**fresh, **place}))
        del found["one"]
        # Of those who come at once one inserts; the unique index on what is open makes the others find it.
        made = self._rows.update_one(place, {"$setOnInsert": {**fresh, **found}}, upsert=True)
        row = self._rows.find_one(place if made.upserted_id is None else {"_id": made.upserted_id, "o": organisation})
        if row is None:
            message = "This follow-up was closed at the same moment; nothing was done."
            raise Conflict(message)
        if made.upserted_id is None and event.what is What.ALERTED:
            return self._add(organisation, row["_id"], lambda _: replace(event, owner=None))
        return followup_of(row)

    # --- reading

    def get(self, organisation: OrganisationId, followup_id: UUID) -> FollowUp:
        """Return a follow-up; raises NotFound."""
        row = self._rows.find_one({"_id": followup_id, "o": organisation})
        if row is None:
            message = "There is no follow-up of this id."
            raise NotFound(message)
        return followup_of(row)

    def of_enrolments(self, organisation: OrganisationId, enrolments: Collection[EnrolmentId]) -> list[FollowUp]:
        """Return every follow-up of these enrolments, newest first."""
        query = {"o": organisation, "e": {"$in": list(enrolments)}}
        rows = sorted(self._rows.find(query), key=lambda row: (row["at"], str(row["_id"])), reverse=True)
        return [followup_of(row) for row in rows]

    def open_ones(self, organisation: OrganisationId, limit: int = _MOST) -> list[FollowUp]:
        """Return the follow-ups that somebody is at, the oldest first."""
        rows = self._rows.find({"o": organisation, "open": True}).sort([("at", 1), ("_id", 1)]).limit(limit)
        return [followup_of(row) for row in rows]

    def closed_ones(self, organisation: OrganisationId, limit: int = _MOST) -> list[FollowUp]:
        """Return the follow-ups that have ended, the last opened first."""
        rows = self._rows.find({"o": organisation, "open": False}).sort([("at", -1), ("_id", -1)]).limit(limit)
        return [followup_of(row) for row in rows]

    # --- carrying on

    def assign(
        self, organisation: OrganisationId, followup_id: UUID, owner: PersonId | None, version: int, by: str,
        name: str = "",
    ) -> FollowUp:  # fmt: skip
        """Make it somebody else's, None for the managers. Raises NotFound, Conflict; that they may, callers know."""
        now = self._clock.now_micros()
        return self._change(
            organisation, followup_id, version, Event(at=now, what=What.ASSIGNED, by=by, name=name, owner=owner)
        )

    def log_contact(
        self, organisation: OrganisationId, followup_id: UUID, noted: Noted, by: str, name: str = ""
    ) -> FollowUp:
        """Note that somebody turned to the learner; the same act again is noted once.

        Raises InvalidRequest with every problem, NotFound, and Conflict when it has ended.
        """
        now = self._clock.now_micros()
        check_contact(noted, now)
        event = Event(
            at=now, what=What.CONTACTED, by=by, name=name, key=noted.key, text=noted.note.strip(), on=noted.at,
            channel=noted.channel, exchange=noted.exchange,
        )  # fmt: skip
        return self._add(organisation, followup_id, lambda _: event)

    def strike(
        self, organisation: OrganisationId, followup_id: UUID, number: int, reason: str, by: str, name: str = ""
    ) -> FollowUp:
        """Have a contact no longer count that was noted by mistake; it stays in the history, with the reason.

        Raises InvalidRequest without a reason, NotFound, and Conflict when the follow-up has ended.
        """
        check_reason(reason)
        now = self._clock.now_micros()

        def struck(found: FollowUp) -> Event:
            if number not in {item.number for item in found.contacts}:
                message = "There is no such contact."
                raise NotFound(message)
            return Event(at=now, what=What.STRUCK, by=by, name=name, text=reason.strip(), number=number)

        return self._add(organisation, followup_id, struck)

    def close(
        self, organisation: OrganisationId, followup_id: UUID, outcome: str, version: int, by: str, *, name: str = "",
        note: str = "",
    ) -> FollowUp:  # fmt: skip
        """Say how it ended. Raises InvalidRequest for what is no outcome, NotFound, Conflict."""
        check_outcome(outcome, note)
        event = Event(
            at=self._clock.now_micros(), what=What.CLOSED, by=by, name=name, outcome=outcome, text=note.strip()
        )
        return self._change(organisation, followup_id, version, event)

    def override(
        self, organisation: OrganisationId, followup_id: UUID, reason: str, until: date, version: int, by: str, *,
        limits: Limits, name: str = "",
    ) -> FollowUp:  # fmt: skip
        """Suspend alerts until a day because somebody knows the situation; what is open ends with that.

        Raises InvalidRequest without a reason or for a day that is over or too far, NotFound, Conflict.
        """
        now = self._clock.now_micros()
        check_override(reason, until, to_datetime(now).astimezone(PARIS).date(), limits)
        event = Event(at=now, what=What.OVERRIDDEN, by=by, name=name, text=reason.strip(), until=until)
        return self._change(organisation, followup_id, version, event)

    def resume(
        self, organisation: OrganisationId, followup_id: UUID, reason: str, version: int, by: str, name: str = ""
    ) -> FollowUp:
        """Let alerts come again before the day that was set. Raises InvalidRequest, NotFound, Conflict."""
        check_reason(reason)
        now = self._clock.now_micros()
        event = Event(at=now, what=What.RESUMED, by=by, name=name, text=reason.strip())
        return self._change(organisation, followup_id, version, event, of_open=False)

    def settle(self, organisation: OrganisationId, records: Records) -> int:
        """End what nobody is to carry on: opened by an alert about who objects, or of an enrolment that has ended.

        Return how many; called by the worker and when somebody objects, as often as it may be.
        """
        today = to_datetime(self._clock.now_micros()).astimezone(PARIS).date()
        objecting = self.objecting(organisation, records)
        count = 0
        for found in self.open_ones(organisation):
            enrolment = records.enrolments.get(found.enrolment_id)
            is_over = enrolment is None or (enrolment.exit is not None and enrolment.exit.on <= today)
            what = What.OVER if is_over else What.OBJECTED
            if is_over or (found.is_by_alert and found.enrolment_id in objecting):
                event = Event(at=self._clock.now_micros(), what=what, by=PRODUCT)
                self._change(organisation, found.id, found.version, event)
                count += 1
        return count

    def forget(self, organisation: OrganisationId, enrolments: Iterable[EnrolmentId]) -> int:
        """Delete the follow-ups of these enrolments, and who looked at their estimates; return how many there were."""
        names = list(enrolments)
        self._readings.forget(organisation, names)
        return self._rows.delete_many({"o": organisation, "e": {"$in": names}}).deleted_count

    def _add(self, organisation: OrganisationId, followup_id: UUID, make: Callable[[FollowUp], Event]) -> FollowUp:
        """Add an event to a follow-up that is open, after whatever others have added meanwhile; once, by its key."""
        for _ in range(_TRIES):
            found = self.get(organisation, followup_id)
            event = make(found)
            if event.key and any(item.key == event.key for item in found.events):
                return found
            if not found.is_open:
                break
            if self._write(found, event):
                return self.get(organisation, followup_id)
        message = "This follow-up has ended, or others keep writing in it; nothing was done."
        raise Conflict(message)

    def _change(
        self, organisation: OrganisationId, followup_id: UUID, version: int, event: Event, *, of_open: bool = True
    ) -> FollowUp:
        """Add an event to a follow-up as somebody saw it."""
        found = self.get(organisation, followup_id)
        if found.version != version or found.is_open is not of_open or not self._write(found, event):
            message = "This follow-up was changed or closed meanwhile; nothing was done."
            raise Conflict(message)
        return self.get(organisation, followup_id)

    def _write(self, found: FollowUp, event: Event) -> bool:
        """Write an event behind the ones that were read; say whether nobody else was first."""
        later = stand(found.as_begun(), (*found.events, event), PARIS)
        place = {"_id": found.id, "o": found.organisation, "n": found.version}
        update: dict[str, Any] = {"$set": derived(later), "$push": {"events": event_row(event)}}
        if not later.is_open:
            update["$unset"] = {"one": ""}
        return bool(self._rows.update_one(place, update).modified_count)


def owner_of(records: Records, enrolment: Enrolment) -> PersonId | None:
    """Return whose a follow-up is at first: the session's first trainer; None, the managers, where none is named."""
    session = records.sessions.get(enrolment.session_id)
    trainers = () if session is None else session.trainer_ids
    return records.survivor(trainers[0]) if trainers else None
