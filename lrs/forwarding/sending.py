"""Statements on their way, and how many of them one request has. Nothing here performs I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from lrs.clock import Micros
from lrs.versions import Version

# About what one request has at most, attachments aside; a larger statement goes by itself.
BYTES_MOST: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sending:
    """One statement as it is to be sent, or why it cannot be. Without `body`, nothing of it goes: it is not wanted."""

    statement_id: UUID
    position: int
    stored: Micros
    version: Version = Version.V1_0_3
    body: bytes = b""
    attachments: tuple[str, ...] = ()
    problem: str = ""


def fitting(sendings: Sequence[Sending], start: int) -> int:
    """Return the end of what fits one request from `start` on: of one version, so many bytes, one with attachments.

    What is not wanted may stand between.
    """
    size, attached, version = 0, 0, sendings[start].version
    for at in range(start, len(sendings)):
        item = sendings[at]
        if not item.body:
            continue
        size += len(item.body)
        attached += bool(item.attachments)
        if item.problem or item.version is not version or (at > start and (size > BYTES_MOST or attached > 1)):
            return at
    return len(sendings)
