"""Histories of enrolments, read from kept facts and records: whole sessions at once, never from statements.

`as_kept` reads what is kept, in a few queries however many enrolments there are: what was voided or corrected since is
gone from it, and what was not, says when it became known. `exact` works everything out again from the traces and the
records of an instant, which takes time with everybody's history: it is what the other must equal where nothing was
corrected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

import msgspec
import orjson

from analytics.content.share import Spent
from analytics.facts.fact import SlotFact
from analytics.facts.roster import Course, Roster
from analytics.kept import KeptActivity, KeptDay, KeptEnrolment, settle
from analytics.kept.form import Beside, Note
from analytics.kept.shelf import ActivityPlace
from analytics.kept.span import FIRST_BUCKET, LAST_BUCKET
from analytics.risk.history import Earlier, History, Planned
from analytics.risk.recollection import Kept, earlier_of, plan_of, recollect
from analytics.store.books import Books
from analytics.store.kept import KeptFacts
from analytics.store.kept_keys import enrolment_key
from analytics.store.progress import ProgressOf
from analytics.traces import Role, Trace
from lrs.clock import Clock, Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import ActivityId, EnrolmentId, PersonId, SessionId
from training.records.kinds import Kind
from training.store.version import VERSIONS_COLLECTION

# How many enrolments are asked for by name in one query.
_NAMES_AT_ONCE: Final = 5_000


class _Judged(msgspec.Struct, array_like=True, gc=False):
    """Of a trace what a history reads; members are by their place, and those behind are passed over."""

    statement_id: msgspec.Raw
    stored: int
    timestamp: int
    role: Role
    agents: msgspec.Raw
    is_act: msgspec.Raw
    activity: msgspec.Raw
    around: msgspec.Raw
    registration: msgspec.Raw
    platform: msgspec.Raw
    session: msgspec.Raw
    attempt: str
    is_classroom: msgspec.Raw
    declared_seconds: msgspec.Raw
    scaled: float | None
    success: bool | None
    completion: bool | None
    progress: float | None


class _Activity(msgspec.Struct, array_like=True, gc=False):
    """Of `KeptActivity` what a history reads."""

    enrolment_id: EnrolmentId
    activity_id: ActivityId
    session_id: msgspec.Raw
    judged: list[_Judged]
    direct: msgspec.Raw
    spent: dict[int, Spent]


class _Enrolment(msgspec.Struct, array_like=True, gc=False):
    """Of `KeptEnrolment` what a history reads."""

    enrolment_id: EnrolmentId
    session_id: msgspec.Raw
    as_of: msgspec.Raw
    marks: list[Trace]
    stays: msgspec.Raw
    slots: list[SlotFact]
    standings: msgspec.Raw
    sums: msgspec.Raw
    anomalies: msgspec.Raw
    until: msgspec.Raw
    seen: msgspec.Raw
    shares: msgspec.Raw
    beside: dict[int, Beside]
    notes: list[Note]


class _Totals(msgspec.Struct, array_like=True, gc=False):
    """Of `Totals` whether the enrolment is completed."""

    endings: msgspec.Raw
    completed: int


class _Portion(msgspec.Struct, array_like=True, gc=False):
    """Of `Portion` the same."""

    totals: _Totals


_ACTIVITY: Final = msgspec.msgpack.Decoder(_Activity)
_ENROLMENT: Final = msgspec.msgpack.Decoder(_Enrolment)
_PORTION: Final = msgspec.msgpack.Decoder(_Portion)


class Histories:
    """Reads histories; every call names the organisation."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._kept = KeptFacts(store)
        self._progress = ProgressOf(store)
        self._books = Books(store, clock)
        self._versions = store.collection(VERSIONS_COLLECTION)

    def as_kept(self, organisation: OrganisationId, session_ids: Collection[SessionId] | None = None) -> list[History]:
        """Return the history of every enrolment of some sessions, or of all, as kept; by session then enrolment.

        Ask for an earlier instant with `History.known_at`.
        """
        roster = self._books.newest(organisation).roster
        as_of = self._progress.find(organisation).as_of
        courses = list(_courses(roster, session_ids))
        kept = self._kept_of(organisation, session_ids)
        others = _others(roster, courses)
        finished = {name: found.is_completed for name, found in kept.items()}
        finished |= self._finished(organisation, others.keys() - kept.keys())
        exits = self._exits(organisation, {**others, **{course.enrolment.id: course for course in courses}})
        return _recollected(roster, courses, kept, finished, exits, as_of)

    def exact(
        self, organisation: OrganisationId, session_ids: Collection[SessionId] | None, as_of: int
    ) -> list[History]:
        """Return the histories of some sessions, or of all, worked out again from what was known at `as_of`."""
        book = self._books.at(organisation, Micros(as_of))
        courses = list(_courses(book.roster, session_ids))
        kept: dict[EnrolmentId, Kept] = {}
        for person_id in sorted({book.records.survivor(course.enrolment.person_id) for course in courses}):
            identities = book.records.identities_of(person_id)
            traces = self._kept.traces.find(organisation, identities, FIRST_BUCKET, LAST_BUCKET, as_of)
            settled = settle(person_id, None, (), _TracesOnly(traces), book.roster, book.rules, as_of)
            activities: defaultdict[EnrolmentId, list[KeptActivity]] = defaultdict(list)
            for (name, _), activity in settled.activities.items():
                activities[name].append(activity)
            for name, found in settled.enrolments.items():
                kept[name] = Kept(
                    found.kept.marks, found.kept.slots, found.kept.beside, found.kept.notes,
                    [(item.activity_id, item.judged, item.spent) for item in activities[name]],
                    is_completed=found.facts.is_completed,
                )  # fmt: skip
        finished = {name: found.is_completed for name, found in kept.items()}
        everybody = {**_others(book.roster, courses), **{course.enrolment.id: course for course in courses}}
        return _recollected(
            book.roster, courses, kept, finished, self._exits(organisation, everybody, until=as_of), as_of
        )

    def _kept_of(
        self, organisation: OrganisationId, session_ids: Collection[SessionId] | None
    ) -> dict[EnrolmentId, Kept]:
        query: dict[str, object] = {"o": organisation}
        if session_ids is not None:
            query["s"] = {"$in": sorted(session_ids)}
        activities: defaultdict[EnrolmentId, list[tuple[ActivityId, list[_Judged], dict[int, Spent]]]]
        activities = defaultdict(list)
        for row in self._kept.activities.find(query, {"_id": 0, "b": 1}):
            found = _ACTIVITY.decode(row["b"])
            activities[found.enrolment_id].append((found.activity_id, found.judged, found.spent))
        kept: dict[EnrolmentId, Kept] = {}
        for row in self._kept.enrolments.find(query, {"_id": 0, "b": 1, "q": 1}):
            item = _ENROLMENT.decode(row["b"])
            name = item.enrolment_id
            kept[name] = Kept(
                item.marks, item.slots, item.beside, item.notes, activities.get(name, ()),
                is_completed=bool(_PORTION.decode(row["q"]).totals.completed),
            )  # fmt: skip
        return kept

    def _finished(self, organisation: OrganisationId, names: Iterable[EnrolmentId]) -> dict[EnrolmentId, bool]:
        """Return of some enrolments whether they are completed."""
        keys = [enrolment_key(organisation, name) for name in names]
        found: dict[EnrolmentId, bool] = {}
        for at in range(0, len(keys), _NAMES_AT_ONCE):
            query = {"_id": {"$in": keys[at : at + _NAMES_AT_ONCE]}, "o": organisation}
            for row in self._kept.enrolments.find(query, {"_id": 0, "e": 1, "q": 1}):
                found[EnrolmentId(row["e"])] = bool(_PORTION.decode(row["q"]).totals.completed)
        return found

    def _exits(
        self, organisation: OrganisationId, courses: Mapping[EnrolmentId, Course], until: int | None = None
    ) -> dict[EnrolmentId, int]:
        """Return when the exit of each enrolment that has one was put on record: it has stayed there since."""
        names = sorted(name for name, course in courses.items() if course.enrolment.exit is not None)
        found: dict[EnrolmentId, int] = {}
        for at in range(0, len(names), _NAMES_AT_ONCE):
            query: dict[str, object] = {
                "organisation": organisation,
                "kind": Kind.ENROLMENT.value,
                "record_id": {"$in": names[at : at + _NAMES_AT_ONCE]},
            }
            if until is not None:
                query["recorded_at"] = {"$lte": until}
            fields = {"_id": 0, "record_id": 1, "recorded_at": 1, "is_deleted": 1, "body": 1}
            for row in self._versions.find(query, fields).sort([("record_id", 1), ("version", 1)]):
                name = EnrolmentId(row["record_id"])
                if row["is_deleted"] or orjson.loads(row["body"]).get("exit") is None:
                    found.pop(name, None)
                else:
                    found.setdefault(name, int(row["recorded_at"]))
        return found


