"""Read members of a statement that may be anything: what is not of the kind looked for reads as absent."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]
_NONE: Final[Json] = {}


def number(value: object) -> float | None:
    """Return a number; true and false are none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def items(value: object) -> list[Json]:
    """Return the objects of a list, or the one that stands for a list, as 1.0 wrote it."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def mapping(value: object) -> Json:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else _NONE


def text(value: object) -> str:
    """Return a text, an empty one for anything else."""
    return value if isinstance(value, str) else ""
