"""The LRS credentials of the organisation: who sends, with what rights, when each last did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.lens import Lens
from lrs.clock import Micros
from lrs.credential import Credential
from lrs.quarantine import State
from lrs.senders import SenderClock, clocks_of

_HELD_MOST = 1_000


@dataclass(frozen=True, slots=True)
class CredentialView:
    """One credential, never with a secret. `held` counts what it has in quarantine; `quiet_since` is its alarm."""

    key: str
    label: str
    state: Literal["active", "expired", "revoked"]
    scopes: tuple[str, ...]
    origins: tuple[str, ...]
    quarantine: bool
    requests_per_minute: int | None
    quiet_after_seconds: int | None
    created: Micros
    expires: Micros | None
    revoked: Micros | None
    secrets: int
    last_stored: Micros | None
    statements: int
    quiet_since: Micros | None
    held: int


def read_credentials(lens: Lens) -> tuple[CredentialView, ...]:
    """Return every credential, those in use first, newest first among them."""
    lens.viewer.require(ADMINISTRATORS)
    organisation = lens.viewer.organisation
    rows = lens.services.quarantine.page(organisation, State.HELD, None, _HELD_MOST)
    held = Counter(str(row.credential) for row in rows)
    _, clocks = clocks_of(lens.services, organisation)
    views = [_view(item, clock, held[str(item.key)], lens.now) for item, clock in clocks]
    return tuple(sorted(views, key=lambda view: (view.state != "active", -view.created)))


def read_credential(lens: Lens, key: str) -> CredentialView:
    """Return one of them; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    lens.services.credentials.get(lens.viewer.organisation, key)
    return next(view for view in read_credentials(lens) if view.key == key)


def _view(item: Credential, clock: SenderClock, held: int, now: Micros) -> CredentialView:
    settings = item.settings
    return CredentialView(
        key=str(item.key),
        label=settings.label,
        state=item.state(now),
        scopes=tuple(sorted(settings.scopes)),
        origins=settings.origins,
        quarantine=settings.quarantine,
        requests_per_minute=settings.requests_per_minute,
        quiet_after_seconds=settings.quiet_after_seconds,
        created=item.created,
        expires=item.expires,
        revoked=item.revoked,
        secrets=sum(secret.is_live(now) for secret in item.secrets),
        last_stored=clock.last_stored,
        statements=clock.statements,
        quiet_since=clock.quiet_since,
        held=held,
    )