class _TracesOnly:
    """A shelf on which nothing stands but traces."""

    def __init__(self, traces: list[Trace]) -> None:
        self._traces = traces

    def traces_only(self) -> _TracesOnly:
        """Return the same."""
        return self

    def traces(self, first: int, last: int) -> list[Trace]:  # noqa: ARG002 - everything is asked for, once
        """Return everything: only whole lives are settled here."""
        return self._traces

    def days_between(self, first: date, last: date) -> dict[date, KeptDay]:  # noqa: ARG002 - there are none
        """Return nothing."""
        return {}

    def days_on(self, days: Iterable[date]) -> dict[date, KeptDay]:  # noqa: ARG002 - as above
        """Return nothing."""
        return {}

    def enrolments(self, ids: Iterable[EnrolmentId]) -> dict[EnrolmentId, KeptEnrolment]:  # noqa: ARG002 - as above
        """Return nothing."""
        return {}

    def activities(self, places: Iterable[ActivityPlace]) -> dict[ActivityPlace, KeptActivity]:  # noqa: ARG002 - as above
        """Return nothing."""
        return {}


def _courses(roster: Roster, session_ids: Collection[SessionId] | None) -> Iterator[Course]:
    """Yield the enrolments of sessions, by session then id; those without a programme on record are left out."""
    records = roster.records
    for session_id in sorted(records.sessions if session_ids is None else session_ids):
        for enrolment in records.enrolments_in(session_id):
            course = roster.course(enrolment)
            if course is not None:
                yield course


