"""What a letter or a provider brings back: one-time tokens, kept as hashes until their time is over."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from lrs.clock import Clock, IdSource, Micros, to_datetime
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

TOKENS: Final = "account_tokens"
SECOND: Final = 1_000_000
# A token is 256 random bits, written in base64.
TOKEN_MOST: Final = 64


class Kind(StrEnum):
    """What a token is for; one of one kind never serves as another."""

    INVITATION = "invitation"
    RESET = "reset"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Token:
    """What a token is about: `account` is empty where it is about none yet."""

    organisation: OrganisationId
    account: str
    expires_at: Micros
    data: Mapping[str, str] = field(default_factory=dict, repr=False)


class Tokens:
    """Collection `account_tokens`: `_id` hash, `o` organisation, `a` account, `k` kind, `d` what comes with it."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._rows = store.collection(TOKENS)
        self._clock = clock
        self._ids = ids

    def draw(
        self,
        kind: Kind,
        organisation: OrganisationId,
        account: str,
        seconds: int,
        data: Mapping[str, str] | None = None,
    ) -> tuple[str, Micros]:
        """Keep a token that nobody has had; return it, and until when it serves."""
        token = self._ids.new_secret()
        expires = Micros(self._clock.now_micros() + seconds * SECOND)
        row: dict[str, Any] = {
            "_id": digest(token),
            "o": organisation,
            "a": account,
            "k": kind.value,
            "d": dict(data or {}),
            "expires": expires,
            # A BSON date beside the microseconds: the index that drops old tokens takes only dates.
            "expires_at": to_datetime(expires),
        }
        self._rows.insert_one(row)
        return token, expires

    def find(self, token: str, kind: Kind) -> Token | None:
        """Return what a token is about, if it still serves; looking uses nothing up."""
        row = self._rows.find_one(self._serving(token, kind))
        return None if row is None else _token(row)

    def take(self, token: str, kind: Kind) -> Token | None:
        """Return what a token is about and use it up; of two who take it at once one gets None."""
        row = self._rows.find_one_and_delete(self._serving(token, kind))
        return None if row is None else _token(row)

    def count(self, kind: Kind, organisation: OrganisationId, account: str) -> int:
        """Return how many of these still serve."""
        now = self._clock.now_micros()
        return self._rows.count_documents(
            {"o": organisation, "a": account, "k": kind.value, "expires": {"$gt": now}}, limit=100
        )

    def drop(self, organisation: OrganisationId, account: str, *kinds: Kind) -> None:
        """End what an account was sent."""
        wanted = [kind.value for kind in kinds]
        self._rows.delete_many({"o": organisation, "a": account, "k": {"$in": wanted}})

    def _serving(self, token: str, kind: Kind) -> dict[str, Any]:
        # Nothing as long as a megabyte is hashed for a stranger.
        known = digest(token[:TOKEN_MOST]) if token else b""
        return {"_id": known, "k": kind.value, "expires": {"$gt": self._clock.now_micros()}}


def digest(token: str) -> bytes:
    """Return what is kept of a token. A plain hash is enough: of 256 random bits nothing can be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _token(row: Mapping[str, Any]) -> Token:
    return Token(OrganisationId(row["o"]), row["a"], Micros(row["expires"]), row["d"])
