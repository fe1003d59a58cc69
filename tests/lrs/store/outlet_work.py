"""What reads outlets, deliveries and silences, for the test of indexes."""

from __future__ import annotations

from uuid import UUID

from lrs.caller import Caller, CredentialId
from lrs.clock import Micros
from lrs.forwarding.event import Event, envelope
from lrs.forwarding.outlet import Kind, WebhookSettings
from lrs.sending.outlets import Outlets
from lrs.services import Services
from lrs.store.deliveries import Aside, Deliveries, Told
from lrs.store.happenings import Happenings
from lrs.store.outlets import OutletStore

_MANY = 60
_NOW = Micros(1_767_600_000_000_000)


def _filled(services: Services, caller: Caller) -> Deliveries:
    """Note events for three outlets, and statements that are put aside."""
    rows = Deliveries(services.store)
    for outlet in ("wh_1", "wh_2", "fw_3"):
        events = [
            Event(caller.organisation, "ping", f"{outlet}{at}", f"document:{at}", Micros(_NOW + at), {})
            for at in range(_MANY)
        ]
        told = [Told(event.id, "ping", event.about, event.occurred_at, envelope(event, "essai")) for event in events]
        rows.add_events(caller.organisation, outlet, told, _NOW)
        aside = [Aside(UUID(int=at + (4 << 76)), 400, "http_400", "") for at in range(_MANY)]
        rows.put_aside(caller.organisation, outlet, aside, _NOW)
    return rows


def _outlets(services: Services, caller: Caller) -> object:
    for at in range(20):
        settings = WebhookSettings(f"{at}", "https://example.org/", ("feed.back",))
        Outlets(services).add_webhook(caller.organisation, settings)
    return OutletStore(services.store).of(caller.organisation, Kind.FORWARD)


def _waiting(services: Services, caller: Caller) -> object:
    rows = _filled(services, caller)
    return rows.waiting(caller.organisation, "wh_1", 5), rows.due(caller.organisation, "wh_1", _NOW, 5)


def _log(services: Services, caller: Caller) -> object:
    return _filled(services, caller).page(caller.organisation, "wh_1", None, None, 5)


def _erased(services: Services, caller: Caller) -> object:
    return _filled(services, caller).forget_statements(caller.organisation, [UUID(int=7 + (4 << 76))])


def _silences(services: Services, caller: Caller) -> object:
    rows = Happenings(services.store)
    for at in range(20):
        rows.begin_silence(caller.organisation, CredentialId(f"k{at}"), _NOW)
        rows.begin_silence(type(caller.organisation)(caller.organisation + 1 + at), CredentialId("k"), _NOW)
    return rows.silences(caller.organisation)


USES = {
    ("outlets", "o", "kind", "created", "_id"): _outlets,
    ("outlet_deliveries", "o", "w", "s", "at", "_id"): _waiting,
    ("outlet_deliveries", "o", "w", "at", "_id"): _log,
    ("outlet_deliveries", "o", "sid"): _erased,
    ("feed_silences", "o"): _silences,
}
