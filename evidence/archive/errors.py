"""What the archive refuses to give."""

from __future__ import annotations

from lrs.errors import Conflict, NotFound


class ArchiveDamaged(Conflict):
    """The bytes that are kept are not those that were archived: they are not given out."""


class ArchiveDestroyed(NotFound):
    """The file was destroyed when its time was over; the message says when, and by which certificate."""
