"""Work a document out again from the evidence inside it, and say where it differs from what is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evidence.bundle.parts import Bundle, FigurePart
from evidence.content import Content


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where what is printed is not what follows. `pointer` is a JSON Pointer into the bundle."""

    pointer: str
    printed: Any
    recomputed: Any


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What follows from the included statements and records; `differences` is empty when the document says the same."""

    content: Content
    figures: tuple[FigurePart, ...]
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that is printed follows from what is included."""
        return not self.differences


def recompute(bundle: Bundle) -> Recomputed:
    """Run extraction and derivation on the included statements and records alone, and compare with what is printed.

    Raises InvalidRequest when the records or the statements cannot be read or contradict each other. Neither inclusion
    proofs nor seals are looked at here.
    """
    raise NotImplementedError
