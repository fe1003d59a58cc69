"""How a follow-up can end: a vocabulary as data, with the day from which it holds and its source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import orjson


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to end. Texts are (French, English).

    Attributes:
        id: What is stored.
        title: What it is called.
        meaning: When to choose it, and what it does not do.
        quiet_days: For how long no alert about the same enrolment opens another one; None for good, or, of those that
            nobody chooses, as the follow-up itself says.
        is_chosen: Whether a person chooses it; the others follow from what was done.
        was_right: Whether there was something to help with, None where it cannot be told: what alerts are judged by.
    """

    id: str
    title: tuple[str, str]
    meaning: tuple[str, str]
    quiet_days: int | None
    is_chosen: bool
    was_right: bool | None


@cache
def load_outcomes() -> dict[str, Outcome]:
    """Return the outcomes by id, in the order in which they are offered; read once."""
    data = orjson.loads(files(__package__).joinpath("outcomes.json").read_bytes())
    return {
        row["id"]: Outcome(
            row["id"], tuple(row["title"]), tuple(row["meaning"]), row["quiet_days"], row["is_chosen"], row["was_right"]
        )
        for row in data["outcomes"]
    }
