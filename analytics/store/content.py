"""What becomes of content, as kept: activities by session, questions read on demand."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from analytics.content import QuestionContent, SessionContent, Whereabouts
from analytics.store.facts import Facts
from lrs.caller import OrganisationId
from lrs.store.database import Store
from training.records.ids import ActivityId, SessionId


class Contents:
    """Reads what trainees make of content, at `Facts.progress(organisation).as_of`. Nothing is scoped here."""

    def __init__(self, store: Store, facts: Facts) -> None:
        self._store = store
        self._facts = facts

    def all(self, organisation: OrganisationId) -> list[SessionContent]:
        """Return every session on record, by id; `by_programme` adds them up."""
        raise NotImplementedError

    def of(self, organisation: OrganisationId, session_ids: Iterable[SessionId]) -> list[SessionContent]:
        """Return some sessions, by id; what is no session on record is passed over."""
        raise NotImplementedError

    def questions(
        self, organisation: OrganisationId, session_ids: Collection[SessionId], activity_id: ActivityId | None = None
    ) -> list[QuestionContent]:
        """Return the questions of some sessions together, of one activity if given, by activity then IRI.

        Takes time with the enrolments of these sessions: a session at a time is meant, or a programme's.
        """
        raise NotImplementedError

    def whereabouts(self, organisation: OrganisationId, session_ids: Collection[SessionId]) -> list[Whereabouts]:
        """Return where each trainee of some sessions was last seen, by session then enrolment."""
        raise NotImplementedError
