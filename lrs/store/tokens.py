"""Where OAuth access tokens are kept, hashed, until MongoDB drops them at their time."""

from __future__ import annotations

from dataclasses import dataclass

from lrs.caller import CredentialId, Scope
from lrs.clock import Micros, to_datetime
from lrs.store.database import Store
from lrs.tenancy import OrganisationId


@dataclass(frozen=True, slots=True)
class Grant:
    """What one access token allows, and until when."""

    organisation: OrganisationId
    credential: CredentialId
    scopes: frozenset[Scope]
    expires: Micros


class TokenStore:
    """Collection `tokens`: `_id` keyed hash, `o` organisation, `c` credential, `scopes`, `expires_at`."""

    def __init__(self, store: Store) -> None:
        self._tokens = store.collection("tokens")

    def insert(self, digest: bytes, grant: Grant) -> None:
        """Keep a new token."""
        self._tokens.insert_one(
            {
                "_id": digest,
                "o": grant.organisation,
                "c": grant.credential,
                "scopes": sorted(grant.scopes),
                "expires": grant.expires,
                # A BSON date beside the microseconds: the index that drops old tokens takes only dates.
                "expires_at": to_datetime(grant.expires),
            }
        )

    def find(self, digest: bytes) -> Grant | None:
        """Return what the token with this hash allows; it may be past its time."""
        row = self._tokens.find_one({"_id": digest})
        if row is None:
            return None
        scopes = frozenset(Scope(name) for name in row["scopes"])
        return Grant(OrganisationId(row["o"]), CredentialId(row["c"]), scopes, Micros(row["expires"]))

    def drop(self, organisation: OrganisationId, credential: CredentialId) -> None:
        """Forget all tokens of a credential."""
        self._tokens.delete_many({"o": organisation, "c": credential})
