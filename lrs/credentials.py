"""All LRS credentials: create, change, rotate and revoke them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypedDict

import orjson

from lrs.caller import Caller, CredentialId, Scope
from lrs.clock import Clock, IdSource, Micros
from lrs.credential import KEY, Credential, Secret, Settings, authority_problems, normal_origin, settings_problems
from lrs.door import Door
from lrs.errors import Conflict, InsecureDevelopmentWarning, InvalidRequest, NotFound, Problem
from lrs.keyring import Keyring
from lrs.profiles.checks import CheckMode
from lrs.store.credentials import settings_document
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from lrs.tokens import IssuedToken, Tokens, narrowed

GRACE_MOST_SECONDS: Final = 30 * 86_400
GRACE_SECONDS: Final = 86_400
LIFE_MOST_MICROS: Final = 100 * 366 * 86_400 * 1_000_000
SEEDED_SECRET_LEAST: Final = 16


@dataclass(frozen=True, slots=True)
class Issued:
    """A credential with its new secret, at the one moment when the secret can be read."""

    credential: Credential
    secret: str = field(repr=False)


class Changes(TypedDict, total=False):
    """The settings to change; what is absent stays."""

    label: str
    scopes: frozenset[Scope]
    quarantine: bool
    origins: tuple[str, ...]
    requests_per_minute: int | None
    quiet_after_seconds: int | None
    profile_checks: CheckMode
    profiles: tuple[str, ...]


class Credentials(Door):
    """The credentials of every organisation. A change made here is felt at once."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdSource, secret_key: bytes, authority_home: str = "urn:assidu:lrs"
    ) -> None:
        """`authority_home` is the account home page of the authorities that are made here by default."""
        keyring = Keyring(secret_key)
        super().__init__(store, clock, keyring, Tokens(store, clock, ids, keyring))
        self._ids = ids
        self._authority_home = authority_home

    def create(
        self,
        organisation: OrganisationId,
        settings: Settings,
        *,
        authority: dict[str, Any] | None = None,
        expires: Micros | None = None,
    ) -> Issued:
        """Create a credential with a random key and secret; raise InvalidRequest with every problem."""
        now = self._clock.now_micros()
        settings = _normal(settings)
        problems = settings_problems(settings)
        if authority is not None:
            problems += authority_problems(authority)
        if expires is not None and not now < expires <= now + LIFE_MOST_MICROS:
            problems.append(Problem("/expires", "It is past, or too far away.", "an instant within a hundred years"))
        _refuse(problems)
        key = CredentialId(f"ak_{self._ids.new_uuid().hex}")
        secret = self._new_secret()
        kept = Secret(self._digest(key, secret), now)
        agent = orjson.dumps(authority or self._default_authority(key))
        credential = Credential(key, organisation, settings, agent, (kept,), now, expires)
        if not self._rows.insert(credential):
            message = "The identifier just drawn is in use; nothing was created."
            raise Conflict(message)
        self.forget(key)
        return Issued(credential, secret)

    def seed(
        self,
        organisation: OrganisationId,
        key: str,
        secret: str,
        scopes: frozenset[Scope] = frozenset({Scope.ALL}),
        *,
        label: str | None = None,
    ) -> bool:
        """Make sure that a credential with this key exists, and say whether this secret opens it.

        An existing credential is left as it is: were its secret set again at every start, a restart with
        an old environment would undo a rotation or a revocation. Raises Conflict when another organisation
        has the key, InvalidRequest for a key or secret that cannot be one.
        """
        _refuse(_seed_problems(key, secret))
        if len(secret) < SEEDED_SECRET_LEAST:
            short = f"The secret of the seeded credential is short; use at least {SEEDED_SECRET_LEAST} characters."
            warnings.warn(short, InsecureDevelopmentWarning, stacklevel=2)
        now = self._clock.now_micros()
        named = CredentialId(key)
        kept = Secret(self._digest(key, secret), now)
        authority = orjson.dumps(self._default_authority(named))
        credential = Credential(named, organisation, Settings(label or key, scopes), authority, (kept,), now)
        self._rows.insert(credential)
        self.forget(key)
        found = self._rows.find(organisation, key)
        if found is None:
            message = f"The key {key} belongs to another organisation."
            raise Conflict(message)
        return found.is_live(now) and self._opens(found, kept.digest, now)

    def page(self, organisation: OrganisationId, after: tuple[int, str] | None, limit: int) -> list[Credential]:
        """Return the organisation's credentials in order of creation, from after `(created, key)`."""
        return self._rows.page(organisation, after, limit)

    def all(self, organisation: OrganisationId) -> list[Credential]:
        """Return all of the organisation's credentials in order of creation."""
        return self._rows.page(organisation, None, 0)

    def get(self, organisation: OrganisationId, key: str) -> Credential:
        """Return one credential; raise NotFound."""
        found = self._rows.find(organisation, key)
        if found is None:
            raise _unknown()
        return found

    def change(self, organisation: OrganisationId, key: str, changes: Changes) -> Credential:
        """Change some settings; raise InvalidRequest, NotFound, or Conflict when it is revoked."""
        settings = _normal(replace(self.get(organisation, key).settings, **changes))
        _refuse(settings_problems(settings))
        document = settings_document(settings)
        changed = self._rows.change(organisation, key, {name: document[name] for name in changes})
        if changed is None:
            raise _revoked()
        self.forget(key)
        return changed

    def rotate(self, organisation: OrganisationId, key: str, grace_seconds: int = GRACE_SECONDS) -> Issued:
        """Give out a new secret, valid at once; the one before it works for `grace_seconds` more.

        Without grace the access tokens end too: whoever rotates at once does so because a secret leaked.
        """
        if not 0 <= grace_seconds <= GRACE_MOST_SECONDS:
            _refuse([Problem("/grace_seconds", "The grace is out of range.", f"0 to {GRACE_MOST_SECONDS}")])
        while True:
            before = self.get(organisation, key)
            if before.revoked is not None:
                raise _revoked()
            secret = self._new_secret()
            now = self._clock.now_micros()
            after = self._rows.replace_secrets(before, self._successors(before, secret, now, grace_seconds))
            if after is None:
                continue  # Two rotations crossed, and both secrets must not be lost: take this one after that one.
            self.forget(key)
            if grace_seconds == 0:
                self._tokens.drop(after)
            return Issued(after, secret)

    def revoke(self, organisation: OrganisationId, key: str) -> Credential:
        """End a credential and its tokens for good; raise NotFound."""
        revoked = self._rows.revoke(organisation, key, self._clock.now_micros())
        if revoked is None:
            raise _unknown()
        self.forget(key)
        self._tokens.drop(revoked)
        return revoked

    def issue_token(self, caller: Caller, scopes: frozenset[Scope] | None = None) -> IssuedToken:
        """Give `caller` an access token with all its scopes, or fewer; raise InvalidRequest for more."""
        wanted = caller.scopes if scopes is None else scopes
        if narrowed(caller.scopes, wanted) != wanted:
            held = ", ".join(sorted(caller.scopes))
            _refuse([Problem("/scope", "The credential does not have all these scopes.", f"some of {held}")])
        return self._tokens.issue(caller, wanted)

    def caller(self, organisation: OrganisationId, key: str) -> Caller:
        """Return one's own credential as it stands now, for work done on its behalf; raise NotFound or Conflict."""
        credential = self.get(organisation, key)
        if not credential.is_live(self._clock.now_micros()):
            raise _revoked()
        return credential.caller()

    def _successors(self, before: Credential, secret: str, now: Micros, grace_seconds: int) -> tuple[Secret, ...]:
        new = Secret(self._digest(before.key, secret), now)
        if grace_seconds == 0:
            return (new,)
        current = next(kept for kept in before.secrets if kept.until is None)
        return (replace(current, until=Micros(now + grace_seconds * 1_000_000)), new)

    def _new_secret(self) -> str:
        return f"sk_{self._ids.new_secret()}"

    def _default_authority(self, key: CredentialId) -> dict[str, Any]:
        return {"objectType": "Agent", "account": {"homePage": self._authority_home, "name": key}}


def _normal(settings: Settings) -> Settings:
    origins = tuple(dict.fromkeys(normal_origin(origin) for origin in settings.origins))
    profiles = tuple(dict.fromkeys(settings.profiles))
    return replace(settings, label=settings.label.strip(), origins=origins, profiles=profiles)


def _seed_problems(key: str, secret: str) -> list[Problem]:
    problems = []
    if not KEY.match(key):
        problems.append(Problem("/key", "This cannot be a key.", "1 to 128 of A-Z, a-z, 0-9, _ and -"))
    if not secret:
        problems.append(Problem("/secret", "The secret is empty.", "a long random text"))
    return problems


def _refuse(problems: list[Problem]) -> None:
    if problems:
        message = "The credential cannot be like that."
        raise InvalidRequest(message, problems)


def _unknown() -> NotFound:
    return NotFound("There is no such credential.")


def _revoked() -> Conflict:
    return Conflict("The credential is revoked or expired, for good.")
