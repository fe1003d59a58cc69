"""Events: what happened, told to other systems once each. Nothing here performs I/O.

An event's id follows from what happened (UUID version 5): found again after a crash it is the same event, and whoever
receives it twice can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

import orjson

from lrs.clock import Micros, to_text
from lrs.tenancy import OrganisationId

# Raised when what stands in `data` changes its meaning; new members do not.
FORM: Final = "1"
# Ids of events follow from it: never changed.
_NAMESPACE: Final = UUID("6f0a1a0e-5d6b-5c1e-9d5c-2f6a8b7c4d3e")
PING: Final = "ping"
# Every type that can be asked for, with what happened. A new one is a line here and a source that finds it.
TYPES: Final[Mapping[str, str]] = {
    "document.issued": "A document was issued.",
    "document.replaced": "A newer version took the place of a document.",
    "document.revoked": "A document was withdrawn.",
    "alert.opened": "An alert was opened: somebody should look at an enrolment.",
    "feed.silent": "A sender has been silent for longer than its credential allows.",
    "feed.back": "A sender that was silent has sent again.",
    "statements.quarantined": "A request was refused and kept in quarantine.",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        key: What tells it from every other of its type in the organisation; its id follows from it.
        about: What it is about (`document:<code>`): events about the same are sent in order.
        data: What is told, as JSON; ids, never a name or an address.
    """

    organisation: OrganisationId
    type: str
    key: str
    about: str
    occurred_at: Micros
    data: Mapping[str, Any]

    @property
    def id(self) -> UUID:
        """Return its id, the same whenever it is found."""
        return uuid5(_NAMESPACE, f"{self.organisation}\0{self.type}\0{self.key}")


def envelope(event: Event, organisation: str) -> bytes:
    """Return the body of a webhook: the same bytes at every try. `organisation` is its slug."""
    return orjson.dumps(
        {
            "id": str(event.id),
            "type": event.type,
            "version": FORM,
            "occurred_at": to_text(event.occurred_at),
            "organisation": organisation,
            "data": dict(event.data),
        }
    )
