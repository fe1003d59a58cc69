"""Write estimates: the newest of each enrolment, and one of each day; and forget them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from bson.binary import Binary
from pymongo import ReplaceOne

from analytics.store.risk_forms import KeptAnswer, pack_answers, pack_names, pack_values
from analytics.store.risk_keys import (
    ALERT_BYTES,
    ALERTS,
    DAY_BYTES,
    DAYS,
    PROGRESS,
    SCORES,
    day_key,
    score_key,
    under,
)
from lrs.clock import Micros
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, SessionId


@dataclass(frozen=True, slots=True)
class Look:
    """One enrolment, looked at: what was known of it (`values`, a number for each feature), what models said."""

    enrolment_id: EnrolmentId
    session_id: SessionId
    on: date
    values: Sequence[float]
    answers: Sequence[KeptAnswer]


class ScoreRows:
    """Collections `risk_scores` and `risk_days`. Estimated again, a day is written again: the last stands."""

    def __init__(self, store: Store) -> None:
        self._scores = store.collection(SCORES)
        self._days = store.collection(DAYS)
        self._alerts = store.collection(ALERTS)
        self._progress = store.collection(PROGRESS)

    def write(self, organisation: OrganisationId, looks: Iterable[Look], names: Sequence[str], as_of: Micros) -> None:
        """Keep what was estimated at `as_of`; `names` are those of the features."""
        packed = pack_names(names)
        mark = blake2b(packed, digest_size=8).hexdigest()
        self._progress.update_one({"_id": organisation}, {"$set": {f"names.{mark}": Binary(packed)}}, upsert=True)
        scores: list[ReplaceOne[Document]] = []
        days: list[ReplaceOne[Document]] = []
        for look in looks:
            row = {
                "o": organisation, "e": look.enrolment_id, "s": look.session_id, "d": look.on.toordinal(), "at": as_of,
                "b": Binary(pack_answers(look.answers)),
            }  # fmt: skip
            kept = {**row, "n": mark, "f": Binary(pack_values(look.values))}
            days.append(_replace(day_key(organisation, look.enrolment_id, look.on), organisation, kept))
            scores.append(_replace(score_key(organisation, look.enrolment_id), organisation, row))
        if days:
            # The day first: what is shown is always in the history.
            self._days.bulk_write(days, ordered=False)
            self._scores.bulk_write(scores, ordered=False)

    def drop_others(
        self, organisation: OrganisationId, session_ids: Collection[SessionId], kept: Collection[EnrolmentId]
    ) -> int:
        """Take the newest estimate of whoever is in these sessions no more, `kept` being who is; return how many."""
        query = {"o": organisation, "s": {"$in": sorted(session_ids)}}
        rows = self._scores.find(query, {"e": 1})
        gone = [row["_id"] for row in rows if row["e"] not in kept]
        if gone:
            self._scores.delete_many({"_id": {"$in": gone}, "o": organisation})
        return len(gone)

    def drop_all(self, organisation: OrganisationId) -> int:
        """Take the newest estimate of everybody: the organisation has none made any more."""
        return self._scores.delete_many({"o": organisation}).deleted_count

    def forget(self, organisation: OrganisationId, enrolment_ids: Iterable[EnrolmentId]) -> int:
        """Delete everything that was estimated of some enrolments, alerts too; return how many documents that were."""
        count = 0
        for name in enrolment_ids:
            newest = {"_id": score_key(organisation, name), "o": organisation}
            count += self._scores.delete_one(newest).deleted_count
            days = {"_id": under(organisation, name, DAY_BYTES), "o": organisation}
            count += self._days.delete_many(days).deleted_count
            alerts = {"_id": under(organisation, name, ALERT_BYTES), "o": organisation}
            count += self._alerts.delete_many(alerts).deleted_count
        return count

    def forget_session(self, organisation: OrganisationId, session_id: SessionId) -> int:
        """Delete everything that was estimated in a session."""
        query = {"o": organisation, "s": session_id}
        return sum(rows.delete_many(query).deleted_count for rows in (self._scores, self._days, self._alerts))


def _replace(key: Binary, organisation: OrganisationId, row: Document) -> ReplaceOne[Document]:
    return ReplaceOne({"_id": key, "o": organisation}, {"_id": key, **row}, upsert=True)
