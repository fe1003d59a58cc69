"""What becomes of content, as kept: activities by session, questions read on demand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

import msgspec

from analytics.content import QuestionContent, SessionContent, Whereabouts
from analytics.content.activity import describe_content
from analytics.content.question import Answered, questions_of, with_definition
from analytics.content.share import ContentSums, last_touched
from analytics.kept.form import Portion
from analytics.store.facts import Facts
from analytics.store.glimpses import ASKED
from analytics.store.kept import KeptFacts
from analytics.store.kept_keys import session_key
from analytics.store.traces import keys_of
from lrs.store.activities import Activities
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from training.records.ids import ActivityId, EnrolmentId, SessionId

_SUMS: Final = msgspec.msgpack.Decoder(ContentSums)
_PORTION: Final = msgspec.msgpack.Decoder(Portion)


class Contents:
    """Reads what trainees make of content, at `Facts.progress(organisation).as_of`. Nothing is scoped here."""

    def __init__(self, store: Store, facts: Facts) -> None:
        self._facts = facts
        self._kept = KeptFacts(store)
        self._definitions = Activities(store)

    def all(self, organisation: OrganisationId) -> list[SessionContent]:
        """Return every session on record, by id; `by_programme` adds them up."""
        every = {"_id": keys_of(organisation), "o": organisation}
        return self._contents(organisation, self._facts.records(organisation).sessions, every)

    def of(self, organisation: OrganisationId, session_ids: Iterable[SessionId]) -> list[SessionContent]:
        """Return some sessions, by id; what is no session on record is passed over."""
        wanted = frozenset(session_ids)
        keys = [session_key(organisation, name) for name in wanted]
        return self._contents(organisation, wanted, {"_id": {"$in": keys}, "o": organisation})

    def questions(
        self, organisation: OrganisationId, session_ids: Collection[SessionId], activity_id: ActivityId | None = None
    ) -> list[QuestionContent]:
        """Return the questions of some sessions together, of one activity if given, by activity then IRI.

        Takes time with the enrolments of these sessions: a session at a time is meant, or a programme's.
        """
        found = questions_of(self._answers(organisation, session_ids, activity_id))
        known = self._definitions.definitions(organisation, {question.question for question in found})
        return [
            with_definition(question, known[question.question]) if question.question in known else question
            for question in found
        ]

    def whereabouts(self, organisation: OrganisationId, session_ids: Collection[SessionId]) -> list[Whereabouts]:
        """Return where each trainee of some sessions was last seen, by session then enrolment."""
        query = {"o": organisation, "s": {"$in": sorted(session_ids)}}
        rows = self._kept.enrolments.find(query, {"_id": 0, "s": 1, "e": 1, "q": 1})
        return sorted(map(_whereabouts, rows), key=lambda item: (item.session_id, item.enrolment_id))

    def _contents(
        self, organisation: OrganisationId, wanted: Iterable[SessionId], query: Mapping[str, object]
    ) -> list[SessionContent]:
        rows = self._kept.sessions.find({**query, "c": {"$exists": True}}, {"_id": 0, "s": 1, "c": 1})
        sums = {SessionId(row["s"]): _SUMS.decode(row["c"]) for row in rows}
        as_of, sessions = self._facts.progress(organisation).as_of, self._facts.records(organisation).sessions
        return [
            describe_content(sums.get(name) or ContentSums(), name, as_of)
            for name in sorted(wanted)
            if name in sessions
        ]

    def _answers(
        self, organisation: OrganisationId, session_ids: Collection[SessionId], activity_id: ActivityId | None
    ) -> Iterator[tuple[EnrolmentId, ActivityId, Answered]]:
        query = {"o": organisation, "s": {"$in": sorted(session_ids)}, "asks": True}
        for row in self._kept.activities.find(query, {"_id": 0, "b": 1}):
            asked = ASKED.decode(row["b"])
            if activity_id in (None, asked.activity_id):
                yield from ((asked.enrolment_id, asked.activity_id, answered) for answered in asked.answers)


def _whereabouts(row: Document) -> Whereabouts:
    portion = _PORTION.decode(row["q"])
    return Whereabouts(
        enrolment_id=EnrolmentId(row["e"]),
        session_id=SessionId(row["s"]),
        last_at=portion.totals.last_at,
        active_day_count=portion.totals.active_days,
        activity_id=last_touched(portion.shares),
        is_completed=bool(portion.totals.completed),
    )
