"""What does not hold, counted, and the first of it named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

# More are counted, not kept: a database that is broken all over must not fill the memory too.
KEPT_MOST: Final = 1_000


class Kind(StrEnum):
    """What a finding is about."""

    STATEMENT = "statement"
    LOG = "log"
    HEAD = "head"
    STAMP = "timestamp"
    TILE = "tile"
    ATTACHMENT = "attachment"
    DOCUMENT = "document"
    ARCHIVE = "archive"
    TRAIL = "trail"
    DELETION = "deletion"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold: of which organisation, which one, and what is wrong with it.

    `subject` names it: a statement's id and position, a head's number, the digest of an entry.
    """

    kind: Kind
    organisation: int
    subject: str
    what: str

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"kind": self.kind.value, "organisation": self.organisation, "subject": self.subject, "what": self.what}


@dataclass(slots=True)
class Findings:
    """All that was found and how much was looked at, in the order of looking."""

    kept: list[Finding] = field(default_factory=list)
    counts: Counter[Kind] = field(default_factory=Counter)
    checked: Counter[Kind] = field(default_factory=Counter)
    # What could not be decided here, each said once: an authority whose certificate nobody gave, for one.
    remarks: dict[str, int] = field(default_factory=dict)
    looked: Callable[[Kind, int], None] = lambda _kind, _count: None

    def add(self, kind: Kind, organisation: int, subject: str, what: str) -> None:
        """Note one thing that does not hold."""
        self.counts[kind] += 1
        if len(self.kept) < KEPT_MOST:
            self.kept.append(Finding(kind, organisation, subject, what))

    def add_all(self, kind: Kind, organisation: int, subject: str, whats: Iterable[str]) -> None:
        """Note everything that is wrong with one thing."""
        for what in whats:
            self.add(kind, organisation, subject, what)

    def count(self, kind: Kind, many: int = 1) -> None:
        """Note that something was looked at."""
        self.checked[kind] += many
        self.looked(kind, many)

    def remark(self, text: str) -> None:
        """Note something that could not be decided."""
        self.remarks[text] = self.remarks.get(text, 0) + 1

    @property
    def first(self) -> Finding | None:
        """Return the first thing that does not hold, None when all does."""
        return self.kept[0] if self.kept else None

    @property
    def total(self) -> int:
        """Return how many things do not hold."""
        return self.counts.total()

    def to_dict(self) -> Mapping[str, Any]:
        """Return everything for JSON."""
        return {
            "holds": self.total == 0,
            "checked": {kind.value: self.checked[kind] for kind in Kind if self.checked[kind]},
            "findings": {kind.value: self.counts[kind] for kind in Kind if self.counts[kind]},
            "first": [finding.to_dict() for finding in self.kept],
            "remarks": self.remarks,
        }