def _others(roster: Roster, courses: Iterable[Course]) -> dict[EnrolmentId, Course]:
    """Return every enrolment of the people of these courses who have several."""
    records = roster.records
    found: dict[EnrolmentId, Course] = {}
    for person_id in {records.survivor(course.enrolment.person_id) for course in courses}:
        own = roster.courses_of(person_id)
        if len(own) > 1:
            found.update((course.enrolment.id, course) for course in own)
    return found


def _recollected(
    roster: Roster, courses: Iterable[Course], kept: Mapping[EnrolmentId, Kept], finished: Mapping[EnrolmentId, bool],
    exits: Mapping[EnrolmentId, int], as_of: int,
) -> list[History]:  # fmt: skip
    plans: dict[SessionId, tuple[Planned, ...]] = {}
    found = []
    for course in courses:
        session_id = course.session.id
        plan = plans.get(session_id)
        if plan is None:
            plan = plans[session_id] = plan_of(course)
        name, person = course.enrolment.id, roster.records.survivor(course.enrolment.person_id)
        earlier = _earlier(roster, course, person, finished, exits, as_of)
        found.append(
            recollect(person, course, kept.get(name, Kept()), plan, exits.get(name), earlier, as_of)
        )  # fmt: skip
    return found


def _earlier(
    roster: Roster, course: Course, person: PersonId, finished: Mapping[EnrolmentId, bool],
    exits: Mapping[EnrolmentId, int], as_of: int,
) -> Iterator[Earlier]:  # fmt: skip
    own = roster.courses_of(person)
    if len(own) < 2:  # noqa: PLR2004 - nothing beside itself
        return iter(())
    others = ((item, exits.get(item.enrolment.id), finished.get(item.enrolment.id, False)) for item in own)
    return earlier_of(course, others, as_of)
