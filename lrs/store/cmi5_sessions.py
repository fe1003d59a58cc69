"""Where sessions are kept with the hashes of their tokens, until MongoDB drops them some time after their end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from lrs.clock import Micros, to_datetime
from lrs.cmi5.memory import read_terms, write_terms
from lrs.cmi5.terms import Terms
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "cmi5_sessions"
# What a registration is derived from again, should it come to that; far longer than any session lasts.
KEPT_MICROS: Final = 90 * 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as it is kept. `digest` is of the token's secret, None while nobody has fetched it."""

    terms: Terms
    fetch_until: Micros
    digest: bytes | None = field(repr=False)
    ended: Micros | None


class SessionStore:
    """Collection `cmi5_sessions`: `_id` key, `o` organisation, `r` registration, `g` learner, `t` terms as JSON.

    `f` is the keyed hash of the fetch address, `k` that of the token's secret, `ended` the end of the session.
    """

    def __init__(self, store: Store) -> None:
        self._sessions = store.collection(COLLECTION)

    def insert(self, terms: Terms, fetch: bytes, fetch_until: Micros) -> None:
        """Keep a new session."""
        self._sessions.insert_one(
            {
                "_id": terms.key,
                "o": terms.organisation,
                "r": str(terms.registration),
                "g": terms.learner,
                "t": write_terms(terms),
                "f": fetch,
                "fetch_until": fetch_until,
                "k": None,
                "ended": None,
                # A BSON date beside the microseconds: the index that drops old sessions takes only dates.
                "expires_at": to_datetime(Micros(terms.expires + KEPT_MICROS)),
            }
        )

    def find_by_fetch(self, fetch: bytes) -> SessionRow | None:
        """Return the session with this fetch address. Only content asks without naming an organisation."""
        row = self._sessions.find_one({"f": fetch})
        return None if row is None else _row(row)

    def give_token(self, fetch: bytes, digest: bytes) -> bool:
        """Keep the hash of the one token of a session; False when it had been given out."""
        changes = {"$set": {"k": digest}}
        return self._sessions.update_one({"f": fetch, "k": None}, changes).modified_count == 1

    def find_anywhere(self, key: str) -> SessionRow | None:
        """Return the session with this key. Only authentication asks without naming an organisation."""
        row = self._sessions.find_one({"_id": key})
        return None if row is None else _row(row)

    def of(self, organisation: OrganisationId, registration: UUID) -> list[Terms]:
        """Return the terms of every session of a registration."""
        rows = self._sessions.find({"o": organisation, "r": str(registration)})
        return [_row(row).terms for row in rows]

    def end(self, organisation: OrganisationId, sessions: Iterable[str], now: Micros) -> None:
        """Say when sessions ended, by their keys; what was said first stays."""
        which = {"_id": {"$in": list(sessions)}, "o": organisation, "ended": None}
        self._sessions.update_many(which, {"$set": {"ended": now}})

    def forget(self, organisation: OrganisationId, learners: Collection[str]) -> None:
        """Delete the sessions of these learners, by their identifiers: their content sends no more."""
        self._sessions.delete_many({"o": organisation, "g": {"$in": sorted(learners)}})


def _row(row: Document) -> SessionRow:
    terms = read_terms(OrganisationId(row["o"]), row["_id"], bytes(row["t"]))
    digest = None if row["k"] is None else bytes(row["k"])
    return SessionRow(terms, Micros(row["fetch_until"]), digest, row["ended"])
