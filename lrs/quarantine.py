"""Replaying what was refused, once the sender, its credential or the body itself has been mended."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from lrs.errors import Conflict
from lrs.statements.multipart import media_type, parse_multipart
from lrs.store.quarantine import Held, State
from lrs.tenancy import OrganisationId

if TYPE_CHECKING:
    from lrs.services import Services

__all__ = ["Held", "State", "replay"]


def replay(services: Services, organisation: OrganisationId, held_id: UUID, body: bytes | None = None) -> Held:
    """Store a held request through the one write path, as its credential stands now, and say what became of it.

    `body`, when given, is posted instead of the one that was kept, as JSON. A refusal (InvalidRequest with every
    problem, Conflict, …) comes through and the request stays held with its own body.
    """
    held = services.quarantine.claim(organisation, held_id)
    try:
        statement_ids = _post(services, held, body)
    except BaseException:
        services.quarantine.release(held)
        raise
    return services.quarantine.mark_replayed(held, statement_ids)


def _post(services: Services, held: Held, body: bytes | None) -> list[UUID]:
    caller = services.credentials.caller(held.organisation, held.credential)
    if body is not None:
        return services.ingest.post(caller, held.version, body, statement_id=held.statement_id)
    if held.body is None:
        message = "The body was too long to keep; only its problems were. Send it again, or replay another body."
        raise Conflict(message)
    if media_type(held.content_type)[0] != "multipart/mixed":
        return services.ingest.post(caller, held.version, held.body, statement_id=held.statement_id)
    multipart = parse_multipart(held.content_type, held.body)
    return services.ingest.post(
        caller, held.version, multipart.statements, multipart.parts, statement_id=held.statement_id
    )
