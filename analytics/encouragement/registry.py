"""The badges and the rules of points there are, as data: what each means, by which rule, from which facts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge. Texts are (French, English); `threshold` is what its rule counts to; `facts` what it is drawn from."""

    id: str
    icon: str
    threshold: float
    title: tuple[str, str]
    meaning: tuple[str, str]
    rule: tuple[str, str]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PointRule:
    """One rule of points: how many for each, and the words that say for what."""

    id: str
    points: int
    title: tuple[str, str]
    rule: tuple[str, str]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registry:
    """Every badge in the order in which they are shown, and every rule of points; `version` changes with any."""

    version: str
    badges: dict[str, Badge]
    points: dict[str, PointRule]


@cache
def load_registry() -> Registry:
    """Return the registry, read once."""
    data = orjson.loads(files(__package__).joinpath("registry.json").read_bytes())
    return Registry(
        data["version"],
        {row["id"]: Badge(**_pairs(row)) for row in data["badges"]},
        {row["id"]: PointRule(**_pairs(row)) for row in data["points"]},
    )


def _pairs(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
