"""Where credentials are kept: keyed hashes only, never a secret."""

from __future__ import annotations

from typing import Any, Final

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from lrs.caller import CredentialId, Scope
from lrs.clock import Micros
from lrs.credential import Credential, Secret, Settings
from lrs.profiles.checks import CheckMode
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

# Listed oldest first; `_id` breaks ties. Changing this invalidates every cursor already handed out.
LIST_ORDER: Final = (("created", ASCENDING), ("_id", ASCENDING))


class CredentialStore:
    """Collection `credentials`: `_id` API key, `o` organisation, settings, hashed `secrets`, instants in µs."""

    def __init__(self, store: Store) -> None:
        self._credentials = store.collection("credentials")

    def insert(self, credential: Credential) -> bool:
        """Add a credential; False when the key is taken, by whichever organisation."""
        try:
            self._credentials.insert_one(_document(credential))
        except DuplicateKeyError:
            return False
        return True

    def find_anywhere(self, key: str) -> Credential | None:
        """Return the credential with this key. Only authentication asks without naming an organisation."""
        row = self._credentials.find_one({"_id": key})
        return None if row is None else _credential(row)

    def find(self, organisation: OrganisationId, key: str) -> Credential | None:
        """Return one of the organisation's credentials."""
        row = self._credentials.find_one({"_id": key, "o": organisation})
        return None if row is None else _credential(row)

    def page(self, organisation: OrganisationId, after: tuple[int, str] | None, limit: int) -> list[Credential]:
        """Return up to `limit` of the organisation's credentials that were created after `(created, key)`."""
        query: Document = {"o": organisation}
        if after is not None:
            created, key = after
            query["$or"] = [{"created": {"$gt": created}}, {"created": created, "_id": {"$gt": key}}]
        rows = self._credentials.find(query).sort(list(LIST_ORDER)).limit(limit)
        return [_credential(row) for row in rows]

    def change(self, organisation: OrganisationId, key: str, changes: dict[str, Any]) -> Credential | None:
        """Set settings of a credential that is not revoked; None when there is no such one."""
        return self._update({"_id": key, "o": organisation, "revoked": None}, changes)

    def replace_secrets(self, before: Credential, secrets: tuple[Secret, ...]) -> Credential | None:
        """Swap the secrets, unless somebody else did so since `before` was read; then None."""
        unchanged = {"secrets": [_secret_document(secret) for secret in before.secrets], "revoked": None}
        which = {"_id": before.key, "o": before.organisation, **unchanged}
        return self._update(which, {"secrets": [_secret_document(secret) for secret in secrets]})

    def revoke(self, organisation: OrganisationId, key: str, now: Micros) -> Credential | None:
        """Mark a credential revoked, keeping the first instant when it already was."""
        which = {"_id": key, "o": organisation}
        return self._update({**which, "revoked": None}, {"revoked": now}) or self.find(organisation, key)

    def _update(self, which: Document, changes: Document) -> Credential | None:
        row = self._credentials.find_one_and_update(which, {"$set": changes}, return_document=True)
        return None if row is None else _credential(row)


def settings_document(settings: Settings) -> dict[str, Any]:
    """Return the members of a credential's document that hold its settings."""
    return {
        "label": settings.label,
        "scopes": sorted(settings.scopes),
        "quarantine": settings.quarantine,
        "origins": list(settings.origins),
        "requests_per_minute": settings.requests_per_minute,
        "quiet_after_seconds": settings.quiet_after_seconds,
        "profile_checks": settings.profile_checks,
        "profiles": list(settings.profiles),
    }


def _document(credential: Credential) -> Document:
    return {
        "_id": credential.key,
        "o": credential.organisation,
        **settings_document(credential.settings),
        "authority": credential.authority,
        "secrets": [_secret_document(secret) for secret in credential.secrets],
        "created": credential.created,
        "expires": credential.expires,
        "revoked": credential.revoked,
    }


def _secret_document(secret: Secret) -> Document:
    return {"digest": secret.digest, "created": secret.created, "until": secret.until}


def _credential(row: Document) -> Credential:
    return Credential(
        key=CredentialId(row["_id"]),
        organisation=OrganisationId(row["o"]),
        settings=Settings(
            label=row["label"],
            scopes=frozenset(Scope(name) for name in row["scopes"]),
            quarantine=row["quarantine"],
            origins=tuple(row["origins"]),
            requests_per_minute=row["requests_per_minute"],
            quiet_after_seconds=row["quiet_after_seconds"],
            # Absent in credentials from before statements could be checked.
            profile_checks=CheckMode(row.get("profile_checks", CheckMode.OFF)),
            profiles=tuple(row.get("profiles", ())),
        ),
        authority=bytes(row["authority"]),
        secrets=tuple(Secret(bytes(s["digest"]), Micros(s["created"]), s["until"]) for s in row["secrets"]),
        created=Micros(row["created"]),
        expires=row["expires"],
        revoked=row["revoked"],
    )
