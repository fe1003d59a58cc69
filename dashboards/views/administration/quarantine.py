"""Refused statements: what was wrong with each, whose they are, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dashboards.views.lens import Lens
from lrs.clock import Micros
from lrs.errors import NotFound, Problem
from lrs.quarantine import Held, State, replay
from training.access import STAFF, Role

SHOWN_MOST: Final = 500
OVER_MOST: Final = 100
# A body that is longer is shown by its beginning; it is replayed whole.
BODY_SHOWN: Final = 100_000
_ADMINISTRATORS: Final = frozenset((Role.ADMINISTRATOR,))


@dataclass(frozen=True, slots=True)
class HeldView:
    """One refused request. `label` is its sender's; `body` only where one is looked at, None when it is not kept."""

    held_id: UUID
    credential: str
    label: str
    received: Micros
    last_received: Micros
    times: int
    size_bytes: int
    state: str
    content_type: str
    problems: tuple[Problem, ...]
    statement_ids: tuple[UUID, ...]
    body: str | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """What is held, newest first, then what was replayed or dropped. `senders` says who keeps what is refused."""

    held: tuple[HeldView, ...]
    over: tuple[HeldView, ...]
    senders: tuple[tuple[str, str, bool], ...]


def read_quarantine(lens: Lens) -> QuarantineView:
    """Return the refused requests of the viewer's organisation, without their bodies."""
    lens.viewer.require(STAFF)
    organisation, labels = lens.viewer.organisation, _labels(lens)
    page = lens.services.quarantine.page
    held = [_view(row, labels) for row in page(organisation, State.HELD, None, SHOWN_MOST)]
    over = [
        _view(row, labels) for state in (State.REPLAYED, State.DROPPED) for row in page(organisation, state, None, 100)
    ]
    over.sort(key=lambda item: -item.last_received)
    credentials = lens.services.credentials.all(organisation)
    live = tuple(
        (str(item.key), item.settings.label, item.settings.quarantine) for item in credentials if item.revoked is None
    )
    return QuarantineView(tuple(held), tuple(over), live)


def read_held(lens: Lens, held_id: str) -> HeldView:
    """Return one refused request with its body; raises NotFound."""
    lens.viewer.require(STAFF)
    row = lens.services.quarantine.get(lens.viewer.organisation, _id(held_id))
    view = _view(row, _labels(lens))
    if row.body is None:
        return view
    text = row.body.decode("utf-8", errors="replace")
    return HeldView(
        view.held_id, view.credential, view.label, view.received, view.last_received, view.times, view.size_bytes,
        view.state, view.content_type, view.problems, view.statement_ids,
        text[:BODY_SHOWN], len(text) > BODY_SHOWN,
    )  # fmt: skip


def replay_held(lens: Lens, held_id: str, body: str | None = None) -> tuple[UUID, ...]:
    """Store a refused request as if its sender sent it now, as it was kept or as `body`; return the statements' ids.

    Raises what storing raises, InvalidRequest with every problem above all; it then stays held as it was.
    """
    lens.viewer.require(_ADMINISTRATORS)
    encoded = None if body is None else body.encode()
    return tuple(replay(lens.services, lens.viewer.organisation, _id(held_id), encoded).statement_ids)


def drop_held(lens: Lens, held_id: str) -> None:
    """Forget the body of a refused request; that it was refused, and why, stays. Raises NotFound, Conflict."""
    lens.viewer.require(_ADMINISTRATORS)
    lens.services.quarantine.drop(lens.viewer.organisation, _id(held_id))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        message = "There is nothing with this id in quarantine."
        raise NotFound(message) from None


def _labels(lens: Lens) -> dict[str, str]:
    return {str(item.key): item.settings.label for item in lens.services.credentials.all(lens.viewer.organisation)}


def _view(row: Held, labels: dict[str, str]) -> HeldView:
    return HeldView(
        held_id=row.held_id,
        credential=str(row.credential),
        label=labels.get(str(row.credential), str(row.credential)),
        received=row.received,
        last_received=row.last_received,
        times=row.times,
        size_bytes=row.size_bytes,
        state=row.state.value,
        content_type=row.content_type,
        problems=row.problems,
        statement_ids=row.statement_ids,
    )
