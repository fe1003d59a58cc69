"""OAuth 2.0 access tokens of the client-credentials grant: opaque, short-lived, kept hashed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lrs.caller import Caller, Scope
from lrs.clock import Clock, IdSource, Micros
from lrs.credential import Credential
from lrs.keyring import Keyring
from lrs.recent import Recent
from lrs.store.database import Store
from lrs.store.tokens import Grant, TokenStore

TOKEN_SECONDS: Final = 3600
_PURPOSE: Final = "token"

# What a scope grants besides itself (xAPI 1.0.3 Part Three 4.2). `all` grants everything and is not listed.
_INCLUDES: Final = {
    Scope.ALL_READ: frozenset({Scope.STATEMENTS_READ, Scope.STATEMENTS_READ_MINE}),
    Scope.STATEMENTS_READ: frozenset({Scope.STATEMENTS_READ_MINE}),
}


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token at the one moment when it can be read."""

    token: str = field(repr=False)
    expires_in_seconds: int
    scopes: frozenset[Scope]


class Tokens:
    """Gives out access tokens and says what they allow."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, keyring: Keyring) -> None:
        self._rows = TokenStore(store)
        self._clock = clock
        self._ids = ids
        self._keyring = keyring
        self._recent: Recent[bytes, Grant | None] = Recent()

    def issue(self, caller: Caller, scopes: frozenset[Scope]) -> IssuedToken:
        """Give out a token of `caller` with `scopes`, which the credential must hold."""
        token = f"at_{self._ids.new_secret()}"
        expires = Micros(self._clock.now_micros() + TOKEN_SECONDS * 1_000_000)
        grant = Grant(caller.organisation, caller.credential, scopes, expires)
        self._rows.insert(self._keyring.digest(_PURPOSE, token), grant)
        return IssuedToken(token, TOKEN_SECONDS, scopes)

    def find(self, token: str) -> Grant | None:
        """Return what a token allows now; None for an unknown or expired one."""
        digest = self._keyring.digest(_PURPOSE, token)
        recent = self._recent.find(digest)
        if recent is None:
            epoch = self._recent.epoch
            grant = self._rows.find(digest)
            self._recent.put(digest, grant, epoch)
        else:
            grant = recent[0]
        return grant if grant is not None and self._clock.now_micros() < grant.expires else None

    def drop(self, credential: Credential) -> None:
        """End all tokens of a credential, here at once and elsewhere as memories fade."""
        self._rows.drop(credential.organisation, credential.key)
        self._recent.clear()


def narrowed(held: frozenset[Scope], wanted: frozenset[Scope]) -> frozenset[Scope]:
    """Return those of `wanted` that `held` grants.

    >>> sorted(narrowed(frozenset({Scope.ALL_READ}), frozenset({Scope.STATEMENTS_READ, Scope.STATE})))
    [<Scope.STATEMENTS_READ: 'statements/read'>]
    """
    if Scope.ALL in held:
        return wanted
    granted = held.union(*(_INCLUDES.get(scope, frozenset()) for scope in held))
    # A token asked for with `all` shrinks with its credential instead of dying with that scope.
    return granted if Scope.ALL in wanted else wanted & granted
