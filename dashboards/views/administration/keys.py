"""Access keys: with which other systems read what a role sees. Making and ending one stands in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.trailing import leave_deed
from dashboards.views.lens import Lens
from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem
from training.access import Role
from training.accounts.keys import AccessKey, AccessKeys, IssuedKey
from training.records.ids import FunderId, PersonId


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key, its state, and the name of the person or funder that it reads as."""

    key: AccessKey
    state: str
    stands_for: str


def read_keys(lens: Lens) -> tuple[KeyView, ...]:
    """Return the organisation's keys, those in use first, newest first among them."""
    lens.viewer.require(ADMINISTRATORS)
    found = [_view(lens, key) for key in AccessKeys(lens.services).list(lens.viewer.organisation)]
    return tuple(sorted(found, key=lambda view: (view.state != "active", -view.key.created)))


def create_key(lens: Lens, role: str, label: str, subject: str, expires: Micros | None) -> IssuedKey:
    """Make a key that reads as a role does; `subject` is the person or the funder it stands for, where one is needed.

    Raises InvalidRequest with every problem.
    """
    lens.viewer.require(ADMINISTRATORS)
    known = next((item for item in Role if item.value == role), None)
    if known is None:
        problem = Problem("/role", "There is no such role.", " or ".join(Role))
        raise InvalidRequest("The access key cannot be like that.", [problem])
    is_person = known in (Role.LEARNER, Role.TRAINER)
    issued = AccessKeys(lens.services).create(
        lens.viewer.organisation,
        known,
        label,
        by=lens.viewer.trail_name,
        person_id=subject or None if is_person else None,
        funder_id=subject or None if known is Role.FUNDER else None,
        expires=expires,
    )
    leave_deed(lens, f"key:{issued.access_key.key}", "key_created", {"role": role})
    return issued


def rotate_key(lens: Lens, key: str, grace_seconds: int) -> IssuedKey:
    """Give a key a new secret; raises NotFound, Conflict, InvalidRequest."""
    lens.viewer.require(ADMINISTRATORS)
    issued = AccessKeys(lens.services).rotate(lens.viewer.organisation, key, grace_seconds)
    leave_deed(lens, f"key:{key}", "key_rotated", {"grace_seconds": str(grace_seconds)})
    return issued


def revoke_key(lens: Lens, key: str) -> None:
    """End a key for good; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    AccessKeys(lens.services).revoke(lens.viewer.organisation, key)
    leave_deed(lens, f"key:{key}", "key_revoked")


def _view(lens: Lens, key: AccessKey) -> KeyView:
    name = ""
    if key.person_id is not None:
        person = lens.records.people.get(lens.records.survivor(PersonId(key.person_id)))
        name = str(key.person_id) if person is None else person.name
    elif key.funder_id is not None:
        funder = lens.records.funders.get(FunderId(key.funder_id))
        name = str(key.funder_id) if funder is None else funder.name
    return KeyView(key, key.state(lens.now), name)
