"""Writes an organisation's statements out: exact bytes, one a line, in the order in which they were stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assidu.transfer.target import Target
from lrs.clock import Micros
from lrs.services import Services
from lrs.store.heads import find_head
from lrs.store.statements import StoredStatement
from lrs.tenancy import OrganisationId

# One step of progress: what is read at once, and after a crash written again at most.
CHUNK: Final = 1_000
# Within a JSON string a line break is always escaped, so a raw one is only ever white space between tokens.
_ONE_LINE: Final = bytes.maketrans(b"\r\n", b"  ")


@dataclass(frozen=True, slots=True)
class Span:
    """Positions of a log: from `start` up to, not including, `end`."""

    start: int
    end: int


def find_span(services: Services, organisation: OrganisationId, since: Micros | None, until: Micros | None) -> Span:
    """Return what was stored after `since` and at or before `until`, up to what is there now."""
    count = find_head(services.store, organisation).count
    start = 0 if since is None else _first_after(services, organisation, since, count)
    end = count if until is None else _first_after(services, organisation, until, count)
    return Span(start, max(start, end))


def export_statements(
    services: Services,
    organisation: OrganisationId,
    span: Span,
    target: Target,
    *,
    attachments: Path | None = None,
    shown: Callable[[int], object] = lambda _: None,
) -> int:
    """Write the statements of `span` to `target` and return how many there were.

    Voided statements and those that void them are among them, erased ones are not. With `attachments`, each attachment
    whose bytes were sent is written into that folder under its hash, before the statements that need it.
    """
    written = 0
    for chunk in _chunks(services, organisation, span):
        if attachments is not None:
            _write_attachments(services, organisation, chunk, attachments)
        kept = [one for one in chunk if not one.is_erased]
        target.write(b"".join(one.body.translate(_ONE_LINE) + b"\n" for one in kept), chunk[-1].position + 1)
        written += len(kept)
        shown(len(chunk))
    target.finish()
    return written


def _chunks(services: Services, organisation: OrganisationId, span: Span) -> Iterator[list[StoredStatement]]:
    """Yield the span piece by piece: no cursor is kept open while somebody reads slowly."""
    found = services.statements.since(organisation, span.start, min(CHUNK, span.end - span.start))
    while chunk := [one for one in found if one.position < span.end]:
        yield chunk
        left = span.end - chunk[-1].position - 1
        if left <= 0:
            return
        found = services.statements.after(organisation, chunk[-1].stored, min(CHUNK, left))


def _first_after(services: Services, organisation: OrganisationId, instant: Micros, count: int) -> int:
    """Return the first position stored after an instant, `count` when there is none."""
    found = services.statements.first_after(organisation, instant)
    return count if found is None else min(found, count)


def _write_attachments(
    services: Services, organisation: OrganisationId, chunk: Iterable[StoredStatement], folder: Path
) -> None:
    wanted = {sha2 for one in chunk for sha2 in one.attachments if not (folder / sha2).exists()}
    if not wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for part in services.ingest.attachments.find(organisation, sorted(wanted)):
        aside = folder / f"{part.sha2}.partial"
        aside.write_bytes(part.content)
        aside.replace(folder / part.sha2)
