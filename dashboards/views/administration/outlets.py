"""What statements and events are sent to: how each is doing, and what could not be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.lens import Lens
from lrs.errors import NotFound
from lrs.forwarding.outlet import Kind
from lrs.sending.outlets import Outlets, Seen, Sent, Standing

SHOWN_MOST: Final = 100
_KINDS: Final = {"fw": Kind.FORWARD, "wh": Kind.WEBHOOK}


@dataclass(frozen=True, slots=True)
class OutletView:
    """One forward or webhook with its newest deliveries and its dead letters."""

    seen: Seen
    deliveries: tuple[Sent, ...]
    letters: tuple[Sent, ...]


def kind_of(name: str) -> Kind:
    """Return what an id is of; raises NotFound."""
    kind = _KINDS.get(name.partition("_")[0])
    if kind is None:
        message = "There is nothing of this id that anything is sent to."
        raise NotFound(message)
    return kind


def read_outlets(lens: Lens, kind: Kind) -> tuple[Seen, ...]:
    """Return the organisation's forwards or webhooks, oldest first."""
    lens.viewer.require(ADMINISTRATORS)
    outlets = Outlets(lens.services)
    return tuple(outlets.see(item) for item in outlets.all(lens.viewer.organisation, kind))


def read_outlet(lens: Lens, name: str) -> OutletView:
    """Return one with what was sent and what could not be; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    outlets, organisation, kind = Outlets(lens.services), lens.viewer.organisation, kind_of(name)
    outlet = outlets.get(organisation, kind, name)
    log = outlets.page(organisation, kind, name, None, None, SHOWN_MOST)
    dead = outlets.page(organisation, kind, name, Standing.DEAD, None, SHOWN_MOST)
    return OutletView(outlets.see(outlet), tuple(log), tuple(dead))
