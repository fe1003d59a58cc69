"""Which training sessions are to be estimated now: each once a local day, and again where anything has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Final, NamedTuple

from analytics.store.kept_keys import SESSIONS as SUMS
from analytics.store.kept_keys import session_key
from analytics.store.risk_keys import SESSION_BYTES, SESSIONS, running_key
from analytics.store.traces import keys_of
from analytics.time import day_of
from lrs.clock import Micros
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from training.records import Records
from training.records.ids import EnrolmentId, SessionId
from training.records.session import TrainingSession

_MINUTE: Final = 60_000_000


class Due(NamedTuple):
    """One session to be estimated: its local day, a mark of what is known of it, whether it is the day's first time."""

    session_id: SessionId
    on: date
    mark: bytes
    is_daily: bool


@dataclass(frozen=True, slots=True)
class Estimated:
    """What estimating a session came to: enrolments looked at, those with a score, why the others have none."""

    count: int = 0
    scored: int = 0
    without: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: sessions due, those that were estimated and run no more, and how the clock stands.

    `behind` is when the newest estimate was made, if the clock says that this is still to come.
    """

    due: tuple[Due, ...]
    ended: tuple[SessionId, ...]
    behind: Micros | None


class Running:
    """How far estimating each session has come. Collection `risk_sessions`."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(SESSIONS)
        self._sums = store.collection(SUMS)

    def plan(
        self, organisation: OrganisationId, records: Records, objecting: Iterable[EnrolmentId], now: Micros,
        every_minutes: int, models: str = "",
    ) -> Plan:  # fmt: skip
        """Return what is to be done at an instant; `models` names those that score.

        A session whose sums are being made again waits for them.
        """
        rows = {SessionId(row["s"]): row for row in self._all(organisation)}
        running = {session.id: session for session in records.sessions.values() if is_running(session, now)}
        marks = self._marks(organisation, records, running, frozenset(objecting), models)
        due = [
            Due(name, on, marks[name], is_daily)
            for name, session in sorted(running.items())
            if name in marks
            for on in (day_of(now, session.time_zone),)
            for is_daily in (_is_daily(rows.get(name), on),)
            if is_daily or _is_touched(rows[name], marks[name], now, every_minutes)
        ]
        ended = [name for name, row in rows.items() if name not in running and row["end"] is None]
        newest = max((row["at"] for row in rows.values()), default=0)
        # Whatever was settled twice within a second is no clock put back.
        return Plan(tuple(due), tuple(sorted(ended)), Micros(newest) if newest > now + _MINUTE else None)

    def done(self, organisation: OrganisationId, due: Due, at: Micros, estimated: Estimated) -> None:
        """Note that a session was estimated."""
        key = running_key(organisation, due.session_id)
        row = {
            "_id": key, "o": organisation, "s": due.session_id, "d": due.on.toordinal(), "at": at, "mark": due.mark,
            "n": estimated.count, "scored": estimated.scored, "without": dict(estimated.without or {}), "end": None,
        }  # fmt: skip
        self._rows.replace_one({"_id": key, "o": organisation}, row, upsert=True)

    def end(self, organisation: OrganisationId, session_id: SessionId, on: date) -> None:
        """Note that a session runs no more; what was estimated of it stays until its time is over."""
        key = running_key(organisation, session_id)
        self._rows.update_one({"_id": key, "o": organisation}, {"$set": {"end": on.toordinal(), "n": 0, "scored": 0}})

    def ended_before(self, organisation: OrganisationId, day: date) -> list[SessionId]:
        """Return the sessions that ended before a day and of which something is kept still."""
        return [SessionId(row["s"]) for row in self._all(organisation) if (row["end"] or 2**31) < day.toordinal()]

    def forget(self, organisation: OrganisationId, session_id: SessionId) -> None:
        """Forget a session."""
        self._rows.delete_one({"_id": running_key(organisation, session_id), "o": organisation})

    def total(self, organisation: OrganisationId) -> Estimated:
        """Return what the sessions that run came to, together."""
        count = scored = 0
        without: dict[str, int] = {}
        for row in self._all(organisation):
            if row["end"] is None:
                count, scored = count + row["n"], scored + row["scored"]
                for name, many in row["without"].items():
                    without[name] = without.get(name, 0) + many
        return Estimated(count, scored, dict(sorted(without.items())))

    def _all(self, organisation: OrganisationId) -> Sequence[Document]:
        return list(self._rows.find({"_id": keys_of(organisation, SESSION_BYTES), "o": organisation}))

    def _marks(
        self, organisation: OrganisationId, records: Records, running: Mapping[SessionId, TrainingSession],
        objecting: frozenset[EnrolmentId], models: str,
    ) -> dict[SessionId, bytes]:  # fmt: skip
        """Return what tells one state of each session from another; those whose sums are being made are left out."""
        keys = [session_key(organisation, name) for name in running]
        rows = self._sums.find({"_id": {"$in": keys}, "o": organisation}) if keys else ()
        sums = {SessionId(row["s"]): row for row in rows}
        found: dict[SessionId, bytes] = {}
        for name, session in running.items():
            row = sums.get(name, {})
            if row.get("w"):
                continue
            digest = blake2b(bytes(row.get("b", b"")) + bytes(row.get("c", b"")), digest_size=16)
            digest.update(repr((session.starts_on, session.ends_on, models)).encode())
            for item in sorted(records.enrolments_in(name), key=lambda item: item.id):
                digest.update(repr((item.id, item.person_id, item.exit, item.id in objecting)).encode())
            found[name] = digest.digest()
        return found


def is_running(session: TrainingSession, now: Micros) -> bool:
    """Say whether an instant falls on a local day of a session, the first and the last included."""
    return session.starts_on <= day_of(now, session.time_zone) <= session.ends_on


def _is_daily(row: Document | None, on: date) -> bool:
    return row is None or row["end"] is not None or row["d"] < on.toordinal()


def _is_touched(row: Document, mark: bytes, now: Micros, every_minutes: int) -> bool:
    return bytes(row["mark"]) != mark and row["at"] + every_minutes * _MINUTE <= now
