"""What statements and events are sent to: added, changed, paused, removed; what could not be sent, seen and replayed.

Whoever administers an organisation does this, by command, API or page; the worker sends (`lrs.sending.forwarder`,
`lrs.sending.webhooks`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lrs.clock import Micros
from lrs.errors import Conflict, InvalidRequest, NotFound, Problem
from lrs.forwarding.outlet import (
    GRACE_MOST_SECONDS,
    GRACE_SECONDS,
    LOG_START,
    SECRET_MOST,
    ForwardSettings,
    Kind,
    Outlet,
    SecretDates,
    SignIn,
    State,
    WebhookSettings,
    settings_problems,
)
from lrs.forwarding.signature import make_secret
from lrs.sealed import SecretBox, Use
from lrs.store.deliveries import Deliveries, Standing
from lrs.store.deliveries import Delivery as Sent
from lrs.store.heads import find_head
from lrs.store.outlets import OutletStore, SealedSecret
from lrs.tenancy import OrganisationId

if TYPE_CHECKING:
    from lrs.services import Services

OUTLETS_MOST: Final = 50
BY_HAND: Final = "by_hand"
_PREFIXES: Final = {Kind.FORWARD: "fw_", Kind.WEBHOOK: "wh_"}


@dataclass(frozen=True, slots=True)
class IssuedWebhook:
    """A webhook with its secret, at the one moment when it can be read."""

    outlet: Outlet
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """An outlet with how far it is behind: statements of the log for a forward, events for a webhook."""

    outlet: Outlet
    waiting: int
    letters: int


class Outlets:
    """The outlets of every organisation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._rows = OutletStore(services.store)
        self.deliveries = Deliveries(services.store)
        self._sealed = SecretBox(services.secret_key, Use.OUTGOING)

    def add_forward(
        self, organisation: OrganisationId, settings: ForwardSettings, secret: str | None, since: Micros | None = None
    ) -> Outlet:
        """Begin to forward what is stored after `since`, from now on by default; raises InvalidRequest, Conflict.

        0 forwards the whole log.
        """
        self._check(settings)
        self._check_secret(settings, secret, is_required=True)
        head, now = find_head(self._services.store, organisation), self._services.clock.now_micros()
        position, stored = head.count, head.stored
        if since is not None and since < head.stored:
            first = self._services.statements.first_after(organisation, since)
            position, stored = (head.count, head.stored) if first is None else (first, since)
        outlet = Outlet(
            self._new_id(Kind.FORWARD), Kind.FORWARD, organisation, settings, now, position=position, stored=stored
        )
        return self._insert(outlet, self._given(outlet, secret, now))

    def add_webhook(self, organisation: OrganisationId, settings: WebhookSettings) -> IssuedWebhook:
        """Begin to tell of what happens from now on; its secret is in the answer. Raises InvalidRequest, Conflict."""
        self._check(settings)
        now, secret = self._services.clock.now_micros(), make_secret(self._services.ids.new_secret())
        outlet = Outlet(self._new_id(Kind.WEBHOOK), Kind.WEBHOOK, organisation, settings, now)
        return IssuedWebhook(self._insert(outlet, self._given(outlet, secret, now)), secret)

    def get(self, organisation: OrganisationId, kind: Kind, name: str) -> Outlet:
        """Return one; raises NotFound."""
        found = self._rows.find(organisation, kind, name)
        if found is None:
            raise NotFound(f"There is no such {kind.value}.")
        return found

    def all(self, organisation: OrganisationId, kind: Kind) -> list[Outlet]:
        """Return an organisation's, oldest first; there are at most `OUTLETS_MOST`."""
        return self._rows.of(organisation, kind)

    def see(self, outlet: Outlet) -> Seen:
        """Return one with how far it is behind, and how many dead letters it has."""
        counts = self.deliveries.counts(outlet.organisation, outlet.id)
        waiting = counts[Standing.WAITING]
        if outlet.kind is Kind.FORWARD:
            waiting += max(0, find_head(self._services.store, outlet.organisation).count - outlet.position)
        return Seen(outlet, waiting, counts[Standing.DEAD])

    def change_forward(
        self, organisation: OrganisationId, name: str, settings: ForwardSettings, secret: str | None = None
    ) -> Outlet:
        """Replace the settings of a forward; the secret stays without another. Raises NotFound, InvalidRequest."""
        before = self.get(organisation, Kind.FORWARD, name)
        self._check(settings)
        is_new = before.forward.sign_in is SignIn.NONE or settings.url != before.settings.url
        is_new |= settings.sign_in is SignIn.OAUTH and settings.token_url != before.forward.token_url
        # A secret is never sent to another address than the one that it was given for.
        self._check_secret(settings, secret, is_required=is_new)
        secrets = None
        if secret is not None or settings.sign_in is SignIn.NONE:
            secrets = self._given(before, secret, self._services.clock.now_micros())
        return self._rows.change(organisation, Kind.FORWARD, name, settings, secrets)

    def change_webhook(self, organisation: OrganisationId, name: str, settings: WebhookSettings) -> Outlet:
        """Replace the settings of a webhook; raises NotFound, InvalidRequest."""
        self.get(organisation, Kind.WEBHOOK, name)
        self._check(settings)
        return self._rows.change(organisation, Kind.WEBHOOK, name, settings, None)

    def rotate(self, organisation: OrganisationId, name: str, grace_seconds: int = GRACE_SECONDS) -> IssuedWebhook:
        """Give a webhook a new secret; for `grace_seconds` what is sent is signed with the one before too.

        Raises NotFound and InvalidRequest.
        """
        if not 0 <= grace_seconds <= GRACE_MOST_SECONDS:
            accepted = f"0 to {GRACE_MOST_SECONDS}"
            raise InvalidRequest("Nothing was changed.", [Problem("/grace_seconds", "It is out of range.", accepted)])
        outlet, now = self.get(organisation, Kind.WEBHOOK, name), self._services.clock.now_micros()
        secret = make_secret(self._services.ids.new_secret())
        ends = Micros(now + grace_seconds * 1_000_000)
        before = [
            SealedSecret(item.sealed, replace(item.dates, until=ends))
            for item in self._rows.secrets(outlet)
            if item.dates.until is None and grace_seconds
        ]
        secrets = [*self._given(outlet, secret, now), *before]
        return IssuedWebhook(self._rows.change(organisation, Kind.WEBHOOK, name, outlet.settings, secrets), secret)

    def pause(self, organisation: OrganisationId, kind: Kind, name: str) -> Outlet:
        """Send nothing for now; what comes meanwhile waits. Raises NotFound."""
        return self._rows.set_state(organisation, kind, name, State.PAUSED, BY_HAND)

    def resume(self, organisation: OrganisationId, kind: Kind, name: str) -> Outlet:
        """Send what waits, and what comes; raises NotFound."""
        return self._rows.set_state(organisation, kind, name, State.ACTIVE, "")

    def test(self, organisation: OrganisationId, kind: Kind, name: str) -> Outlet:
        """Have the worker try it now, without sending anything that happened; raises NotFound.

        The result is in its health within seconds.
        """
        return self._rows.ask_test(organisation, kind, name, self._services.clock.now_micros())

    def remove(self, organisation: OrganisationId, kind: Kind, name: str) -> None:
        """Forget one, with its secret, its place and its letters; raises NotFound."""
        if not self._rows.remove(organisation, kind, name):
            raise NotFound(f"There is no such {kind.value}.")
        self.deliveries.forget_outlet(organisation, name)

    def page(
        self, organisation: OrganisationId, kind: Kind, name: str, standing: Standing | None,
        before: tuple[int, str] | None, limit: int,
    ) -> list[Sent]:  # fmt: skip
        """Return deliveries of one, the newest first, without bodies; raises NotFound."""
        self.get(organisation, kind, name)
        return self.deliveries.page(organisation, name, standing, before, limit)

    def replay(self, organisation: OrganisationId, kind: Kind, name: str, letter: str | None = None) -> int:
        """Have a dead letter sent again, or all; return how many. Raises NotFound, also for a letter that is none."""
        self.get(organisation, kind, name)
        count = self.deliveries.replay(organisation, name, letter, self._services.clock.now_micros())
        if letter is not None and not count:
            raise NotFound("There is no dead letter of this id.")
        return count

    def open_secrets(self, outlet: Outlet) -> list[str]:
        """Return the secrets that are valid now, the current one first, for whoever sends; raises KeyUnreadable."""
        now = self._services.clock.now_micros()
        return [
            self._sealed.open(outlet.organisation, outlet.kind.value, outlet.id, item.sealed).decode()
            for item in self._rows.secrets(outlet)
            if item.dates.is_live(now)
        ]

    def _insert(self, outlet: Outlet, secrets: Sequence[SealedSecret]) -> Outlet:
        if self._rows.count(outlet.organisation) >= OUTLETS_MOST:
            raise Conflict(f"An organisation sends to at most {OUTLETS_MOST} places; remove one first.")
        self._rows.insert(outlet, secrets)
        return replace(outlet, secrets=tuple(item.dates for item in secrets))

    def _new_id(self, kind: Kind) -> str:
        return f"{_PREFIXES[kind]}{self._services.ids.new_uuid().hex}"

    def _given(self, outlet: Outlet, secret: str | None, now: Micros) -> list[SealedSecret]:
        if not secret:
            return []
        sealed = self._sealed.seal(outlet.organisation, outlet.kind.value, outlet.id, secret.encode())
        return [SealedSecret(sealed, SecretDates(now))]

    def _check(self, settings: ForwardSettings | WebhookSettings) -> None:
        problems = settings_problems(settings, self._services.network)
        if problems:
            raise InvalidRequest("This cannot be sent to.", problems)

    def _check_secret(self, settings: ForwardSettings, secret: str | None, *, is_required: bool) -> None:
        is_wanted = settings.sign_in is not SignIn.NONE
        accepted = f"1 to {SECRET_MOST} characters: the password, or the client's secret"
        if is_wanted and is_required and not secret:
            raise InvalidRequest("This cannot be sent to.", [Problem("/secret", "The secret is missing.", accepted)])
        if secret and len(secret) > SECRET_MOST:
            raise InvalidRequest("This cannot be sent to.", [Problem("/secret", "The secret is too long.", accepted)])


__all__ = ["BY_HAND", "LOG_START", "OUTLETS_MOST", "IssuedWebhook", "Outlets", "Seen", "Sent", "Standing"]
