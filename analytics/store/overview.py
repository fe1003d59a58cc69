"""Training sessions in figures, as kept: one small row a session, whatever the statements and enrolments behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from analytics.facts import EnrolmentFacts, SlotFact
from analytics.overview import SessionOverview
from analytics.overview.overview import describe_session
from analytics.overview.totals import sum_totals, totals_of
from analytics.store.facts import Facts
from lrs.caller import OrganisationId
from training.records.ids import EnrolmentId, SessionId


class Overviews:
    """Reads what the enrolments of training sessions add up to, at `Facts.progress(organisation).as_of`.

    Nothing is scoped here: whoever may see only some enrolments of a session asks for `among`.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def all(self, organisation: OrganisationId) -> list[SessionOverview]:
        """Return every session on record, by id; one of which nothing is known yet is all noughts."""
        return self.of(organisation, self._facts.records(organisation).sessions)

    def of(self, organisation: OrganisationId, session_ids: Iterable[SessionId]) -> list[SessionOverview]:
        """Return some sessions, by id; what is no session on record is passed over."""
        wanted = frozenset(session_ids)
        return self._summed(organisation, wanted, self._facts.enrolments(organisation, session_ids=wanted))

    def among(self, organisation: OrganisationId, enrolment_ids: Collection[EnrolmentId]) -> list[SessionOverview]:
        """Return the sessions of some enrolments, by id, in which only these are counted."""
        records = self._facts.records(organisation)
        wanted = {records.enrolments[name].session_id for name in enrolment_ids if name in records.enrolments}
        found = self._facts.enrolments(organisation, session_ids=wanted)
        return self._summed(organisation, wanted, [facts for facts in found if facts.enrolment_id in enrolment_ids])

    def _summed(
        self, organisation: OrganisationId, wanted: Collection[SessionId], found: Iterable[EnrolmentFacts]
    ) -> list[SessionOverview]:
        records, stamp = self._facts.records(organisation), self._facts.stamp(organisation)
        slots: defaultdict[EnrolmentId, list[SlotFact]] = defaultdict(list)
        for slot in self._facts.slots(organisation, session_ids=wanted):
            slots[slot.enrolment_id].append(slot)
        parts = defaultdict(list)
        for facts in found:
            record = records.enrolments.get(facts.enrolment_id)
            if record is not None:
                parts[facts.session_id].append(totals_of(record, facts, slots[facts.enrolment_id], {}, 45))
        return [
            describe_session(sum_totals(parts[name]), records.sessions[name], stamp)
            for name in sorted(wanted)
            if name in records.sessions
        ]
