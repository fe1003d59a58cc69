"""Making, changing and ending LRS credentials. Each act stands in the audit trail, without a label or a secret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.trailing import leave_deed
from dashboards.views.lens import Lens
from lrs.clock import Micros
from lrs.credential import Settings, parse_scopes
from lrs.credentials import Changes, Issued
from lrs.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks of a credential. `quiet_after_seconds` None raises no alarm."""

    label: str
    scopes: tuple[str, ...]
    origins: tuple[str, ...] = ("*",)
    quarantine: bool = False
    requests_per_minute: int | None = None
    quiet_after_seconds: int | None = None


def create_credential(lens: Lens, wanted: Wanted, expires: Micros | None = None) -> Issued:
    """Make a credential; raises InvalidRequest with every problem."""
    lens.viewer.require(ADMINISTRATORS)
    settings = Settings(**_changes(wanted))
    issued = lens.services.credentials.create(lens.viewer.organisation, settings, expires=expires)
    leave_deed(lens, f"credential:{issued.credential.key}", "credential_created", _scopes(wanted.scopes))
    return issued


def change_credential(lens: Lens, key: str, wanted: Wanted) -> None:
    """Change a credential's settings; raises InvalidRequest, NotFound, Conflict when it has ended."""
    lens.viewer.require(ADMINISTRATORS)
    lens.services.credentials.change(lens.viewer.organisation, key, _changes(wanted))
    leave_deed(lens, f"credential:{key}", "credential_changed", _scopes(wanted.scopes))


def rotate_credential(lens: Lens, key: str, grace_seconds: int) -> Issued:
    """Give a credential a new secret; raises NotFound, Conflict, InvalidRequest for another grace than 0 to 30 days."""
    lens.viewer.require(ADMINISTRATORS)
    issued = lens.services.credentials.rotate(lens.viewer.organisation, key, grace_seconds)
    leave_deed(lens, f"credential:{key}", "credential_rotated", {"grace_seconds": str(grace_seconds)})
    return issued


def revoke_credential(lens: Lens, key: str) -> None:
    """End a credential for good; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    lens.services.credentials.revoke(lens.viewer.organisation, key)
    leave_deed(lens, f"credential:{key}", "credential_revoked")


def _changes(wanted: Wanted) -> Changes:
    scopes, problems = parse_scopes(wanted.scopes)
    if problems:
        message = "The credential cannot be like that."
        raise InvalidRequest(message, problems)
    return Changes(
        label=wanted.label,
        scopes=scopes,
        origins=wanted.origins,
        quarantine=wanted.quarantine,
        requests_per_minute=wanted.requests_per_minute,
        quiet_after_seconds=wanted.quiet_after_seconds,
    )


def _scopes(scopes: Iterable[str]) -> dict[str, str]:
    return {"scopes": " ".join(sorted(scopes))}
