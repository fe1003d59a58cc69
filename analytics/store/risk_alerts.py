"""Alerts as they are kept, and the follow-up that each opens. Writes to nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from pymongo import UpdateOne

from analytics.store.risk_alerting import Placed, Standing, decide
from analytics.store.risk_keys import ALERTS, alert_key
from analytics.store.risk_terms import AlertTerms
from analytics.store.risk_values import RiskScore
from lrs.clock import Clock, IdSource, Micros
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from training.followups import AlertFacts, FollowUps
from training.records import Records
from training.records.ids import EnrolmentId, SessionId

# Why an alert ended; what pages say of it is theirs.
BACK: Final = "back"
LEFT: Final = "left"
ENDED: Final = "ended"
SWITCHED_OFF: Final = "switched_off"


class Alerts:
    """Collection `risk_alerts`: `d` opened on, `since` first day outside, `told` whether its follow-up was opened."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._rows = store.collection(ALERTS)
        self._followups = FollowUps(store, clock, ids)

    def decide(
        self, organisation: OrganisationId, records: Records, scores: Iterable[RiskScore],
        days: Mapping[SessionId, date], terms: AlertTerms, now: Micros,
    ) -> int:  # fmt: skip
        """Decide the alerts of a day in some sessions, `days` being theirs, and open follow-ups; return how many open.

        `scores` are of the target that alerts are about. Done twice, it is done once: what opened on a day stays.
        """
        placed: defaultdict[SessionId, list[Placed]] = defaultdict(list)
        by_name: dict[EnrolmentId, RiskScore] = {}
        for score in scores:
            by_name[score.enrolment_id] = score
            if score.place is not None:
                placed[score.session_id].append(Placed(score.enrolment_id, score.place, score.probability))
        standing = self._standing(organisation, days)
        writes: list[UpdateOne] = []
        silenced = {on: self._followups.silenced(organisation, on) for on in set(days.values())}
        for session_id, on in days.items():
            mine = [item for item in standing[session_id] if item.enrolment_id in by_name]
            found = decide(placed[session_id], mine, on, terms, silenced[on])
            gone = [item.enrolment_id for item in standing[session_id] if item.enrolment_id not in by_name]
            writes += [_closing(organisation, session_id, name, now, LEFT) for name in gone]
            writes += [_closing(organisation, session_id, name, now, BACK) for name in found.closes]
            writes += [_moving(organisation, session_id, name, since) for name, since in found.outside.items()]
            writes += [_opening(organisation, by_name[item.enrolment_id], now) for item in found.opens]
        if writes:
            self._rows.bulk_write(writes, ordered=True)
        return self.tell(organisation, records, days, by_name)

    def tell(
        self, organisation: OrganisationId, records: Records, session_ids: Collection[SessionId],
        scores: Mapping[EnrolmentId, RiskScore],
    ) -> int:  # fmt: skip
        """Open the follow-up of every alert of some sessions that has none yet; the same alert opens one once."""
        query = {"o": organisation, "s": {"$in": sorted(session_ids)}, "told": False}
        count = 0
        for row in list(self._rows.find(query)):
            facts = _facts(row, scores.get(EnrolmentId(row["e"])))
            self._followups.open_from_alert(organisation, records, EnrolmentId(row["e"]), facts)
            self._rows.update_one({"_id": row["_id"], "o": organisation}, {"$set": {"told": True}})
            count += 1
        return count

    def close_sessions(self, organisation: OrganisationId, session_ids: Sequence[SessionId], now: Micros) -> int:
        """Close the alerts of sessions that run no more."""
        query = {"o": organisation, "s": {"$in": list(session_ids)}, "open": True}
        return self._rows.update_many(query, _closed(now, ENDED)).modified_count

    def close_all(self, organisation: OrganisationId, now: Micros) -> int:
        """Close every alert: the organisation has no estimates made any more."""
        return self._rows.update_many({"o": organisation, "open": True}, _closed(now, SWITCHED_OFF)).modified_count

    def settle(self, organisation: OrganisationId, records: Records) -> int:
        """End the follow-ups that nobody is to carry on (`FollowUps.settle`)."""
        return self._followups.settle(organisation, records)

    def objecting(self, organisation: OrganisationId, records: Records) -> frozenset[EnrolmentId]:
        """Return the enrolments of whoever objects to being scored."""
        return self._followups.objecting(organisation, records)

    def is_on(self, organisation: OrganisationId) -> bool:
        """Say whether an organisation has estimates made."""
        return self._followups.is_on(organisation)

    def _standing(
        self, organisation: OrganisationId, session_ids: Collection[SessionId]
    ) -> defaultdict[SessionId, list[Standing]]:
        found: defaultdict[SessionId, list[Standing]] = defaultdict(list)
        query = {"o": organisation, "s": {"$in": sorted(session_ids)}, "open": True}
        for row in self._rows.find(query, {"e": 1, "s": 1, "since": 1}):
            since = None if row["since"] is None else date.fromordinal(row["since"])
            found[SessionId(row["s"])].append(Standing(EnrolmentId(row["e"]), since))
        return found


def _opening(organisation: OrganisationId, score: RiskScore, now: Micros) -> UpdateOne:
    key = alert_key(organisation, score.enrolment_id, score.on)
    row: Document = {
        "id": bytes(key).hex(), "e": score.enrolment_id, "s": score.session_id, "k": score.target,
        "d": score.on.toordinal(), "at": now, "place": score.place, "among": score.among, "since": None,
        "open": True, "closed": None, "why": "", "told": False,
    }  # fmt: skip
    return UpdateOne({"_id": key, "o": organisation}, {"$setOnInsert": row}, upsert=True)


def _closing(
    organisation: OrganisationId, session_id: SessionId, name: EnrolmentId, now: Micros, why: str
) -> UpdateOne:
    return UpdateOne({"o": organisation, "s": session_id, "e": name, "open": True}, _closed(now, why))


def _moving(organisation: OrganisationId, session_id: SessionId, name: EnrolmentId, since: date | None) -> UpdateOne:
    change = {"$set": {"since": None if since is None else since.toordinal()}}
    return UpdateOne({"o": organisation, "s": session_id, "e": name, "open": True}, change)


def _closed(now: Micros, why: str) -> Document:
    return {"$set": {"open": False, "closed": now, "why": why}}


def _facts(row: Document, score: RiskScore | None) -> AlertFacts:
    return AlertFacts(
        key=row["id"],
        at=Micros(int(row["at"])),
        reasons=() if score is None else tuple(item.sentence for item in score.reasons),
        top_share=row["place"] / row["among"] if row["among"] else None,
        probability=None if score is None else score.probability,
        horizon_days=None if score is None else score.horizon,
        model="" if score is None or score.model is None else str(score.model),
    )
