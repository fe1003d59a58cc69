"""How a course is gone through: by its rules, by what its parts ask for first, or freely."""

from __future__ import annotations

from typing import Protocol

from lrs.courses.plays import Opened, Plays
from lrs.courses.prerequisites import Prerequisites
from lrs.courses.resuming import Resuming
from lrs.courses.sequencing import Answer, Sequencing, View
from lrs.sequencing.overall import Request
from lrs.store.database import Store


class Way(Protocol):
    """What decides which part of a course may be opened; parts by their places among what can be opened."""

    def first(self, found: Opened) -> int | None:
        """Return the part that opening the course leads to; None where nothing may be opened."""
        ...

    def view(self, found: Opened, number: int) -> View:
        """Return what can be opened now, from one part."""
        ...

    def open(self, found: Opened, number: int) -> Answer:
        """Open a part, if it may be."""
        ...

    def ask(self, found: Opened, number: int, request: Request, target: str | None) -> Answer:
        """Work out what is asked from a part."""
        ...


class Ways:
    """Finds what decides of a course."""

    def __init__(self, plays: Plays, resuming: Resuming, store: Store) -> None:
        self._sequencing = Sequencing(plays, resuming, store)
        self._prerequisites = Prerequisites(plays, resuming)

    def of(self, found: Opened) -> Way | None:
        """Return what decides of a course; None where every part can be opened at any time."""
        manifest = found.version.manifest
        if manifest.tree is not None:
            return self._sequencing
        return self._prerequisites if manifest.has_prerequisites else None
