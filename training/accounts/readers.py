"""Who stands behind the names that readers leave in the audit trail: accounts, access keys, LRS credentials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bson import ObjectId

from lrs.errors import NotFound
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.access import Role
from training.accounts.account import ACCOUNTS_COLLECTION
from training.accounts.keys import AccessKeys
from training.records.ids import FunderId, PersonId


class ReaderKind(StrEnum):
    """What reads.

    Attributes:
        ACCOUNT: Somebody who signed in.
        KEY: Another system, with an access key.
        CREDENTIAL: Another system, with an LRS credential.
        PRODUCT: Assidu itself, or a command on its machine.
        GONE: An account or a key of which nothing is left but its name in the trail.
    """

    ACCOUNT = "account"
    KEY = "key"
    CREDENTIAL = "credential"
    PRODUCT = "product"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class TrailReader:
    """Whoever a name stands for, as they are now. `label` is that of a key or a credential; people are not named."""

    kind: ReaderKind
    role: Role | None = None
    label: str = ""
    person_id: PersonId | None = None
    funder_id: FunderId | None = None


_GONE: Final = TrailReader(ReaderKind.GONE)


def find_readers(services: Services, organisation: OrganisationId, names: Iterable[str]) -> dict[str, TrailReader]:
    """Return who each of these names (`evidence.trail.Deed.who`) stands for; one that is not of here is GONE."""
    wanted = set(names)
    found = {name: TrailReader(ReaderKind.PRODUCT) if name == "assidu" else _GONE for name in wanted}
    accounts = [name.removeprefix("account:") for name in wanted if name.startswith("account:")]
    found.update(_accounts(services, organisation, accounts))
    if any(name.startswith("key:") for name in wanted):
        for key in AccessKeys(services).list(organisation):
            name = key.viewer.trail_name
            if name in wanted:
                found[name] = TrailReader(ReaderKind.KEY, key.role, key.label, key.person_id, key.funder_id)
    for name in wanted:
        if name.startswith("credential:"):
            found[name] = _credential(services, organisation, name.removeprefix("credential:"))
    return found


def _accounts(services: Services, organisation: OrganisationId, ids: Iterable[str]) -> dict[str, TrailReader]:
    objects = [ObjectId(name) for name in ids if ObjectId.is_valid(name)]
    if not objects:
        return {}
    shown = {"role": 1, "person_id": 1, "funder_id": 1}
    rows = services.store.collection(ACCOUNTS_COLLECTION).find(
        {"_id": {"$in": objects}, "organisation": organisation}, shown
    )
    return {
        f"account:{row['_id']}": TrailReader(
            ReaderKind.ACCOUNT, Role(row["role"]), person_id=row.get("person_id"), funder_id=row.get("funder_id")
        )
        for row in rows
    }


def _credential(services: Services, organisation: OrganisationId, key: str) -> TrailReader:
    try:
        return TrailReader(ReaderKind.CREDENTIAL, label=services.credentials.get(organisation, key).settings.label)
    except NotFound:
        return _GONE
