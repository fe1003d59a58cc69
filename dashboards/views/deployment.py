"""What the deployment knows of itself, for those who run it: handed in by the application, which built its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lrs.courses.plays import Premises
from lrs.tenancy import OrganisationId

if TYPE_CHECKING:
    from evidence.seals import SealState

Ping = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of the disk that the database writes to, in bytes."""

    free_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class Deployment:
    """The parts that pages do not call but must tell about. None stands for what is not known here.

    Attributes:
        pings: What `/readyz` asks, by name: each returns when its service can be relied on, and raises when not.
        has_mail: Whether letters can be sent.
        seal_state: Says how an organisation's seal stands; makes nothing and asks nobody.
        room: Measures the disk of the database; may raise what the store raises.
        premises: Where and how packages are hosted.
    """

    pings: Mapping[str, Ping] = field(default_factory=dict)
    has_mail: bool | None = None
    seal_state: Callable[[OrganisationId], SealState] | None = None
    room: Callable[[], Room | None] | None = None
    premises: Premises = field(default_factory=Premises)


# What a lens has that nobody told anything.
UNKNOWN: Final = Deployment()
