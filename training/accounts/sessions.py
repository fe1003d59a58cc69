"""Where somebody is signed in: a row for each browser, found by the hash of a random token that only its cookie has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from lrs.clock import Clock, IdSource, Micros, to_datetime
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.accounts.account import SignedIn
from training.accounts.policy import Policy
from training.accounts.tokens import SECOND, TOKEN_MOST, digest
from training.attendance.device import Device

SESSIONS: Final = "account_sessions"
# A working day; after that, and when the browser closes, one signs in again.
LONGEST: Final = Micros(12 * 3_600 * SECOND)
# Between the password and the second factor, and to show a challenge.
_SHORT: Final = Micros(10 * 60 * SECOND)
# For so long what only its owner should do needs no other proof that it is they who sit there.
CONFIRMED: Final = Micros(15 * 60 * SECOND)
# When somebody was last seen is kept no finer: it is written this often at most, and it is nobody's business.
_COARSE: Final = Micros(5 * 60 * SECOND)
_ID_LETTERS: Final = 16


class Stage(StrEnum):
    """How far somebody has come in signing in.

    Attributes:
        FACTOR: The password was right; the second factor is still to be shown.
        ENROLMENT: The organisation asks for a second factor, and there is none yet.
        FULL: Signed in.
    """

    FACTOR = "factor"
    ENROLMENT = "enrolment"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser that is signed in. `session_id` names it and opens nothing; `device` and `network` are coarse."""

    session_id: str
    began_at: Micros
    seen_at: Micros
    device: str
    network: str
    is_this: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """The session that a token opens, before it is asked whether its account still stands as it did.

    `shown_at` is when whoever sits there last showed who they are: when they signed in, or since.
    """

    key: bytes = field(repr=False)
    organisation: OrganisationId
    account_id: str
    stage: Stage
    stamp: str = field(repr=False)
    began_at: Micros
    shown_at: Micros
    tries: int = 0

    def is_confirmed(self, now: Micros) -> bool:
        """Say whether whoever sits there has shown lately who they are."""
        return self.stage is Stage.FULL and now < self.shown_at + CONFIRMED

    @property
    def session_id(self) -> str:
        """What names it in lists."""
        return self.key.hex()[:_ID_LETTERS]


