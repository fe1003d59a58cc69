"""Access keys: what other systems read pages' data with through `/api/v1`, each as one role sees it.

A funder's system pulls its files with one, a learner's application its own records. A key never writes, and never
speaks to `/xapi`: that takes an LRS credential.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from lrs.caller import CredentialId
from lrs.clock import Clock, IdSource, Micros, to_datetime
from lrs.credential import LABEL_MOST, RATE_MOST, Secret
from lrs.errors import Conflict, InvalidRequest, NotFound, Problem, TooManyRequests, Unauthenticated
from lrs.keyring import Keyring
from lrs.services import Services
from lrs.store.database import Store
from lrs.store.rates import RateStore
from lrs.tenancy import OrganisationId
from training.access import Role, Viewer
from training.records.ids import FunderId, PersonId
from training.records.kinds import Kind
from training.store import RecordReader

COLLECTION: Final = "access_keys"
GRACE_SECONDS: Final = 86_400
GRACE_MOST_SECONDS: Final = 30 * 86_400
REQUESTS_PER_MINUTE: Final = 120
# What tells a key from an LRS credential, and a secret from a key: nobody chooses either.
KEY: Final = re.compile(r"dk_[0-9a-f]{32}\Z")
_PURPOSE: Final = "access key"
_SECRETS_MOST: Final = 2
_NOBODY: Final = bytes(32)
_SECOND: Final = 1_000_000
_REFUSED: Final = "The access key is unknown, revoked, expired, or its secret is wrong."
_OF_PEOPLE: Final = frozenset((Role.LEARNER, Role.TRAINER))


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key as it stands. `last_used_on` is a day in UTC and no closer: a key is not a way to watch somebody."""

    key: str
    organisation: OrganisationId
    role: Role
    label: str
    created: Micros
    created_by: str
    secrets: tuple[Secret, ...]
    person_id: PersonId | None = None
    funder_id: FunderId | None = None
    expires: Micros | None = None
    revoked: Micros | None = None
    last_used_on: date | None = None
    requests_per_minute: int = REQUESTS_PER_MINUTE

    @property
    def viewer(self) -> Viewer:
        """Who the key is to what may be seen."""
        return Viewer(self.organisation, self.role, f"key:{self.key}", self.person_id, self.funder_id)

    def state(self, now: Micros) -> Literal["active", "expired", "revoked"]:
        """Say in a word what became of this key."""
        if self.revoked is not None:
            return "revoked"
        return "active" if self.expires is None or now < self.expires else "expired"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key with its new secret, at the one moment when the secret can be read."""

    access_key: AccessKey
    secret: str = field(repr=False)

    @property
    def bearer(self) -> str:
        """What is sent as a bearer token; as HTTP Basic, key and secret are sent as they are."""
        return f"{self.access_key.key}.{self.secret}"


class AccessKeys:
    """The access keys of every organisation. Nothing is remembered: a key that was revoked opens nothing at once."""

    def __init__(self, services: Services) -> None:
        self._store: Store = services.store
        self._clock: Clock = services.clock
        self._ids: IdSource = services.ids
        self._keyring = Keyring(services.secret_key)
        self._rows = services.store.collection(COLLECTION)
        self._reader = RecordReader(services.store, services.clock)

    def create(
        self,
        organisation: OrganisationId,
        role: Role,
        label: str,
        *,
        by: str,
        person_id: str | None = None,
        funder_id: str | None = None,
        expires: Micros | None = None,
        requests_per_minute: int = REQUESTS_PER_MINUTE,
    ) -> IssuedKey:
        """Make a key; raise InvalidRequest with everything that is wrong.

        A learner's and a trainer's names the person that it reads as, a funder's the funder, any other neither; an
        auditor's has an end. `by` is who makes it as the audit trail names them (`Viewer.trail_name`).
        """
        now = self._clock.now_micros()
        problems = [
            *_setting_problems(role, label, expires, now, requests_per_minute),
            *_subject_problems(self._reader, organisation, role, person_id, funder_id),
        ]
        if problems:
            message = "The access key cannot be like that."
            raise InvalidRequest(message, problems)
        name, secret = f"dk_{self._ids.new_uuid().hex}", self._new_secret()
        made = AccessKey(
            key=name, organisation=organisation, role=role, label=label.strip(), created=now, created_by=by,
            secrets=(Secret(self._digest(name, secret), now),),
            person_id=None if person_id is None else PersonId(person_id),
            funder_id=None if funder_id is None else FunderId(funder_id),
            expires=expires, requests_per_minute=requests_per_minute,
        )  # fmt: skip
        self._rows.insert_one(_document(made))
        return IssuedKey(made, secret)

    def list(self, organisation: OrganisationId) -> tuple[AccessKey, ...]:
        """Return the organisation's keys, ended ones too, in order of creation."""
        rows = self._rows.find({"o": organisation}).sort([("created", 1), ("_id", 1)])
        return tuple(map(_key, rows))

    def get(self, organisation: OrganisationId, key: str) -> AccessKey:
        """Return one of them; raise NotFound."""
        row = self._rows.find_one({"_id": key, "o": organisation})
        if row is None:
            message = "There is no access key of this id."
            raise NotFound(message)
        return _key(row)

    def rotate(self, organisation: OrganisationId, key: str, grace_seconds: int = GRACE_SECONDS) -> IssuedKey:
        """Give out a new secret, valid at once; the one before it works for `grace_seconds` more.

        Raises NotFound, Conflict for a key that has ended, InvalidRequest for another grace than 0 to 30 days.
        """
        if not 0 <= grace_seconds <= GRACE_MOST_SECONDS:
            problem = Problem("/grace_seconds", "The grace is out of range.", f"0 to {GRACE_MOST_SECONDS}")
            raise InvalidRequest("The access key cannot be like that.", [problem])
        before, now = self.get(organisation, key), self._clock.now_micros()
        if before.state(now) != "active":
            raise Conflict("The access key is revoked or expired, for good.")
        secret = self._new_secret()
        kept = [Secret(self._digest(key, secret), now)]
        if grace_seconds:
            current = next(item for item in before.secrets if item.until is None)
            kept.insert(0, Secret(current.digest, current.created, Micros(now + grace_seconds * _SECOND)))
        unchanged = {"_id": key, "o": organisation, "revoked": None, "secrets": _secret_rows(before.secrets)}
        row = self._rows.find_one_and_update(unchanged, {"$set": {"secrets": _secret_rows(kept)}}, return_document=True)
        if row is None:
            raise Conflict("The access key was changed at the same time; nothing was done.")
        return IssuedKey(_key(row), secret)

    def revoke(self, organisation: OrganisationId, key: str) -> AccessKey:
        """End a key for good; what had ended already stays as it was. Raises NotFound."""
        which = {"_id": key, "o": organisation, "revoked": None}
        self._rows.update_one(which, {"$set": {"revoked": self._clock.now_micros()}})
        return self.get(organisation, key)

    def authenticate(self, key: str, secret: str) -> AccessKey:
        """Return the key that this pair opens, and take one request from its allowance.

        Raises Unauthenticated, in the same words for any reason, and TooManyRequests.
        """
        found, now = self._find(key), self._clock.now_micros()
        live = [] if found is None else [item.digest for item in found.secrets if item.is_live(now)]
        digest = self._digest(key, secret)
        padded = [*live, *[_NOBODY] * _SECRETS_MOST][:_SECRETS_MOST]
        opens = any([hmac.compare_digest(candidate, digest) for candidate in padded])  # noqa: C419 - no early exit
        if found is None or not opens or found.state(now) != "active":
            raise Unauthenticated(_REFUSED)
        self._take(found, now)
        self._note_use(found, now)
        return found

    def authenticate_bearer(self, token: str) -> AccessKey:
        """Return the key that a bearer token opens (`IssuedKey.bearer`). Raises as `authenticate`."""
        key, _, secret = token.partition(".")
        return self.authenticate(key, secret)

    def _take(self, found: AccessKey, now: Micros) -> None:
        wait = RateStore(self._store).take(CredentialId(found.key), found.requests_per_minute, now)
        if wait:
            message = f"This access key may send {found.requests_per_minute} requests a minute; nothing was done."
            raise TooManyRequests(message, retry_after=-(-wait // _SECOND))

    def _note_use(self, found: AccessKey, now: Micros) -> None:
        """Keep the day of the last use: one write a day, whatever is asked."""
        today = to_datetime(now).date()
        if found.last_used_on is None or found.last_used_on < today:
            self._rows.update_one({"_id": found.key, "o": found.organisation}, {"$set": {"used": today.isoformat()}})

    def _find(self, key: str) -> AccessKey | None:
        """Return the key of this id, of whatever organisation: only authentication asks without naming one."""
        row = self._rows.find_one({"_id": key}) if KEY.match(key) else None
        return None if row is None else _key(row)

    def _digest(self, key: str, secret: str) -> bytes:
        return self._keyring.digest(_PURPOSE, key, secret)

    def _new_secret(self) -> str:
        return f"ds_{self._ids.new_secret()}"


def _setting_problems(role: Role, label: str, expires: Micros | None, now: Micros, rate: int) -> list[Problem]:
    problems = []
    if not 1 <= len(label.strip()) <= LABEL_MOST:
        problems.append(Problem("/label", "The label is empty or too long.", f"1 to {LABEL_MOST} characters"))
    if expires is None and role is Role.AUDITOR:
        problems.append(Problem("/expires", "An auditor's key has an end.", "an instant to come"))
    if expires is not None and expires <= now:
        problems.append(Problem("/expires", "This is past.", "an instant to come"))
    if not 1 <= rate <= RATE_MOST:
        problems.append(Problem("/requests_per_minute", "The number is out of range.", f"1 to {RATE_MOST}"))
    return problems


def _subject_problems(
    reader: RecordReader, organisation: OrganisationId, role: Role, person_id: str | None, funder_id: str | None
) -> list[Problem]:
    problems = []
    for name, value, kind, is_wanted in (
        ("person_id", person_id, Kind.PERSON, role in _OF_PEOPLE),
        ("funder_id", funder_id, Kind.FUNDER, role is Role.FUNDER),
    ):
        if value is None and is_wanted:
            problems.append(Problem(f"/{name}", f"This role reads as a {kind.value} on record.", "the id of one"))
        elif value is not None and not is_wanted:
            problems.append(Problem(f"/{name}", f"This role does not read as a {kind.value}.", "none"))
        elif value is not None:
            try:
                reader.get(organisation, kind, value)
            except NotFound as error:
                problems.append(Problem(f"/{name}", error.message, f"the id of a {kind.value} on record"))
    return problems


def _secret_rows(secrets: tuple[Secret, ...] | list[Secret]) -> list[dict[str, Any]]:
    return [{"digest": item.digest, "created": item.created, "until": item.until} for item in secrets]


def _document(key: AccessKey) -> dict[str, Any]:
    return {
        "_id": key.key, "o": key.organisation, "role": key.role.value, "label": key.label, "created": key.created,
        "by": key.created_by, "secrets": _secret_rows(key.secrets), "person": key.person_id, "funder": key.funder_id,
        "expires": key.expires, "revoked": key.revoked, "used": None, "rate": key.requests_per_minute,
    }  # fmt: skip


def _key(row: Mapping[str, Any]) -> AccessKey:
    return AccessKey(
        key=row["_id"], organisation=OrganisationId(row["o"]), role=Role(row["role"]), label=row["label"],
        created=Micros(row["created"]), created_by=row["by"],
        secrets=tuple(Secret(bytes(item["digest"]), Micros(item["created"]), item["until"]) for item in row["secrets"]),
        person_id=row["person"], funder_id=row["funder"], expires=row["expires"], revoked=row["revoked"],
        last_used_on=None if row["used"] is None else date.fromisoformat(row["used"]),
        requests_per_minute=row["rate"],
    )  # fmt: skip
