"""Who sends, when each last did, and whose feed has gone quiet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.credential import Credential
from lrs.store.heads import Head, find_head
from lrs.tenancy import OrganisationId

if TYPE_CHECKING:
    from lrs.services import Services


@dataclass(frozen=True, slots=True)
class SenderClock:
    """One credential's clock. `last_stored` is None when nothing ever came."""

    organisation: OrganisationId
    credential: CredentialId
    label: str
    last_stored: Micros | None
    statements: int
    quiet_after_seconds: int | None
    quiet_since: Micros | None

    @property
    def is_quiet(self) -> bool:
        """Say whether the feed has been silent for longer than was agreed."""
        return self.quiet_since is not None


def sender_clock(credential: Credential, head: Head | None, now: Micros) -> SenderClock:
    """Return the clock of one credential.

    Silence counts from the last statement, or from the credential's creation while there is none. A
    revoked credential is not expected to send; an expired one still is, for that is how feeds go quiet.
    """
    found = None if head is None else head.senders.get(credential.key)
    last_stored = None if found is None else found.last_stored
    allowed = credential.settings.quiet_after_seconds
    quiet_since = None
    if allowed is not None and credential.revoked is None:
        ends = Micros((credential.created if last_stored is None else last_stored) + allowed * 1_000_000)
        quiet_since = ends if ends < now else None
    return SenderClock(
        organisation=credential.organisation,
        credential=credential.key,
        label=credential.settings.label,
        last_stored=last_stored,
        statements=0 if found is None else found.count,
        quiet_after_seconds=allowed,
        quiet_since=quiet_since,
    )


def clocks_of(services: Services, organisation: OrganisationId) -> tuple[int, list[tuple[Credential, SenderClock]]]:
    """Return how many statements an organisation has, and each of its credentials with its clock, oldest first."""
    head, now = find_head(services.store, organisation), services.clock.now_micros()
    credentials = services.credentials.all(organisation)
    return head.count, [(item, sender_clock(item, head, now)) for item in credentials]


def quiet_senders(
    heads: Mapping[OrganisationId, Head], credentials: Iterable[Credential], now: Micros
) -> list[SenderClock]:
    """Return the senders that are silent for longer than their credential allows, longest silence first."""
    clocks = (sender_clock(credential, heads.get(credential.organisation), now) for credential in credentials)
    return sorted((clock for clock in clocks if clock.is_quiet), key=lambda clock: clock.quiet_since or 0)
