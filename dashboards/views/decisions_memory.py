"""What takes long to work out, kept for a while in one process: decisions of the last minutes are decisions still."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from lrs.clock import Micros
from lrs.tenancy import OrganisationId

T = TypeVar("T")
PATIENCE_MICROS: Final = 60_000_000


@dataclass
class Memory:
    """What was worked out, by organisation and name, with what it was made of and when.

    Only what whoever answers for the whole organisation sees is kept here: nothing of it is scoped.
    """

    _kept: dict[tuple[OrganisationId, str], tuple[Hashable, Micros, Any]] = field(default_factory=dict)

    def get(
        self, organisation: OrganisationId, name: str, made_of: Hashable, now: Micros, make: Callable[[], T],
        patience: int = PATIENCE_MICROS,
    ) -> T:  # fmt: skip
        """Return what was made of the same within so many microseconds, else what `make` returns."""
        known = self._kept.get((organisation, name))
        if known is None or known[0] != made_of or not 0 <= now - known[1] <= patience:
            known = self._kept[organisation, name] = (made_of, now, make())
        found: T = known[2]
        return found
