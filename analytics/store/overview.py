"""Training sessions in figures, as kept: one small row a session, whatever the statements and enrolments behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec

from analytics.kept.form import Portion
from analytics.overview import SessionOverview, Totals
from analytics.overview.overview import describe_session
from analytics.overview.totals import sum_totals
from analytics.store.facts import Facts
from analytics.store.kept import KeptFacts
from analytics.store.kept_keys import enrolment_key, session_key
from analytics.store.traces import keys_of
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, SessionId

_TOTALS: Final = msgspec.msgpack.Decoder(Totals)
_PORTION: Final = msgspec.msgpack.Decoder(Portion)
_NOTHING: Final = Totals()


class Overviews:
    """Reads what the enrolments of training sessions add up to, at `Facts.progress(organisation).as_of`.

    Nothing is scoped here: whoever may see only some enrolments of a session asks for `among`.
    """

    def __init__(self, store: Store, facts: Facts) -> None:
        self._facts = facts
        self._kept = KeptFacts(store)

    def all(self, organisation: OrganisationId) -> list[SessionOverview]:
        """Return every session on record, by id; one of which nothing is known yet is all noughts."""
        every = {"_id": keys_of(organisation), "o": organisation, "b": {"$exists": True}}
        rows = self._kept.sessions.find(every, {"_id": 0, "s": 1, "b": 1})
        totals = {SessionId(row["s"]): _TOTALS.decode(row["b"]) for row in rows}
        return self._described(organisation, self._facts.records(organisation).sessions, totals)

    def of(self, organisation: OrganisationId, session_ids: Iterable[SessionId]) -> list[SessionOverview]:
        """Return some sessions, by id; what is no session on record is passed over."""
        wanted = frozenset(session_ids)
        keys = [session_key(organisation, name) for name in wanted]
        query = {"_id": {"$in": keys}, "o": organisation, "b": {"$exists": True}}
        rows = self._kept.sessions.find(query, {"_id": 0, "s": 1, "b": 1}) if keys else ()
        totals = {SessionId(row["s"]): _TOTALS.decode(row["b"]) for row in rows}
        return self._described(organisation, wanted, totals)

    def among(self, organisation: OrganisationId, enrolment_ids: Collection[EnrolmentId]) -> list[SessionOverview]:
        """Return the sessions of some enrolments, by id, in which only these are counted."""
        enrolments = self._facts.records(organisation).enrolments
        wanted = {enrolments[name].session_id for name in enrolment_ids if name in enrolments}
        keys = [enrolment_key(organisation, name) for name in enrolment_ids]
        query = {"_id": {"$in": keys}, "o": organisation}
        parts: defaultdict[SessionId, list[Totals]] = defaultdict(list)
        for row in self._kept.enrolments.find(query, {"_id": 0, "s": 1, "q": 1}) if keys else ():
            parts[SessionId(row["s"])].append(_PORTION.decode(row["q"]).totals)
        totals = {name: sum_totals(found) for name, found in parts.items()}
        return self._described(organisation, wanted, totals)

    def _described(
        self, organisation: OrganisationId, wanted: Iterable[SessionId], totals: Mapping[SessionId, Totals]
    ) -> list[SessionOverview]:
        sessions, stamp = self._facts.records(organisation).sessions, self._facts.stamp(organisation)
        return [
            describe_session(totals.get(name, _NOTHING), sessions[name], stamp)
            for name in sorted(wanted)
            if name in sessions
        ]
