"""What a pull has taken so far, and the receipt that says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from lrs.errors import AssiduError
from lrs.tenancy import OrganisationId
from training.sources.source import Source
from training.sources.store import Run, RunState, Sources

# What a receipt names; the count is of all.
REFUSED_SHOWN: Final = 200
AUTHORITIES_SHOWN: Final = 50


@dataclass(slots=True)
class Taken:
    """What a pull has taken so far, for its receipt."""

    pages: int = 0
    total: int = 0
    stored: int = 0
    already: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)
    refused_count: int = 0
    authorities: Counter[str] = field(default_factory=Counter)
    first_stored: str = ""
    last_stored: str = ""

    def details(self) -> dict[str, Any]:
        """Return what the receipt says beside its counts."""
        return {
            "pages": self.pages,
            "refused": self.refused[:REFUSED_SHOWN],
            "refused_count": self.refused_count,
            "authorities": [
                {"authority": orjson.loads(text), "statements": count}
                for text, count in self.authorities.most_common(AUTHORITIES_SHOWN)
            ],
            "first_stored": self.first_stored,
            "last_stored": self.last_stored,
        }

    def refuse(self, text: bytes, error: AssiduError) -> None:
        """Note a statement that cannot be taken."""
        self.refused_count += 1
        if len(self.refused) < REFUSED_SHOWN:
            value = orjson.loads(text)
            name = value.get("id") if isinstance(value, dict) else None
            first = next((f"{problem.pointer}: {problem.message}" for problem in error.problems), "")
            self.refused.append({"id": str(name or ""), "message": f"{error.message} {first}".strip()})

    def see(self, text: bytes) -> None:
        """Note where a statement comes from."""
        statement = orjson.loads(text)
        if not isinstance(statement, dict):
            return
        authority, stored = statement.get("authority"), statement.get("stored")
        self.authorities[orjson.dumps(authority, option=orjson.OPT_SORT_KEYS).decode()] += 1
        if isinstance(stored, str):
            self.first_stored = self.first_stored or stored
            self.last_stored = stored


class Receipt:
    """The receipt of one pull, from when there is something to say."""

    def __init__(self, sources: Sources, organisation: OrganisationId, source: Source, by: str) -> None:
        self._sources = sources
        self._organisation = organisation
        self._source = source
        self._by = by
        self._name = ""

    def begin(self) -> None:
        """Leave it, unless it is there."""
        self._name = self._name or self._sources.begin(self._organisation, self._source, self._by, {})

    def note(self, taken: Taken, state: RunState = RunState.RUNNING) -> None:
        """Write down how far the pull has come."""
        if self._name:
            self._sources.note(
                self._organisation, self._source.id, self._name, state=state, total=taken.total, lines=taken.total,
                stored=taken.stored, already=taken.already, problems=taken.refused_count, details=taken.details(),
            )  # fmt: skip

    def read(self) -> Run | None:
        """Return it as it is kept."""
        return self._sources.run(self._organisation, self._source.id, self._name) if self._name else None