class Sessions:
    """Collection `account_sessions`: `_id` hash, `o`, `a` account, `st` stage, `b` began, `s` seen, `i` idle limit.

    `c` is when who sits there was confirmed again, after the beginning.
    """

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._rows = store.collection(SESSIONS)
        self._clock = clock
        self._ids = ids

    def begin(self, person: SignedIn, stage: Stage, device: Device, policy: Policy) -> str:
        """Open a session and return its token, which is kept nowhere."""
        now = self._clock.now_micros()
        row = {
            "o": person.organisation,
            "a": person.account_id,
            "st": stage.value,
            "stamp": person.stamp,
            "b": now,
            "s": now,
            "i": policy.idle_minutes * 60 * SECOND if stage is not Stage.FACTOR else _SHORT,
            "dev": device.kind.value,
            "net": device.network,
        }
        return self._insert(row)

    def advance(self, session: Session, person: SignedIn, stage: Stage, policy: Policy) -> str:
        """Bring a session further under another token: what its browser was given before opens nothing any more."""
        row = self._rows.find_one_and_delete({"_id": session.key, "o": session.organisation})
        now = self._clock.now_micros()
        if row is None:  # signed out in the meantime
            return self._ids.new_secret()
        kept = {name: row[name] for name in ("o", "a", "dev", "net")}
        idle = policy.idle_minutes * 60 * SECOND
        return self._insert({**kept, "st": stage.value, "stamp": person.stamp, "b": now, "s": now, "i": idle})

    def find(self, token: str) -> Session | None:
        """Return the session of a token, unless its time is over; note, coarsely, that it was used."""
        now = self._clock.now_micros()
        key = digest(token[:TOKEN_MOST])
        row = self._rows.find_one({"_id": key})
        if row is None or now >= _end(row):
            return None
        if now - row["s"] >= _COARSE:
            until = to_datetime(_end({**row, "s": now}))
            self._rows.update_one({"_id": key, "o": row["o"]}, {"$set": {"s": now, "expires_at": until}})
        return Session(
            key,
            OrganisationId(row["o"]),
            row["a"],
            Stage(row["st"]),
            row["stamp"],
            Micros(row["b"]),
            Micros(int(row.get("c") or row["b"])),
            row.get("n", 0),
        )

    def confirm(self, session: Session) -> None:
        """Note that whoever sits there has shown again who they are."""
        change = {"$set": {"c": self._clock.now_micros()}, "$unset": {"n": ""}}
        self._rows.update_one({"_id": session.key, "o": session.organisation}, change)

    def restamp(self, session: Session, person: SignedIn) -> None:
        """Let a session outlive a change that its own browser has made."""
        self._rows.update_one({"_id": session.key, "o": session.organisation}, {"$set": {"stamp": person.stamp}})

    def count_try(self, session: Session) -> int:
        """Count one try at the second factor, before it is looked at; return how many there were."""
        row = self._rows.find_one_and_update(
            {"_id": session.key, "o": session.organisation}, {"$inc": {"n": 1}}, return_document=True
        )
        return 0 if row is None else int(row["n"])

    def put_challenge(self, session: Session, purpose: str, challenge: bytes) -> None:
        """Keep what this browser is to answer, in place of what it was asked before."""
        until = self._clock.now_micros() + _SHORT
        change = {"ch": challenge, "cp": purpose, "cu": until}
        self._rows.update_one({"_id": session.key, "o": session.organisation}, {"$set": change})

    def find_challenge(self, session: Session, purpose: str) -> bytes | None:
        """Return what this browser is to answer, if it still is."""
        row = self._rows.find_one(self._challenged(session, purpose))
        return None if row is None else bytes(row["ch"])

    def take_challenge(self, session: Session, purpose: str) -> bytes | None:
        """Return it and use it up: no answer serves twice."""
        row = self._rows.find_one_and_update(
            self._challenged(session, purpose), {"$unset": {"ch": "", "cp": "", "cu": ""}}
        )
        return None if row is None else bytes(row["ch"])

    def of_account(
        self, organisation: OrganisationId, account_id: str, this: Session | None = None
    ) -> list[OpenSession]:
        """Return where an account is signed in, last seen first."""
        now = self._clock.now_micros()
        found = self._rows.find({"o": organisation, "a": account_id, "st": Stage.FULL.value})
        alive = [row for row in found if now < _end(row)]
        mine = None if this is None else this.key
        return [
            OpenSession(
                bytes(row["_id"]).hex()[:_ID_LETTERS],
                Micros(row["b"]),
                Micros(row["s"]),
                row["dev"],
                row["net"],
                bytes(row["_id"]) == mine,
            )
            for row in sorted(alive, key=lambda row: (-row["s"], -row["b"], row["_id"]))
        ]

    def organisations(self) -> list[OrganisationId]:
        """Return the organisations in which somebody is signed in, or was until a minute ago."""
        return [OrganisationId(number) for number in self._rows.distinct("o")]

    def end(self, session: Session) -> None:
        """Sign one browser out."""
        self._rows.delete_one({"_id": session.key, "o": session.organisation})

    def end_one(self, organisation: OrganisationId, account_id: str, session_id: str) -> bool:
        """Sign an account out of one place; False when it is not signed in there."""
        for row in self._rows.find({"o": organisation, "a": account_id}, {"_id": 1}):
            if bytes(row["_id"]).hex()[:_ID_LETTERS] == session_id:
                return bool(self._rows.delete_one({"_id": row["_id"], "o": organisation}).deleted_count)
        return False

    def end_all(self, organisation: OrganisationId, account_id: str, but: Session | None = None) -> None:
        """Sign an account out everywhere, or everywhere else."""
        query: dict[str, Any] = {"o": organisation, "a": account_id}
        self._rows.delete_many(query if but is None else {**query, "_id": {"$ne": but.key}})

    def _insert(self, row: dict[str, Any]) -> str:
        token = self._ids.new_secret()
        self._rows.insert_one({"_id": digest(token), **row, "expires_at": to_datetime(_end(row))})
        return token

    def _challenged(self, session: Session, purpose: str) -> dict[str, Any]:
        now = self._clock.now_micros()
        return {"_id": session.key, "o": session.organisation, "cp": purpose, "cu": {"$gt": now}}


def _end(row: Mapping[str, Any]) -> Micros:
    return Micros(min(row["b"] + LONGEST + 1, row["s"] + row["i"]))
