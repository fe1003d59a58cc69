"""Who is asking: from what a sender shows to the credential that it opens."""

from __future__ import annotations

import hmac
import secrets
from hashlib import blake2b
from typing import Final, NamedTuple

from lrs.caller import Caller
from lrs.clock import Clock, Micros
from lrs.credential import Credential, Secret
from lrs.errors import Unauthenticated
from lrs.keyring import Keyring
from lrs.recent import Recent
from lrs.store.credentials import CredentialStore
from lrs.store.database import Store
from lrs.tokens import Tokens, narrowed

# The current secret and the one before it: a sender changes over without a gap, a third never lingers.
SECRETS_MOST: Final = 2
_PURPOSE: Final = "credential"
_NOBODY: Final = bytes(32)
_REFUSED: Final = "The credential is unknown, revoked, expired, or its secret is wrong."


class _Opened(NamedTuple):
    """What a header opened a moment ago: the credential as it was read then, by which secret, and for whom."""

    credential: Credential
    secret: Secret
    caller: Caller


class Door:
    """Lets in whoever shows a credential that is live, of any organisation.

    What is looked up is remembered for `RECENT_SECONDS`, so a change made in another process is felt here within that
    time, and one that is told to `forget` at once.
    """

    def __init__(self, store: Store, clock: Clock, keyring: Keyring, tokens: Tokens) -> None:
        self._rows = CredentialStore(store)
        self._clock = clock
        self._keyring = keyring
        self._tokens = tokens
        self._recent: Recent[str, Credential | None] = Recent()
        self._opened: Recent[bytes, _Opened] = Recent()
        self._trace_key = secrets.token_bytes(32)

    def authenticate_basic(self, user: str, password: str, sent: str | None = None) -> Caller:
        """Return who sent this key and secret; raise Unauthenticated, in the same time for any reason.

        `sent` is the text that held both, as `recall` is given it when it comes again.
        """
        credential = self._find_recent(user)
        now = self._clock.now_micros()
        digest = self._digest(user, password)
        opens = self._opens(credential, digest, now)
        if credential is None or not opens or not credential.is_live(now):
            raise Unauthenticated(_REFUSED)
        caller = credential.caller()
        if sent is not None:
            opening = next(kept for kept in credential.secrets if kept.digest == digest)
            self._opened.put(self._trace(sent), _Opened(credential, opening, caller), self._opened.epoch)
        return caller

    def recall(self, sent: str) -> Caller | None:
        """Return whom this text let in a moment ago, where it would still; None says nothing, not even of the text.

        A sender repeats its header with each request, and to hash its secret anew takes longer than to know it again.
        """
        opened = self._opened.find(self._trace(sent))
        if opened is None:
            return None
        credential, secret, caller = opened[0]
        now = self._clock.now_micros()
        # The very one that was read then: what was changed, rotated or revoked since is another, or is not there.
        is_same = self._recent.find(credential.key) == (credential,)
        return caller if is_same and secret.is_live(now) and credential.is_live(now) else None

    def authenticate_bearer(self, token: str) -> Caller:
        """Return who was given this access token, with the scopes that token and credential both have."""
        grant = self._tokens.find(token)
        credential = None if grant is None else self._find_recent(grant.credential)
        live = credential is not None and credential.is_live(self._clock.now_micros())
        if grant is None or credential is None or not live or credential.organisation != grant.organisation:
            message = "The access token is unknown, expired or revoked."
            raise Unauthenticated(message)
        return credential.caller(narrowed(credential.settings.scopes, grant.scopes))

    def forget(self, key: str) -> None:
        """Read the credential of this key again when it is next shown."""
        self._recent.forget(key)

    def _find_recent(self, key: str) -> Credential | None:
        recent = self._recent.find(key)
        if recent is not None:
            return recent[0]
        epoch = self._recent.epoch
        found = self._rows.find_anywhere(key)
        self._recent.put(key, found, epoch)
        return found

    def _opens(self, credential: Credential | None, digest: bytes, now: Micros) -> bool:
        # Always SECRETS_MOST comparisons, each in constant time: an unknown key costs what a known one does.
        live = [] if credential is None else [secret.digest for secret in credential.secrets if secret.is_live(now)]
        padded = [*live, *[_NOBODY] * SECRETS_MOST][:SECRETS_MOST]
        return any([hmac.compare_digest(candidate, digest) for candidate in padded])  # noqa: C419 - no early exit

    def _trace(self, sent: str) -> bytes:
        # What let somebody in is not kept, and a key of this process alone is in its hash.
        return blake2b(sent.encode("utf-8", "surrogatepass"), digest_size=32, key=self._trace_key).digest()

    def _digest(self, key: str, secret: str) -> bytes:
        return self._keyring.digest(_PURPOSE, key, secret)
